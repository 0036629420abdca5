//! What clients receive from the engine: facts, which are never lost, and news, which may be.

use super::branch_log::BranchLog;
use super::fact::Record;
use super::failure::{Failure, FailureKind};
use super::kept_output::OutputLook;
use super::mask::{SafeFailure, SafeLine};
use super::names::{ActionId, ArtifactName, CheckName, Digest, EnvName, LogName, SeatId, Version};
use super::order::{Health, Progress};
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

/// Returns what is said once the journal cannot be written, and what a person does about it.
///
/// It does not try again: what happened in the world meanwhile is unrecorded, and only the next engine looks it up.
pub fn journal_lost(why: &str) -> Failure {
    let says = "the journal cannot be written, so nothing is begun";
    Failure::new(FailureKind::Rejected, says).because(why)
}

/// What a person does about a journal that cannot be written.
pub const JOURNAL_WAY_ON: &str = "make it whole and writable (free space on a full disk, put a missing file back), \
     then `tminus engine stop`, and open tminus again: the next engine continues what was begun";

/// News that may be lost: it is dropped where no client takes it, and never becomes a fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Telemetry {
    /// Lines of a log, oldest first: as many as came in the same moment.
    Log(Arc<[LogLine]>),
    /// A log source cannot be read, since when, and why; `None` when it can again.
    LogLost {
        /// The source.
        source: LogName,
        /// Since when.
        at: Timestamp,
        /// Why; absent when it can be read again.
        failure: Option<SafeFailure>,
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
    /// What a run of a check printed, as somebody asked for it.
    Output(Arc<OutputLook>),
    /// A target was looked at and is as it was.
    StillSo {
        /// The environment.
        env: EnvName,
        /// The artifact.
        artifact: ArtifactName,
        /// When it was looked at.
        at: Timestamp,
    },
    /// What the containers of a place do at this moment, all of them.
    Containers {
        /// The environment.
        env: EnvName,
        /// The artifact.
        artifact: ArtifactName,
        /// When they were looked at.
        at: Timestamp,
        /// The containers, in the order that they are shown in.
        containers: Vec<Container>,
    },
    /// The journal cannot be written: the engine begins nothing more, and can still be read.
    JournalLost {
        /// Why.
        failure: Failure,
    },
    /// Where somebody who sits at the release looks.
    Present {
        /// Their seat.
        seat: SeatId,
        /// The view, by its name.
        view: String,
        /// The size of their screen, in columns and rows.
        size: (u16, u16),
        /// When they pressed a key last.
        key: Timestamp,
    },
    /// The commits around the branch of a release, after they changed.
    BranchLog {
        /// The release.
        version: Version,
        /// All of them.
        log: Arc<BranchLog>,
    },
    /// The branch was looked at and is as it was.
    BranchStillSo {
        /// When it was looked at.
        at: Timestamp,
    },
}

/// A container as it is at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Container {
    /// Its name.
    pub name: String,
    /// The service that it belongs to, where it is one of several.
    pub service: Option<String>,
    /// The image that it was started from, as its engine names it.
    pub image: String,
    /// The image's digest, where the engine knows it.
    pub digest: Option<Digest>,
    /// How it is; one that is only up and has no health check is [`Health::Unknown`].
    pub health: Health,
    /// Its state in the engine's own words: `Up 3 minutes (healthy)`.
    pub words: String,
    /// How often its engine restarted it.
    pub restarts: u64,
    /// The ports it is published on: `127.0.0.1:8000→8000/tcp`.
    pub ports: Vec<String>,
    /// Since when it runs.
    pub since: Option<Timestamp>,
    /// What it uses, where that was asked for.
    pub load: Option<Load>,
    /// What it is to the release.
    pub role: ContainerRole,
}

/// What a container is to the release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ContainerRole {
    /// It runs the artifact.
    Serves,
    /// It is being started, and does not serve yet.
    Candidate,
    /// It is kept for a rollback.
    Kept,
    /// It runs beside the artifact.
    Beside,
}

/// What a container uses.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// The share of one processor: 1.0 is one whole.
    pub cpu: f64,
    /// Memory in bytes, without what the kernel could drop at once.
    pub memory: u64,
    /// The most that it may use, in bytes; absent when the engine sets no limit of its own.
    pub limit: Option<u64>,
}

/// A line of a log. As it comes from outside it is a `LogLine<String>`, and nothing of that may be shown, kept or sent on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine<T = SafeLine> {
    /// The source.
    pub source: LogName,
    /// The source's own time stamp, or when it was read.
    pub at: Timestamp,
    /// The text without its line end, at most [`super::open_line::LONGEST_LINE`].
    pub text: T,
}
