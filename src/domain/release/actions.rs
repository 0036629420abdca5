//! The actions: proposed, approved, begun, step by step, ended.

use super::Release;
use super::environments::Verification;
use crate::domain::action::{Outcome, Proposal, Request, Step, StepTask};
use crate::domain::fact::{ActionFact, GateFact, Record, StepFact, Who};
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::names::{ActionId, OrderId};
use crate::domain::order::{Receipt, Ticket};
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

/// One step of an action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepState {
    /// What it does.
    pub step: Step,
    /// Where it stands.
    pub phase: StepPhase,
    /// How often it was begun.
    pub attempts: u32,
    /// The order of the last attempt.
    pub order: Option<OrderId>,
    /// What it is followed by.
    pub ticket: Option<Ticket>,
    /// When the last attempt began.
    pub began: Option<Timestamp>,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// What was done, or why it is unclear, in words.
    pub summary: String,
    /// Why it failed.
    pub failure: Option<Failure>,
    /// What it measured.
    pub verdict: Option<Verdict>,
    /// What the target gave.
    pub receipt: Option<Receipt>,
}

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepPhase {
    /// Not begun.
    Waiting,
    /// Begun, and not over.
    Running,
    /// Done.
    Succeeded,
    /// Failed; a person decides.
    Failed,
    /// Nobody can tell whether it was begun; a person looks.
    Unclear,
}

impl Release {
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
                self.with_action(action, |a| a.ended = Some(ending));
                self.end_checks(action);
                self.keep_verification(action, record.at);
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
            GateFact::Waived { .. } | GateFact::MarkedBad { .. } => {}
        }
    }

    pub(super) fn apply_step(&mut self, record: &Record, fact: &StepFact) {
        let (action, index) = fact.place();
        let Some(state) = self.actions.iter_mut().rev().find(|a| &a.id == action) else { return };
        if let Some(step) = state.steps.get_mut(index) {
            step.apply(record.at, fact);
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

    fn keep_verification(&mut self, id: &ActionId, at: Timestamp) {
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
            outcome: ending.outcome,
            at,
        };
        let env = env.clone();
        self.environments.entry(env).or_default().verifications.push(verification);
    }
}

impl ActionState {
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

impl StepState {
    /// Says whether its failure ends the action by itself: a look that found something else, or a stop that was asked for.
    pub fn ends_it(&self) -> bool {
        let kind = self.failure.as_ref().map(|f| f.kind);
        let is_refused = self.step.task == StepTask::Look && kind == Some(FailureKind::Conflict);
        is_refused || kind == Some(FailureKind::Cancelled)
    }

    fn waiting(step: Step) -> Self {
        Self {
            step,
            phase: StepPhase::Waiting,
            attempts: 0,
            order: None,
            ticket: None,
            began: None,
            ended: None,
            summary: String::new(),
            failure: None,
            verdict: None,
            receipt: None,
        }
    }

    fn apply(&mut self, at: Timestamp, fact: &StepFact) {
        match fact {
            StepFact::Started { order, .. } => {
                *self = Self { attempts: self.attempts + 1, ..Self::waiting(self.step.clone()) };
                self.phase = StepPhase::Running;
                self.order = Some(order.clone());
                self.began = Some(at);
            }
            StepFact::Ticketed { ticket, .. } => self.ticket = Some(ticket.clone()),
            StepFact::Succeeded { summary, verdict, receipt, .. } => {
                self.phase = StepPhase::Succeeded;
                self.ended = Some(at);
                self.summary = summary.clone();
                self.verdict = *verdict;
                self.receipt = receipt.clone();
            }
            StepFact::Failed { failure, .. } => {
                self.phase = StepPhase::Failed;
                self.ended = Some(at);
                self.summary = failure.summary.clone();
                self.failure = Some(failure.clone());
            }
            StepFact::Unclear { reason, .. } => {
                self.phase = StepPhase::Unclear;
                self.ended = Some(at);
                self.summary = reason.clone();
            }
            StepFact::Adopted { .. } => {
                self.phase = StepPhase::Running;
                (self.ended, self.failure) = (None, None);
            }
            StepFact::Accepted { note, .. } => {
                self.phase = StepPhase::Succeeded;
                self.ended = Some(at);
                self.summary = note.clone();
            }
        }
    }
}
