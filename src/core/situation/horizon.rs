//! The ages at which a version is looked at again: +30 min, +24 h, +7 d.

use super::Situation;
use crate::action::{Outcome, Request};
use crate::names::EnvName;
use crate::plan::{Environment, Plan, Verifier};
use crate::release::{ActionState, PlaceState, Release};
use crate::time::{Span, age};
use jiff::Timestamp;
use std::time::Duration;

/// How long the last horizon can be measured at least: a short one is not missed over lunch.
const DAY: Duration = Duration::from_secs(86_400);

/// A horizon of what runs in an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueHorizon {
    /// The age.
    pub horizon: Span,
    /// When what runs there now reaches it.
    pub at: Timestamp,
    /// Until when it can be measured: what is measured later says nothing about this age.
    pub until: Timestamp,
    /// How a verification at that age ended; absent when there was none.
    pub outcome: Option<Outcome>,
}

impl DueHorizon {
    /// Says whether it was not measured, and still can be, now or later.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.outcome.is_none() && now < self.until
    }

    /// Says whether it was not measured, and cannot be any more.
    pub fn is_missed(&self, now: Timestamp) -> bool {
        self.outcome.is_none() && self.until <= now
    }

    /// Returns what is known of one that was missed.
    pub fn words(&self) -> String {
        format!("no-data: not measured from {:.0} to {:.0}", self.at, self.until)
    }
}

/// Returns what an engine goes on for when nobody is there: actions and checks that are not over, horizons that can be
/// measured still.
pub fn work(plan: &Plan, release: &Release, now: Timestamp) -> Vec<String> {
    let mut work: Vec<String> = release.active_actions().map(|a| format!("{} has not ended", a.id)).collect();
    for (version, checks) in &release.checks {
        let running = checks.iter().filter(|(_, check)| check.running.is_some());
        work.extend(running.map(|(name, _)| format!("{name} of {version} is measured")));
    }
    for environment in &plan.environments {
        let env = &environment.name;
        let of = |version| Situation { plan, release, version, now };
        // What was brought back is brought back for every release that is open.
        let Some(situation) = release.open_versions().into_iter().map(of).find(|s| s.was_brought(environment)) else {
            continue;
        };
        let running = release.environments.get(env).and_then(|e| e.places.values().find_map(PlaceState::running));
        let version = running.map(|running| running.version.to_string()).unwrap_or_default();
        let open = situation.due(env).into_iter().filter(|due| due.is_open(now));
        work.extend(open.map(|due| format!("+{} of {version} in {env} is open", due.horizon)));
    }
    work
}

impl<'a> Situation<'a> {
    /// Returns since when an environment runs what it runs, as it runs now: a redeploy and a restart begin a new age.
    pub fn running_since(&self, env: &EnvName) -> Option<Timestamp> {
        self.release.age_of(env).map(|since| since.at)
    }

    /// Returns since when people say that it runs there: since the action that brought it ended, else since it was seen.
    pub fn brought(&self, env: &EnvName) -> Option<Timestamp> {
        self.release.arrival_of(env).map(|since| since.at)
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
    pub fn due(&self, env: &EnvName) -> Vec<DueHorizon> {
        let (Some(since), Some(from)) = (self.release.age_of(env), self.release.aged_from(env)) else {
            return Vec::new();
        };
        let state = self.release.environments.get(env);
        let outcome_at = |horizon: Span| {
            let all = state.into_iter().flat_map(|s| s.verifications.iter().rev());
            let until = self.measurable_until(env, horizon);
            all.filter(|v| v.seq > since.seq && v.horizon == Some(horizon) && until.is_none_or(|until| v.at < until))
                .filter(|v| v.outcome != Outcome::Good || self.not_counted(env, v).is_none())
                .map(|v| v.outcome)
                .find(|o| *o != Outcome::GoodSoFar)
        };
        self.horizons(env)
            .into_iter()
            .map(|horizon| {
                let (at, outcome) = (horizon.after(from), outcome_at(horizon));
                DueHorizon { horizon, at, until: self.measurable_until(env, horizon).unwrap_or(at), outcome }
            })
            .collect()
    }

    /// Returns until when a horizon of what runs in an environment can be measured: until the next one is due, the last one
    /// for half its length again, and for a day at least.
    pub fn measurable_until(&self, env: &EnvName, horizon: Span) -> Option<Timestamp> {
        let since = self.release.aged_from(env)?;
        let next = self.horizons(env).into_iter().find(|next| *next > horizon);
        let more = DAY.max(horizon.duration() / 2);
        Some(next.unwrap_or_else(|| Span::from(horizon.duration().saturating_add(more))).after(since))
    }

    /// Returns the horizons of an environment that nobody measured in time, where the release runs.
    pub fn missed(&self, environment: &Environment) -> Vec<DueHorizon> {
        let due = if self.runs_it(environment) { self.due(&environment.name) } else { Vec::new() };
        due.into_iter().filter(|due| due.is_missed(self.now)).collect()
    }

    /// Returns the horizon that a verification looks at when nobody names one: the first that was not good yet, else the last;
    /// none when it is too late for all of them, and the verification tells how it is now.
    pub fn next_horizon(&self, env: &EnvName) -> Option<Span> {
        let due: Vec<DueHorizon> = self.due(env).into_iter().filter(|d| self.now < d.until).collect();
        due.iter().find(|d| d.outcome != Some(Outcome::Good)).or(due.last()).map(|d| d.horizon)
    }

    /// Returns the horizon that a verification has left open when it ended, where it can be measured still: it came before
    /// its time, or could not tell.
    pub fn left_open(&self, verification: &ActionState) -> Option<DueHorizon> {
        let Request::Verify { env, horizon: Some(horizon), .. } = &verification.proposal.request else { return None };
        let is_open = |outcome| matches!(outcome, Outcome::GoodSoFar | Outcome::Unclear);
        verification.ended.as_ref().filter(|ending| is_open(ending.outcome))?;
        // What runs there by now may be something else, which has horizons of its own.
        self.running_since(env).filter(|since| *since <= verification.since())?;
        self.due(env).into_iter().find(|due| due.horizon == *horizon && self.now < due.until)
    }

    /// Says that it is too late to measure a horizon.
    pub fn too_late(&self, env: &EnvName, horizon: Span) -> Option<String> {
        let until = self.measurable_until(env, horizon).filter(|until| *until <= self.now)?;
        Some(format!(
            "+{horizon} of what runs in {env} could be measured until {until:.0}; a measurement now says nothing about that age"
        ))
    }

    /// Returns how long an environment has run what it runs.
    pub fn age_in(&self, env: &EnvName) -> Option<Span> {
        self.release.aged_from(env).map(|since| Span::from(age(self.now, since)))
    }
}
