//! `kind = "sentry"`.

use super::keys::TOKEN;
use super::kind::or;
use super::{KindOfConnection, Reach};
use crate::grammar::plan::{ServiceUse, TableCursor, ValueKind, Variant, may, must, variant};
use crate::kinds::family::Described;
use crate::plan::Secret;
use serde::{Deserialize, Serialize};

/// Sentry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SentryConnect {
    /// `url`: `https://sentry.io` by default.
    pub url: Option<String>,
    /// `org`.
    pub org: String,
    /// `project`.
    pub project: String,
    /// `token`.
    pub token: Secret,
}

impl Described for SentryConnect {
    const GRAMMAR: Variant = variant(
        "sentry",
        "Sentry.",
        &[
            may("url", ValueKind::Url, "Its address.").or("https://sentry.io"),
            must("org", ValueKind::Text, "The organization."),
            must("project", ValueKind::Text, "The project."),
            TOKEN,
        ],
    )
    .used_for(&[ServiceUse::Metrics]);

    fn read(table: TableCursor<'_>) -> Option<Self> {
        Some(Self {
            url: table.url("url"),
            org: table.text("org")?,
            project: table.text("project")?,
            token: table.secret("token")?,
        })
    }
}

impl KindOfConnection for SentryConnect {
    fn reach(&self) -> Reach<'_> {
        let address = format!("{} for {}/{}", or(self.url.as_ref(), "sentry.io"), self.org, self.project);
        Reach::Address(address, vec![&self.token])
    }

    fn counts_sessions(&self) -> bool {
        true
    }
}
