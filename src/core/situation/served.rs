//! What served an environment and how it went: what was good there, what was left, what a deploy brought.

use super::Situation;
use super::further_back::StaysPut;
use crate::action::{Move, Outcome, Request};
use crate::names::{ArtifactName, EnvName};
use crate::order::{Delivered, Health};
use crate::release::{ActionState, Origin, PlaceState, Stay, StepPhase, StepState};
use crate::time::age;
use crate::verdict::Verdict;
use std::time::Duration;

/// How long a version must have been in service to be one that a rollback chooses, where nothing else speaks for it.
const MOMENT: Duration = Duration::from_secs(60);

impl<'a> Situation<'a> {
    /// Says so when a deploy stands still that has brought nothing: going back from there would leave a good version.
    pub(super) fn still_runs(&self, env: &EnvName) -> Option<StaysPut> {
        let action = self.release.active(env).filter(|a| a.is_stuck())?;
        let Request::Deploy { .. } = &action.proposal.request else { return None };
        let from = action.proposal.moves.iter().find_map(|m| m.from.as_ref())?;
        let says = || {
            let (id, version) = (&action.id, &from.version);
            let what = format!("{id} deployed nothing: {version} still runs in {env}. Leave it as it is");
            StaysPut::new(what, "Or go further back")
        };
        // A delivery of what ran already leaves no trace in what runs: where nobody saw its end, that tells nothing.
        let is_another = action.proposal.moves.iter().any(|m| m.from.as_ref() != Some(&m.to));
        let is_unclear = action.current().is_some_and(|(_, step)| step.phase == StepPhase::Unclear);
        ((is_another || !is_unclear) && self.runs_as_before(env, action)).then(says)
    }

    /// Says so when what the last deploy replaced serves still or again, and nothing speaks against it: the deploy brought
    /// nothing, or somebody put back by hand what was there before.
    pub(super) fn runs_on(&self, env: &EnvName) -> Option<StaysPut> {
        let last = self.changes_here(env).next()?;
        let Request::Deploy { .. } = &last.proposal.request else { return None };
        let moves = &last.proposal.moves;
        // A deploy of what runs already may have changed how it runs: its version says nothing about that.
        let is_another = moves.iter().any(|m| m.from.as_ref() != Some(&m.to));
        let is_known_bad = |m: &Move| m.from.as_ref().is_some_and(|from| !self.may_choose(env, &m.artifact, from));
        if last.ended.is_none() || !is_another || moves.iter().any(is_known_bad) || !self.runs_as_before(env, last) {
            return None;
        }
        let first = &moves.first()?.from.as_ref()?.version;
        let is_one = moves.iter().filter_map(|m| m.from.as_ref()).all(|from| &from.version == first);
        let named = || moves.iter().filter_map(|m| Some(format!("{} {}", m.artifact, m.from.as_ref()?.version)));
        let runs = if is_one { first.to_string() } else { named().collect::<Vec<_>>().join(", ") };
        let done = last.steps.iter().filter(|s| s.phase == StepPhase::Succeeded && s.step.task.is_command());
        let done: String = done.map(|s| format!("; its \"{}\" stays done", s.step.title)).collect();
        let what = format!("{env} runs {runs} as before {}: nothing to roll back{done}", last.id);
        Some(StaysPut::new(what, "Further back"))
    }

    /// Says whether every artifact that an action was to move is what it was before, and is up.
    fn runs_as_before(&self, env: &EnvName, action: &ActionState) -> bool {
        let places = self.release.environments.get(env).map(|e| &e.places);
        let serves = |m: &Move| {
            let place = places.and_then(|places| places.get(&m.artifact));
            place.filter(|p| is_up(p)).and_then(PlaceState::running)
        };
        action.proposal.moves.iter().all(|m| m.from.is_some() && serves(m) == m.from)
    }

    /// Returns the actions that began to change an environment, the newest first.
    pub(super) fn changes_here(&self, env: &EnvName) -> impl Iterator<Item = &'a ActionState> {
        let here = move |a: &&ActionState| {
            let request = &a.proposal.request;
            let was_refused = a.ended.as_ref().is_some_and(|ended| ended.outcome == Outcome::Refused);
            request.env() == Some(env) && request.is_changing() && a.started.is_some() && !was_refused
        };
        self.release.actions.iter().rev().filter(here)
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
        let brings = |step: &StepState| step.step.task.brings(artifact) == Some(delivered);
        let here = self.release.actions.iter().filter(|a| a.proposal.request.env() == Some(env));
        here.flat_map(|a| &a.steps).any(|s| s.phase == StepPhase::Succeeded && brings(s))
    }

    /// Returns the versions of an artifact that were good here, the newest first: seen to be healthy, verified, or brought
    /// to the end or in service for a time where nobody can tell how it is.
    pub(super) fn good_here(&self, env: &EnvName, artifact: &ArtifactName, place: &PlaceState) -> Vec<Delivered> {
        let mut good = self.good_or_glimpsed(env, artifact, place);
        good.retain(|delivered| !self.is_glimpsed(env, (artifact, place), delivered));
        good
    }

    /// Says whether nothing speaks for a version but that it was seen here for a moment, by a target that does not tell how
    /// it was: that may have been a slip, or a stranger's.
    pub(super) fn is_glimpsed(
        &self,
        env: &EnvName,
        (artifact, place): (&ArtifactName, &PlaceState),
        delivered: &Delivered,
    ) -> bool {
        let was_verified =
            || matches!(self.verified_as(env, artifact, delivered), Some(Outcome::Good | Outcome::GoodSoFar));
        let is_from = |m: &Move| &m.artifact == artifact && m.from.as_ref() == Some(delivered);
        // What ran when tminus came is what a deploy replaced first, however short a time that was looked at.
        let was_first = || place.stays.first().is_some_and(|first| &first.delivered == delivered);
        let was_replaced = || was_first() && self.changes_here(env).any(|a| a.proposal.moves.iter().any(is_from));
        // What runs now is looked at again before anything replaces it.
        let has_served = |(at, stay): (usize, &Stay)| match place.stays.get(at + 1) {
            Some(next) => stay.was_healthy || age(next.since, stay.since) >= MOMENT,
            None => stay.was_healthy || was_first() || age(self.now, stay.since) >= MOMENT,
        };
        let mut stays = place.stays.iter().enumerate().filter(|(_, stay)| &stay.delivered == delivered);
        !stays.any(has_served) && !was_verified() && !was_replaced() && !self.was_delivered(env, artifact, delivered)
    }

    /// Returns the versions of an artifact that a person may name, the newest first: those that were good here, and those
    /// that were seen for a moment.
    pub(super) fn good_or_glimpsed(
        &self,
        env: &EnvName,
        artifact: &ArtifactName,
        place: &PlaceState,
    ) -> Vec<Delivered> {
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
        let is_bad = is_not_good || self.release.bad.contains_key(&delivered.version);
        !is_bad && !self.is_ahead(env, artifact, delivered)
    }

    /// Returns what the rollbacks move that were not brought to their end, where nothing else was done here since.
    fn unfinished_moves(&self, env: &EnvName) -> impl Iterator<Item = &'a Move> {
        let is_unfinished = |a: &&ActionState| {
            matches!(a.proposal.request, Request::RollBack { .. }) && (a.is_active() || ended_short(a))
        };
        self.changes_here(env).take_while(is_unfinished).flat_map(|a| &a.proposal.moves)
    }

    /// Says whether a rollback that was not finished takes a version away: going back from there does not lead to it again.
    pub(super) fn is_being_left(&self, env: &EnvName, artifact: &ArtifactName, delivered: &Delivered) -> bool {
        let mut moves = self.unfinished_moves(env);
        moves.any(|m| &m.artifact == artifact && m.from.as_ref() == Some(delivered) && &m.to != delivered)
    }

    /// Says whether a rollback that was not finished has brought an artifact back, and another is still to follow.
    pub(super) fn is_back_before_others(&self, env: &EnvName, artifact: &ArtifactName) -> bool {
        let is_back = |m: &Move| self.serves(env, m);
        let arrived = |name: &ArtifactName| self.unfinished_moves(env).any(|m| &m.artifact == name && is_back(m));
        arrived(artifact) && self.unfinished_moves(env).any(|m| !arrived(&m.artifact))
    }

    /// Returns the deploy that was to move an artifact and did not, or whose version somebody took away again: what it was
    /// to replace serves, and nothing speaks against it. A rollback leaves it there.
    pub(super) fn left_in_place(
        &self,
        env: &EnvName,
        artifact: &ArtifactName,
        place: &PlaceState,
    ) -> Option<&'a ActionState> {
        let is_rollback = |a: &&ActionState| matches!(a.proposal.request, Request::RollBack { .. });
        let is_unfinished = |a: &&ActionState| is_rollback(a) && (a.is_active() || ended_short(a));
        let last = self.changes_here(env).find(|a| !is_unfinished(a)).filter(|a| !is_rollback(a))?;
        let moved = last.proposal.moves.iter().find(|m| &m.artifact == artifact)?;
        let from = moved.from.as_ref().filter(|from| *from != &moved.to)?;
        let serves = is_up(place) && place.running().as_ref() == Some(from) && self.may_choose(env, artifact, from);
        (serves && (last.ended.is_some() || last.is_stuck())).then_some(last)
    }

    /// Returns the rollback that brought everything back and did not come to its end, where steps of the deploys that it
    /// left are still to be undone.
    pub(super) fn unfinished_rest(&self, env: &EnvName) -> Option<&'a ActionState> {
        let last = self.changes_here(env).next()?;
        let is_unfinished = last.is_stuck() || ended_short(last);
        let moves = &last.proposal.moves;
        let is_rollback = matches!(last.proposal.request, Request::RollBack { .. }) && !moves.is_empty();
        let is_rest = is_unfinished && is_rollback && moves.iter().all(|m| self.serves(env, m));
        (is_rest && self.has_undo(env, moves)).then_some(last)
    }

    /// Says whether what a move leads to runs already, and is not known to be ill.
    pub(super) fn serves(&self, env: &EnvName, moved: &Move) -> bool {
        let place = self.release.environments.get(env).and_then(|e| e.places.get(&moved.artifact));
        place.filter(|p| is_up(p)).and_then(PlaceState::running).as_ref() == Some(&moved.to)
    }

    /// Says whether the last delivery that was tried here was of another version: what is there did not fail by itself.
    pub(super) fn was_left_for_another(&self, env: &EnvName, artifact: &ArtifactName, there: &Delivered) -> bool {
        let of = |a: &'a ActionState| a.proposal.moves.iter().find(|m| &m.artifact == artifact);
        self.changes_here(env).find_map(of).is_some_and(|m| &m.to != there)
    }

    /// Returns the deploy that brought what runs of an artifact in an environment now, where one did.
    pub(super) fn deploy_of(&self, env: &EnvName, artifact: &ArtifactName) -> Option<&'a ActionState> {
        match self.release.origin(env, artifact)? {
            Origin::Deployed(deploy) => Some(deploy),
            Origin::Built(_) | Origin::Adopted(_) | Origin::Restored | Origin::Doubtful | Origin::Unknown => None,
        }
    }
}

/// Says whether something runs at a place, and is not known to be ill.
fn is_up(place: &PlaceState) -> bool {
    !place.is_down() && place.health() != Health::Unhealthy
}

/// Says whether an action ended before it was done.
fn ended_short(action: &ActionState) -> bool {
    action.ended.as_ref().is_some_and(|ended| matches!(ended.outcome, Outcome::Failed | Outcome::Stopped))
}
