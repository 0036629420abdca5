//! Where a check stands now: its last verdict, unless that has gone stale since.

use super::Situation;
use super::fresh::is_touched;
use crate::names::{CheckName, EnvName, Version};
use crate::plan::Check;
use crate::release::CheckRun;
use crate::time::{Span, age, is_to_come, spoken};
use crate::verdict::Verdict;

/// How long what lies outside the commit counts in a gate when the plan does not say: nothing else would ever end it.
const OUTSIDE_FRESH: Span = Span::seconds(15 * 60);

/// Where a check stands now.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckStanding<'a> {
    /// The verdict that counts now.
    pub verdict: Verdict,
    /// Why, in words: what was found, or what made it stale.
    pub why: String,
    /// The run that it rests on.
    pub run: Option<&'a CheckRun>,
}

/// How many of some checks are good: those that are required count, wherever it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckTally {
    /// How many are good, or waived.
    pub good: usize,
    /// How many are required; 0 where all of them are optional.
    pub total: usize,
    /// The worst verdict of those that count; of all where none does.
    pub verdict: Verdict,
}

impl CheckTally {
    /// Counts checks by where they stand.
    pub fn of<'c>(all: impl Iterator<Item = (&'c Check, Verdict)> + Clone) -> Self {
        let required = || all.clone().filter(|(check, _)| check.required).map(|(_, verdict)| verdict);
        let total = required().count();
        let worst = required().fold(Verdict::Pass, Verdict::and);
        let verdict = if total == 0 { all.clone().map(|(_, v)| v).fold(Verdict::Pass, Verdict::and) } else { worst };
        Self { good: required().filter(|v| v.is_good_enough()).count(), total, verdict }
    }

    /// Says whether all that count are good.
    pub const fn is_good(self) -> bool {
        self.good == self.total
    }

    /// Writes it: `9/10`, or that nothing counts.
    pub fn words(self) -> String {
        if self.total == 0 { "optional".to_owned() } else { format!("{}/{}", self.good, self.total) }
    }
}

impl<'a> Situation<'a> {
    /// Returns where a check stands for the release, or for an environment when it is asked about one.
    pub fn standing(&self, check: &Check, env: Option<&EnvName>) -> CheckStanding<'a> {
        self.standing_of_version(check, env, self.version)
    }

    fn standing_of_version(&self, check: &Check, env: Option<&EnvName>, version: &Version) -> CheckStanding<'a> {
        let state = self.release.checks.get(self.version).and_then(|checks| checks.get(&check.name));
        let run = state.and_then(|s| s.last(env));
        if let Some(since) = state.and_then(|s| s.running.as_ref()).filter(|(_, e)| e.as_ref() == env) {
            let why = format!("running for {}", crate::time::brief(age(self.now, since.0)));
            return CheckStanding { verdict: Verdict::Running, why, run };
        }
        let Some(run) = run else {
            return CheckStanding { verdict: Verdict::Pending, why: "not run yet".to_owned(), run: None };
        };
        if let Some(why) = self.staleness(check, run, version).or_else(|| self.stale_by_need(check, run)) {
            return CheckStanding { verdict: Verdict::Stale, why, run: Some(run) };
        }
        CheckStanding { verdict: run.verdict, why: run.evidence.found.to_string(), run: Some(run) }
    }

    /// Returns where a check stands of what runs in an environment now, whichever release that is.
    pub fn standing_there(&self, check: &Check, env: &EnvName) -> CheckStanding<'a> {
        self.standing_of_version(check, Some(env), &self.version_there(check, env))
    }

    /// Returns the version that a check is about in an environment: what runs there.
    pub(super) fn version_there(&self, check: &Check, env: &EnvName) -> Version {
        let places = self.release.environments.get(env).map(|e| &e.places);
        let place = match self.plan.artifact_of_check(env, check) {
            Some(artifact) => places.and_then(|places| places.get(artifact)),
            None => places.and_then(|places| places.values().next()),
        };
        place.and_then(|place| place.running()).map_or_else(|| self.version.clone(), |running| running.version)
    }

    /// Says whether a run asked what its check asks now, of the version and the digest that run there now.
    pub(super) fn is_of_what_runs(&self, check: &Check, run: &CheckRun, version: &Version) -> bool {
        let other = stale_by_version(run, version).or_else(|| self.stale_by_definition(check, run));
        other.or_else(|| self.stale_by_digest(run)).is_none()
    }

    /// Returns where a check stands by its name; a name that the plan no longer has is pending.
    pub fn standing_of(&self, name: &CheckName, env: Option<&EnvName>) -> Verdict {
        self.plan.check(name).map_or(Verdict::Pending, |check| self.standing(check, env).verdict)
    }

    /// Returns what a check needs and has not, with where that stands now. A check of the release needs what counts now; for
    /// one of an environment it is enough that what it needs passed when it was measured last.
    pub fn unmet_need<'c>(&self, check: &'c Check, env: Option<&EnvName>) -> Option<(&'c CheckName, Verdict)> {
        check.needs.iter().find_map(|name| {
            let need = self.plan.check(name)?;
            let its_env = env.filter(|env| self.is_verified_by(env, name));
            let standing = self.standing(need, its_env);
            let has_passed = standing.run.is_some_and(|run| run.verdict == Verdict::Pass);
            let is_met = standing.verdict == Verdict::Pass || (env.is_some() && has_passed);
            (!is_met).then_some((name, standing.verdict))
        })
    }

    fn is_verified_by(&self, env: &EnvName, check: &CheckName) -> bool {
        self.plan.environment(env).is_some_and(|e| e.verify.iter().any(|name| name == check.as_str()))
    }

    /// Says which check that a good one needs is not good any more.
    fn stale_by_need(&self, check: &Check, run: &CheckRun) -> Option<String> {
        let (need, verdict) = self.unmet_need(check, run.env.as_ref()).filter(|_| run.verdict == Verdict::Pass)?;
        Some(format!("was {}, and needs {need}, which is {} now", run.verdict.word(), verdict.word()))
    }

    /// Says why a run no longer counts; only what once said something can go stale.
    fn staleness(&self, check: &Check, run: &CheckRun, version: &Version) -> Option<String> {
        if matches!(run.verdict, Verdict::NoData | Verdict::Inconclusive) {
            return None;
        }
        self.outdated(check, run, version).or_else(|| self.stale_by_age(check, run))
    }

    /// Says what changed since a run, however long ago that was.
    fn outdated(&self, check: &Check, run: &CheckRun, version: &Version) -> Option<String> {
        stale_by_version(run, version)
            .or_else(|| self.stale_by_definition(check, run))
            .or_else(|| self.stale_by_commit(check, run))
            .or_else(|| self.stale_by_digest(run))
    }

    /// Says whether a check of the release passed, and what it needs with it, and nothing speaks against it since but the
    /// time that went by.
    pub(super) fn still_holds(&self, check: &Check, standing: &CheckStanding<'_>) -> bool {
        let holds = |run: &CheckRun| run.verdict == Verdict::Pass && self.outdated(check, run, self.version).is_none();
        let needs = || check.needs.iter().filter_map(|name| self.plan.check(name));
        let is_met = || needs().all(|need| self.still_holds(need, &self.standing(need, None)));
        match standing.verdict {
            Verdict::Pass | Verdict::Waived => true,
            Verdict::Running | Verdict::Stale => standing.run.is_some_and(holds) && is_met(),
            Verdict::Fail | Verdict::Inconclusive | Verdict::NoData | Verdict::Pending => false,
        }
    }

    /// A verdict answers the question that was asked.
    fn stale_by_definition(&self, check: &Check, run: &CheckRun) -> Option<String> {
        let word = run.verdict.word();
        match &run.evidence.definition {
            None => Some(format!("was {word}, recorded by an older tminus that did not say what was asked")),
            Some(then) if *then == self.plan.definition_of(check, run.env.as_ref()) => None,
            Some(_) => Some(format!("was {word}; its definition has changed since")),
        }
    }

    fn stale_by_commit(&self, check: &Check, run: &CheckRun) -> Option<String> {
        let (commit, opening) = (run.evidence.commit.as_ref()?, self.opening()?);
        match opening.moves_since(commit) {
            Some(moves) if !is_touched(moves, &check.paths) => None,
            _ => Some(format!(
                "was {} on {}, the release is at {}",
                run.verdict.word(),
                commit.short(),
                opening.commit.short()
            )),
        }
    }

    fn stale_by_digest(&self, run: &CheckRun) -> Option<String> {
        let env = run.env.as_ref()?;
        let then = run.evidence.digest.as_ref()?;
        let runs_it = |place: &crate::release::PlaceState| place.digest() == Some(then);
        let places = &self.release.environments.get(env)?.places;
        match places.values().any(runs_it) {
            true => None,
            false => Some(format!("was {} on {}, something else runs in {env} now", run.verdict.word(), then.short())),
        }
    }

    /// Returns how long the verdict of a run holds; nothing where only another commit or digest ends it.
    pub fn holds_for(&self, check: &Check, run: &CheckRun) -> Option<Span> {
        let is_outside = run.evidence.commit.is_none() || check.looks_outside();
        check.fresh.or_else(|| (is_outside && run.env.is_none()).then_some(OUTSIDE_FRESH))
    }

    fn stale_by_age(&self, check: &Check, run: &CheckRun) -> Option<String> {
        let fresh = self.holds_for(check, run)?;
        if is_to_come(run.at, self.now) {
            let word = run.verdict.word();
            return Some(format!("is {word} as of {:.0}, in the future: the clock was set back", run.at));
        }
        let since = age(self.now, run.at);
        (since > fresh.duration()).then(|| {
            format!("was {} {} ago, holds for {}", run.verdict.word(), spoken(since), spoken(fresh.duration()))
        })
    }
}

/// What was asked of an environment speaks for the version that ran there.
fn stale_by_version(run: &CheckRun, version: &Version) -> Option<String> {
    let (env, then) = (run.env.as_ref()?, run.evidence.version.as_ref()?);
    (then != version).then(|| format!("was {} in {env} on {then}, not on {version}", run.verdict.word()))
}
