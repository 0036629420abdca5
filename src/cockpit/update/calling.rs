//! Who is called, and what for: somebody who looks elsewhere, once, where something ended, stopped, waits or goes wrong.

use super::state::State;
use crate::message::Effect;
use jiff::SignedDuration;
use tminus_core::action::Outcome;
use tminus_core::fact::{ActionFact, Fact, Record, StepFact};
use tminus_core::names::EnvName;
use tminus_core::release::ActionState;

/// An action that takes longer makes people look elsewhere.
const LONG: SignedDuration = SignedDuration::from_secs(10);

impl State {
    /// Returns where something is known to be wrong.
    pub(super) fn places_in_trouble(&self) -> Vec<EnvName> {
        self.troubles().iter().filter(|trouble| trouble.kind.is_certain()).map(|trouble| trouble.env.clone()).collect()
    }

    /// Calls somebody who looks elsewhere after a fact; `before` names where something was wrong already.
    pub(super) fn call(&self, record: &Record, before: &[EnvName]) -> Option<Effect> {
        if !self.is_elsewhere() {
            return None;
        }
        let says = self.waits(record).or_else(|| self.has_ended(record)).or_else(|| self.goes_wrong(before))?;
        Some(Effect::Call(format!("tminus: {says}")))
    }

    /// Says that an action stands still until a person decides, or waits for somebody to approve it.
    fn waits(&self, record: &Record) -> Option<String> {
        match &record.fact {
            Fact::Step(StepFact::Failed { action, .. } | StepFact::Unclear { action, .. }) => {
                let state = self.action(action).filter(|state| state.is_stuck())?;
                Some(format!("{}: stopped, waits for a decision", self.called(state)))
            }
            Fact::Action(ActionFact::Proposed { action, .. }) if !self.is_own(record) => {
                Some(format!("{}: waits for approval", self.called(self.action(action)?)))
            }
            Fact::Plan(_)
            | Fact::Release(_)
            | Fact::Check(_)
            | Fact::Lock(_)
            | Fact::Gate(_)
            | Fact::Action(_)
            | Fact::Step(_)
            | Fact::Seat(_)
            | Fact::Clock(_)
            | Fact::Target(_) => None,
        }
    }

    /// Says how an action ended that took long enough to look elsewhere, or did not end well.
    fn has_ended(&self, record: &Record) -> Option<String> {
        let Fact::Action(ActionFact::Finished { action, outcome, .. }) = &record.fact else { return None };
        let state = self.action(action)?;
        let is_long = state.started.as_ref().is_some_and(|(began, _)| record.at.duration_since(*began) > LONG);
        let is_well = match outcome {
            Outcome::Good | Outcome::GoodSoFar => true,
            Outcome::NotGood | Outcome::Unclear | Outcome::Failed | Outcome::Stopped | Outcome::Refused => false,
        };
        (is_long || !is_well).then(|| format!("{}: {}", self.called(state), state.ended_as(*outcome).words()))
    }

    /// Says what has gone wrong where nothing was before.
    fn goes_wrong(&self, before: &[EnvName]) -> Option<String> {
        let is_new = |env: &EnvName| !before.contains(env);
        let mut troubles = self.troubles().iter().filter(|trouble| trouble.kind.is_certain());
        troubles.find(|trouble| is_new(&trouble.env)).map(|trouble| trouble.in_short())
    }

    fn called(&self, state: &ActionState) -> String {
        format!("{} {}", self.version, state.proposal.request.words())
    }
}
