//! `kind = "slack"`.

use super::{KindOfConnection, Reach};
use crate::grammar::plan::{ServiceUse, TableCursor, ValueKind, Variant, must, variant};
use crate::kinds::family::Described;
use crate::plan::Secret;
use serde::{Deserialize, Serialize};

/// An incoming webhook of Slack, whose URL is the credential.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SlackConnect {
    /// `url`.
    pub url: Secret,
}

impl Described for SlackConnect {
    const GRAMMAR: Variant = variant(
        "slack",
        "A Slack channel.",
        &[must("url", ValueKind::Secret, "The address of the incoming webhook, which is itself the credential.")],
    )
    .used_for(&[ServiceUse::Telling]);

    fn read(table: TableCursor<'_>) -> Option<Self> {
        Some(Self { url: table.secret("url")? })
    }
}

impl KindOfConnection for SlackConnect {
    fn reach(&self) -> Reach<'_> {
        Reach::Address("the address in it".to_owned(), vec![&self.url])
    }
}
