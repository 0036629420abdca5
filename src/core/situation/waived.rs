//! What a person went on without, told wherever the verdict is.

use super::Situation;
use crate::action::{Proposal, Request};
use crate::item_name::ItemName;
use crate::names::{EnvName, Person};
use crate::plan::Environment;
use crate::verdict::Verdict;
use serde::{Deserialize, Serialize};

/// One thing that a gate goes on without.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaivedItem {
    /// The environment whose gate it is.
    pub env: EnvName,
    /// A check's name, `after:ENV`, `bad:VERSION`, or `gate:ENV`.
    pub item: String,
    /// Who decided.
    pub by: Person,
    /// Why.
    pub reason: String,
}

/// Says what a gate goes on with, or without, where a person waives one of its items.
pub fn item_words(item: &str) -> String {
    match ItemName::read(item) {
        ItemName::Bad(version) => format!("with {version}, which was not good"),
        ItemName::After(env) => format!("without a good {env}"),
        ItemName::Tag(name) => format!("with the tag {name} elsewhere"),
        ItemName::Branch(name) => format!("though the branch {name} cannot be read"),
        ItemName::Empty(_) => "without any check that is required".to_owned(),
        ItemName::Start(name) => format!("without knowing that {name} is there in time"),
        ItemName::Rollback(artifact) => format!("without a rollback target for {artifact}"),
        ItemName::Check(check) => format!("without {check}"),
    }
}

impl WaivedItem {
    /// Says what was waived, by whom, and why.
    pub fn words(&self) -> String {
        format!("{} for {}: waived by {}: {}", self.item, self.env, self.by, self.reason)
    }
}

impl Situation<'_> {
    /// Returns everything that the gates of the release go on without, and what a rollback brought back in spite of its mark.
    pub fn waived(&self) -> Vec<WaivedItem> {
        if self.release.waivers.is_empty() {
            return Vec::new();
        }
        let in_one = |environment: &Environment| {
            let request = Request::Deploy { env: environment.name.clone(), version: self.version.clone() };
            let proposal = self.propose(&request).ok();
            let mut items = proposal.map(|proposal| self.waived_for(environment, &proposal)).unwrap_or_default();
            for back in self.waived_for_rollback(environment) {
                if !items.contains(&back) {
                    items.push(back);
                }
            }
            items
        };
        self.plan.environments.iter().flat_map(in_one).collect()
    }

    /// Returns what the rollback went on with that brought what runs in an environment, for the release that it left and the
    /// one that it brought.
    fn waived_for_rollback(&self, environment: &Environment) -> Vec<WaivedItem> {
        let env = &environment.name;
        let back = self.release.brought_by(env).map(|action| &action.proposal);
        let is_of = |proposal: &&Proposal| {
            let mut moves = proposal.moves.iter();
            let is_back = matches!(proposal.request, Request::RollBack { .. });
            is_back && (&proposal.release == self.version || moves.any(|m| &m.to.version == self.version))
        };
        back.filter(is_of).map(|proposal| self.waived_for(environment, proposal)).unwrap_or_default()
    }

    /// Returns what the gate that a proposal meets goes on without.
    pub fn waived_for(&self, environment: &Environment, proposal: &Proposal) -> Vec<WaivedItem> {
        let gate = self.gate_of(environment, proposal).into_iter();
        let items = gate.flat_map(|gate| gate.items).filter(|i| i.verdict == Verdict::Waived);
        let of = |item: String| {
            let env = &environment.name;
            let waiver = self.waiver(env, &item)?;
            let (env, by, reason) = (env.clone(), Person::new(waiver.who.label()), waiver.reason.clone());
            Some(WaivedItem { env, item, by, reason })
        };
        items.filter_map(|i| of(i.item)).collect()
    }
}
