//! The ages at which a version is looked at again: +30 min, +24 h, +7 d.

use super::Situation;
use crate::domain::action::Outcome;
use crate::domain::names::EnvName;
use crate::domain::plan::Verifier;
use crate::domain::release::ActionState;
use crate::domain::time::{Span, age};
use jiff::Timestamp;

/// A horizon of what runs in an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The age.
    pub horizon: Span,
    /// When what runs there now reaches it.
    pub at: Timestamp,
    /// How a verification at that age ended; absent when there was none.
    pub outcome: Option<Outcome>,
}

impl<'a> Situation<'a> {
    /// Returns since when an environment runs what it runs; the newest of its artifacts counts.
    pub fn running_since(&self, env: &EnvName) -> Option<Timestamp> {
        let places = &self.release.environments.get(env)?.places;
        places.values().filter_map(|p| p.stays.last()).map(|s| s.since).max()
    }

    /// Returns since when people say that it runs there: since the action that brought it ended, else since it was seen.
    pub fn brought(&self, env: &EnvName) -> Option<Timestamp> {
        let running: Vec<_> = self.release.environments.get(env)?.places.values().filter_map(|p| p.running()).collect();
        let is_of = |a: &&ActionState| a.proposal.request.env() == Some(env) && a.proposal.request.is_changing();
        let last = self.release.actions.iter().rev().filter(is_of).find(|a| a.started.is_some());
        let ended = last.filter(|a| a.ended.is_some() && a.proposal.moves.iter().any(|m| running.contains(&m.to)));
        let since = self.running_since(env)?;
        // What came after it by itself, or long before it, is not its doing.
        Some(ended.map(ActionState::since).filter(|at| *at >= since).unwrap_or(since))
    }

    /// Returns the horizons of an environment, shortest first: those of its metrics, and those that others' `after` ask for.
    pub fn horizons(&self, env: &EnvName) -> Vec<Span> {
        let metrics = self.plan.environment(env).into_iter().flat_map(|e| &e.verify).filter_map(|name| {
            match self.plan.verifier(name) {
                Some(Verifier::Metric(metric)) => Some(metric.horizons.as_slice()),
                Some(Verifier::Check(_)) | None => None,
            }
        });
        let after =
            self.plan.environments.iter().flat_map(|e| &e.after).filter(|a| &a.env == env).filter_map(|a| a.horizon);
        let mut all: Vec<Span> = metrics.flatten().copied().chain(after).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Returns each horizon of what runs in an environment now, with when it is due and how it went.
    pub fn due(&self, env: &EnvName) -> Vec<Due> {
        let Some(since) = self.running_since(env) else { return Vec::new() };
        let state = self.release.environments.get(env);
        let outcome_at = |horizon: Span| {
            let all = state.into_iter().flat_map(|s| s.verifications.iter().rev());
            all.filter(|v| v.at >= since && v.horizon == Some(horizon))
                .map(|v| v.outcome)
                .find(|o| *o != Outcome::GoodSoFar)
        };
        self.horizons(env)
            .into_iter()
            .map(|horizon| Due { horizon, at: horizon.after(since), outcome: outcome_at(horizon) })
            .collect()
    }

    /// Returns the horizon that a verification looks at when nobody names one: the first that was not good yet, else the last.
    pub fn next_horizon(&self, env: &EnvName) -> Option<Span> {
        let due = self.due(env);
        due.iter().find(|d| d.outcome != Some(Outcome::Good)).or(due.last()).map(|d| d.horizon)
    }

    /// Returns how long an environment has run what it runs.
    pub fn age_in(&self, env: &EnvName) -> Option<Span> {
        self.running_since(env).map(|since| Span::from(age(self.now, since)))
    }
}
