//! How somebody looked at a project, remembered for the next time: the view, what is filtered, how log lines are shown, marks,
//! and what was said to them and not read.
//!
//! Nothing is decided by it. What is hidden says so on the screen, as ever.

use super::notices::NoticeLine;
use super::panes::logs::{LongLines, TimeDisplay};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::Path;
use tminus_core::names::LogName;
use tminus_storage::paths::write_private;

/// The largest file that is read.
const LARGEST: u64 = 256 << 10;

/// How somebody looked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Session {
    /// The numbered view, by its context of keys.
    pub(super) view: String,
    /// What was searched or filtered for, the newest last.
    pub(super) searches: Vec<String>,
    pub(super) checks: String,
    pub(super) facts: String,
    pub(super) lines: String,
    /// The sources that are hidden.
    pub(super) hidden: BTreeSet<LogName>,
    pub(super) fold: LongLines,
    pub(super) clock: TimeDisplay,
    pub(super) marks: Vec<(Timestamp, String)>,
    /// The messages that nobody has read, oldest first.
    pub(super) unread: Vec<NoticeLine>,
}

impl Session {
    /// Reads the file; what cannot be read is as good as not there.
    pub(crate) fn read(file: &Path) -> Option<Self> {
        std::fs::metadata(file).ok().filter(|found| found.is_file() && found.len() <= LARGEST)?;
        serde_json::from_str(&std::fs::read_to_string(file).ok()?).ok()
    }

    /// Writes the file. One that cannot be written is no reason to trouble somebody who leaves.
    pub(crate) fn write(&self, file: &Path) {
        if let Ok(text) = serde_json::to_vec(self) {
            let _ = write_private(file, &text);
        }
    }
}
