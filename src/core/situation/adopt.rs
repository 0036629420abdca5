//! What tminus did not bring: a person looks at it, adopts it with a reason, and goes on from there.

use super::{GateItem, ItemKind, Situation};
use crate::action::Proposal;
use crate::names::{ActionId, ArtifactName, EnvName};
use crate::order::Delivered;
use crate::release::Origin;
use crate::verdict::Verdict;

/// What stands before an action of another journal, or before an artifact, where a person adopts it.
pub const ADOPT: &str = "adopt:";

impl<'a> Situation<'a> {
    /// Returns what a person may adopt in an environment: actions of another journal, and what tminus did not deliver.
    pub fn adoptable_in(&self, env: &EnvName) -> Vec<GateItem> {
        let item = |(artifact, running): (&ArtifactName, Delivered)| GateItem {
            item: format!("{ADOPT}{artifact}"),
            kind: ItemKind::Stranger,
            title: format!("{artifact} {} runs in {env}", running.version),
            verdict: Verdict::NoData,
            why: format!("and {}", self.release.origin(env, artifact).unwrap_or(Origin::Unknown).foreign()),
        };
        self.strangers_in(env).into_iter().chain(self.foreign_in(env).into_iter().map(item)).collect()
    }

    /// Returns what runs in an environment that tminus did not deliver there: in the place of what it did, or under the name
    /// of a release.
    pub fn foreign_in(&self, env: &EnvName) -> Vec<(&'a ArtifactName, Delivered)> {
        let unknown = self.release.of_unknown_commit(env, |version| self.release.openings.contains_key(version));
        let is_foreign = |artifact: &ArtifactName, place| {
            unknown.iter().any(|(of, _)| *of == artifact) || self.drift_of(env, artifact, place).is_some()
        };
        let places = self.release.environments.get(env).into_iter().flat_map(|state| &state.places);
        let foreign = places.filter(|(artifact, place)| is_foreign(artifact, place));
        foreign.filter_map(|(artifact, place)| Some((artifact, place.running()?))).collect()
    }

    /// Says of each version of the release that runs in an environment, and that tminus did not deliver, that its commit is
    /// unknown: in a few words, and in a sentence.
    pub(super) fn unknown_commits(&self, env: &EnvName) -> Vec<(&'static str, String)> {
        let unknown = self.release.of_unknown_commit(env, |version| version == self.version);
        let says = |there: &(&ArtifactName, Delivered)| {
            let short = match self.release.origin(env, there.0) {
                Some(Origin::Doubtful) => "runs what tminus may not have delivered",
                Some(_) | None => "runs what tminus did not deliver",
            };
            (short, self.release.unknown_commit_words(env, there))
        };
        unknown.iter().map(says).collect()
    }

    /// Says what runs in an environment that tminus did not bring there, and how a person adopts it.
    pub(super) fn drift_to_adopt(&self, env: &EnvName) -> Vec<String> {
        let mut drift = self.drift(env);
        if let (Some(last), false) = (drift.last_mut(), self.foreign_in(env).is_empty()) {
            last.push_str(&format!("; `tminus settle {env} --adopt REASON` adopts it"));
        }
        drift
    }

    /// Says which targets carry the id of an action that this journal does not know, and how one gets on.
    pub(super) fn strangers(&self, proposal: &Proposal) -> Vec<String> {
        let (Some(env), true) = (proposal.request.env(), proposal.request.is_changing()) else { return Vec::new() };
        let says = |item: GateItem| {
            format!(
                "{}, {}: somebody else released, or this journal is an older copy. Find out, then `tminus settle {env} \
                 --adopt REASON` goes on from there",
                item.title, item.why
            )
        };
        self.strangers_in(env).into_iter().map(says).collect()
    }

    /// Returns what carries the id of an action that this journal does not know, and that nobody has adopted: somebody
    /// else released, or this journal is an older copy.
    pub fn strangers_in(&self, env: &EnvName) -> Vec<GateItem> {
        let places = self.release.environments.get(env).into_iter().flat_map(|e| &e.places);
        let labels = places.filter_map(|(artifact, p)| Some((artifact, p.seen.as_ref()?.1.action.as_ref()?)));
        let item = |(artifact, id): (&ArtifactName, &ActionId)| GateItem {
            item: format!("{ADOPT}{id}"),
            kind: ItemKind::Stranger,
            title: format!("{artifact} in {env} carries {id}"),
            verdict: Verdict::NoData,
            why: "which is not in this journal".to_owned(),
        };
        labels.filter(|(_, id)| !self.release.knows(id)).map(item).collect()
    }
}
