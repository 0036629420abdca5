//! The way to an engine: the local one, the one that the environment names, or that of a docker context.
//!
//! Every request is a connection of its own, so an engine that went away is found again by asking again.

use super::contexts::{Address, DockerEnv};
use super::failure::{failure, refused};
use super::tunnel::Tunnel;
use crate::patience::Patience;
use base64::Engine as _;
use bollard::auth::DockerCredentials;
use bollard::{API_DEFAULT_VERSION, Docker};
use reqwest::{Certificate, Client, Identity, RequestBuilder, Response};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tminus_core::ports::{FailureKind, PortError};
use tokio::sync::Mutex;

/// How long it may take at least until a way is there.
const CONNECT: Duration = Duration::from_secs(15);

/// How long an engine may take to begin its answer, in seconds.
const ANSWER: u64 = 120;

/// How much of a refusal is read, in bytes.
const REFUSAL: usize = 4 << 10;

/// A way to one engine; made without a connection, and cheap to clone.
#[derive(Clone)]
pub struct Link {
    context: Option<String>,
    open: Arc<Mutex<Option<OpenLink>>>,
    /// Where it led first: it leads nowhere else, whatever becomes of docker's settings.
    first: Arc<OnceLock<Address>>,
    patience: Patience,
}

/// A way that is open.
#[derive(Clone)]
struct OpenLink {
    docker: Docker,
    raw: Client,
    /// What the addresses of raw requests begin with.
    base: String,
    /// It closes when it is dropped.
    tunnel: Option<Arc<Tunnel>>,
}

impl Link {
    /// Makes a way to the engine of a docker context, or of an address (`ssh://staging`); to the one that the
    /// environment names when there is none.
    pub fn new(context: Option<String>) -> Self {
        Self { context, open: Arc::default(), first: Arc::default(), patience: Patience::default() }
    }

    /// Gives every look at this engine so long.
    #[must_use]
    pub fn patient(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    /// Returns how long a look at this engine may take.
    pub(super) const fn patience(&self) -> &Patience {
        &self.patience
    }

    /// Returns the client of the engine, connected at least once.
    ///
    /// # Errors
    /// [`FailureKind::NotFound`] when the context is unknown, [`FailureKind::Unreachable`] when no engine answers.
    pub(super) async fn docker(&self) -> Result<Docker, PortError> {
        Ok(self.way().await?.docker)
    }

    /// Begins to read an answer as it comes, by the path and query of the engine's interface.
    ///
    /// # Errors
    /// When the engine does not answer in time, or refuses; its own message is the cause.
    pub(super) async fn read(&self, path: &str) -> Result<Response, PortError> {
        let way = self.way().await?;
        self.answer(way.raw.get(format!("{}{path}", way.base))).await
    }

    /// Sends a request that changes something, and begins to read its answer as it comes; with the credentials for one
    /// registry, where it needs them.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub(super) async fn post(&self, path: &str, credentials: &DockerCredentials) -> Result<Response, PortError> {
        let way = self.way().await?;
        let written = serde_json::to_vec(credentials).unwrap_or_default();
        let header = base64::engine::general_purpose::URL_SAFE.encode(written);
        self.answer(way.raw.post(format!("{}{path}", way.base)).header("x-registry-auth", header)).await
    }

    async fn answer(&self, request: RequestBuilder) -> Result<Response, PortError> {
        let unreachable = |error: reqwest::Error| {
            PortError::new(FailureKind::Unreachable, format!("{} does not answer", self.name()))
                .caused_by(&error.without_url())
        };
        let Ok(answer) = tokio::time::timeout(Duration::from_secs(ANSWER), request.send()).await else {
            return Err(PortError::new(FailureKind::Timeout, format!("{} does not answer", self.name())));
        };
        let mut answer = answer.map_err(unreachable)?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        let mut said = Vec::new();
        while let Ok(Some(bytes)) = answer.chunk().await
            && said.len() < REFUSAL
        {
            said.extend(bytes);
        }
        Err(refused(format!("{} refuses", self.name()), answer.status().as_u16(), &said))
    }

    /// Returns the variables that a `docker` or `docker compose` child process needs to talk to the same engine. All of
    /// them are to be set, also the empty ones: what tminus itself inherited could lead to another.
    ///
    /// # Errors
    /// [`FailureKind::NotFound`] when the context is unknown.
    pub(super) fn variables(&self) -> Result<Vec<(String, String)>, PortError> {
        Ok(self.address()?.variables())
    }

    /// Returns the same for a program that knows no way through SSH: it is given this one, which ends with tminus.
    ///
    /// # Errors
    /// As [`Self::docker`], where SSH leads to the engine.
    pub(super) async fn variables_through(&self) -> Result<Vec<(String, String)>, PortError> {
        let address = self.address()?;
        if !matches!(address, Address::Ssh(_)) {
            return Ok(address.variables());
        }
        let near = self.way().await?.tunnel.map_or(address, |tunnel| Address::Unix(tunnel.socket()));
        Ok(near.variables())
    }

    /// Adds what `ssh` said last to a failure of what was being read, where it leads to the engine.
    pub(super) async fn explained(&self, failure: PortError) -> PortError {
        let tunnel = self.open.lock().await.as_ref().and_then(|way| way.tunnel.clone());
        said_by(tunnel.as_deref()).await.into_iter().fold(failure, PortError::because)
    }

    /// Returns the words that name the engine.
    pub fn name(&self) -> String {
        self.context.as_ref().map_or_else(|| "the Docker engine".to_owned(), |c| format!("the Docker engine {c}"))
    }

    /// Returns what chose the engine, and its address: `the docker context staging, ssh://deploy@shop`.
    ///
    /// # Errors
    /// As [`Self::variables`].
    pub(super) fn place(&self) -> Result<String, PortError> {
        let around = DockerEnv::read();
        let address = around.address(self.context.as_deref())?;
        let chosen = around.chosen(self.context.as_deref());
        Ok(chosen.into_iter().chain([address.words()]).collect::<Vec<_>>().join(", "))
    }

    /// Says whether the engine has the files of this machine.
    pub(super) fn is_local(&self) -> bool {
        matches!(self.address(), Ok(Address::Unix(_)))
    }

    /// Says whether both lead to one address.
    pub(super) fn is_to(&self, other: &Self) -> bool {
        self.context == other.context || matches!((self.address(), other.address()), (Ok(a), Ok(b)) if a == b)
    }

    /// Returns the client of an engine that is open already, or that no other program leads to; `None` otherwise.
    pub(super) async fn near(&self) -> Option<Docker> {
        if let Some(way) = &*self.open.lock().await {
            return Some(way.docker.clone());
        }
        match self.address().ok()? {
            Address::Ssh(_) => None,
            Address::Unix(_) | Address::Plain(_) | Address::Tls(..) => self.docker().await.ok(),
        }
    }

    /// Returns where the engine is, and refuses to go anywhere else than before: what was looked at there, and what is
    /// done, would be two places (`docker context use`).
    fn address(&self) -> Result<Address, PortError> {
        let now = DockerEnv::read().address(self.context.as_deref())?;
        let first = self.first.get_or_init(|| now.clone());
        if *first == now {
            return Ok(now);
        }
        let summary = format!("docker's settings lead {} to {} now", self.name(), now.words());
        let before =
            format!("until now it was {}; `tminus engine stop`, and the next command goes there", first.words());
        Err(PortError::new(FailureKind::Conflict, summary).because(before))
    }

    async fn way(&self) -> Result<OpenLink, PortError> {
        self.address()?;
        let mut open = self.open.lock().await;
        if let Some(way) = &*open {
            return Ok(way.clone());
        }
        let way = self.connect().await?;
        *open = Some(way.clone());
        Ok(way)
    }

    async fn connect(&self) -> Result<OpenLink, PortError> {
        let no_way = |error: &bollard::errors::Error| failure(format!("there is no way to {}", self.name()), error);
        let address = self.address()?;
        let tunnel = match &address {
            Address::Ssh(host) => Some(Arc::new(Tunnel::open(host)?)),
            Address::Unix(_) | Address::Plain(_) | Address::Tls(..) => None,
        };
        // From here on, what lies behind a tunnel is a socket of this machine.
        let near = tunnel.as_ref().map_or(address, |tunnel| Address::Unix(tunnel.socket()));
        let docker = client(&near).map_err(|error| no_way(&error))?;
        let (raw, base) = raw(&near).map_err(|why| why.because(self.name()))?;
        match tokio::time::timeout(self.patience.at_least(CONNECT), docker.negotiate_version()).await {
            Ok(Ok(docker)) => Ok(OpenLink { docker, raw, base, tunnel }),
            // What ssh says is why; what broke then on this side says nothing more.
            Ok(Err(error)) => Err(match said_by(tunnel.as_deref()).await {
                said if said.is_empty() => no_way(&error),
                said => PortError { causes: said, ..no_way(&error) },
            }),
            Err(_elapsed) => {
                let summary = format!("{} does not answer", self.name());
                let silent = PortError::new(FailureKind::Unreachable, summary);
                Err(said_by(tunnel.as_deref()).await.into_iter().fold(silent, PortError::because))
            }
        }
    }
}

/// Returns the lines that the `ssh` of a way said last.
async fn said_by(tunnel: Option<&Tunnel>) -> Vec<String> {
    let Some(tunnel) = tunnel else { return Vec::new() };
    let said = tunnel.said().await.unwrap_or_default();
    said.lines().map(|line| format!("ssh: {line}")).collect()
}

fn client(address: &Address) -> Result<Docker, bollard::errors::Error> {
    match address {
        Address::Unix(path) => Docker::connect_with_unix(&path.to_string_lossy(), ANSWER, API_DEFAULT_VERSION),
        Address::Plain(host) => Docker::connect_with_http(host, ANSWER, API_DEFAULT_VERSION),
        Address::Tls(host, material) => {
            let file = |name: &str| material.join(name);
            let (key, certificate, authority) = (file("key.pem"), file("cert.pem"), file("ca.pem"));
            Docker::connect_with_ssl(host, &key, &certificate, &authority, ANSWER, API_DEFAULT_VERSION)
        }
        Address::Ssh(host) => Docker::connect_with_host(&format!("ssh://{host}")),
    }
}

/// Makes a client for answers that are read as they come, and what their addresses begin with.
fn raw(address: &Address) -> Result<(Client, String), PortError> {
    let failed = |error: &(dyn std::error::Error + 'static)| {
        PortError::new(FailureKind::Unavailable, "there is no way to an engine").caused_by(error)
    };
    // An engine is never reached through a proxy, and a connection that ended is not used again.
    let builder = Client::builder().no_proxy().connect_timeout(CONNECT).pool_max_idle_per_host(0);
    let (builder, base) = match address {
        Address::Unix(path) => (builder.unix_socket(path.as_path()), "http://engine".to_owned()),
        Address::Plain(host) | Address::Ssh(host) => (builder, format!("http://{host}")),
        Address::Tls(host, material) => {
            let pem = |name: &str| read(material, name);
            let authority = Certificate::from_pem_bundle(&pem("ca.pem")?).map_err(|error| failed(&error))?;
            let own = [pem("cert.pem")?, pem("key.pem")?].concat();
            let identity = Identity::from_pem(&own).map_err(|error| failed(&error))?;
            (builder.tls_certs_only(authority).identity(identity), format!("https://{host}"))
        }
    };
    Ok((builder.build().map_err(|error| failed(&error))?, base))
}

fn read(folder: &Path, name: &str) -> Result<Vec<u8>, PortError> {
    let file = folder.join(name);
    std::fs::read(&file).map_err(|error| {
        let summary = format!("the certificates of the engine could not be read from {}", file.display());
        PortError::new(FailureKind::Unauthorized, summary).caused_by(&error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_nowhere_else_than_where_it_led_first() {
        let link = Link::new(Some("tcp://127.0.0.1:1".to_owned()));
        assert!(link.address().is_ok() && link.clone().address().is_ok());
        // As after `docker context use`.
        let moved = Link { context: Some("tcp://127.0.0.1:2".to_owned()), ..link };
        let failure = moved.address().unwrap_err();
        assert_eq!(failure.kind, FailureKind::Conflict);
        assert!(failure.summary.ends_with("to tcp://127.0.0.1:2 now"), "{failure:?}");
        assert!(failure.causes[0].starts_with("until now it was tcp://127.0.0.1:1"), "{failure:?}");
    }
}
