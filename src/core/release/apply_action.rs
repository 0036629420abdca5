//! The fold of the actions: proposed, approved, begun, step by step, ended.

use super::{ActionEnd, ActionState, Approval, Release, StepState, Verification};
use crate::action::{Outcome, Request};
use crate::fact::{ActionFact, GateFact, Record, StepFact};
use crate::names::{ActionId, EnvName, Version};
use crate::order::Task;

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
                let began = self.moment(record).seq;
                self.with_action(action, |a| {
                    (a.started, a.began) = (Some((record.at, record.who.clone())), began);
                    a.steps = steps.iter().cloned().map(StepState::waiting).collect();
                });
            }
            ActionFact::StopRequested { action } => {
                self.with_action(action, |a| a.stop_requested = Some(record.who.clone()));
            }
            ActionFact::Finished { action, outcome, summary } => {
                let ending = ActionEnd { outcome: *outcome, summary: summary.clone(), at: record.at };
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
            GateFact::Waived { .. }
            | GateFact::MarkedBad { .. }
            | GateFact::Adopted { .. }
            | GateFact::AdoptedVersion { .. } => {}
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
            if step.step.task.ordered().is_some_and(|(_, task)| !matches!(task, Task::Provide { .. })) {
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
