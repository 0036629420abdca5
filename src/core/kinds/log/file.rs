//! `file`: a file that grows.

use super::KindOfLog;
use crate::grammar::plan::{TableCursor, ValueKind, Variant, must, variant};
use crate::kinds::family::Described;
use crate::touches::{FileUse, TouchKind};
use serde::{Deserialize, Serialize};

/// A file that grows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileOrigin(pub String);

impl FileOrigin {
    /// Its word in the plan file.
    pub const WORD: &str = "file";
}

impl Described for FileOrigin {
    const GRAMMAR: Variant = variant(
        Self::WORD,
        "A file that grows.",
        &[must(Self::WORD, ValueKind::AnyPath, "The file; it may lie outside the repository.")],
    );

    fn read(table: TableCursor<'_>) -> Option<Self> {
        table.text(Self::WORD).map(Self)
    }
}

impl KindOfLog for FileOrigin {
    fn touch(&self) -> (TouchKind<'_>, String) {
        (TouchKind::Reads(&self.0, FileUse::Log), format!("the file {}", self.0))
    }
}
