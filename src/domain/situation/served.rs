//! What served an environment and how it went: what was good there, what was left, what a deploy brought.

use super::Situation;
use super::further_back::StaysPut;
use crate::domain::action::{Move, Outcome, Request, StepTask};
use crate::domain::names::{ArtifactName, EnvName};
use crate::domain::order::{Delivered, Health, Task};
use crate::domain::release::{ActionState, PlaceState, Stay, StepPhase, StepState};
use crate::domain::verdict::Verdict;

impl<'a> Situation<'a> {
    /// Says so when a deploy stands still that has brought nothing: going back from there would leave a good version.
    pub(super) fn still_runs(&self, env: &EnvName) -> Option<StaysPut> {
        let action = self.release.active(env).filter(|a| a.is_stuck())?;
        let Request::Deploy { .. } = &action.proposal.request else { return None };
        let places = &self.release.environments.get(env)?.places;
        let serves = |m: &Move| {
            let place = places.get(&m.artifact).filter(|p| !p.is_down() && p.health() != Health::Unhealthy);
            place.and_then(PlaceState::running)
        };
        let is_untouched = action.proposal.moves.iter().all(|m| m.from.is_some() && serves(m) == m.from);
        let from = action.proposal.moves.iter().find_map(|m| m.from.as_ref())?;
        let says = || {
            let (id, version) = (&action.id, &from.version);
            let what = format!("{id} has brought nothing: {version} still runs in {env}. Leave it as it is");
            StaysPut::new(what, "Or go further back")
        };
        is_untouched.then(says)
    }

    /// Says so when what runs was itself brought by a rollback and nothing is known to be wrong with it: the same
    /// command sent twice goes back once.
    pub(super) fn was_just_taken(&self, env: &EnvName) -> Option<StaysPut> {
        let state = self.release.environments.get(env)?;
        let is_unwell = |p: &PlaceState| !matches!(p.health(), Health::Healthy | Health::Unknown);
        let since = self.brought(env)?;
        let was_bad = state.verifications.iter().any(|v| v.at >= since && v.outcome == Outcome::NotGood);
        // A verification under way speaks against it only with what it has found.
        let speaks_against = |a: &ActionState| {
            a.proposal.request.is_changing() || a.steps.iter().any(|s| s.verdict == Some(Verdict::Fail))
        };
        if was_bad || state.places.values().any(is_unwell) || self.release.active(env).is_some_and(speaks_against) {
            return None;
        }
        // The label of what runs may be that of the deploy which brought it first: a container is kept with it.
        let action = self.release.brought_by(env)?;
        let Request::RollBack { to, .. } = &action.proposal.request else { return None };
        let runs = |m: &Move| state.places.get(&m.artifact).and_then(PlaceState::running).as_ref() == Some(&m.to);
        if !action.proposal.moves.iter().all(runs) {
            return None;
        }
        let moved = || action.proposal.moves.iter().map(|m| format!("{} {}", m.artifact, m.to.version));
        let to = to.as_ref().map_or_else(|| moved().collect::<Vec<_>>().join(", "), ToString::to_string);
        Some(StaysPut::new(format!("already back on {to}"), "Further back"))
    }

    /// Returns how the last verification of an artifact's version ended that could tell.
    pub(super) fn verified_as(&self, env: &EnvName, artifact: &ArtifactName, delivered: &Delivered) -> Option<Outcome> {
        let all = self.release.environments.get(env).into_iter().flat_map(|s| s.verifications.iter().rev());
        let told = |o: &Outcome| matches!(o, Outcome::Good | Outcome::GoodSoFar | Outcome::NotGood);
        all.filter(|v| v.ran.get(artifact) == Some(delivered)).map(|v| v.outcome).find(told)
    }

    /// Says whether tminus brought an artifact's version here, and its target called that done.
    fn was_delivered(&self, env: &EnvName, artifact: &ArtifactName, delivered: &Delivered) -> bool {
        let brings = |step: &StepState| match &step.step.task {
            StepTask::Order { artifact: Some(of), task } if of == artifact => match task.as_ref() {
                Task::Deliver { to, .. } | Task::Restore { to, .. } => to == delivered,
                Task::Provide { .. } | Task::Run { .. } | Task::Build { .. } => false,
            },
            StepTask::Order { .. }
            | StepTask::Look
            | StepTask::Hold { .. }
            | StepTask::Check { .. }
            | StepTask::Measure { .. }
            | StepTask::Branch { .. } => false,
        };
        let here = self.release.actions.iter().filter(|a| a.proposal.request.env() == Some(env));
        here.flat_map(|a| &a.steps).any(|s| s.phase == StepPhase::Succeeded && brings(s))
    }

    /// Returns the versions of an artifact that were good here, the newest first: seen to be healthy, verified, or brought
    /// to the end where nobody can tell how it is.
    pub(super) fn good_here(&self, env: &EnvName, artifact: &ArtifactName, place: &PlaceState) -> Vec<Delivered> {
        let is_good = |s: &&Stay| {
            let was_verified =
                matches!(self.verified_as(env, artifact, &s.delivered), Some(Outcome::Good | Outcome::GoodSoFar));
            let was_done = || !s.was_unwell && self.was_delivered(env, artifact, &s.delivered);
            was_verified || s.was_healthy || s.is_untold || was_done()
        };
        place.stays.iter().rev().filter(is_good).map(|s| s.delivered.clone()).collect()
    }

    /// Says whether a rollback may choose a version by itself.
    pub(super) fn may_choose(&self, env: &EnvName, artifact: &ArtifactName, delivered: &Delivered) -> bool {
        let is_not_good = self.verified_as(env, artifact, delivered) == Some(Outcome::NotGood);
        !is_not_good && !self.release.bad.contains_key(&delivered.version)
    }

    /// Says whether a rollback that is not over takes a version away: going back from there does not lead to it again.
    pub(super) fn is_being_left(&self, env: &EnvName, artifact: &ArtifactName, delivered: &Delivered) -> bool {
        let back = self.release.active(env).filter(|a| matches!(a.proposal.request, Request::RollBack { .. }));
        let mut moves = back.into_iter().flat_map(|a| &a.proposal.moves);
        moves.any(|m| &m.artifact == artifact && m.from.as_ref() == Some(delivered) && &m.to != delivered)
    }

    /// Says whether the last delivery that was tried here was of another version: what is there did not fail by itself.
    pub(super) fn was_left_for_another(&self, env: &EnvName, artifact: &ArtifactName, there: &Delivered) -> bool {
        let here = |a: &&ActionState| {
            let request = &a.proposal.request;
            request.env() == Some(env) && request.is_changing() && a.started.is_some()
        };
        let last = self.release.actions.iter().rev().filter(here);
        let mut moves = last.filter_map(|a| a.proposal.moves.iter().find(|m| &m.artifact == artifact));
        moves.next().is_some_and(|m| &m.to != there)
    }

    /// Returns the deploy that brought what runs in an environment now, where tminus did.
    pub fn deploy_that_brought(&self, env: &EnvName) -> Option<&'a ActionState> {
        let places = &self.release.environments.get(env)?.places;
        let runs = |m: &Move| places.get(&m.artifact).and_then(PlaceState::running).as_ref() == Some(&m.to);
        let brought_it = |a: &&ActionState| {
            matches!(&a.proposal.request, Request::Deploy { env: there, .. } if there == env)
                && a.started.is_some()
                && a.proposal.moves.iter().any(runs)
        };
        self.release.actions.iter().rev().find(brought_it)
    }
}
