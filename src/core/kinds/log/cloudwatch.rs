//! `cloudwatch`: a log group.

use super::KindOfLog;
use crate::grammar::plan::{
    KeyDescription, Noun, Table, TableCursor, ValueKind, Variant, may, must, plain as table_of, variant,
};
use crate::kinds::family::Described;
use crate::names::ConnectName;
use crate::touches::TouchKind;
use serde::{Deserialize, Serialize};

/// A log group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CloudWatchOrigin {
    /// `connect`.
    pub connect: ConnectName,
    /// `group`.
    pub group: String,
    /// `filter` pattern.
    pub filter: Option<String>,
}

const KEYS: &[KeyDescription] = &[must("cloudwatch", ValueKind::Table(&GROUP), "Which group.")];

static GROUP: Table = table_of(
    "A log group.",
    &[
        must("connect", ValueKind::Name(Noun::Connect(&["cloudwatch"])), "The service."),
        must("group", ValueKind::Text, "The group."),
        may("filter", ValueKind::Text, "The filter pattern."),
    ],
);

impl Described for CloudWatchOrigin {
    const GRAMMAR: Variant = variant("cloudwatch", "A log group.", KEYS);

    fn read(table: TableCursor<'_>) -> Option<Self> {
        let group = table.table(Self::GRAMMAR.word)?;
        Some(Self { connect: group.name("connect")?, group: group.text("group")?, filter: group.text("filter") })
    }
}

impl KindOfLog for CloudWatchOrigin {
    fn touch(&self) -> (TouchKind<'_>, String) {
        let filter = self.filter.as_ref().map(|f| format!(" where {f:?}")).unwrap_or_default();
        (TouchKind::Asks, format!("{:?}{filter} through {}", self.group, self.connect))
    }
}
