//! What a decision rests on, and what it comes to.

use crate::command::Refusal;
use crate::fact::Fact;
use crate::kept_output::OutputFile;
use crate::names::{ActionId, CheckName, Commit, SeatId, Version};
use crate::plan::Plan;
use crate::release::Release;
use crate::situation::{CallsOf, Situation};
use crate::time::Span;
use crate::who::Who;
use jiff::Timestamp;

/// What a command comes to. The facts are recorded first, whatever follows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// What is now true.
    pub facts: Vec<Fact>,
    /// What the engine does next.
    pub follow: Follow,
}

/// What the engine does after the facts are on disk.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Follow {
    /// Nothing.
    #[default]
    Nothing,
    /// An action goes on with its next step.
    Advance(ActionId),
    /// Checks run.
    RunChecks(Version, Vec<CheckName>),
    /// Checks are ended; all of the release where none is named.
    CancelChecks(Version, Vec<CheckName>),
    /// A kept output is read, and told.
    ReadOutput(OutputFile),
    /// Checks that a gate lacks run, and then the same command is decided again.
    RunFirst(Version, Vec<CheckName>),
    /// The repository is asked whether the branch can be created, and then the same command is decided again.
    TryBranch {
        /// The branch.
        branch: String,
        /// Where it would begin.
        at: Commit,
    },
    /// Targets and branch are looked at.
    Look,
    /// The answer is no; the facts, such as an open proposal, stand all the same.
    Refuse(Refusal),
}

/// Everything that a decision rests on.
pub struct DecisionInput<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// What the journal says.
    pub release: &'a Release,
    /// Who asks.
    pub who: &'a Who,
    /// From which seat; a command of the shell has none.
    pub seat: Option<&'a SeatId>,
    /// How long the driver has pressed no key; absent when nobody knows.
    pub driver_away: Option<Span>,
    /// When.
    pub now: Timestamp,
    /// Which calls an order would make.
    pub calls_of: &'a dyn CallsOf,
    /// Whether what must be found out first was, just now, for this very command: the checks that the gate lacks, or
    /// whether a branch can be created.
    pub gate_was_run: GateRun,
}

/// Whether the checks that a gate lacks were run, or the repository was asked, for this command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GateRun {
    /// Not yet.
    NotYet,
    /// It was: what is still lacking now holds the action.
    Done,
}

impl DecisionInput<'_> {
    pub(super) fn situation<'b>(&'b self, version: &'b Version) -> Situation<'b> {
        Situation { plan: self.plan, release: self.release, version, now: self.now }
    }
}

impl Decision {
    pub(super) fn record(fact: Fact) -> Self {
        Self { facts: vec![fact], follow: Follow::Nothing }
    }
}
