//! Versions that a rollback goes to when somebody names one, and what is said where it chooses none by itself.

use super::Situation;
use crate::names::{ArtifactName, EnvName, Version};
use crate::order::Delivered;
use crate::release::PlaceState;

/// Why a rollback chooses nothing, though earlier versions were good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaysPut {
    /// Why, in short.
    pub what: String,
    offer: &'static str,
    /// The next version that could be named.
    pub next: Option<Version>,
}

impl StaysPut {
    pub(super) const fn new(what: String, offer: &'static str) -> Self {
        Self { what, offer, next: None }
    }

    /// Says why, and how one goes further back all the same.
    pub fn words(&self, how: impl Fn(&Version) -> String) -> String {
        match &self.next {
            Some(next) => format!("{}. {}: {}", self.what, self.offer, how(next)),
            None => self.what.clone(),
        }
    }
}

impl Situation<'_> {
    /// Returns why a rollback of an environment chooses nothing by itself, where that is because nothing has to be undone.
    pub fn stays_put(&self, env: &EnvName) -> Option<StaysPut> {
        if self.unfinished_rest(env).is_some() {
            return None;
        }
        let stays = self.still_runs(env).or_else(|| self.was_just_taken(env)).or_else(|| self.runs_on(env))?;
        Some(StaysPut { next: self.next_back(env), ..stays })
    }

    /// Returns the newest version that may be named to go further back: one that was here before what runs.
    fn next_back(&self, env: &EnvName) -> Option<Version> {
        let places = &self.release.environments.get(env)?.places;
        let was_before = |version: &Version, place: &PlaceState| {
            let running = place.running();
            let first = place.stays.iter().position(|s| &s.delivered.version == version);
            let now = place.stays.iter().position(|s| Some(&s.delivered) == running.as_ref());
            first.zip(now).is_some_and(|(first, now)| first < now)
        };
        let is_back = |version: &Version| places.values().any(|place| was_before(version, place));
        self.earlier_good(env).into_iter().find(is_back)
    }

    /// Says whether a rollback, or somebody by hand, went back past a version, so that going to it now would be going forward.
    ///
    /// A deploy puts a version on top of what ran before; going back takes away what lies above the one that comes back.
    pub(super) fn is_ahead(&self, env: &EnvName, artifact: &ArtifactName, delivered: &Delivered) -> bool {
        let Some(place) = self.release.environments.get(env).and_then(|e| e.places.get(artifact)) else { return false };
        let mut beneath: Vec<&Delivered> = Vec::new();
        for stay in &place.stays {
            let was_there = beneath.iter().rposition(|d| *d == &stay.delivered);
            match was_there.filter(|_| stay.is_back) {
                Some(at) => beneath.truncate(at + 1),
                None => beneath.push(&stay.delivered),
            }
        }
        place.stays.iter().any(|stay| &stay.delivered == delivered) && !beneath.contains(&delivered)
    }

    /// Says that going to a version would be going forward, and that a deploy does that.
    pub(super) fn forward_only(&self, env: &EnvName, wanted: &Version) -> Option<String> {
        let places = self.release.environments.get(env).into_iter().flat_map(|state| &state.places);
        let is_ahead = |(artifact, place): &(&ArtifactName, &PlaceState)| {
            let mut of_version = place.stays.iter().map(|s| &s.delivered).filter(|d| &d.version == wanted);
            of_version.any(|delivered| self.is_ahead(env, artifact, delivered))
        };
        let (_, place) = places.clone().find(is_ahead)?;
        let serves = place.running().map_or_else(|| "what runs".to_owned(), |running| running.version.to_string());
        Some(format!(
            "{wanted} came after {serves} in {env}, and a rollback only goes back; deploy it instead: \
             `tminus deploy {env} --release {wanted}`"
        ))
    }

    /// Returns the versions that were good in an environment, are not marked bad and do not run there; the newest first.
    pub fn earlier_good(&self, env: &EnvName) -> Vec<Version> {
        let mut versions: Vec<Version> = Vec::new();
        for (artifact, place) in self.release.environments.get(env).into_iter().flat_map(|e| &e.places) {
            let running = place.running();
            let good = self.good_here(env, artifact, place).into_iter();
            let good = good.filter(|d| self.may_choose(env, artifact, d) && Some(d) != running.as_ref());
            for delivered in good {
                if !versions.contains(&delivered.version) {
                    versions.push(delivered.version);
                }
            }
        }
        versions
    }

    /// Says which versions could be named instead of one that never was good here.
    pub(super) fn instead(&self, env: &EnvName) -> String {
        let names: Vec<String> = self.earlier_good(env).iter().map(ToString::to_string).collect();
        match names.as_slice() {
            [] => String::new(),
            [only] => format!("; {only} was"),
            [most @ .., last] => format!("; {} and {last} were", most.join(", ")),
        }
    }

    /// Returns why nothing that is delivered to an environment ever has a rollback.
    pub(super) fn never_back(&self, env: &EnvName) -> Option<String> {
        let deliver = &self.plan.environment(env)?.deliver;
        deliver.iter().map(|d| d.kind.no_rollback()).collect::<Option<Vec<String>>>()?.into_iter().next()
    }
}
