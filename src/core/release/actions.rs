//! The actions: proposed, approved, begun, step by step, ended.

use super::since::Since;
use super::steps::{StepPhase, StepState};
use crate::action::{Outcome, Proposal, Request, StepTask};
use crate::fact::Record;
use crate::names::ActionId;
use crate::order::Task;
use crate::plan::Approvals;
use crate::verdict::Verdict;
use crate::who::Who;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// One action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActionState {
    /// Its id.
    pub id: ActionId,
    /// What exactly was asked for.
    pub proposal: Proposal,
    /// Who asked.
    pub proposer: Who,
    /// When.
    pub proposed: Timestamp,
    /// The approvals that count.
    pub approvals: Vec<Approval>,
    /// Why earlier approvals count no longer.
    pub lapsed: Option<String>,
    /// When it began, and who let it.
    pub started: Option<(Timestamp, Who)>,
    /// Its steps.
    pub steps: Vec<StepState>,
    /// Whether somebody asked it to stop.
    pub stop_requested: Option<Who>,
    /// How it ended.
    pub ended: Option<ActionEnd>,
    /// When it last touched what runs in its environment; absent while it has not.
    #[serde(default)]
    pub touched: Option<Since>,
    /// The fact that began it; 0 while nothing has.
    #[serde(default)]
    pub began: u64,
}

/// One yes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Approval {
    /// Whose.
    pub who: Who,
    /// When.
    pub at: Timestamp,
    /// What was written.
    pub note: String,
}

/// The end of an action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActionEnd {
    /// How.
    pub outcome: Outcome,
    /// In words.
    pub summary: String,
    /// When.
    pub at: Timestamp,
}

/// How an action ended, as people are told: what was only brought somewhere is started, and nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionResult {
    /// So.
    So(Outcome),
    /// It brought something, which nobody has verified since.
    Started,
    /// It brought something, and the last verification of that which could tell ended so.
    Verified(Outcome),
    /// It brought something that was rolled back.
    RolledBack,
}

impl ActionResult {
    /// Returns the words for it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::So(outcome) => outcome.words(),
            Self::Started => STARTED,
            Self::Verified(Outcome::Good) => "verified good",
            Self::Verified(outcome) => outcome.words(),
            Self::RolledBack => "rolled back",
        }
    }
}

/// The words for what was brought somewhere, and not verified.
const STARTED: &str = "started · unverified";

impl ActionState {
    /// Counts what a verification found of what the plan names for it: how many are good, of how many. The looks at what
    /// runs there are none of them.
    pub fn good_of_verified(&self) -> (usize, usize) {
        let is_named = |s: &&StepState| matches!(s.step.task, StepTask::Check { .. } | StepTask::Measure { .. });
        let named = || self.steps.iter().filter(is_named);
        (named().filter(|s| s.verdict.is_some_and(Verdict::is_good_enough)).count(), named().count())
    }

    /// Returns what an outcome comes to at the moment at which it ends so.
    pub const fn ended_as(&self, outcome: Outcome) -> ActionResult {
        match (&self.proposal.request, outcome) {
            (Request::Deploy { .. } | Request::RollBack { .. }, Outcome::Good) => ActionResult::Started,
            (
                Request::Deploy { .. }
                | Request::RollBack { .. }
                | Request::Verify { .. }
                | Request::Build { .. }
                | Request::Cut { .. }
                | Request::Act { .. },
                outcome,
            ) => ActionResult::So(outcome),
        }
    }

    pub(super) fn proposed(id: &ActionId, proposal: &Proposal, record: &Record) -> Self {
        Self {
            id: id.clone(),
            proposal: proposal.clone(),
            proposer: record.who.clone(),
            proposed: record.at,
            approvals: Vec::new(),
            lapsed: None,
            started: None,
            steps: Vec::new(),
            stop_requested: None,
            ended: None,
            touched: None,
            began: 0,
        }
    }

    /// Says whether it waits for approvals or for somebody to let it begin.
    pub const fn is_open_proposal(&self) -> bool {
        self.started.is_none() && self.ended.is_none()
    }

    /// Says whether somebody is its proposer, under whatever name, unless the rule lets one system user be two people.
    pub fn is_own(&self, who: &Who, rule: &Approvals) -> bool {
        let is_same_user = who.user == self.proposer.user && who.host == self.proposer.host;
        who.name == self.proposer.name || (is_same_user && !rule.same_user)
    }

    /// Returns who began it; whoever proposed it until somebody has.
    pub fn by(&self) -> &Who {
        self.started.as_ref().map_or(&self.proposer, |(_, who)| who)
    }

    /// Says whether it is begun and not over.
    pub const fn is_active(&self) -> bool {
        self.started.is_some() && self.ended.is_none()
    }

    /// Returns since when it is as it is: since it ended, else since it began, else since it was proposed.
    pub fn since(&self) -> Timestamp {
        let began = || self.started.as_ref().map(|(at, _)| *at);
        self.ended.as_ref().map(|e| e.at).or_else(began).unwrap_or(self.proposed)
    }

    /// Returns the first step that is not done, with its number.
    pub fn current(&self) -> Option<(usize, &StepState)> {
        self.steps.iter().enumerate().find(|(_, s)| s.phase != StepPhase::Succeeded)
    }

    /// Says whether it stands still until a person decides: retry, roll back, leave as it is.
    pub fn is_stuck(&self) -> bool {
        let waits = |s: &StepState| s.phase == StepPhase::Unclear || (s.phase == StepPhase::Failed && !s.ends_it());
        self.is_active() && self.current().is_some_and(|(_, s)| waits(s))
    }

    /// Says why a stop would stop nothing of it: its last step runs, and cannot be ended in the middle.
    pub fn cannot_stop(&self) -> Option<&'static str> {
        let (at, state) = self.current().filter(|(_, state)| state.phase == StepPhase::Running)?;
        let (_, Task::Act { act, .. }) = state.step.task.ordered()? else { return None };
        act.cannot_stop().filter(|_| at + 1 == self.steps.len())
    }

    /// Returns how long it took, when it ended well.
    pub fn took_when_good(&self) -> Option<Duration> {
        let (began, ended) = (self.started.as_ref()?.0, self.ended.as_ref()?);
        (ended.outcome == Outcome::Good).then(|| crate::time::age(ended.at, began))
    }
}
