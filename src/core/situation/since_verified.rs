//! What was found in an environment after its verification: a good one does not outlive a check of it that fails.

use super::Situation;
use super::check_standing::CheckStanding;
use crate::names::EnvName;
use crate::plan::Check;
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
    /// the last verification that could tell. Run again and passed, it speaks against nothing.
    pub(super) fn failed_since(&self, env: &EnvName) -> Option<FailedSince> {
        let told = self.told_last(env)?.seq;
        let verify = &self.plan.environment(env)?.verify;
        let is_asked = |check: &&Check| check.required && verify.iter().any(|name| name == check.name.as_str());
        let is_newer = |standing: &CheckStanding<'_>| standing.run.is_some_and(|run| run.seq > told);
        let standings = self.plan.checks.iter().filter(is_asked).map(|check| (check, self.standing_there(check, env)));
        let (check, standing) = standings
            .filter(|(_, standing)| standing.verdict == Verdict::Fail)
            .find(|(_, standing)| is_newer(standing))?;
        let says = format!("{} failed in {env} after it was verified: {}", check.name, standing.why);
        Some(FailedSince { short: format!("{} failed since", check.name), says })
    }
}
