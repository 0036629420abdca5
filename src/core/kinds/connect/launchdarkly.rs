//! `kind = "launchdarkly"`.

use super::keys::TOKEN;
use super::kind::or;
use super::{KindOfConnection, Reach};
use crate::grammar::plan::{ServiceUse, TableCursor, ValueKind, Variant, may, variant};
use crate::kinds::family::Described;
use crate::plan::Secret;
use serde::{Deserialize, Serialize};

/// LaunchDarkly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LaunchDarklyConnect {
    /// `url`: `https://app.launchdarkly.com` by default.
    pub url: Option<String>,
    /// `token`.
    pub token: Secret,
}

impl Described for LaunchDarklyConnect {
    const GRAMMAR: Variant = variant(
        "launchdarkly",
        "LaunchDarkly.",
        &[may("url", ValueKind::Url, "Its address.").or("https://app.launchdarkly.com"), TOKEN],
    )
    .used_for(&[ServiceUse::Flags]);

    fn read(table: TableCursor<'_>) -> Option<Self> {
        Some(Self { url: table.url("url"), token: table.secret("token")? })
    }
}

impl KindOfConnection for LaunchDarklyConnect {
    fn reach(&self) -> Reach<'_> {
        Reach::Address(or(self.url.as_ref(), "app.launchdarkly.com"), vec![&self.token])
    }
}
