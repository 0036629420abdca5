//! Lines from somewhere.

use super::PortError;
use crate::mask::SafeLine;
use crate::telemetry::LogLine;
use async_trait::async_trait;
use jiff::Timestamp;
use tokio::sync::mpsc;

/// A source of lines: safe ones; what an adapter reads outside is a `LogSource<String>`, which nothing but
/// [`crate::mask::Washer`] makes safe.
#[async_trait]
pub trait LogSource<T: Send + 'static = SafeLine>: Send + Sync {
    /// Sends the lines since a moment, then those that come, until the receiver is gone.
    ///
    /// Returns an error when the source ends or fails; calling again with the last line's time goes on from there.
    async fn follow(&self, since: Option<Timestamp>, lines: mpsc::Sender<LogLine<T>>) -> Result<(), PortError>;

    /// Returns the newest lines there are since a moment, oldest first, at most `most`.
    async fn read(&self, since: Option<Timestamp>, most: usize) -> Result<LogReading<T>, PortError>;

    /// Returns since when whatever writes the lines runs, where the source knows: what ran before it under the same name
    /// has written the lines before.
    async fn runs_since(&self) -> Result<Option<RunSpan>, PortError> {
        Ok(None)
    }
}

/// One run of whatever writes a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunSpan {
    /// The moment after which every line is of this run.
    pub after: Timestamp,
    /// When it was started; its first line may carry an earlier stamp.
    pub started: Timestamp,
}

/// What was read of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogReading<T = SafeLine> {
    /// The lines, oldest first.
    pub lines: Vec<LogLine<T>>,
    /// Whether older ones of the same time were left out.
    pub is_cut: bool,
    /// Lines of which nobody can tell when they were written, the newest of them.
    pub undated: Vec<UndatedLine<T>>,
    /// How many of those there were.
    pub undated_count: u64,
}

impl<T> Default for LogReading<T> {
    fn default() -> Self {
        Self { lines: Vec::new(), is_cut: false, undated: Vec::new(), undated_count: 0 }
    }
}

/// A line of which nobody can tell when it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndatedLine<T = SafeLine> {
    /// Its text.
    pub text: T,
    /// Why.
    pub why: Undatable,
    /// Which line of its file it is, counted from 1, where that is known.
    pub number: Option<u64>,
}

/// Why a line cannot be dated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undatable {
    /// It has no stamp.
    NoStamp,
    /// Its stamp names no time zone, and in one of those that it may mean it is too old.
    NoZone,
    /// Its stamp has not come yet.
    Ahead,
    /// Its stamp can be read in more than one way.
    Unclear,
}

impl Undatable {
    /// Returns why, as a clause behind "a line", and what a person can do about it.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::NoStamp => ("has no time stamp", "let the source print one, as `docker logs --timestamps` does"),
            Self::NoZone => {
                ("has a time stamp without a time zone", "let the source write it with one, as 12:41:07Z is")
            }
            Self::Unclear => (
                "has a time stamp that can be read in more than one way",
                "let the source write one field, as 2026-11-22T12:41:07Z",
            ),
            Self::Ahead => ("has a time stamp in the future", "look at the clock and the time zone of what writes it"),
        }
    }
}
