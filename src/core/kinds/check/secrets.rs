//! `secrets`: no secret in the history.

use super::kind::{CheckTouch, KindOfCheck};
use crate::grammar::plan::{KeyDescription, Table, TableCursor, ValueKind, Variant, may, must, places, plain, variant};
use crate::kinds::family::Described;
use crate::plan::{EnvValue, ReleaseRules, Template};
use serde::{Deserialize, Serialize};

/// `secrets = { since = "{previous-tag}" }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SecretsCheck {
    /// Where the look through the history begins; the whole history when absent.
    pub since: Option<Template>,
}

static SECRETS: Table = plain(
    "A look for secrets through the history.",
    &[may("since", ValueKind::Template(places::RELEASE), "Where it begins; the whole history when absent.")],
);

static KEYS: [KeyDescription; 1] = [must("secrets", ValueKind::Table(&SECRETS), "Where to look.")];

impl Described for SecretsCheck {
    const GRAMMAR: Variant = variant("secrets", "No secret in the history.", &KEYS);

    fn read(check: TableCursor<'_>) -> Option<Self> {
        Some(Self { since: check.table("secrets")?.template("since") })
    }
}

impl KindOfCheck for SecretsCheck {
    fn touch(&self) -> CheckTouch<'_> {
        CheckTouch::Nothing
    }

    fn asks(&self, _title: &str, _rules: &ReleaseRules) -> Vec<String> {
        Vec::from_iter(self.since.as_ref().map(|since| format!("since {since}")))
    }

    fn looks_outside(&self, _env: &[(String, EnvValue)]) -> bool {
        false
    }

    fn speaks_for_commit(&self) -> bool {
        true
    }
}
