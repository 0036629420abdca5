//! Versions that a rollback goes to when somebody names one, and what is said where it chooses none by itself.

use super::Situation;
use super::way_after::never;
use crate::domain::action::{Move, Outcome};
use crate::domain::names::{EnvName, Version};
use crate::domain::release::PlaceState;

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

    /// Says which of the versions that a rollback goes to were verified here, and were not good.
    pub(super) fn not_good_before(&self, env: &EnvName, moves: &[Move]) -> Vec<String> {
        let was_not_good = |m: &&Move| self.verified_as(env, &m.artifact, &m.to) == Some(Outcome::NotGood);
        let says = |m: &Move| format!("{} {} was verified in {env} before, and was not good", m.artifact, m.to.version);
        moves.iter().filter(was_not_good).map(says).collect()
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
        deliver.iter().map(never).collect::<Option<Vec<String>>>()?.into_iter().next()
    }
}
