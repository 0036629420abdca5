//! `kind = "prometheus"`.

use super::keys::{PASSWORD, URL, USER};
use super::kind::as_user;
use super::{KindOfConnection, Reach};
use crate::grammar::plan::{Cursor, Kind, Variant, may, variant};
use crate::kinds::family::Described;
use crate::plan::Secret;
use serde::{Deserialize, Serialize};

/// A Prometheus server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PrometheusConnect {
    /// `url`.
    pub url: String,
    /// `user`.
    pub user: Option<String>,
    /// `password`.
    pub password: Option<Secret>,
    /// `token`.
    pub token: Option<Secret>,
}

impl PrometheusConnect {
    /// Its word in the plan file.
    pub const WORD: &str = "prometheus";
}

impl Described for PrometheusConnect {
    const GRAMMAR: Variant = variant(
        Self::WORD,
        "A Prometheus server.",
        &[URL, USER, PASSWORD, may("token", Kind::Secret, "A bearer token, in place of user and password.")],
    );

    fn read(table: Cursor<'_>) -> Option<Self> {
        Some(Self {
            url: table.url("url")?,
            user: table.text("user"),
            password: table.secret("password"),
            token: table.secret("token"),
        })
    }
}

impl KindOfConnection for PrometheusConnect {
    fn reach(&self) -> Reach<'_> {
        Reach::Address(as_user(&self.url, self.user.as_ref()), self.token.iter().chain(&self.password).collect())
    }

    fn looks_back(&self) -> bool {
        true
    }
}
