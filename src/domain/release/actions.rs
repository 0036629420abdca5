//! The actions: proposed, approved, begun, step by step, ended.

use super::Release;
use super::ages::Since;
use super::environments::Verification;
use super::steps::{StepPhase, StepState};
use crate::domain::action::{Move, Outcome, Proposal, Request, StepTask};
use crate::domain::fact::{ActionFact, GateFact, Record, StepFact, Who};
use crate::domain::names::{ActionId, EnvName, Version};
use crate::domain::order::Task;
use crate::domain::plan::Approvals;
use crate::domain::verdict::Verdict;
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
    pub ended: Option<Ending>,
    /// When it last touched what runs in its environment; absent while it has not.
    #[serde(default)]
    pub touched: Option<Since>,
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
pub struct Ending {
    /// How.
    pub outcome: Outcome,
    /// In words.
    pub summary: String,
    /// When.
    pub at: Timestamp,
}

/// How an action ended, as people are told: what was only brought somewhere is started, and nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// So.
    So(Outcome),
    /// It brought something, which nobody has verified since.
    Started,
    /// It brought something, and the last verification of that which could tell ended so.
    Verified(Outcome),
    /// It brought something that was rolled back.
    RolledBack,
}

impl Ended {
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

impl Release {
    /// Returns how an action ended, by what is known of it now; nothing while it has not.
    pub fn how_ended(&self, action: &ActionState) -> Option<Ended> {
        let ended = action.ended_as(action.ended.as_ref()?.outcome);
        let env = action.proposal.request.env().filter(|_| ended == Ended::Started);
        let Some(env) = env else { return Some(ended) };
        if self.rolled_back(action).is_some() {
            return Some(Ended::RolledBack);
        }
        let here = self.later_in(env, action);
        let looks = here.take_while(|a| !a.proposal.request.is_changing()).filter_map(|a| a.ended.as_ref());
        let can_tell = |o: &Outcome| matches!(o, Outcome::Good | Outcome::GoodSoFar | Outcome::NotGood);
        let last = looks.map(|ending| ending.outcome).filter(can_tell).last();
        Some(last.map_or(Ended::Started, Ended::Verified))
    }

    /// Returns the rollback that took away again what an action had brought.
    pub fn rolled_back(&self, action: &ActionState) -> Option<&ActionState> {
        let next = self.later_in(action.proposal.request.env()?, action).find(|a| a.proposal.request.is_changing())?;
        let is_done = next.ended.as_ref().is_some_and(|ending| ending.outcome == Outcome::Good);
        let brought =
            |m: &Move| action.proposal.moves.iter().any(|b| b.artifact == m.artifact && Some(&b.to) == m.from.as_ref());
        let took = |m: &Move| m.from.as_ref() != Some(&m.to) && brought(m);
        let is_rollback = matches!(next.proposal.request, Request::RollBack { .. });
        (is_done && is_rollback && next.proposal.moves.iter().any(took)).then_some(next)
    }

    /// Returns what was begun in an environment after an action.
    fn later_in(&self, env: &EnvName, action: &ActionState) -> impl Iterator<Item = &ActionState> {
        let later = self.actions.iter().skip_while(|a| a.id != action.id).skip(1);
        later.filter(move |a| a.proposal.request.env() == Some(env) && a.started.is_some())
    }

    pub(super) fn apply_action(&mut self, record: &Record, fact: &ActionFact) {
        match fact {
            ActionFact::Proposed { action, proposal } => {
                self.actions.push(ActionState::proposed(action, proposal, record));
            }
            ActionFact::Started { action, proposal, steps } => {
                if self.action(action).is_none() {
                    self.actions.push(ActionState::proposed(action, proposal, record));
                }
                self.with_action(action, |a| {
                    a.started = Some((record.at, record.who.clone()));
                    a.steps = steps.iter().cloned().map(StepState::waiting).collect();
                });
            }
            ActionFact::StopRequested { action } => {
                self.with_action(action, |a| a.stop_requested = Some(record.who.clone()));
            }
            ActionFact::Finished { action, outcome, summary } => {
                let ending = Ending { outcome: *outcome, summary: summary.clone(), at: record.at };
                let at = self.moment(record);
                self.with_action(action, |a| {
                    a.ended = Some(ending);
                    if *outcome == Outcome::Good && a.proposal.request.is_changing() {
                        a.touched = Some(at);
                    }
                });
                self.end_checks(action);
                self.keep_verification(action, record);
            }
        }
    }

    pub(super) fn apply_approval(&mut self, record: &Record, fact: &GateFact) {
        match fact {
            GateFact::Approved { action, note, .. } => {
                let approval = Approval { who: record.who.clone(), at: record.at, note: note.clone() };
                self.with_action(action, |a| a.approvals.push(approval));
            }
            GateFact::Lapsed { action, reason } => self.with_action(action, |a| {
                a.approvals.clear();
                a.lapsed = Some(reason.clone());
            }),
            GateFact::Waived { .. } | GateFact::MarkedBad { .. } | GateFact::Adopted { .. } => {}
        }
    }

    /// Who approved a version before it was rolled back somewhere did not know that.
    pub(super) fn lapse_approvals_of(&mut self, version: &Version, rolled_back_from: &EnvName) {
        let is_of = |a: &&mut ActionState| {
            a.is_open_proposal() && matches!(&a.proposal.request, Request::Deploy { version: v, .. } if v == version)
        };
        for action in self.actions.iter_mut().filter(is_of) {
            action.approvals.clear();
            action.lapsed = Some(format!("{version} was rolled back from {rolled_back_from}"));
        }
    }

    pub(super) fn apply_step(&mut self, record: &Record, fact: &StepFact) {
        let ((action, index), at) = (fact.place(), self.moment(record));
        let Some(state) = self.actions.iter_mut().rev().find(|a| &a.id == action) else { return };
        if let Some(step) = state.steps.get_mut(index) {
            step.apply(record.at, fact);
            // A pull changes nothing that runs.
            if let StepTask::Order { task, .. } = &step.step.task
                && !matches!(**task, Task::Provide { .. })
            {
                state.touched = Some(at);
            }
        }
    }

    fn with_action(&mut self, id: &ActionId, change: impl FnOnce(&mut ActionState)) {
        if let Some(action) = self.actions.iter_mut().rev().find(|a| &a.id == id) {
            change(action);
        }
    }

    /// A check that was running for an action is running no longer when that is over.
    fn end_checks(&mut self, id: &ActionId) {
        let Some(action) = self.action(id) else { return };
        let (env, release) = (action.proposal.request.env().cloned(), action.proposal.release.clone());
        for state in self.checks.get_mut(&release).into_iter().flat_map(|checks| checks.values_mut()) {
            if state.running.as_ref().is_some_and(|(_, at)| at.is_some() && *at == env) {
                state.running = None;
            }
        }
    }

    fn keep_verification(&mut self, id: &ActionId, record: &Record) {
        let Some(action) = self.action(id) else { return };
        let (Request::Verify { env, horizon, .. }, Some(ending)) = (&action.proposal.request, &action.ended) else {
            return;
        };
        let ran = action.proposal.moves.iter().map(|m| (m.artifact.clone(), m.to.clone())).collect();
        let verification = Verification {
            action: id.clone(),
            release: action.proposal.release.clone(),
            ran,
            horizon: *horizon,
            scope: action.proposal.scope.clone(),
            outcome: ending.outcome,
            at: record.at,
            seq: record.seq,
        };
        let env = env.clone();
        self.environments.entry(env).or_default().verifications.push(verification);
    }
}

impl ActionState {
    /// Counts what a verification found of what the plan names for it: how many are good, of how many. The looks at what
    /// runs there are none of them.
    pub fn good_of_verified(&self) -> (usize, usize) {
        let is_named = |s: &&StepState| matches!(s.step.task, StepTask::Check { .. } | StepTask::Measure { .. });
        let named = || self.steps.iter().filter(is_named);
        (named().filter(|s| s.verdict.is_some_and(Verdict::is_good_enough)).count(), named().count())
    }

    /// Returns what an outcome comes to at the moment at which it ends so.
    pub const fn ended_as(&self, outcome: Outcome) -> Ended {
        match (&self.proposal.request, outcome) {
            (Request::Deploy { .. } | Request::RollBack { .. }, Outcome::Good) => Ended::Started,
            (
                Request::Deploy { .. }
                | Request::RollBack { .. }
                | Request::Verify { .. }
                | Request::Build { .. }
                | Request::Cut { .. },
                outcome,
            ) => Ended::So(outcome),
        }
    }

    fn proposed(id: &ActionId, proposal: &Proposal, record: &Record) -> Self {
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

    /// Returns how long it took, when it ended well.
    pub fn took_when_good(&self) -> Option<Duration> {
        let (began, ended) = (self.started.as_ref()?.0, self.ended.as_ref()?);
        (ended.outcome == Outcome::Good).then(|| crate::domain::time::age(ended.at, began))
    }
}
