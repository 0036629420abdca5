//! How to get into one registry: by what the plan says, else by what docker's own client configuration says.

use super::config::ClientConfig;
use super::credentials::Credentials;
use crate::secrets::Secrets;
use secrecy::ExposeSecret as _;
use tminus_core::kinds::connect::{ConnectKind, RegistryConnect};
use tminus_core::plan::Secret;
use tminus_core::ports::PortError;

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
        let ConnectKind::Registry(RegistryConnect { url, user, password }) = kind else { return None };
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
