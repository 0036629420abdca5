//! `kind = "registry"`.

use super::kind::as_user;
use super::{KindOfConnection, Reach};
use crate::grammar::plan::ValueKind;
use crate::kinds::settings::settings;
use crate::plan::Secret;

settings! {
    /// A registry of images.
    pub struct RegistryConnect = "registry" {
        /// Its address.
        url: String = must("url", ValueKind::Url),
        /// The user.
        user: Option<String> = may("user", ValueKind::Text),
        /// The user's password.
        password: Option<Secret> = may("password", ValueKind::Secret),
    }
}

impl KindOfConnection for RegistryConnect {
    fn reach(&self) -> Reach<'_> {
        Reach::Address(as_user(&self.url, self.user.as_ref()), self.password.iter().collect())
    }
}
