//! What was found in an environment after its verification: a good one does not outlive a check of it that fails.

use super::Situation;
use crate::names::EnvName;
use crate::plan::Check;
use crate::release::CheckRun;
use crate::verdict::Verdict;

/// What no longer lets a verification count.
pub(super) struct FailedSince {
    /// In a few words, beside what runs there.
    pub(super) short: String,
    /// As a sentence, with what was found.
    pub(super) says: String,
}

impl Situation<'_> {
    /// Returns the first check that an environment is verified by, that must pass, and that failed on what runs there now after
    /// the last verification that could tell. Only a later pass, or another verification, speaks against that: not that it runs
    /// again, that nobody could tell since, or that time went by.
    pub(super) fn failed_since(&self, env: &EnvName) -> Option<FailedSince> {
        let told = self.told_last(env)?.seq;
        let verify = &self.plan.environment(env)?.verify;
        let is_asked = |check: &&Check| check.required && verify.iter().any(|name| name == check.name.as_str());
        let failed =
            |check: &Check| self.last_told(check, env).filter(|run| run.seq > told && run.verdict == Verdict::Fail);
        let mut failures = self.plan.checks.iter().filter(is_asked).filter_map(|check| Some((check, failed(check)?)));
        let (check, run) = failures.next()?;
        let says = format!("{} failed in {env} after it was verified: {}", check.name, run.evidence.found);
        Some(FailedSince { short: format!("{} failed since", check.name), says })
    }

    /// Returns the last run of a check that found out whether it holds for what runs in an environment now.
    fn last_told(&self, check: &Check, env: &EnvName) -> Option<&CheckRun> {
        let version = self.version_there(check, env);
        let state = self.release.checks.get(self.version)?.get(&check.name)?;
        let is_told = |run: &&CheckRun| {
            run.env.as_ref() == Some(env)
                && matches!(run.verdict, Verdict::Pass | Verdict::Fail)
                && self.is_of_what_runs(check, run, &version)
        };
        state.runs.iter().rev().find(is_told)
    }
}
