//! `[log.*]`: where log lines come from.

use crate::kinds::log::LogOrigin;
use crate::names::LogName;
use crate::time::Span;
use serde::{Deserialize, Serialize};

/// A source of log lines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogStream {
    /// The table's name.
    pub name: LogName,
    /// Way its lines come from.
    pub origin: LogOrigin,
    /// `format`: `json`, `logfmt` or `text`; looked at when absent.
    pub format: Option<String>,
    /// `mask`: regular expressions whose matches are never shown.
    pub mask: Vec<String>,
    /// `keep`.
    pub keep: LogKeep,
}

/// `keep = { size, age }`: how much of a source is kept on disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LogKeep {
    /// `size` in bytes.
    pub size: Option<u64>,
    /// `age`.
    pub age: Option<Span>,
}
