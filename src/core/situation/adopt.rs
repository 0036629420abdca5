//! What tminus did not bring: a person looks at it, adopts it with a reason, and goes on from there.

use super::Situation;
use crate::action::Proposal;
use crate::adoption::{Adoptable, BroughtBy};
use crate::command::{Refusal, RefusalKind};
use crate::names::{ActionId, ArtifactName, EnvName};
use crate::order::Delivered;
use crate::release::{Origin, PlaceState};

impl<'a> Situation<'a> {
    /// Returns what a person may adopt in an environment, artifact by artifact: what carries an action of another journal, and
    /// what tminus did not deliver. What cannot be seen now is not among it.
    pub fn adoptable_in(&self, env: &EnvName) -> Vec<Adoptable> {
        self.places_of(env).filter_map(|(artifact, place)| self.adoptable(env, artifact, place)).collect()
    }

    /// Refuses an adoption while what is there may change under it, or cannot be seen.
    pub fn may_adopt(&self, env: &EnvName) -> Result<(), Refusal> {
        self.environment(env)?;
        if let Some(action) = self.release.active(env) {
            let state = match action.is_stuck() {
                true => "has stopped and waits for a decision: settle it first",
                false => "is running: wait until it ends, or stop it",
            };
            return Err(Refusal::held(format!("nothing is adopted in {env} now: {} {state}", action.id)));
        }
        let unseen =
            |says: String| Refusal::new(RefusalKind::CannotTell, format!("nothing is adopted in {env} now: {says}"));
        let lost = self.places_of(env).find_map(|(artifact, place)| Some((artifact, &place.lost.as_ref()?.1)));
        if let Some((artifact, failure)) = lost {
            return Err(unseen(format!("{artifact} cannot be seen: {}", failure.sentence())));
        }
        match self.places_of(env).any(|(_, place)| place.seen.is_some()) {
            true => Ok(()),
            false => Err(unseen("nobody has seen yet what runs there".to_owned())),
        }
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

    /// Says what runs in an environment that tminus did not bring there, and how a person adopts what can be adopted of it.
    pub(super) fn drift_to_adopt(&self, env: &EnvName) -> Vec<String> {
        let says = |(artifact, place): (&ArtifactName, &PlaceState)| {
            let drift = self.drift_of(env, artifact, place)?;
            let adopt = self.adoptable(env, artifact, place).filter(|a| a.brought != BroughtBy::Tminus);
            let adopt = adopt.map(|_| format!("; `tminus settle {env} --adopt REASON` adopts it")).unwrap_or_default();
            Some(drift + &adopt)
        };
        self.places_of(env).filter_map(says).collect()
    }

    /// Says which targets carry the id of an action that this journal does not know, and how one gets on: somebody else
    /// released, or this journal is an older copy.
    pub(super) fn strangers(&self, proposal: &Proposal) -> Vec<String> {
        let (Some(env), true) = (proposal.request.env(), proposal.request.is_changing()) else { return Vec::new() };
        let says = |(artifact, place): (&ArtifactName, &PlaceState)| {
            let id = self.unknown_action(place)?;
            Some(format!(
                "{artifact} in {env} carries {id}, which is not in this journal: somebody else released, or this journal is \
                 an older copy. Find out, then `tminus settle {env} --adopt REASON` goes on from there"
            ))
        };
        self.places_of(env).filter_map(says).collect()
    }

    fn adoptable(&self, env: &EnvName, artifact: &ArtifactName, place: &PlaceState) -> Option<Adoptable> {
        if place.seen.is_none() || place.lost.is_some() {
            return None;
        }
        let (running, action) = (place.running(), self.unknown_action(place).cloned());
        let brought = match running {
            Some(_) => self.brought_by_whom(env, artifact, place),
            None => BroughtBy::Tminus,
        };
        let told = place.stays.last().map_or(0, |stay| stay.seq);
        let artifact = artifact.clone();
        let is_own = brought == BroughtBy::Tminus && action.is_none();
        (!is_own).then_some(Adoptable { artifact, running, brought, told, action })
    }

    /// Says who brought what runs, as far as that must be known: somebody else where it stands in the place of what tminus
    /// brought, or under the name of a release.
    fn brought_by_whom(&self, env: &EnvName, artifact: &ArtifactName, place: &PlaceState) -> BroughtBy {
        let unknown = self.release.of_unknown_commit(env, |version| self.release.openings.contains_key(version));
        let is_unknown = unknown.iter().any(|(of, _)| *of == artifact);
        if self.drift_of(env, artifact, place).is_some() {
            return BroughtBy::SomebodyElse;
        }
        let origin = self.release.origin(env, artifact).filter(|_| is_unknown);
        origin.map_or(BroughtBy::Tminus, Origin::brought_by)
    }

    /// Returns the action whose id a place carries, where it is not in this journal and nobody has adopted it.
    fn unknown_action(&self, place: &'a PlaceState) -> Option<&'a ActionId> {
        place.seen.as_ref()?.1.action.as_ref().filter(|id| !self.release.knows(id))
    }

    fn places_of(&self, env: &EnvName) -> impl Iterator<Item = (&'a ArtifactName, &'a PlaceState)> {
        self.release.environments.get(env).into_iter().flat_map(|state| &state.places)
    }
}
