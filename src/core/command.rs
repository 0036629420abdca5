//! Commands: what a person asks of the engine; answered by facts, or by a refusal to them alone.

use super::action::Request;
use super::adoption::Adoptable;
use super::lock::LockCommand;
use super::names::{ActionId, CheckName, Commit, EnvName, Version};
use super::seat::SeatCommand;
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
    /// About the seats.
    Seat(SeatCommand),
    /// About who holds an environment.
    Lock(LockCommand),
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
        /// The tag that it mends, of a hotfix.
        #[serde(default)]
        hotfix_of: Option<String>,
    },
    /// Set T-0.
    Schedule {
        /// The version.
        version: Version,
        /// T-0.
        zero: Timestamp,
    },
    /// Say that a milestone was reached.
    Reach {
        /// The version.
        version: Version,
        /// The milestone's title.
        milestone: String,
        /// What is written.
        note: String,
    },
    /// End it.
    Close {
        /// The version.
        version: Version,
        /// What is written.
        note: String,
        /// Why it ends though its branch is not merged back.
        #[serde(default)]
        unmerged: Option<String>,
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
    /// Ends these, whoever began them; those of them that wait are not run. Without names, all of the release.
    Cancel {
        /// The release.
        release: Version,
        /// The checks.
        checks: Vec<CheckName>,
    },
    /// Reads what a run printed, as far as it is kept; it is told as telemetry.
    ReadOutput {
        /// The release.
        release: Version,
        /// The check.
        check: CheckName,
        /// The run, by the fact that recorded it.
        run: u64,
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
    /// Adopt what tminus did not bring.
    Adopt {
        /// The release that was looked at.
        release: Version,
        /// The environment.
        env: EnvName,
        /// What the person saw: something else by now is refused.
        seen: Adoptable,
        /// The environment's name, typed, where it is protected.
        typed: Option<String>,
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

impl Command {
    /// Changes every text that a person wrote: what somebody pastes into a reason may be a secret.
    #[must_use]
    pub fn rewritten(self, change: &dyn Fn(&str) -> String) -> Self {
        match self {
            Self::Release(ReleaseCommand::Close { version, note, unmerged }) => {
                let unmerged = unmerged.map(|why| change(&why));
                Self::Release(ReleaseCommand::Close { version, note: change(&note), unmerged })
            }
            Self::Release(ReleaseCommand::Reach { version, milestone, note }) => {
                Self::Release(ReleaseCommand::Reach { version, milestone, note: change(&note) })
            }
            Self::Check(CheckCommand::Say { release, check, yes, note }) => {
                Self::Check(CheckCommand::Say { release, check, yes, note: change(&note) })
            }
            Self::Gate(GateCommand::Approve { action, note }) => {
                Self::Gate(GateCommand::Approve { action, note: change(&note) })
            }
            Self::Gate(GateCommand::Waive { release, env, item, reason }) => {
                Self::Gate(GateCommand::Waive { release, env, item, reason: change(&reason) })
            }
            Self::Gate(GateCommand::Adopt { release, env, seen, typed, reason }) => {
                Self::Gate(GateCommand::Adopt { release, env, seen, typed, reason: change(&reason) })
            }
            Self::Action(ActionCommand::Accept { action, note }) => {
                Self::Action(ActionCommand::Accept { action, note: change(&note) })
            }
            Self::Action(ActionCommand::Start { release, request, mut consent }) => {
                // What was seen is compared with what is asked for, so both are changed alike.
                if let Some(seen) = &mut consent.seen {
                    seen.request = seen.request.clone().rewritten(change);
                }
                Self::Action(ActionCommand::Start { release, request: request.rewritten(change), consent })
            }
            Self::Seat(SeatCommand::Sit { wish, place }) => {
                Self::Seat(SeatCommand::Sit { wish, place: change(&place) })
            }
            Self::Seat(SeatCommand::Rise { why }) => Self::Seat(SeatCommand::Rise { why: change(&why) }),
            Self::Lock(command) => Self::Lock(command.rewritten(change)),
            Self::Release(_) | Self::Check(_) | Self::Action(_) | Self::Seat(_) | Self::Refresh => self,
        }
    }
}

/// What a person has confirmed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Consent {
    /// The name that they typed, for a protected environment.
    pub typed: Option<String>,
    /// The proposal that they saw: another one by now is refused. Absent for a command that never showed one.
    pub seen: Option<super::action::Proposal>,
}

impl Consent {
    /// Returns the name that was typed, where it is another than this place's.
    #[must_use]
    pub fn other_name(&self, env: &EnvName) -> Option<&str> {
        self.typed.as_deref().filter(|typed| !typed.is_empty() && *typed != env.as_str())
    }
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
    /// The journal cannot be written: nothing is begun. Exit 4.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_wrote_is_changed_in_what_is_asked_and_in_what_was_seen() {
        let request = Request::RollBack { env: EnvName::new("staging"), to: None, reason: "hunter2".to_owned() };
        let seen = crate::action::Proposal {
            release: Version::parse("1.0.0").unwrap(),
            request: request.clone(),
            moves: Vec::new(),
            plan: String::new(),
            commit: None,
            scope: None,
        };
        let consent = Consent { typed: None, seen: Some(seen) };
        let release = Version::parse("1.0.0").unwrap();
        let asked = Command::Action(ActionCommand::Start { release, request, consent });
        let Command::Action(ActionCommand::Start { request, consent, .. }) = asked.rewritten(&|_| "•••".to_owned())
        else {
            panic!("it became another command")
        };
        assert_eq!(Some(&request), consent.seen.as_ref().map(|s| &s.request));
        assert!(matches!(request, Request::RollBack { reason, .. } if reason == "•••"));
    }
}
