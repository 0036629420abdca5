//! One step of an action, as far as its facts say.

use crate::action::{Step, StepTask};
use crate::fact::StepFact;
use crate::failure::FailureKind;
use crate::mask::SafeFailure;
use crate::names::OrderId;
use crate::order::{Receipt, Ticket};
use crate::verdict::Verdict;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

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
    pub failure: Option<SafeFailure>,
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

impl StepState {
    /// Says whether its failure ends the action by itself: a look that found something else, or a stop that was asked for.
    pub fn ends_it(&self) -> bool {
        let kind = self.failure.as_ref().map(|f| f.kind);
        let is_refused = self.step.task == StepTask::Look && kind == Some(FailureKind::Conflict);
        is_refused || self.has_no_branch() || kind == Some(FailureKind::Cancelled)
    }

    /// Says whether it failed to create a branch, which is as if nobody had asked; where there was no answer it may be there.
    pub fn has_no_branch(&self) -> bool {
        let is_answer = self.failure.as_ref().is_some_and(|failure| failure.kind.is_answer());
        self.step.task.creates_branch() && is_answer
    }

    pub(super) fn waiting(step: Step) -> Self {
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

    pub(super) fn apply(&mut self, at: Timestamp, fact: &StepFact) {
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
