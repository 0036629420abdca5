//! What waits for a yes: which proposal the key for it is about, and whether one's own yes would count.

use super::state::State;
use crate::domain::names::EnvName;
use crate::domain::release::ActionState;
use crate::domain::situation::{Gate, Situation};

impl State {
    /// Returns the proposal that one may approve: the one where the keys act, else the newest elsewhere.
    pub(crate) fn approvable(&self) -> Option<&ActionState> {
        let here = self.environment().map(|e| &e.name);
        let release = &self.world.as_ref()?.release;
        let mut open: Vec<&ActionState> = release.actions.iter().rev().filter(|a| a.is_open_proposal()).collect();
        open.sort_by_key(|a| a.proposal.request.env() != here);
        open.into_iter().find(|a| self.why_not_approve(a).is_none())
    }

    /// Returns the proposal for an environment that one may approve: of several the newest.
    pub(crate) fn approvable_in<'a>(&'a self, env: &'a EnvName) -> Option<&'a ActionState> {
        self.world.as_ref()?.release.proposals(env).find(|proposal| self.why_not_approve(proposal).is_none())
    }

    /// Returns why one's own yes to a proposal would not count.
    pub(crate) fn why_not_approve(&self, action: &ActionState) -> Option<String> {
        // What was proposed belongs to its own release, whichever one looks at.
        let situation = Situation { version: &action.proposal.release, ..self.situation()? };
        situation.may_approve(action, &self.who).err().map(|refusal| refusal.says)
    }

    /// Returns why nothing can be approved here and now.
    pub(crate) fn why_nothing_to_approve(&self) -> Option<String> {
        if self.approvable().is_some() {
            return None;
        }
        let env = &self.environment()?.name;
        let release = &self.world.as_ref()?.release;
        let elsewhere = || release.actions.iter().rev().find(|a| a.is_open_proposal());
        let waiting = release.proposals(env).next().or_else(elsewhere);
        waiting.and_then(|a| self.why_not_approve(a)).or_else(|| Some(format!("nothing waits for approval in {env}")))
    }

    /// Says whether a proposal has every yes that it needs, and nothing else is missing.
    pub(crate) fn is_approved(&self, action: &ActionState) -> bool {
        action.is_open_proposal() && self.gate_of(action).is_some_and(|gate| gate.is_open())
    }

    /// Returns the gate before what is proposed.
    pub(crate) fn gate_of(&self, action: &ActionState) -> Option<Gate> {
        let situation = self.situation()?;
        let environment = situation.plan.environment(action.proposal.request.env()?)?;
        Some(situation.gate(environment, &action.proposal))
    }
}
