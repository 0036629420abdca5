//! Since when what runs somewhere runs as it does: brought, brought once more, or started again by whatever means.
//!
//! What was found out before that says nothing of it. The order of the facts tells what came before, so that a clock that
//! was set back tells nothing wrong.

use super::{ActionState, PlaceState, Release, Stay};
use crate::domain::action::StepTask;
use crate::domain::fact::Record;
use crate::domain::names::{ArtifactName, EnvName};
use crate::domain::order::{Health, Observation, Task};
use crate::domain::time::moved;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A moment of the journal, by the number of its fact first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Since {
    /// The fact that told of it.
    pub seq: u64,
    /// When, but never before something that the journal knew earlier: the clock may have been set back.
    pub at: Timestamp,
}

/// The clock was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockJump {
    /// The fact that told of it.
    pub seq: u64,
    /// By how much; back is less than nothing.
    pub by: SignedDuration,
}

impl Release {
    /// Returns the moment that the age of what an environment runs counts from, by the clock as it is now: what the clock was
    /// set by since then has not passed.
    pub fn aged_from(&self, env: &EnvName) -> Option<Timestamp> {
        let since = self.age_of(env)?;
        let later = self.jumps.iter().filter(|jump| jump.seq > since.seq);
        Some(later.fold(since.at, |at, jump| moved(at, jump.by)))
    }

    /// Returns since when an environment runs what it runs, as it runs now; the newest of its artifacts counts.
    pub fn age_of(&self, env: &EnvName) -> Option<Since> {
        let renewed = self.stays(env).map(|stay| stay.renewed).max()?;
        let brought = self.brought_by(env).and_then(|action| action.touched);
        Some(brought.map_or(renewed, |brought| brought.max(renewed)))
    }

    /// Returns since when people say that it runs there, however often it was started again by itself or by hand: since the
    /// action that brought it ended, else since it was seen.
    pub fn arrival_of(&self, env: &EnvName) -> Option<Since> {
        let arrived = self.stays(env).map(|stay| Since { seq: stay.seq, at: stay.since }).max()?;
        let ended = |action: &ActionState| Some(Since { seq: action.touched?.seq, at: action.ended.as_ref()?.at });
        let brought = self.brought_by(env).and_then(ended);
        Some(brought.map_or(arrived, |brought| brought.max(arrived)))
    }

    /// Returns from when on lines are of what runs in an environment now: since it was started, by the clock of where it
    /// runs, else since the order began that brought it.
    ///
    /// Each artifact has a beginning of its own. Lines that could be of any of them count from the first that the last
    /// action brought.
    pub fn lines_since(&self, env: &EnvName, artifact: Option<&ArtifactName>) -> Option<Timestamp> {
        let places = &self.environments.get(env)?.places;
        if let Some(artifact) = artifact {
            return self.lines_of(env, artifact, places.get(artifact)?);
        }
        let of = |(artifact, place)| Some((artifact, self.lines_of(env, artifact, place)?));
        let all: Vec<(&ArtifactName, Timestamp)> = places.iter().filter_map(of).collect();
        let brought = self.brought_by(env).filter(|_| all.len() > 1);
        let is_moved = |artifact: &ArtifactName, place: &PlaceState| {
            let moves = brought.into_iter().flat_map(|action| &action.proposal.moves);
            place.running().is_some_and(|running| moves.clone().any(|m| &m.artifact == artifact && m.to == running))
        };
        let moved = all.iter().filter(|(artifact, _)| places.get(*artifact).is_some_and(|p| is_moved(artifact, p)));
        moved.map(|(_, at)| *at).min().or_else(|| all.iter().map(|(_, at)| *at).max())
    }

    fn lines_of(&self, env: &EnvName, artifact: &ArtifactName, place: &PlaceState) -> Option<Timestamp> {
        let stay = place.stays.last()?;
        if stay.started.is_some() {
            return stay.started;
        }
        let is_delivery = |task: &StepTask| match task {
            StepTask::Order { artifact: of, task } => {
                of.as_ref() == Some(artifact) && matches!(task.as_ref(), Task::Deliver { .. } | Task::Restore { .. })
            }
            StepTask::Look
            | StepTask::Hold { .. }
            | StepTask::Check { .. }
            | StepTask::Measure { .. }
            | StepTask::Branch { .. } => false,
        };
        let action =
            self.brought_by(env).filter(|action| action.touched.is_some_and(|touched| touched >= stay.renewed));
        let began = action.into_iter().flat_map(|a| &a.steps).filter(|s| is_delivery(&s.step.task));
        Some(began.filter_map(|s| s.began).max().unwrap_or(stay.renewed.at))
    }

    fn stays(&self, env: &EnvName) -> impl Iterator<Item = &Stay> {
        self.environments.get(env).into_iter().flat_map(|e| e.places.values()).filter_map(|place| place.stays.last())
    }

    /// Returns the last action that brought what runs in an environment now, or tried to once more.
    pub(in crate::domain) fn brought_by(&self, env: &EnvName) -> Option<&ActionState> {
        let places = &self.environments.get(env)?.places;
        let running: Vec<_> = places.values().filter_map(PlaceState::running).collect();
        let is_of = |a: &&ActionState| {
            a.touched.is_some()
                && a.proposal.request.env() == Some(env)
                && a.proposal.request.is_changing()
                && a.proposal.moves.iter().any(|m| running.contains(&m.to))
        };
        self.actions.iter().rev().find(is_of)
    }

    /// Returns the moment of a fact.
    pub(super) fn moment(&self, record: &Record) -> Since {
        Since { seq: record.seq, at: self.latest.map_or(record.at, |latest| latest.max(record.at)) }
    }
}

impl PlaceState {
    /// Takes in that the version that ran here is seen again: it may have been started anew in between.
    pub(super) fn see_again(&mut self, at: Since, observation: &Observation) {
        let before = self.seen.as_ref().map(|(at, seen)| (*at, seen.clone()));
        let Some(stay) = self.stays.last_mut() else { return };
        let was_away = before.as_ref().is_some_and(|(_, seen)| seen.version.is_none() || is_away(seen.health));
        let has_other_start = observation.since.is_some() && observation.since != stay.started;
        let has_other_label = observation.action.is_some() && observation.action != stay.action;
        if (was_away && !is_away(observation.health)) || has_other_start || has_other_label {
            stay.renewed = Since { seq: at.seq, at: start(observation, at, before.map(|(at, _)| at)) };
        }
        stay.started = observation.since.or(stay.started);
        stay.action = observation.action.clone().or_else(|| stay.action.take());
    }
}

/// Returns when what is seen began, as far as the clock of its host can be believed: not later than it is seen, and not
/// before it was last seen to be something else.
pub(super) fn start(observation: &Observation, at: Since, before: Option<Timestamp>) -> Timestamp {
    let is_likely = |since: &Timestamp| *since <= at.at && before.is_none_or(|before| *since >= before);
    observation.since.filter(is_likely).unwrap_or(at.at)
}

const fn is_away(health: Health) -> bool {
    match health {
        Health::Stopped | Health::Absent => true,
        Health::Healthy | Health::Starting | Health::Unhealthy | Health::Waiting | Health::Unknown => false,
    }
}
