//! What a gate asks of another environment: that it was good there, for long enough, with the same digest.

use super::{GateItem, ItemKind, Situation};
use crate::action::{Move, Outcome};
use crate::item_name::ItemName;
use crate::names::{ActionId, EnvName, Version};
use crate::order::{Delivered, Health};
use crate::plan::{After, Environment};
use crate::release::{ActionEnd, ActionState, EnvState, Origin, PlaceState, Verification};
use crate::verdict::Verdict;

impl Situation<'_> {
    /// Returns how it stands with another environment that a gate waits for.
    pub(super) fn after_item(&self, environment: &Environment, after: &After, moves: &[Move]) -> GateItem {
        let (verdict, why) = match after.any {
            true => self.any_was_good(after),
            false => self.same_was_good(after, moves),
        };
        let title = match after.horizon {
            Some(horizon) => format!("needs {} to stay good for {horizon}", after.env),
            None => format!("needs a good {}", after.env),
        };
        debug_assert_ne!(environment.name, after.env, "the plan's reader refuses a circle");
        let item = ItemName::After(after.env.clone()).to_string();
        GateItem { item, kind: ItemKind::After, title, verdict, why }
    }

    /// The same digest must have stayed good there for the horizon.
    fn same_was_good(&self, after: &After, moves: &[Move]) -> (Verdict, String) {
        let Some(state) = self.release.environments.get(&after.env) else {
            return (Verdict::Pending, format!("nothing is known of {}", after.env));
        };
        let delivers = |artifact| self.plan.environment(&after.env).is_some_and(|e| e.delivery(artifact).is_some());
        let shared: Vec<&Move> = moves.iter().filter(|m| delivers(&m.artifact)).collect();
        if shared.is_empty() {
            return (Verdict::Pending, format!("{} receives nothing of it, so nothing there proves it", after.env));
        }
        for step in &shared {
            let running = state.places.get(&step.artifact).and_then(PlaceState::running);
            if running.as_ref() != Some(&step.to) {
                return (Verdict::Pending, format!("{} does not run {}", after.env, wanted(&step.to)));
            }
        }
        self.env_was_good(after, |v| shared.iter().all(|m| v.ran.get(&m.artifact) == Some(&m.to)))
    }

    /// Whatever runs there must have stayed good for the horizon.
    fn any_was_good(&self, after: &After) -> (Verdict, String) {
        let places = self.release.environments.get(&after.env).map(|s| s.places.clone()).unwrap_or_default();
        self.env_was_good(after, |v| {
            !v.ran.is_empty() && places.iter().all(|(a, place)| v.ran.get(a) == place.running().as_ref())
        })
    }

    /// Says why nothing that was verified in an environment counts now: nobody sees it, something else runs there, it is ill.
    fn unwell_in(&self, env: &EnvName, state: &EnvState) -> Option<(Verdict, String)> {
        if let Some((_, failure)) = state.places.values().find_map(|p| p.lost.as_ref()) {
            return Some((Verdict::NoData, format!("{env} cannot be seen: {}", failure.summary)));
        }
        if let Some(says) = self.drift(env).into_iter().next() {
            return Some((Verdict::Stale, says));
        }
        // A target that never tells how it is leaves the word to the verification.
        let is_unwell = |h: Health| !matches!(h, Health::Healthy | Health::Unknown);
        let place = state.places.values().find(|p| is_unwell(p.health()))?;
        Some((place.health().verdict(), format!("it is {}", place.health().word())))
    }

    fn env_was_good(&self, after: &After, is_for_it: impl Fn(&Verification) -> bool) -> (Verdict, String) {
        let env = &after.env;
        let Some(state) = self.release.environments.get(env) else {
            return (Verdict::Pending, format!("nothing is known of {env}"));
        };
        if let Some(unwell) = self.unwell_in(env, state) {
            return unwell;
        }
        if let Some(why) = self.unknown_commit(after) {
            return (Verdict::NoData, why);
        }
        if let Some(why) = self.other_commit(after) {
            return (Verdict::Stale, why);
        }
        if let Some(failed) = self.failed_in(env) {
            let why = format!(
                "{failed} did not succeed, and nothing has been deployed there since: deploy again, or roll back"
            );
            return (Verdict::Fail, why);
        }
        if let Some(failed) = self.failed_since(env) {
            return (Verdict::Fail, failed.says);
        }
        let is_good = |v: &&Verification| is_for_it(v) && matches!(v.outcome, Outcome::Good | Outcome::GoodSoFar);
        let mended = state.verifications.iter().rfind(is_good).map_or(0, |v| v.seq);
        let is_told = |v: &&Verification| is_for_it(v) && self.is_of_now(env, v, mended);
        let newest_first = || state.verifications.iter().rev().filter(is_told);
        let Some(last) = newest_first().next() else {
            let never = || match state.verifications.iter().rfind(|v| is_for_it(v)) {
                None => (Verdict::Pending, format!("it was not verified in {env}")),
                Some(_) => (Verdict::Stale, format!("{env} has not been verified since it was last started")),
            };
            return self.missed_for(after).map_or_else(never, |missed| (Verdict::NoData, missed));
        };
        let long_enough = |v: &Verification| {
            v.outcome == Outcome::Good
                && self.not_counted(env, v).is_none()
                && after.horizon.is_none_or(|h| v.horizon.is_some_and(|reached| reached >= h))
                && v.horizon.and_then(|h| self.measurable_until(env, h)).is_none_or(|until| v.at < until)
        };
        match last.outcome {
            Outcome::NotGood | Outcome::Failed => (Verdict::Fail, format!("the last verification in {env} failed")),
            // What was good before it was not good has not stayed good.
            _ if newest_first().take_while(|v| v.outcome != Outcome::NotGood).any(long_enough) => {
                (Verdict::Pass, format!("verified in {env}{}", self.adopted_words(env)))
            }
            Outcome::GoodSoFar | Outcome::Good if self.not_counted(env, last).is_some() => {
                let why = self.not_counted(env, last).unwrap_or_default();
                (Verdict::Stale, format!("the last verification in {env} does not count: {why}"))
            }
            Outcome::GoodSoFar | Outcome::Good => match self.missed_for(after) {
                Some(missed) => (Verdict::NoData, missed),
                None => (Verdict::Pending, format!("{} is good in {env} so far, but not for long enough", ran(last))),
            },
            Outcome::Unclear | Outcome::Stopped | Outcome::Refused => {
                (Verdict::NoData, format!("the last verification in {env} was inconclusive"))
            }
        }
    }

    /// Says whether a verification tells of what runs as it runs now. What was good before it was started again is not proved
    /// any more; what was not good, and was not mended, is not good by that.
    fn is_of_now(&self, env: &EnvName, verification: &Verification, mended: u64) -> bool {
        let since = self.release.age_of(env).map_or(0, |since| since.seq);
        let arrived = self.release.arrival_of(env).map_or(0, |since| since.seq);
        verification.seq > since || (verification.outcome == Outcome::NotGood && verification.seq > arrived.max(mended))
    }

    /// Names the last action that touched an environment, where it ended before it was done.
    pub(super) fn failed_in(&self, env: &EnvName) -> Option<&ActionId> {
        let touched = |a: &&ActionState| {
            let request = &a.proposal.request;
            request.env() == Some(env) && request.is_changing() && a.touched.is_some()
        };
        let last = self.release.actions.iter().filter(touched).max_by_key(|a| a.touched.map(|since| since.seq))?;
        let is_half_done = |ending: &ActionEnd| matches!(ending.outcome, Outcome::Failed | Outcome::Stopped);
        last.ended.as_ref().filter(|ending| is_half_done(ending)).map(|_| &last.id)
    }

    /// Says that nobody measured what the gate waits for, and that no longer horizon is to come that would prove it too.
    fn missed_for(&self, after: &After) -> Option<String> {
        let due = self.due(&after.env);
        let mut enough = due.iter().filter(|d| after.horizon.is_some_and(|h| d.horizon >= h));
        let first = enough.clone().next().filter(|d| d.is_missed(self.now))?;
        let is_lost = enough.all(|d| !d.is_open(self.now));
        let rest = if is_lost { "" } else { "; a longer horizon can still show it" };
        Some(format!("+{} in {}: {}{rest}", first.horizon, after.env, first.words()))
    }

    /// What was only seen there was made of nobody knows what: whatever is measured of it says nothing of a commit.
    fn unknown_commit(&self, after: &After) -> Option<String> {
        let is_asked = |version: &Version| version == self.version || after.any;
        let is_released = |version: &Version| self.release.openings.contains_key(version);
        let unknown = self.release.of_unknown_commit(&after.env, |version| is_asked(version) && is_released(version));
        unknown.first().map(|there| self.release.unknown_commit_words(&after.env, there))
    }

    /// Where no digest can be compared, what was built of another commit was something else.
    fn other_commit(&self, after: &After) -> Option<String> {
        let (env, now) = (&after.env, &self.opening()?.commit);
        let places = self.release.environments.get(env)?.places.iter();
        let nameless = places.filter(|(_, place)| !after.any && place.digest().is_none());
        let mut commits = nameless.filter_map(|(artifact, _)| self.release.origin(env, artifact)?.commit());
        let then = commits.find(|then| *then != now)?;
        Some(format!("{env} got {}, the release is at {}", then.short(), now.short()))
    }

    /// Says who adopted what runs in an environment, and why.
    fn adopted_words(&self, env: &EnvName) -> String {
        let places = self.release.environments.get(env).into_iter().flat_map(|state| &state.places);
        let adopted = places.filter_map(|(artifact, _)| match self.release.origin(env, artifact)? {
            Origin::Adopted(adoption) => Some(format!("; {artifact} {}", adoption.words())),
            Origin::Deployed(_) | Origin::Built(_) | Origin::Restored | Origin::Doubtful | Origin::Unknown => None,
        });
        adopted.collect()
    }
}

/// Names the versions that a verification looked at.
fn ran(verification: &Verification) -> String {
    let mut versions: Vec<&str> = verification.ran.values().map(|ran| ran.version.as_str()).collect();
    versions.dedup();
    versions.join(", ")
}

/// Names what must run elsewhere: an image by its digest, what a store built by version and number.
fn wanted(delivered: &Delivered) -> String {
    match &delivered.digest {
        None => delivered.version.to_string(),
        Some(digest) if digest.as_str().contains(':') => digest.short(),
        Some(build) => format!("{} ({build})", delivered.version),
    }
}
