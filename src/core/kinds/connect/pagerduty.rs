//! `kind = "pagerduty"`.

use super::{KindOfConnection, Reach};
use crate::grammar::plan::{ServiceUse, TableCursor, ValueKind, Variant, must, variant};
use crate::kinds::family::Described;
use crate::plan::Secret;
use serde::{Deserialize, Serialize};

/// PagerDuty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PagerDutyConnect {
    /// `key`: the routing key.
    pub key: Secret,
}

impl Described for PagerDutyConnect {
    const GRAMMAR: Variant = variant("pagerduty", "PagerDuty.", &[must("key", ValueKind::Secret, "The routing key.")])
        .used_for(&[ServiceUse::Telling]);

    fn read(table: TableCursor<'_>) -> Option<Self> {
        Some(Self { key: table.secret("key")? })
    }
}

impl KindOfConnection for PagerDutyConnect {
    fn reach(&self) -> Reach<'_> {
        Reach::Address("events.pagerduty.com".to_owned(), vec![&self.key])
    }
}
