//! Which engine is meant: by a name of the plan, by the environment, or by docker's own settings. Connects to nothing.

use serde::Deserialize;
use std::path::{Path, PathBuf};
use tminus_core::hex::sha256;
use tminus_core::ports::{FailureKind, PortError};

/// Where the engine of a machine listens unless somebody says otherwise.
const LOCAL: &str = "unix:///var/run/docker.sock";

/// The name that means no context: what `DOCKER_HOST` says, or the engine of this machine.
const DEFAULT: &str = "default";

/// How large docker's own settings may be, in bytes.
const SETTINGS: u64 = 1 << 20;

/// Where an engine is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// A socket of this machine.
    Unix(PathBuf),
    /// Plain HTTP: a host with its port.
    Plain(String),
    /// HTTP over TLS: a host with its port, and the folder of `ca.pem`, `cert.pem` and `key.pem`.
    Tls(String, PathBuf),
    /// `docker system dial-stdio` over SSH: `user@host:port`.
    Ssh(String),
}

impl Address {
    /// Returns it as docker writes it: `tcp://build:2376`.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Unix(path) => format!("unix://{}", path.display()),
            Self::Plain(host) | Self::Tls(host, _) => format!("tcp://{host}"),
            Self::Ssh(host) => format!("ssh://{host}"),
        }
    }

    /// Returns the variables by which a `docker` or `docker compose` process talks to this engine, and to no other.
    pub(super) fn variables(&self) -> Vec<(String, String)> {
        let host = self.words();
        let material = match self {
            Self::Tls(_, material) => Some(material.display().to_string()),
            Self::Unix(_) | Self::Plain(_) | Self::Ssh(_) => None,
        };
        // An empty one is one that is not set: what tminus inherited must not reach another engine.
        let verify = if material.is_some() { "1" } else { "" };
        let own = [
            ("DOCKER_HOST", host),
            ("DOCKER_CONTEXT", String::new()),
            ("DOCKER_TLS_VERIFY", verify.to_owned()),
            ("DOCKER_CERT_PATH", material.unwrap_or_default()),
        ];
        own.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

/// What docker's own programs would read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct DockerEnv {
    /// `DOCKER_HOST`.
    pub host: Option<String>,
    /// `DOCKER_CONTEXT`.
    pub context: Option<String>,
    /// `DOCKER_TLS_VERIFY` or `DOCKER_TLS`, when it says anything.
    pub tls: Option<String>,
    /// `DOCKER_CERT_PATH`.
    pub certificates: Option<PathBuf>,
    /// `DOCKER_CONFIG`, or `.docker` in the home folder.
    pub settings: PathBuf,
}

impl DockerEnv {
    /// Reads them from this process.
    pub(super) fn read() -> Self {
        let value = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let home = || std::env::home_dir().unwrap_or_default().join(".docker");
        Self {
            host: value("DOCKER_HOST"),
            context: value("DOCKER_CONTEXT"),
            tls: value("DOCKER_TLS_VERIFY").or_else(|| value("DOCKER_TLS")),
            certificates: value("DOCKER_CERT_PATH").map(PathBuf::from),
            settings: value("DOCKER_CONFIG").map_or_else(home, PathBuf::from),
        }
    }

    /// Returns where the engine of a context is; that of the environment when none is named.
    ///
    /// # Errors
    /// [`FailureKind::NotFound`] for a context that nobody made, with those there are; [`FailureKind::Malformed`] for an
    /// address that cannot be used.
    pub(super) fn address(&self, context: Option<&str>) -> Result<Address, PortError> {
        match context {
            Some(address) if address.contains("://") => self.parse(address),
            Some(DEFAULT) => self.unnamed(),
            Some(name) => self.named(name),
            None if self.host.is_some() => self.unnamed(),
            None => match self.context.clone().or_else(|| self.current()) {
                Some(name) if name != DEFAULT => self.named(&name),
                Some(_) | None => self.unnamed(),
            },
        }
    }

    /// Says what chooses the engine, unless it is an address that is named: then nothing did but itself.
    pub(super) fn chosen(&self, context: Option<&str>) -> Option<String> {
        let named = match context {
            Some(address) if address.contains("://") => return None,
            Some(name) => Some(name.to_owned()),
            None if self.host.is_some() => Some(DEFAULT.to_owned()),
            None => self.context.clone().or_else(|| self.current()),
        };
        match named.filter(|name| name != DEFAULT) {
            Some(name) => Some(format!("the docker context {name}")),
            None => self.host.is_some().then(|| "DOCKER_HOST".to_owned()),
        }
    }

    fn unnamed(&self) -> Result<Address, PortError> {
        self.parse(self.host.as_deref().unwrap_or(LOCAL))
    }

    fn parse(&self, address: &str) -> Result<Address, PortError> {
        let material = || self.certificates.clone().unwrap_or_else(|| self.settings.clone());
        parse(address, self.tls.is_some().then(material))
    }

    /// `currentContext` of docker's own settings.
    fn current(&self) -> Option<String> {
        #[derive(Deserialize)]
        struct DockerConfigFile {
            #[serde(rename = "currentContext")]
            current: Option<String>,
        }
        let settings: DockerConfigFile = read(&self.settings.join("config.json"))?;
        settings.current.filter(|name| !name.is_empty())
    }

    fn named(&self, name: &str) -> Result<Address, PortError> {
        // Docker names the folder of a context by the hash of its name.
        let hash = sha256(name);
        let file = self.settings.join("contexts/meta").join(&hash).join("meta.json");
        let Some(meta) = read::<Meta>(&file) else { return Err(self.unknown(name)) };
        let Some(endpoint) = meta.endpoints.docker else {
            let summary = format!("the docker context {name} leads to no engine");
            return Err(PortError::new(FailureKind::Malformed, summary));
        };
        let material = self.settings.join("contexts/tls").join(hash).join("docker");
        if endpoint.skips_verification {
            let summary = format!("the docker context {name} does not verify its engine, so it is not used");
            return Err(PortError::new(FailureKind::Rejected, summary));
        }
        parse(&endpoint.host, material.is_dir().then_some(material))
    }

    fn unknown(&self, name: &str) -> PortError {
        let folders = std::fs::read_dir(self.settings.join("contexts/meta")).into_iter().flatten().flatten();
        let mut names: Vec<String> =
            folders.filter_map(|folder| Some(read::<Meta>(&folder.path().join("meta.json"))?.name)).collect();
        names.push(DEFAULT.to_owned());
        names.sort();
        let summary = format!("there is no docker context {name}");
        PortError::new(FailureKind::NotFound, summary).because(format!("there are: {}", names.join(", ")))
    }
}

/// What docker writes down of a context.
#[derive(Deserialize)]
struct Meta {
    #[serde(rename = "Name", default)]
    name: String,
    #[serde(rename = "Endpoints", default)]
    endpoints: Endpoints,
}

#[derive(Default, Deserialize)]
struct Endpoints {
    docker: Option<Endpoint>,
}

#[derive(Deserialize)]
struct Endpoint {
    #[serde(rename = "Host", default)]
    host: String,
    #[serde(rename = "SkipTLSVerify", default)]
    skips_verification: bool,
}

fn read<T: serde::de::DeserializeOwned>(file: &Path) -> Option<T> {
    let size = std::fs::metadata(file).ok()?.len();
    if size > SETTINGS {
        return None;
    }
    serde_json::from_slice(&std::fs::read(file).ok()?).ok()
}

fn parse(address: &str, material: Option<PathBuf>) -> Result<Address, PortError> {
    let malformed = |why: &str| {
        let summary = format!("the address of the engine cannot be used: {}", without_password(address));
        PortError::new(FailureKind::Malformed, summary).because(why)
    };
    let Some((scheme, rest)) = address.split_once("://") else {
        return Err(malformed("it begins with no unix://, tcp://, http://, https:// or ssh://"));
    };
    let rest = if scheme == "unix" { rest } else { rest.trim_end_matches('/') };
    if rest.is_empty() || rest.starts_with('-') || rest.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(malformed("it names no place"));
    }
    match (scheme, material) {
        ("unix", _) => Ok(Address::Unix(PathBuf::from(rest))),
        ("tcp" | "https", Some(material)) => Ok(Address::Tls(with_port(rest, 2376), material)),
        ("tcp" | "http", _) => Ok(Address::Plain(with_port(rest, 2375))),
        ("https", None) => Err(malformed("no certificates are known for it")),
        ("ssh", _) => {
            ssh(rest).ok_or_else(|| malformed("it has to be ssh://user@host:port, without a path or a password"))
        }
        _ => Err(malformed("only unix, tcp, http, https and ssh are understood")),
    }
}

fn with_port(host: &str, usual: u16) -> String {
    let name = host.rfind(']').map_or(host, |end| &host[end..]);
    if name.contains(':') { host.to_owned() } else { format!("{host}:{usual}") }
}

/// A word that begins with a dash would be an option of `ssh`.
fn ssh(rest: &str) -> Option<Address> {
    let host = rest.rsplit_once('@').map_or(rest, |(_user, host)| host);
    let user = rest.rsplit_once('@').map_or("", |(user, _host)| user);
    let is_safe = !host.is_empty() && !host.starts_with('-') && !rest.contains('/') && !user.contains(':');
    is_safe.then(|| Address::Ssh(rest.to_owned()))
}

fn without_password(address: &str) -> String {
    match (address.split_once("://"), address.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
        (Some(_), None) | (None, Some(_)) | (None, None) => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn surroundings(settings: &Path) -> DockerEnv {
        DockerEnv { settings: settings.to_owned(), ..DockerEnv::default() }
    }

    fn context(settings: &Path, name: &str, host: &str) {
        let folder = settings.join("contexts/meta").join(sha256(name));
        std::fs::create_dir_all(&folder).unwrap();
        let meta = format!(
            r#"{{"Name":"{name}","Metadata":{{}},"Endpoints":{{"docker":{{"Host":"{host}","SkipTLSVerify":false}}}}}}"#
        );
        std::fs::write(folder.join("meta.json"), meta).unwrap();
    }

    fn unix(path: &str) -> Address {
        Address::Unix(PathBuf::from(path))
    }

    #[test]
    fn the_environment_is_asked_in_dockers_own_order() {
        let folder = tempfile::tempdir().unwrap();
        let mut around = surroundings(folder.path());
        assert_eq!(around.address(None), Ok(unix("/var/run/docker.sock")));
        context(folder.path(), "staging", "ssh://deploy@staging");
        context(folder.path(), "lab", "tcp://10.0.0.7");
        std::fs::write(folder.path().join("config.json"), r#"{"auths":{},"currentContext":"lab"}"#).unwrap();
        assert_eq!(around.address(None), Ok(Address::Plain("10.0.0.7:2375".into())));
        around.context = Some("staging".into());
        assert_eq!(around.address(None), Ok(Address::Ssh("deploy@staging".into())));
        around.host = Some("unix:///run/other.sock".into());
        assert_eq!(around.address(None), Ok(unix("/run/other.sock")));
        assert_eq!(around.address(Some("lab")), Ok(Address::Plain("10.0.0.7:2375".into())));
        assert_eq!(around.address(Some("default")), Ok(unix("/run/other.sock")));
    }

    #[test]
    fn an_unknown_context_is_told_with_those_there_are() {
        let folder = tempfile::tempdir().unwrap();
        context(folder.path(), "staging", "ssh://staging");
        let failure = surroundings(folder.path()).address(Some("stagign")).unwrap_err();
        assert_eq!(failure.kind, FailureKind::NotFound);
        assert_eq!(failure.sentence(), "there is no docker context stagign: there are: default, staging");
    }

    #[test]
    fn certificates_make_a_plain_address_a_secure_one() {
        let folder = tempfile::tempdir().unwrap();
        context(folder.path(), "prod", "tcp://10.0.0.9:2376");
        let material = folder.path().join("contexts/tls").join(sha256("prod")).join("docker");
        std::fs::create_dir_all(&material).unwrap();
        let mut around = surroundings(folder.path());
        assert_eq!(around.address(Some("prod")), Ok(Address::Tls("10.0.0.9:2376".into(), material)));
        around.tls = Some("1".into());
        around.certificates = Some("/certs".into());
        around.host = Some("tcp://engine".into());
        let secure = around.address(None).unwrap();
        assert_eq!(secure, Address::Tls("engine:2376".into(), "/certs".into()));
        assert!(secure.variables().contains(&("DOCKER_CERT_PATH".into(), "/certs".into())));
        assert!(unix("/a").variables().contains(&("DOCKER_TLS_VERIFY".into(), String::new())));
    }

    #[test]
    fn an_address_that_could_do_something_else_is_refused() {
        let around = DockerEnv::default();
        for bad in [
            "ssh://-oProxyCommand=x",
            "ssh://a@-x",
            "ssh://a:b@host",
            "ssh://host/path",
            "tcp://",
            "fd://",
            "npipe:////./pipe/x",
            "ssh://a b",
        ] {
            let failure = around.address(Some(bad)).unwrap_err();
            assert_eq!(failure.kind, FailureKind::Malformed, "{bad}");
            assert!(!failure.sentence().contains("a:b@"), "{bad}");
        }
    }

    #[test]
    fn a_port_is_added_where_there_is_none() {
        for (host, whole) in [("a", "a:1"), ("a:2", "a:2"), ("[::1]", "[::1]:1"), ("[::1]:2", "[::1]:2")] {
            assert_eq!(with_port(host, 1), whole);
        }
    }
}
