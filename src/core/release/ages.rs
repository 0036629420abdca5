//! Since when what runs somewhere runs as it does: brought, brought once more, or started again by whatever means.
//!
//! What was found out before that says nothing of it. The order of the facts tells what came before, so that a clock that
//! was set back tells nothing wrong.

use super::{ActionState, PlaceState, Release, Since, Stay};
use crate::action::StepTask;
use crate::fact::Record;
use crate::names::{ArtifactName, EnvName};
use crate::time::moved;
use jiff::Timestamp;

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
        let is_delivery = |task: &StepTask| task.brings(artifact).is_some();
        let action =
            self.brought_by(env).filter(|action| action.touched.is_some_and(|touched| touched >= stay.renewed));
        let began = action.into_iter().flat_map(|a| &a.steps).filter(|s| is_delivery(&s.step.task));
        Some(began.filter_map(|s| s.began).max().unwrap_or(stay.renewed.at))
    }

    fn stays(&self, env: &EnvName) -> impl Iterator<Item = &Stay> {
        self.environments.get(env).into_iter().flat_map(|e| e.places.values()).filter_map(|place| place.stays.last())
    }

    /// Returns the last action that brought what runs in an environment now, or tried to once more.
    pub(crate) fn brought_by(&self, env: &EnvName) -> Option<&ActionState> {
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
