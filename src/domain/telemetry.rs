//! What clients hear from the engine: facts, and the lossy rest.

use super::fact::Record;
use super::failure::Failure;
use super::names::{ActionId, ArtifactName, CheckName, EnvName, LogName};
use super::order::Progress;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a client of the engine receives, in order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// A fact that is on disk.
    Fact(Arc<Record>),
    /// Something that may be lost.
    Telemetry(Telemetry),
}

/// Lossy news: dropped where nobody takes it, never made a fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Telemetry {
    /// A line of a log.
    Log(LogLine),
    /// A log source cannot be read, since when, and why; `None` when it can again.
    LogLost {
        /// The source.
        source: LogName,
        /// Since when.
        at: Timestamp,
        /// Why; absent when it can be read again.
        failure: Option<Failure>,
    },
    /// How far a step has come, or a line of its output.
    Step {
        /// The action.
        action: ActionId,
        /// The step, counted from 0.
        step: usize,
        /// How far.
        progress: Progress,
    },
    /// A line that a running check printed.
    Check {
        /// The check.
        check: CheckName,
        /// How far.
        progress: Progress,
    },
    /// A target was looked at and is as it was.
    StillSo {
        /// The environment.
        env: EnvName,
        /// The artifact.
        artifact: ArtifactName,
        /// When it was looked at.
        at: Timestamp,
    },
    /// The journal cannot be written: the engine touches nothing any more, and can still be read.
    JournalLost {
        /// Why.
        failure: Failure,
    },
    /// The branch was looked at and is as it was.
    BranchStillSo {
        /// When it was looked at.
        at: Timestamp,
    },
}

/// A line as it came from outside; nothing in it is safe to print yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// The source.
    pub source: LogName,
    /// The source's own time stamp, or when it was read.
    pub at: Timestamp,
    /// The text without its line end, at most [`LogLine::MAX_BYTES`].
    pub text: String,
}

impl LogLine {
    /// How long a line may be, in bytes; what is longer is cut, with a sign.
    pub const MAX_BYTES: usize = 64 * 1024;
}
