//! `kind = "unleash"`.

use super::keys::{TOKEN, URL};
use super::{KindOfConnection, Reach};
use crate::grammar::plan::{ServiceUse, TableCursor, Variant, variant};
use crate::kinds::family::Described;
use crate::plan::Secret;
use serde::{Deserialize, Serialize};

/// Unleash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnleashConnect {
    /// `url`.
    pub url: String,
    /// `token`.
    pub token: Secret,
}

impl Described for UnleashConnect {
    const GRAMMAR: Variant = variant("unleash", "Unleash.", &[URL, TOKEN]).used_for(&[ServiceUse::Flags]);

    fn read(table: TableCursor<'_>) -> Option<Self> {
        Some(Self { url: table.url("url")?, token: table.secret("token")? })
    }
}

impl KindOfConnection for UnleashConnect {
    fn reach(&self) -> Reach<'_> {
        Reach::Address(self.url.clone(), vec![&self.token])
    }
}
