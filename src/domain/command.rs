//! Commands: what a person asks of the engine; answered by facts, or by a refusal to them alone.

use super::action::Request;
use super::names::{ActionId, CheckName, Commit, EnvName, Version};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What somebody asks for, by subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// About a release as a whole.
    Release(ReleaseCommand),
    /// About checks.
    Check(CheckCommand),
    /// About a gate.
    Gate(GateCommand),
    /// About an action.
    Action(ActionCommand),
    /// Look at the targets and the branch again, now.
    Refresh,
}

/// About a release as a whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ReleaseCommand {
    /// Open a version whose branch exists.
    Open {
        /// The version.
        version: Version,
        /// Its branch.
        branch: String,
        /// The branch's commit.
        commit: Commit,
        /// The version before it.
        previous: Option<Version>,
    },
    /// Create the branch, and open the version.
    Cut {
        /// The version.
        version: Version,
        /// The branch to create.
        branch: String,
        /// Where it begins.
        commit: Commit,
        /// The version before it.
        previous: Option<Version>,
    },
    /// Set T-0.
    Schedule {
        /// The version.
        version: Version,
        /// T-0.
        zero: Timestamp,
    },
    /// End it.
    Close {
        /// The version.
        version: Version,
        /// What is written.
        note: String,
    },
}

/// About checks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum CheckCommand {
    /// Run these, in the order of the plan, needed ones first.
    Run {
        /// The release.
        release: Version,
        /// The checks.
        checks: Vec<CheckName>,
    },
    /// A person says whether a manual check is true.
    Say {
        /// The release.
        release: Version,
        /// The check.
        check: CheckName,
        /// Whether it is true.
        yes: bool,
        /// Why.
        note: String,
    },
}

/// About a gate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum GateCommand {
    /// Approve a proposal.
    Approve {
        /// The proposal.
        action: ActionId,
        /// What is written.
        note: String,
    },
    /// Go on without something.
    Waive {
        /// The release.
        release: Version,
        /// The environment whose gate it is.
        env: EnvName,
        /// A check's name, `after:ENV`, or `bad:VERSION`.
        item: String,
        /// Why.
        reason: String,
    },
}

/// About an action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(clippy::large_enum_variant, reason = "a command is made by a keypress, and read once")]
pub enum ActionCommand {
    /// Go ahead with it.
    Start {
        /// The release.
        release: Version,
        /// What.
        request: Request,
        /// What the person has confirmed.
        consent: Consent,
    },
    /// Stop at the next boundary.
    Stop {
        /// Which.
        action: ActionId,
    },
    /// Try the failed step again.
    Retry {
        /// Which.
        action: ActionId,
    },
    /// Leave everything as it is, and end the action.
    Leave {
        /// Which.
        action: ActionId,
    },
    /// A person looked: the unclear step is done.
    Accept {
        /// Which.
        action: ActionId,
        /// What they saw.
        note: String,
    },
}

/// What a person has confirmed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Consent {
    /// The name that they typed, for a protected environment.
    pub typed: Option<String>,
    /// The proposal that they saw: another one by now is refused. Absent for a command that never showed one.
    pub seen: Option<super::action::Proposal>,
}

/// Why the engine does not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{says}")]
pub struct Refusal {
    /// What kind it is; the exit status follows from it.
    pub kind: RefusalKind,
    /// What happened, what is now true, and what to do.
    pub says: String,
    /// The single reasons, where there are several.
    pub reasons: Vec<String>,
}

/// The kinds of refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefusalKind {
    /// The plan or the release knows no such thing: exit 2.
    Unknown,
    /// A gate, an approval, a confirmation, a lock, a seat, trust: exit 3.
    Held,
    /// It cannot be told whether it may: exit 4.
    CannotTell,
    /// The journal cannot be written: nothing is touched. Exit 4.
    JournalLost,
}

impl Refusal {
    /// Makes a refusal.
    pub fn new(kind: RefusalKind, says: impl Into<String>) -> Self {
        Self { kind, says: says.into(), reasons: Vec::new() }
    }

    /// Makes a refusal because something holds it.
    pub fn held(says: impl Into<String>) -> Self {
        Self::new(RefusalKind::Held, says)
    }

    /// Makes a refusal because there is no such thing.
    pub fn unknown(says: impl Into<String>) -> Self {
        Self::new(RefusalKind::Unknown, says)
    }

    /// Adds the single reasons.
    #[must_use]
    pub fn with(mut self, reasons: Vec<String>) -> Self {
        self.reasons = reasons;
        self
    }
}
