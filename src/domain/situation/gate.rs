//! The gate of an environment: checks, other environments, bad versions, approvals.

use super::Situation;
use crate::domain::action::{Move, Proposal, Request};
use crate::domain::names::{CheckName, EnvName, Person};
use crate::domain::order::Health;
use crate::domain::plan::{After, Environment};
use crate::domain::release::{ActionState, CheckRun, PlaceState, Waiver};
use crate::domain::time::age;
use crate::domain::verdict::Verdict;
use serde::{Deserialize, Serialize};

/// What a deploy to an environment waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gate {
    /// The environment.
    pub env: EnvName,
    /// What must be true, in the order of the plan.
    pub items: Vec<GateItem>,
    /// The approvals; absent where the plan asks for none.
    pub approvals: Option<ApprovalCount>,
}

/// One thing that must be true.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GateItem {
    /// What it is called in a waiver: a check's name, `after:ENV`, or `bad:VERSION`.
    pub item: String,
    /// What kind it is.
    pub kind: ItemKind,
    /// The sentence that must be true.
    pub title: String,
    /// The verdict that counts now; `waived` when a person went on without it.
    pub verdict: Verdict,
    /// Why, in words.
    pub why: String,
}

/// The kinds of thing that a gate waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ItemKind {
    /// A check that tminus can run.
    Runnable,
    /// A check that a person answers.
    Manual,
    /// Another environment where it must have been good.
    After,
    /// A version that was rolled away from.
    Bad,
}

/// How many people have said yes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalCount {
    /// How many must.
    pub needed: usize,
    /// Who has, and counts.
    pub given: Vec<Person>,
    /// The open proposal that they are for.
    pub action: Option<crate::domain::names::ActionId>,
}

impl Gate {
    /// Returns what keeps it closed, approvals not counted.
    pub fn blocking(&self) -> impl Iterator<Item = &GateItem> {
        self.items.iter().filter(|i| !i.verdict.is_good_enough())
    }

    /// Says whether all but the approvals is good.
    pub fn is_met(&self) -> bool {
        self.blocking().next().is_none()
    }

    /// Says how many approvals are still missing.
    pub fn approvals_missing(&self) -> usize {
        self.approvals.as_ref().map_or(0, |a| a.needed.saturating_sub(a.given.len()))
    }

    /// Says whether it is open.
    pub fn is_open(&self) -> bool {
        self.is_met() && self.approvals_missing() == 0
    }
}

impl<'a> Situation<'a> {
    /// Returns the gate that a proposal to deploy meets.
    pub fn gate(&self, environment: &Environment, proposal: &Proposal) -> Gate {
        let mut items = self.check_items(environment);
        items.extend(environment.after.iter().map(|after| self.after_item(environment, after, &proposal.moves)));
        items.extend(self.bad_items(environment, proposal));
        for item in &mut items {
            if let Some(waiver) = self.waiver(&environment.name, &item.item)
                && !item.verdict.is_good_enough()
            {
                item.verdict = Verdict::Waived;
                item.why = format!("waived by {}: {}", waiver.who.name, waiver.reason);
            }
        }
        Gate { env: environment.name.clone(), items, approvals: self.approval_count(environment, proposal) }
    }

    /// Returns the runnable checks that a gate lacks, with those that they need: what a deploy runs first.
    pub fn lacking(&self, environment: &Environment) -> Vec<CheckName> {
        let mut names: Vec<CheckName> = self
            .check_items(environment)
            .into_iter()
            .filter(|i| i.kind == ItemKind::Runnable && i.verdict != Verdict::Pass && i.verdict != Verdict::Running)
            .filter(|i| self.waiver(&environment.name, &i.item).is_none())
            .map(|i| CheckName::new(i.item))
            .collect();
        let mut next = 0;
        while let Some(check) = names.get(next).and_then(|name| self.plan.check(name)) {
            let is_lacking = |need: &&CheckName| {
                let known = self.plan.check(need).filter(|c| c.way.is_runnable());
                known.is_some_and(|c| self.standing(c, None).verdict != Verdict::Pass) && !names.contains(need)
            };
            let needs: Vec<CheckName> = check.needs.iter().filter(is_lacking).cloned().collect();
            names.extend(needs);
            next += 1;
        }
        names
    }

    /// Finds the waiver that counts for an item now: for this release, this environment, this commit.
    pub fn waiver(&self, env: &EnvName, item: &str) -> Option<&'a Waiver> {
        let commit = self.opening().map(|o| &o.commit);
        // A waiver lets a bad version come back once; rolled away from again, it needs another.
        let mark =
            item.strip_prefix("bad:").and_then(|v| self.release.bad.iter().find(|(known, _)| known.as_str() == v));
        self.release.waivers.iter().rev().filter(|w| mark.is_none_or(|(_, m)| w.at >= m.at)).find(|w| {
            &w.release == self.version
                && &w.env == env
                && w.item == item
                && (w.commit.is_none() || w.commit.as_ref() == commit)
                && !self.has_failed_since(w)
        })
    }

    /// Says whether the check of a waiver was found to fail since, where it did not fail when a person went on without it.
    ///
    /// Who goes on without an answer has not gone on in spite of a no.
    fn has_failed_since(&self, waiver: &Waiver) -> bool {
        let check = CheckName::new(waiver.item.as_str());
        let state = self.release.checks.get(&waiver.release).and_then(|checks| checks.get(&check));
        let runs = || state.into_iter().flat_map(|s| &s.runs).filter(|r| r.env.is_none());
        let has_failed = runs().any(|r| r.seq > waiver.seq && r.verdict == Verdict::Fail);
        let fresh = self.plan.check(&check).and_then(|c| c.fresh);
        let counted = |r: &&CheckRun| {
            let is_of_commit = r.evidence.commit.is_none() || r.evidence.commit == waiver.commit;
            is_of_commit && fresh.is_none_or(|fresh| age(waiver.at, r.at) <= fresh.duration())
        };
        let before = runs().rfind(|r| r.seq < waiver.seq).filter(counted);
        has_failed && before.is_none_or(|r| r.verdict != Verdict::Fail)
    }

    fn check_items(&self, environment: &Environment) -> Vec<GateItem> {
        let phases = environment.gate.iter();
        let checks = phases.flat_map(|phase| self.plan.checks_of(phase)).filter(|c| c.required);
        checks
            .map(|check| {
                let standing = self.standing(check, None);
                GateItem {
                    item: check.name.to_string(),
                    kind: if check.way.is_runnable() { ItemKind::Runnable } else { ItemKind::Manual },
                    title: check.title.clone(),
                    verdict: standing.verdict,
                    why: standing.why,
                }
            })
            .collect()
    }

    fn after_item(&self, environment: &Environment, after: &After, moves: &[Move]) -> GateItem {
        let (verdict, why) = match after.any {
            true => self.any_was_good(after),
            false => self.same_was_good(after, moves),
        };
        let title = match after.horizon {
            Some(horizon) => format!("{} has stayed good for {horizon}", after.env),
            None => format!("{} is good", after.env),
        };
        debug_assert_ne!(environment.name, after.env, "the plan's reader refuses a circle");
        GateItem { item: format!("after:{}", after.env), kind: ItemKind::After, title, verdict, why }
    }

    /// The same digest must have stayed good there for the horizon.
    fn same_was_good(&self, after: &After, moves: &[Move]) -> (Verdict, String) {
        let Some(state) = self.release.environments.get(&after.env) else {
            return (Verdict::Pending, format!("nothing is known of {}", after.env));
        };
        let delivers = |artifact| self.plan.environment(&after.env).is_some_and(|e| e.delivery(artifact).is_some());
        let shared: Vec<&Move> = moves.iter().filter(|m| delivers(&m.artifact)).collect();
        if shared.is_empty() {
            return (Verdict::Pending, format!("{} gets nothing of it, so nothing there proves it", after.env));
        }
        for step in &shared {
            let running = state.places.get(&step.artifact).and_then(PlaceState::running);
            if running.as_ref() != Some(&step.to) {
                let wanted = step.to.digest.as_ref().map_or_else(|| step.to.version.to_string(), |d| d.short());
                return (Verdict::Pending, format!("{} does not run {wanted}", after.env));
            }
        }
        self.env_was_good(after, |v| shared.iter().all(|m| v.ran.get(&m.artifact) == Some(&m.to)))
    }

    /// Whatever runs there must have stayed good for the horizon.
    fn any_was_good(&self, after: &After) -> (Verdict, String) {
        let running = self.release.environments.get(&after.env).map(|s| s.places.clone()).unwrap_or_default();
        self.env_was_good(after, |v| {
            v.ran.iter().all(|(a, ran)| running.get(a).and_then(|p| p.running()).as_ref() == Some(ran))
        })
    }

    fn env_was_good(
        &self,
        after: &After,
        is_for_it: impl Fn(&crate::domain::release::Verification) -> bool,
    ) -> (Verdict, String) {
        use crate::domain::action::Outcome;
        let env = &after.env;
        let Some(state) = self.release.environments.get(env) else {
            return (Verdict::Pending, format!("nothing is known of {env}"));
        };
        if let Some((_, failure)) = state.places.values().find_map(|p| p.lost.as_ref()) {
            return (Verdict::NoData, format!("{env} cannot be seen: {}", failure.summary));
        }
        // A target that never tells how it is leaves the word to the verification.
        let is_unwell = |h: Health| !matches!(h, Health::Healthy | Health::Unknown);
        if let Some(place) = state.places.values().find(|p| is_unwell(p.health())) {
            return (place.health().verdict(), format!("{env} is {}", place.health().word()));
        }
        if let Some(why) = self.other_commit(after) {
            return (Verdict::Stale, why);
        }
        let newest_first = || state.verifications.iter().rev().filter(|v| is_for_it(v));
        let Some(last) = newest_first().next() else {
            let never = || (Verdict::Pending, format!("it was not verified in {env}"));
            return self.missed_for(after).map_or_else(never, |missed| (Verdict::NoData, missed));
        };
        let long_enough = |v: &crate::domain::release::Verification| {
            v.outcome == Outcome::Good
                && after.horizon.is_none_or(|h| v.horizon.is_some_and(|reached| reached >= h))
                && v.horizon.and_then(|h| self.measurable_until(env, h)).is_none_or(|until| v.at < until)
        };
        match last.outcome {
            Outcome::NotGood | Outcome::Failed => {
                (Verdict::Fail, format!("the last verification in {env} says: not good"))
            }
            // What was good before it was not good has not stayed good.
            _ if newest_first().take_while(|v| v.outcome != Outcome::NotGood).any(long_enough) => {
                (Verdict::Pass, format!("verified in {env}"))
            }
            Outcome::GoodSoFar | Outcome::Good => match self.missed_for(after) {
                Some(missed) => (Verdict::NoData, missed),
                None => (Verdict::Pending, format!("good in {env} so far, not for long enough")),
            },
            Outcome::Unclear | Outcome::Stopped | Outcome::Refused => {
                (Verdict::NoData, format!("the last verification in {env} could not tell"))
            }
        }
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

    /// Where no digest can be compared, what was built of another commit was something else.
    fn other_commit(&self, after: &After) -> Option<String> {
        let places = &self.release.environments.get(&after.env)?.places;
        if after.any || places.values().any(|p| p.digest().is_some()) {
            return None;
        }
        let (then, now) = (self.deploy_that_brought(&after.env)?.proposal.commit.as_ref()?, &self.opening()?.commit);
        let says = || format!("{} got {}, the release is at {}", after.env, then.short(), now.short());
        (then != now).then(says)
    }

    fn bad_items(&self, environment: &Environment, proposal: &Proposal) -> Option<GateItem> {
        let Request::Deploy { version, .. } = &proposal.request else { return None };
        let mark = self.release.bad.get(version)?;
        debug_assert_eq!(proposal.request.env(), Some(&environment.name));
        Some(GateItem {
            item: format!("bad:{version}"),
            kind: ItemKind::Bad,
            title: format!("{version} was not rolled away from"),
            verdict: Verdict::Fail,
            why: format!("rolled away from in {} by {}: {}", mark.env, mark.who.name, mark.reason),
        })
    }

    /// Counts the approvals of the open proposal that is this one.
    fn approval_count(&self, environment: &Environment, proposal: &Proposal) -> Option<ApprovalCount> {
        let rule = environment.approvals.as_ref()?;
        let open = self.release.proposals(&environment.name).find(|a| &a.proposal == proposal);
        let given = open.map(|a| self.counted(environment, a)).unwrap_or_default();
        Some(ApprovalCount { needed: rule.count, given, action: open.map(|a| a.id.clone()) })
    }

    /// Returns the people whose approvals count: of the team, not twice, not one user twice, not the proposer's unless the plan says so.
    fn counted(&self, environment: &Environment, action: &ActionState) -> Vec<Person> {
        let Some(rule) = &environment.approvals else { return Vec::new() };
        let members = rule.from.as_ref().and_then(|team| self.plan.team(team)).map(|t| &t.members);
        let mut names: Vec<Person> = Vec::new();
        let mut users: Vec<(&str, &str)> = Vec::new();
        for approval in &action.approvals {
            let user = (approval.who.user.as_str(), approval.who.host.as_str());
            let is_member = members.is_none_or(|m| m.contains(&approval.who.name));
            let is_own = action.is_own(&approval.who, rule);
            let is_twice = names.contains(&approval.who.name) || (!rule.same_user && users.contains(&user));
            if is_member && !is_twice && (rule.own || !is_own) {
                names.push(approval.who.name.clone());
                users.push(user);
            }
        }
        names
    }
}
