//! What docker's own client knows: `config.json` in `$DOCKER_CONFIG`, and the programs that keep its credentials.

use super::credentials::Credentials;
use super::name::{host_of, key_of};
use crate::process::{Program, run};
use crate::secrets::Secrets;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;
use tminus_core::ports::{FailureKind, PortError};

/// How long a program may take that keeps credentials; a look ends when its own time is over.
const PATIENCE: Duration = Duration::from_secs(60);

/// How many letters of what such a program says are told.
const WORDS: usize = 200;

/// The largest `config.json` that is read, in bytes.
const LARGEST: u64 = 1 << 20;

/// The user under which such a program hands out a token instead of a password.
const TOKEN_USER: &str = "<token>";

/// Where docker's client keeps its configuration.
#[derive(Clone, Debug, Default)]
pub struct ClientConfig {
    /// The folder of `config.json`; nothing is known without one.
    pub dir: Option<PathBuf>,
    /// Where the programs that keep credentials are looked for; the process's own `PATH` when absent.
    pub path: Option<String>,
}

#[derive(Default, Deserialize)]
struct File {
    #[serde(default)]
    auths: BTreeMap<String, AuthEntry>,
    #[serde(rename = "credsStore")]
    store: Option<String>,
    #[serde(default, rename = "credHelpers")]
    helpers: BTreeMap<String, String>,
}

#[derive(Default, Deserialize)]
struct AuthEntry {
    auth: Option<String>,
    username: Option<String>,
    password: Option<String>,
    identitytoken: Option<String>,
}

#[derive(Deserialize)]
struct StoredAuth {
    #[serde(rename = "Username")]
    user: String,
    #[serde(rename = "Secret")]
    secret: String,
}

impl ClientConfig {
    /// Takes the folder that `DOCKER_CONFIG` names, else `.docker` in the home folder.
    pub fn of_environment() -> Self {
        let named = std::env::var_os("DOCKER_CONFIG").filter(|dir| !dir.is_empty()).map(PathBuf::from);
        let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".docker"));
        Self { dir: named.or_else(home), path: None }
    }

    /// Finds what is known for a host; `None` when nothing is.
    pub(super) async fn find(&self, host: &str, secrets: &Secrets) -> Result<Option<Credentials>, PortError> {
        let Some(file) = self.read().await? else { return Ok(None) };
        let keeper =
            file.helpers.iter().find(|(key, _)| is_of(key, host)).map(|(_, name)| name).or(file.store.as_ref());
        let known = file.auths.iter().find(|(key, _)| is_of(key, host)).map(|(_, entry)| entry);
        let found = match keeper {
            Some(name) => self.ask(name, host, secrets).await?,
            None => None,
        };
        Ok(match found {
            Some(found) => Some(found),
            None => known.and_then(|entry| entry.credentials(secrets)),
        })
    }

    async fn read(&self) -> Result<Option<File>, PortError> {
        let Some(dir) = &self.dir else { return Ok(None) };
        let path = dir.join("config.json");
        let summary = format!("docker's configuration {} cannot be read", path.display());
        let unreadable = |why: String| PortError::new(FailureKind::Malformed, summary.clone()).because(why);
        let size = match tokio::fs::metadata(&path).await {
            Ok(found) => found.len(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(error.to_string())),
        };
        if size > LARGEST {
            return Err(unreadable("it is larger than a megabyte".to_owned()));
        }
        let text = tokio::fs::read(&path).await.map_err(|error| unreadable(error.to_string()))?;
        // The parser's own words could quote a password, so only the place is told.
        let misread =
            |error: serde_json::Error| unreadable(format!("line {}, column {}", error.line(), error.column()));
        serde_json::from_slice(&text).map(Some).map_err(misread)
    }

    /// Asks `docker-credential-NAME get` with the host on its input.
    async fn ask(&self, name: &str, host: &str, secrets: &Secrets) -> Result<Option<Credentials>, PortError> {
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')) {
            return Err(PortError::new(FailureKind::Malformed, format!("{name:?} keeps no credentials")));
        }
        let program = format!("docker-credential-{name}");
        secrets.trust().allow(&format!("{program} was not asked"))?;
        let refused = |why: String| {
            PortError::new(FailureKind::Unauthorized, format!("{program} gave no credentials for {host}")).because(why)
        };
        let asked = Program::new(vec![program.clone(), "get".to_owned()], secrets.root()).within(PATIENCE);
        let asked = asked.input(format!("{}\n", key_of(host)));
        let asked = self.path.iter().fold(asked, |asked, path| asked.variable("PATH", path));
        let (nobody, _) = tokio::sync::mpsc::channel(1);
        let ended = run(&asked, &nobody, secrets.mask()).await.map_err(|failure| refused(failure.summary))?;
        let said = ended.stdout.text();
        match ended.exit {
            Some(0) => match serde_json::from_str(&said) {
                Ok(kept) => Ok(kept_credentials(kept, secrets)),
                Err(_) => Err(refused("its answer makes no sense".to_owned())),
            },
            // The protocol has no code for it, only these words.
            Some(_) if said.contains("credentials not found") => Ok(None),
            // What it prints then is why, and no credential.
            Some(status) => Err(refused(match words_of(&ended.whole.tail(secrets.mask())) {
                words if words.is_empty() => format!("exit {status}"),
                words => format!("exit {status}: {words}"),
            })),
            None => Err(refused("a signal ended it".to_owned())),
        }
    }
}

/// Returns the first lines of what a program said, in one.
fn words_of(said: &str) -> String {
    let lines = said.lines().map(str::trim).filter(|line| !line.is_empty()).take(3);
    lines.collect::<Vec<_>>().join("; ").chars().take(WORDS).collect()
}

impl AuthEntry {
    fn credentials(&self, secrets: &Secrets) -> Option<Credentials> {
        if let Some(token) = self.identitytoken.as_ref().filter(|token| !token.is_empty()) {
            return Some(identity(token.clone(), secrets));
        }
        let decoded = self.auth.as_ref().and_then(|auth| STANDARD.decode(auth.trim()).ok());
        let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
        let pair = decoded.as_ref().and_then(|text| text.split_once(':'));
        let pair = pair.map(|(user, secret)| (user.to_owned(), secret.trim_end_matches('\0').to_owned()));
        let (user, secret) = pair.or_else(|| self.username.clone().zip(self.password.clone()))?;
        (!secret.is_empty()).then(|| password(user, secret, secrets))
    }
}

fn kept_credentials(kept: StoredAuth, secrets: &Secrets) -> Option<Credentials> {
    match (kept.user.as_str(), kept.secret.is_empty()) {
        (_, true) => None,
        (TOKEN_USER, false) => Some(identity(kept.secret, secrets)),
        (_, false) => Some(password(kept.user, kept.secret, secrets)),
    }
}

fn identity(token: String, secrets: &Secrets) -> Credentials {
    secrets.mask().learn(&token);
    Credentials::Identity(SecretString::from(token))
}

fn password(user: String, secret: String, secrets: &Secrets) -> Credentials {
    secrets.mask().learn(&secret);
    secrets.mask().learn(&format!("{user}:{secret}"));
    Credentials::Password { user, secret: SecretString::from(secret) }
}

/// Says whether a key of the file is about a host; it may be a host, or an address.
fn is_of(key: &str, host: &str) -> bool {
    host_of(key).eq_ignore_ascii_case(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_host_or_an_address_of_it() {
        for key in ["a.com:5000", "https://a.com:5000", "http://a.com:5000/v2/", "A.com:5000"] {
            assert!(is_of(key, "a.com:5000"), "{key}");
        }
        for key in ["a.com", "https://evil.com/a.com:5000", "xa.com:5000", ""] {
            assert!(!is_of(key, "a.com:5000"), "{key}");
        }
        assert!(is_of("https://index.docker.io/v1/", "docker.io"));
    }
}
