//! Who tminus is to a registry: what the plan says, else what docker's own client configuration says.

use super::config::ClientConfig;
use crate::adapters::secrets::Secrets;
use crate::domain::plan::{ConnectKind, Secret};
use crate::ports::PortError;
use bollard::auth::DockerCredentials;
use secrecy::{ExposeSecret as _, SecretString};

/// How to get into one registry.
#[derive(Clone, Debug)]
pub struct Login {
    /// Its address in the plan: `https://registry.example.com`, or only its host.
    pub url: String,
    /// The plan's user.
    pub user: Option<String>,
    /// The plan's password.
    pub password: Option<Secret>,
    /// Where docker's client keeps what it knows, asked when the plan says no password.
    pub config: ClientConfig,
}

impl Login {
    /// Takes the settings of a service of the plan; `None` when it is no registry.
    pub fn of(kind: &ConnectKind) -> Option<Self> {
        let ConnectKind::Registry { url, user, password } = kind else { return None };
        let (url, user, password) = (url.clone(), user.clone(), password.clone());
        Some(Self { url, user, password, config: ClientConfig::of_environment() })
    }

    /// Finds the credentials for the registry at a host; `None` when there are none. Each secret is masked from then on.
    pub(super) async fn find(&self, host: &str, secrets: &Secrets) -> Result<Option<Credentials>, PortError> {
        if let Some(password) = &self.password {
            let secret = secrets.resolve(password).await?;
            let user = self.user.clone().unwrap_or_default();
            // Learned together too, because that is how it travels.
            secrets.mask().learn(&format!("{user}:{}", secret.expose_secret()));
            return Ok(Some(Credentials::Password { user, secret }));
        }
        self.config.find(host, secrets).await
    }
}

/// What proves who asks.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// A user with a password.
    Password {
        /// The user.
        user: String,
        /// The password.
        secret: SecretString,
    },
    /// A token that is exchanged for others at the registry's realm.
    Identity(SecretString),
}

impl Credentials {
    /// Returns the user's name, where there is one.
    pub fn user(&self) -> Option<&str> {
        match self {
            Self::Password { user, .. } => Some(user),
            Self::Identity(_) => None,
        }
    }

    /// Returns them as an engine takes them, for the registry at `host` only.
    pub fn for_engine(&self, host: &str) -> DockerCredentials {
        let address = if host == super::name::HUB { "https://index.docker.io/v1/" } else { host };
        let serveraddress = Some(address.to_owned());
        match self {
            Self::Password { user, secret } => DockerCredentials {
                username: Some(user.clone()),
                password: Some(secret.expose_secret().to_owned()),
                serveraddress,
                ..DockerCredentials::default()
            },
            Self::Identity(token) => DockerCredentials {
                identitytoken: Some(token.expose_secret().to_owned()),
                serveraddress,
                ..DockerCredentials::default()
            },
        }
    }
}
