//! `dns`: a name.

use super::kind::{CheckTouch, KindOfCheck};
use crate::grammar::plan::{Cursor, Key, Kind, Table, Variant, may, must, places, plain, variant};
use crate::kinds::family::Described;
use crate::plan::{ReleaseRules, Setting, Template};
use serde::{Deserialize, Serialize};

/// `dns = { name, type, is, resolvers }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DnsCheck {
    /// `name`.
    pub name: Template,
    /// `type`: `A`, `AAAA`, `CNAME`, `TXT` …
    pub record: String,
    /// `is`: what must be answered.
    pub is: Vec<String>,
    /// `resolvers`: whom to ask; the system's when empty.
    pub resolvers: Vec<String>,
}

const RECORDS: &[&str] = &["A", "AAAA", "CNAME", "TXT", "MX", "NS", "CAA", "SRV", "PTR", "SOA"];

static DNS: Table = plain(
    "A name.",
    &[
        must("name", Kind::Template(places::CHECK), "The name that is asked for."),
        may("type", Kind::Word(RECORDS), "The type of record.").or("A"),
        must("is", Kind::Many(&Kind::Text), "What must be answered."),
        may("resolvers", Kind::List(&Kind::Text), "Whom to ask; the system's when absent."),
    ],
);

static KEYS: [Key; 1] = [must("dns", Kind::Table(&DNS), "The name, and what it must stand for.")];

impl Described for DnsCheck {
    const GRAMMAR: Variant = variant("dns", "A name.", &KEYS);

    fn read(check: Cursor<'_>) -> Option<Self> {
        let table = check.table("dns")?;
        Some(Self {
            name: table.template("name")?,
            record: table.text("type").unwrap_or_else(|| "A".to_owned()),
            is: table.texts("is"),
            resolvers: table.texts("resolvers"),
        })
    }
}

impl KindOfCheck for DnsCheck {
    fn touch(&self) -> CheckTouch<'_> {
        let whom = match self.resolvers.as_slice() {
            [] => "the resolver of this machine".to_owned(),
            named => named.join(", "),
        };
        CheckTouch::Asks(format!("asks {whom} for {} {}", self.record, self.name))
    }

    fn asks(&self, _title: &str, _rules: &ReleaseRules) -> Vec<String> {
        vec![format!("it is {}", self.is.join(", "))]
    }

    fn asks_nothing(&self, _rules: &ReleaseRules) -> Option<&'static str> {
        self.is.is_empty().then_some("wants no answer in particular")
    }

    fn looks_outside(&self, _env: &[(String, Setting)]) -> bool {
        true
    }

    fn speaks_for_commit(&self) -> bool {
        false
    }
}
