//! `kind = "command"`.

use super::{KindOfConnection, Reach};
use crate::grammar::plan::{ServiceUse, TableCursor, ValueKind, Variant, must, places, variant};
use crate::kinds::family::Described;
use crate::plan::CommandLine;
use serde::{Deserialize, Serialize};

/// A service that a command asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CommandConnect {
    /// `run`.
    pub run: CommandLine,
}

impl Described for CommandConnect {
    const GRAMMAR: Variant = variant(
        "command",
        "A service that a command asks.",
        &[must("run", ValueKind::Command(places::METRIC), "The command.")],
    )
    .used_for(&[ServiceUse::Metrics, ServiceUse::Telling, ServiceUse::Flags]);

    fn read(table: TableCursor<'_>) -> Option<Self> {
        Some(Self { run: table.command("run")? })
    }
}

impl KindOfConnection for CommandConnect {
    fn reach(&self) -> Reach<'_> {
        Reach::Command(&self.run)
    }
}
