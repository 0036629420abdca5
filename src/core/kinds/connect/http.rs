//! `kind = "http"`.

use super::keys::URL;
use super::{KindOfConnection, Reach};
use crate::grammar::plan::{ServiceUse, TableCursor, ValueKind, Variant, may, variant};
use crate::kinds::family::Described;
use crate::plan::Secret;
use serde::{Deserialize, Serialize};

/// Any service that answers a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HttpConnect {
    /// `url`.
    pub url: String,
    /// `token`.
    pub token: Option<Secret>,
}

impl Described for HttpConnect {
    const GRAMMAR: Variant = variant(
        "http",
        "Any service that answers a request.",
        &[URL, may("token", ValueKind::Secret, "A bearer token.")],
    )
    .used_for(&[ServiceUse::Metrics, ServiceUse::Telling, ServiceUse::Flags]);

    fn read(table: TableCursor<'_>) -> Option<Self> {
        Some(Self { url: table.url("url")?, token: table.secret("token") })
    }
}

impl KindOfConnection for HttpConnect {
    fn reach(&self) -> Reach<'_> {
        Reach::Address(self.url.clone(), self.token.iter().collect())
    }
}
