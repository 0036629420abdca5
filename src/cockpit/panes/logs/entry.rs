//! One line as it is kept: safe to print, with its number.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;
use std::time::Duration;
use tminus_core::log_stamp::behind_stamp;
use tminus_core::names::LogName;
use tminus_core::telemetry::LogLine;
use tminus_logs::level::Level;
use tminus_logs::pattern::Pattern;

/// How far into a line its level is looked for, in bytes: one of 64 KiB is not read through for a colour.
const HEAD: usize = 1_024;

/// What an entry costs besides its texts: itself, its counts, and its places in two lanes.
const OVERHEAD: usize = size_of::<LogEntry>() + 16 + 2 * size_of::<usize>();

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LogEntry {
    /// Its number in the order of arrival.
    pub(crate) number: u64,
    pub(crate) kind: LogEntryKind,
    pub(crate) source: LogName,
    pub(crate) at: Timestamp,
    /// How much newer than it the newest line was when it came, where that is worth a word.
    pub(crate) late: Option<Duration>,
    /// The text, or for what is not a line of a log what is to be said.
    pub(crate) text: String,
    /// How grave it is, once somebody has asked.
    level: OnceLock<Level>,
    /// Where the text begins behind a stamp that says what the column of the time says.
    behind: usize,
}

/// What stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogEntryKind {
    /// A line of a log.
    Line,
    /// A mark that a person set.
    Mark,
    /// Lines came here that the screen was too slow for.
    Missed,
    /// Older lines were here, and are not kept any more.
    Gone,
}

impl LogEntry {
    /// Makes an entry of a line.
    pub(super) fn of(line: LogLine) -> Self {
        let text = line.text.into_string();
        let (behind, level) = (behind_stamp(&text, line.at), OnceLock::new());
        Self { number: 0, kind: LogEntryKind::Line, source: line.source, at: line.at, late: None, text, level, behind }
    }

    /// Makes an entry that is no line of a log.
    pub(super) fn notice(kind: LogEntryKind, at: Timestamp, text: impl Into<String>) -> Self {
        let level = OnceLock::new();
        Self { number: 0, kind, source: LogName::new(""), at, late: None, text: text.into(), level, behind: 0 }
    }

    /// Returns the text as it is shown beside a time: without a stamp that would only say it again.
    pub(super) fn shown(&self, clock: TimeDisplay) -> &str {
        match clock {
            TimeDisplay::None => &self.text,
            TimeDisplay::Day | TimeDisplay::Age | TimeDisplay::Full => &self.text[self.behind..],
        }
    }

    pub(super) fn is_line(&self) -> bool {
        self.kind == LogEntryKind::Line
    }

    /// Says whether it is a line that a search or a filter means, by its text or by where it is from.
    pub(super) fn has(&self, pattern: &Pattern) -> bool {
        self.is_line() && pattern.is_in_line(self.source.as_str(), (&self.text, self.behind))
    }

    /// Says the same by its source and its beginning alone.
    pub(super) fn has_at_its_head(&self, pattern: &Pattern) -> bool {
        self.is_line() && pattern.is_in_line(self.source.as_str(), (self.head(), self.behind))
    }

    /// Says whether it is the same line of the same source.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.kind == other.kind && self.at == other.at && self.source == other.source && self.text == other.text
    }

    /// Returns how many bytes it takes.
    pub(super) fn cost(&self) -> usize {
        self.text.capacity() + self.source.as_str().len() + OVERHEAD
    }

    /// Guesses how grave it is.
    pub(super) fn level(&self) -> Level {
        if self.is_line() { *self.level.get_or_init(|| Level::guess(self.head())) } else { Level::Unknown }
    }

    /// Returns the beginning, where a line says how grave it is.
    pub(super) fn head(&self) -> &str {
        head(&self.text)
    }
}

/// Returns the beginning of a text, where it says how grave it is.
pub(super) fn head(text: &str) -> &str {
    &text[..text.floor_char_boundary(HEAD)]
}

/// What is shown of a line's time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TimeDisplay {
    #[default]
    Day,
    None,
    Age,
    Full,
}
