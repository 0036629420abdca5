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
    /// Returns the first required check of an environment's verification that failed on what runs there now, after the last
    /// conclusive verification. Only a later pass or a new verification clears it. A rerun under way, an inconclusive result and
    /// the passing of time do not.
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

    /// Returns the last conclusive run of a check for what runs in an environment now.
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
