//! `kind = "registry"`.

use super::keys::{PASSWORD, URL, USER};
use super::kind::as_user;
use super::{KindOfConnection, Reach};
use crate::grammar::plan::{TableCursor, Variant, variant};
use crate::kinds::family::Described;
use crate::plan::Secret;
use serde::{Deserialize, Serialize};

/// An OCI distribution registry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegistryConnect {
    /// `url`.
    pub url: String,
    /// `user`.
    pub user: Option<String>,
    /// `password`.
    pub password: Option<Secret>,
}

impl RegistryConnect {
    /// Its word in the plan file.
    pub const WORD: &str = "registry";
}

impl Described for RegistryConnect {
    const GRAMMAR: Variant = variant(Self::WORD, "A registry of images.", &[URL, USER, PASSWORD]);

    fn read(table: TableCursor<'_>) -> Option<Self> {
        Some(Self { url: table.url("url")?, user: table.text("user"), password: table.secret("password") })
    }
}

impl KindOfConnection for RegistryConnect {
    fn reach(&self) -> Reach<'_> {
        Reach::Address(as_user(&self.url, self.user.as_ref()), self.password.iter().collect())
    }
}
