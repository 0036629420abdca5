//! What waits for a yes: which proposal the key for it is about, and whether one's own yes would count.

use super::action::{ActAction, Action, AppAction};
use super::look::Look;
use tminus_core::adoption::Adoptable;
use tminus_core::names::EnvName;
use tminus_core::notation::counted;
use tminus_core::plan::{Check, Environment};
use tminus_core::release::ActionState;
use tminus_core::situation::{Gate, GateItem, Situation};

impl Look {
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
        let why = waiting.and_then(|a| self.why_not_approve(a)).map(|why| why + &self.others_way());
        why.or_else(|| Some(format!("nothing waits for approval in {env}")))
    }

    /// Says, in a rehearsal alone, how one approves as somebody else.
    fn others_way(&self) -> String {
        let key = self.rehearsal.as_ref().map(|_| self.key_to(Action::App(AppAction::ActAs)));
        key.map(|key| format!(" · {key} plays another person")).unwrap_or_default()
    }

    /// Says of a proposal how many have approved it, and what continues with it here.
    pub(crate) fn approval_words(&self, action: &ActionState, (given, needed): (usize, usize)) -> String {
        let key = self.key_to(Action::Act(ActAction::Deploy));
        let env = action.proposal.request.env();
        let there = env.filter(|env| self.environment().is_none_or(|here| here.name != **env));
        let there = there.map(|env| format!(" on {env}")).unwrap_or_default();
        let is_closed = self.gate_of(action).is_some_and(|gate| gate.blocking().next().is_some());
        match (given < needed, is_closed) {
            (true, _) => {
                let env = env.map(|env| format!("{env}: ")).unwrap_or_default();
                format!("{env}{given} of {needed} approved{}", self.others_way())
            }
            (false, true) => {
                format!("{given} of {needed} approved, but its gate is closed again: {key}{there} shows why")
            }
            (false, false) => format!("{given} of {needed} approved: {key}{there} deploys"),
        }
    }

    /// Says in a line that something was proposed: what it waits for, and which key goes on.
    pub(crate) fn proposed_words(&self, env: &EnvName) -> Option<String> {
        let waiting = self.world.as_ref()?.release.proposals(env).next()?;
        let gate = self.gate_of(waiting)?;
        let counts = gate.approvals.as_ref().map_or((0, 0), |all| (all.given.len(), all.needed));
        if gate.approvals_missing() == 0 {
            return Some(self.approval_words(waiting, counts));
        }
        let missing = gate.approvals_missing();
        let rule = self.world.as_ref()?.plan.environment(env)?.approvals.as_ref();
        let from = rule.and_then(|rule| rule.from.as_ref()).map(|team| format!(" from {team}")).unwrap_or_default();
        let count = counted(missing as u64, "approval");
        let key = self.key_to(Action::Act(ActAction::Approve));
        let may = if self.why_not_approve(waiting).is_none() { format!(". {key} approves") } else { String::new() };
        Some(format!("Proposed: waits for {count}{from}{may}{}", self.others_way()))
    }

    /// Says whether a proposal has every yes that it needs, and nothing else is missing.
    pub(crate) fn is_approved(&self, action: &ActionState) -> bool {
        action.is_open_proposal() && self.gate_of(action).is_some_and(|gate| gate.is_open())
    }

    /// Returns the gate before what is proposed.
    pub(crate) fn gate_of(&self, action: &ActionState) -> Option<&Gate> {
        self.known.as_ref()?.gates.get(&action.id)
    }

    /// Returns what the gate of an environment waits for and a waiver could pass.
    pub(crate) fn waivable(&self, environment: &Environment) -> &[GateItem] {
        self.known.as_ref().and_then(|known| known.waivable.get(&environment.name)).map_or(&[], Vec::as_slice)
    }

    /// Returns what a person may adopt in an environment.
    pub(crate) fn adoptable(&self, env: &EnvName) -> &[Adoptable] {
        self.known.as_ref().and_then(|known| known.adoptable.get(env)).map_or(&[], Vec::as_slice)
    }

    /// Returns the environment whose gate a waiver is for: the selected one, or on a check one that waits for it.
    pub(crate) fn waiving(&self) -> Option<&Environment> {
        let here = self.environment()?;
        let Some(check) = self.selected_check().filter(|check| !here.gate.contains(&check.phase)) else {
            return Some(here);
        };
        let all = &self.world.as_ref()?.plan.environments;
        let waits = |e: &&Environment| {
            e.gate.contains(&check.phase) && self.waivable(e).iter().any(|i| i.item == check.name.as_str())
        };
        Some(all.iter().find(waits).unwrap_or(here))
    }

    /// Returns the check that the checklist or its page is about; elsewhere none.
    pub(super) fn selected_check(&self) -> Option<&Check> {
        let is_about_checks = self.is_whole_checklist() || self.view().check().is_some();
        self.check().filter(|_| is_about_checks)
    }
}
