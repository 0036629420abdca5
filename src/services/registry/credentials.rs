//! Who tminus is to a registry.

use bollard::auth::DockerCredentials;
use secrecy::{ExposeSecret as _, SecretString};

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
        let serveraddress = Some(super::name::key_of(host).to_owned());
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
