//! What was proved of the version that runs in an environment: that it started well is not yet that it is good.

use super::Situation;
use crate::action::{Move, Outcome, Request};
use crate::names::{ArtifactName, EnvName};
use crate::order::Health;
use crate::plan::Environment;
use crate::release::{ActionState, Origin, PlaceState, Verification};
use crate::time::{age, brief};
use crate::verdict::Verdict;

/// What verification says of what runs in an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The plan verifies nothing there, or tminus did not bring what runs there.
    Unasked,
    /// Nobody verified it since it runs there, or nobody who did could tell.
    Missing,
    /// The last verification that could tell was good at the end of its horizon.
    Good,
    /// It was good so far: the horizon is still to come.
    SoFar,
    /// The last verification that could tell was not good, or a check of it failed since.
    Bad,
}

/// How a place is, with what was proved of it: one telling for every screen and line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HowItIs {
    /// What its sign is taken from.
    pub by: By,
    /// In a word.
    pub word: String,
    /// What else is said, where there is room.
    pub more: Option<String>,
}

/// What tells how a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// What its target says of itself.
    Health(Health),
    /// What a verification found.
    Verdict(Verdict),
}

/// The word for what nobody has verified.
pub const UNVERIFIED: &str = "unverified";

/// The words for what was good before its horizon.
const SO_FAR: &str = "good so far";

/// The words for what runs and is not what tminus brought.
const FOREIGN: &str = "not delivered by tminus";

/// What is said beside what runs there and may be what tminus brought.
const DOUBTFUL: &str = "not surely delivered by tminus";

impl<'a> Situation<'a> {
    /// Returns how a place is. What is healthy and not verified is not all well yet, and a target that does not tell how
    /// it is leaves the word to the verification.
    ///
    /// What tminus did not bring is never well: its health is that of somebody else's version.
    pub fn how_it_is(&self, environment: &Environment, (artifact, place): (&ArtifactName, &PlaceState)) -> HowItIs {
        if let Some((word, more)) = beside(place) {
            return HowItIs { by: By::Health(place.health()), word, more: Some(more) };
        }
        let (word, more) = place.in_words();
        if place.lost.is_none() && self.is_foreign(environment, (artifact, place)) {
            let is_doubtful = self.release.origin(&environment.name, artifact) == Some(Origin::Doubtful);
            let foreign = if is_doubtful { DOUBTFUL } else { FOREIGN };
            let more = more.map_or_else(|| foreign.to_owned(), |more| format!("{more} · {foreign}"));
            return HowItIs { by: By::Health(self.health(environment, (artifact, place))), word, more: Some(more) };
        }
        let verified = |verdict, word: &str| HowItIs { by: By::Verdict(verdict), word: word.to_owned(), more: None };
        match (place.health(), self.proof(environment)) {
            (Health::Healthy, Proof::Missing) => {
                HowItIs { by: By::Health(Health::Waiting), word, more: Some(UNVERIFIED.to_owned()) }
            }
            (Health::Healthy | Health::Unknown, Proof::Bad) if place.lost.is_none() => {
                let since = self.failed_since(&environment.name).map(|failed| failed.short);
                let more = since.unwrap_or_else(|| "as verified".to_owned());
                HowItIs { more: Some(more), ..verified(Verdict::Fail, "not good") }
            }
            (Health::Healthy, Proof::SoFar) => {
                HowItIs { by: By::Health(Health::Waiting), word, more: Some(self.so_far(&environment.name)) }
            }
            (Health::Unknown, Proof::SoFar) if place.lost.is_none() => {
                HowItIs { by: By::Health(Health::Waiting), word: SO_FAR.to_owned(), more: None }
            }
            (Health::Unknown, Proof::Good) if place.lost.is_none() => verified(Verdict::Pass, "verified"),
            (Health::Unknown, Proof::Missing) if place.lost.is_none() => {
                HowItIs { by: By::Health(Health::Unknown), word: UNVERIFIED.to_owned(), more }
            }
            (health, _) => HowItIs { by: By::Health(health), word, more },
        }
    }

    /// Says that what runs somewhere was good so far, and how long it is until that counts.
    fn so_far(&self, env: &EnvName) -> String {
        let next = self.next_horizon(env).and_then(|next| self.due(env).into_iter().find(|due| due.horizon == next));
        match next.filter(|due| due.at > self.now) {
            Some(due) => format!("{SO_FAR} · +{} in {}", due.horizon, brief(age(due.at, self.now))),
            None => SO_FAR.to_owned(),
        }
    }

    /// Returns how what tminus brought is: of what somebody else brought in its place nobody can say that it is well.
    pub fn health(&self, environment: &Environment, (artifact, place): (&ArtifactName, &PlaceState)) -> Health {
        match place.health() {
            Health::Healthy | Health::Waiting if self.is_foreign(environment, (artifact, place)) => Health::Unknown,
            health => health,
        }
    }

    /// Says whether what runs somewhere is not what tminus brought there, or is nothing that the plan can name.
    fn is_foreign(&self, environment: &Environment, (artifact, place): (&ArtifactName, &PlaceState)) -> bool {
        let is_nameless = place.running().is_none() && place.health() == Health::Healthy;
        let is_of_unknown_commit = || {
            let origin = self.release.origin(&environment.name, artifact);
            let is_release = place.running().is_some_and(|running| &running.version == self.version);
            is_release && origin.is_some_and(|origin| !origin.is_known())
        };
        let is_drift = || self.drift_of(&environment.name, artifact, place).is_some() || is_of_unknown_commit();
        is_nameless || (place.health() != Health::Absent && is_drift())
    }

    /// Returns what is proved of what runs in an environment, where tminus brought it; of which release makes no difference.
    pub fn proof(&self, environment: &Environment) -> Proof {
        let was_deployed =
            || environment.deliver.iter().any(|d| self.deploy_of(&environment.name, &d.artifact).is_some());
        if environment.verify.is_empty() || !(self.was_brought(environment) || was_deployed()) {
            return Proof::Unasked;
        }
        match self.told_last(&environment.name) {
            Some(told) if told.outcome == Outcome::NotGood => Proof::Bad,
            Some(_) if self.failed_since(&environment.name).is_some() => Proof::Bad,
            Some(told) if told.outcome == Outcome::GoodSoFar => Proof::SoFar,
            Some(_) => Proof::Good,
            None => Proof::Missing,
        }
    }

    /// Says whether what runs in an environment is looked after: the release that tminus delivered there, or what a rollback
    /// brought back.
    pub fn was_brought(&self, environment: &Environment) -> bool {
        let is_delivered = || self.unknown_commits(&environment.name).is_empty();
        (self.runs_it(environment) && is_delivered()) || self.went_back(environment)
    }

    /// Says whether what runs in an environment was brought back there by a rollback: nobody has looked at it since, either.
    pub(super) fn went_back(&self, environment: &Environment) -> bool {
        let env = &environment.name;
        let is_of = |a: &&ActionState| a.proposal.request.env() == Some(env) && a.proposal.request.is_changing();
        let last = self.release.actions.iter().rev().filter(is_of).find(|a| a.started.is_some());
        let back = last.filter(|a| matches!(a.proposal.request, Request::RollBack { .. }));
        let place = |m: &Move| self.release.environments.get(env)?.places.get(&m.artifact);
        let runs = |m: &Move| place(m).and_then(PlaceState::running).as_ref() == Some(&m.to);
        back.is_some_and(|a| a.proposal.moves.iter().any(runs))
    }

    /// Returns the verification that found what runs in an environment now to be not good.
    pub fn failed_verification(&self, env: &EnvName) -> Option<&'a ActionState> {
        let told = self.told_last(env).filter(|told| told.outcome == Outcome::NotGood)?;
        self.release.action(&told.action)
    }

    /// Returns the last verification of what runs in an environment now that could tell how it is; the same version brought
    /// there once more is another thing to look at.
    pub(super) fn told_last(&self, env: &EnvName) -> Option<&'a Verification> {
        let (since, arrived) = (self.release.age_of(env)?.seq, self.release.arrival_of(env)?.seq);
        let is_told = |v: &&Verification| match v.outcome {
            // A restart makes nothing good, and what was mended since is not bad.
            Outcome::Good | Outcome::GoodSoFar | Outcome::NotGood => v.seq > arrived,
            Outcome::Unclear | Outcome::Failed | Outcome::Stopped | Outcome::Refused => false,
        };
        let last = self.release.environments.get(env)?.verifications.iter().rev().find(is_told)?;
        let counts = last.outcome == Outcome::NotGood || (last.seq > since && self.not_counted(env, last).is_none());
        counts.then_some(last)
    }
}

/// Says what serves while another version was asked for, and how far that one has come: `0.9.4 serves`, `1.0.0 stuck 0 of 3`.
fn beside(place: &PlaceState) -> Option<(String, String)> {
    let (serves, asked) = (place.serves_instead()?, place.running()?.version);
    let how = if place.health() == Health::Unhealthy { "stuck" } else { place.health().word() };
    let words = place.seen.as_ref().and_then(|(_, seen)| seen.words.as_deref()).unwrap_or_default();
    let is_number = |word: &str| word.parse::<u32>().is_ok();
    let count = match words.split([' ', ',']).collect::<Vec<_>>().as_slice() {
        [done, "of", all, ..] if is_number(done) && is_number(all) => format!(" {done} of {all}"),
        _ => String::new(),
    };
    Some((format!("{serves} serves"), format!("{asked} {how}{count}")))
}
