//! Versions that are known not to be good: where each was left and why, and what goes on with one of them.

use super::{Gate, GateItem, ItemKind, Situation};
use crate::action::{Outcome, Proposal, Request};
use crate::item_name::ItemName;
use crate::names::{ArtifactName, EnvName, Version};
use crate::order::Delivered;
use crate::plan::Environment;
use crate::release::BadMark;
use crate::verdict::Verdict;
use jiff::Timestamp;

impl Situation<'_> {
    /// Says who rolled a version back, where and why: each environment has its own reason, the oldest first.
    pub fn bad_words(&self, version: &Version) -> Option<String> {
        let says =
            |mark: &BadMark| format!("{} rolled {version} back from {}: {}", mark.who.label(), mark.env, mark.reason);
        let all: Vec<String> = self.release.marks(version).iter().map(says).collect();
        (!all.is_empty()).then(|| all.join("; "))
    }

    /// Returns what an action waits for: checks, other environments and people for a deploy; for a rollback only that what it
    /// brings back is not known to be bad.
    pub fn gate_of(&self, environment: &Environment, proposal: &Proposal) -> Option<Gate> {
        match &proposal.request {
            Request::Deploy { .. } => Some(self.gate(environment, proposal)),
            Request::RollBack { .. } => {
                let mut items = self.bad_items(environment, proposal);
                self.waive(&environment.name, &mut items);
                let env = environment.name.clone();
                (!items.is_empty()).then_some(Gate { env, items, approvals: None })
            }
            Request::Verify { .. } | Request::Build { .. } | Request::Cut { .. } | Request::Act { .. } => None,
        }
    }

    /// Returns what of the versions that an action brings is known not to be good.
    pub(super) fn bad_items(&self, environment: &Environment, proposal: &Proposal) -> Vec<GateItem> {
        let env = &environment.name;
        let mut items: Vec<GateItem> = Vec::new();
        match &proposal.request {
            Request::Deploy { version, .. } => items.extend(self.marked_item(version)),
            Request::RollBack { .. } => {
                for moved in &proposal.moves {
                    let item = self.bad_item(env, &moved.artifact, &moved.to);
                    items.extend(item.filter(|item| !items.iter().any(|known| known.item == item.item)));
                }
            }
            Request::Verify { .. } | Request::Build { .. } | Request::Cut { .. } | Request::Act { .. } => {}
        }
        items
    }

    /// Returns what can be waived in an environment: what the gate of the next deploy waits for, and versions that a rollback
    /// would bring back though they are known not to be good.
    pub fn waivable(&self, environment: &Environment) -> Vec<GateItem> {
        let env = &environment.name;
        let request = Request::Deploy { env: env.clone(), version: self.version.clone() };
        let gate = self.propose(&request).map(|proposal| self.gate(environment, &proposal));
        let mut items: Vec<GateItem> = gate.iter().flat_map(Gate::blocking).cloned().collect();
        let places = self.release.environments.get(env).into_iter().flat_map(|state| &state.places);
        for (artifact, place) in places {
            let running = place.running();
            let back = self.good_here(env, artifact, place).into_iter();
            for back in back.filter(|d| Some(d) != running.as_ref() && !self.is_ahead(env, artifact, d)) {
                let item = self.bad_item(env, artifact, &back).filter(|i| self.waiver(env, &i.item).is_none());
                items.extend(item.filter(|item| !items.iter().any(|known| known.item == item.item)));
            }
        }
        items
    }

    fn marked_item(&self, version: &Version) -> Option<GateItem> {
        let title = "a version that was not rolled back";
        Some(item_of(version, title.to_owned(), self.bad_words(version)?))
    }

    /// Returns what speaks against bringing a version back to an environment.
    fn bad_item(&self, env: &EnvName, artifact: &ArtifactName, to: &Delivered) -> Option<GateItem> {
        let marked = self.marked_item(&to.version);
        if self.verified_as(env, artifact, to) != Some(Outcome::NotGood) {
            return marked;
        }
        let says = format!("{artifact} {} was verified in {env} before, and was not good", to.version);
        Some(match marked {
            Some(marked) => GateItem { why: format!("{}; {says}", marked.why), ..marked },
            None => item_of(&to.version, format!("a version that was good in {env}"), says),
        })
    }

    /// Says whether what a waiver names is a version that is known not to be good.
    pub fn is_known_bad(&self, env: &EnvName, item: &str) -> bool {
        self.bad_since(env, item).is_some()
    }

    /// Returns since when a version is known not to be good: a waiver lets it come back once, and is newer than that.
    pub(super) fn bad_since(&self, env: &EnvName, item: &str) -> Option<Timestamp> {
        let ItemName::Bad(version) = ItemName::read(item) else { return None };
        let marks = self.release.bad.iter().filter(|(known, _)| known.as_str() == version).flat_map(|(_, marks)| marks);
        let state = self.release.environments.get(env);
        let failed = state.into_iter().flat_map(|state| &state.verifications).filter(|verification| {
            let mut ran = verification.ran.iter();
            ran.any(|(a, d)| d.version.as_str() == version && self.verified_as(env, a, d) == Some(Outcome::NotGood))
        });
        marks.map(|mark| mark.at).chain(failed.map(|verification| verification.at)).max()
    }
}

fn item_of(version: &Version, title: String, why: String) -> GateItem {
    let item = ItemName::Bad(version.to_string()).to_string();
    GateItem { item, kind: ItemKind::Bad, title, verdict: Verdict::Fail, why }
}
