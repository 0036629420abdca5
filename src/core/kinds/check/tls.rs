//! `tls`: a certificate.

use super::kind::{CheckTouch, KindOfCheck};
use crate::grammar::plan::{Cursor, Key, Kind, Table, Variant, must, places, plain, variant};
use crate::kinds::family::Described;
use crate::plan::{ReleaseRules, Setting, Template};
use serde::{Deserialize, Serialize};

/// `tls = { host, days-left }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TlsCheck {
    /// `host`, with an optional port.
    pub host: Template,
    /// `days-left`.
    pub days_left: u32,
}

static TLS: Table = plain(
    "A certificate.",
    &[
        must("host", Kind::Template(places::CHECK), "The host, with an optional port."),
        must("days-left", Kind::Integer(0, 3_650), "For how many days it must still be valid."),
    ],
);

static KEYS: [Key; 1] = [must("tls", Kind::Table(&TLS), "The host, and how long its certificate must last.")];

impl Described for TlsCheck {
    const GRAMMAR: Variant = variant("tls", "A certificate.", &KEYS);

    fn read(check: Cursor<'_>) -> Option<Self> {
        let table = check.table("tls")?;
        Some(Self { host: table.template("host")?, days_left: table.integer("days-left")? })
    }
}

impl KindOfCheck for TlsCheck {
    fn touch(&self) -> CheckTouch<'_> {
        CheckTouch::Asks(format!("asks {} for its certificate", self.host))
    }

    fn asks(&self, _title: &str, _rules: &ReleaseRules) -> Vec<String> {
        vec![format!("{} days are left", self.days_left)]
    }

    fn looks_outside(&self, _env: &[(String, Setting)]) -> bool {
        true
    }

    fn speaks_for_commit(&self) -> bool {
        false
    }

    fn address(&self) -> Option<&Template> {
        Some(&self.host)
    }
}
