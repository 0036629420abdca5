//! `command`: what a command prints.

use super::KindOfLog;
use crate::grammar::plan::{TableCursor, ValueKind, Variant, must, places, variant};
use crate::kinds::family::Described;
use crate::plan::CommandLine;
use crate::touches::{RunRole, TouchKind, TouchedCommand};
use serde::{Deserialize, Serialize};

/// A command that prints lines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CommandOrigin(pub CommandLine);

impl CommandOrigin {
    /// Its word in the plan file.
    pub const WORD: &str = "command";
}

impl Described for CommandOrigin {
    const GRAMMAR: Variant = variant(
        Self::WORD,
        "What a command prints.",
        &[must(Self::WORD, ValueKind::Command(places::NOTHING), "The command.")],
    );

    fn read(table: TableCursor<'_>) -> Option<Self> {
        table.command(Self::WORD).map(Self)
    }
}

impl KindOfLog for CommandOrigin {
    fn touch(&self) -> (TouchKind<'_>, String) {
        let run = TouchedCommand { line: &self.0, dir: None, role: RunRole::Log, env: &[] };
        (TouchKind::Runs(run), format!("what this prints: {}", self.0.display()))
    }
}
