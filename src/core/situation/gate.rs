//! The gate of an environment: checks, other environments, bad versions, approvals.

use super::Situation;
use crate::action::Proposal;
use crate::item_name::ItemName;
use crate::names::{CheckName, EnvName, Person};
use crate::plan::{Check, Environment};
use crate::release::{ActionState, CheckRun, Waiver};
use crate::time::age;
use crate::verdict::Verdict;
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
    /// What it is called in a waiver, as [`ItemName`] writes it.
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
    /// That something is required at all.
    Empty,
    /// The rollback that the deploy would leave.
    Rollback,
    /// The tag of the release.
    Tag,
    /// The branch of the release.
    Branch,
    /// Whether a command can be started, which only what runs before it may tell.
    Start,
}

/// How many people have said yes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalCount {
    /// How many must.
    pub needed: usize,
    /// Who has, and counts.
    pub given: Vec<Person>,
    /// The open proposal that they are for.
    pub action: Option<crate::names::ActionId>,
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
        let mut items: Vec<GateItem> = self.required(environment).map(|check| self.check_item(check)).collect();
        items.extend(self.asks_nothing(environment));
        items.extend(environment.after.iter().map(|after| self.after_item(environment, after, &proposal.moves)));
        items.extend(self.release_items(environment, proposal));
        items.extend(self.bad_items(environment, proposal));
        items.extend(self.way_after_items(environment, proposal));
        items.extend(self.start_items(environment, proposal));
        self.waive(&environment.name, &mut items);
        Gate { env: environment.name.clone(), items, approvals: self.approval_count(environment, proposal) }
    }

    /// Returns the runnable checks that a gate lacks, with those that they need: what a deploy runs first.
    pub fn lacking(&self, environment: &Environment) -> Vec<CheckName> {
        let mut names: Vec<CheckName> = self
            .required(environment)
            .map(|check| self.check_item(check))
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
        let commit = |release| self.release.openings.get(release).map(|opening| &opening.commit);
        // Which release a bad version comes back for makes no difference to it.
        let is_bad = matches!(ItemName::read(item), ItemName::Bad(_));
        // A waiver lets a bad version come back once; rolled away from again, it needs another.
        let since = self.bad_since(env, item);
        self.release.waivers.iter().rev().filter(|w| since.is_none_or(|since| w.at >= since)).find(|w| {
            (is_bad || &w.release == self.version)
                && &w.env == env
                && w.item == item
                && (w.commit.is_none() || w.commit.as_ref() == commit(&w.release))
                && self.is_for_what_is_asked(w)
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
        let counted = |r: &&CheckRun| {
            let is_of_commit = r.evidence.commit.is_none() || r.evidence.commit == waiver.commit;
            let is_asked = waiver.definition.is_none() || r.evidence.definition == waiver.definition;
            let fresh = self.plan.check(&check).and_then(|c| self.holds_for(c, r));
            is_of_commit && is_asked && fresh.is_none_or(|fresh| age(waiver.at, r.at) <= fresh.duration())
        };
        let before = runs().rfind(|r| r.seq < waiver.seq).filter(counted);
        has_failed && before.is_none_or(|r| r.verdict != Verdict::Fail)
    }

    /// Marks what a person went on without.
    pub(super) fn waive(&self, env: &EnvName, items: &mut [GateItem]) {
        for item in items.iter_mut().filter(|item| !item.verdict.is_good_enough()) {
            if let Some(waiver) = self.waiver(env, &item.item) {
                item.verdict = Verdict::Waived;
                item.why = format!("waived by {}: {}", waiver.who.label(), waiver.reason);
            }
        }
    }

    /// Returns the checks of a gate that the release came through which do not hold any more.
    ///
    /// What was found or changed since counts; that time went by alone does not: whoever came through has been let through.
    pub(super) fn broken_since(&self, environment: &Environment) -> Vec<GateItem> {
        let is_broken = |check: &&Check| !self.still_holds(check, &self.standing(check, None));
        let mut items: Vec<GateItem> =
            self.required(environment).filter(is_broken).map(|check| self.check_item(check)).collect();
        self.waive(&environment.name, &mut items);
        items.retain(|item| !item.verdict.is_good_enough());
        items
    }

    fn required(&self, environment: &Environment) -> impl Iterator<Item = &'a Check> {
        let plan = self.plan;
        let phases = environment.gate.clone().into_iter();
        phases.flat_map(move |phase| plan.checks.iter().filter(move |c| c.phase == phase)).filter(|c| c.required)
    }

    fn check_item(&self, check: &Check) -> GateItem {
        let standing = self.standing(check, None);
        GateItem {
            item: check.name.to_string(),
            kind: if check.way.is_runnable() { ItemKind::Runnable } else { ItemKind::Manual },
            title: check.title.clone(),
            verdict: standing.verdict,
            why: standing.why,
        }
    }

    /// Returns what keeps a gate closed whose phases require no check: nothing was asked, so nothing is proved.
    pub fn asks_nothing(&self, environment: &Environment) -> Option<GateItem> {
        let mut checks = environment.gate.iter().flat_map(|phase| self.plan.checks_of(phase));
        if environment.gate.is_empty() || checks.any(|c| c.required) {
            return None;
        }
        let phases: Vec<&str> = environment.gate.iter().map(|phase| phase.as_str()).collect();
        let (env, phases) = (&environment.name, phases.join(" or "));
        Some(GateItem {
            item: ItemName::Empty(env.clone()).to_string(),
            kind: ItemKind::Empty,
            title: format!("The gate of {env} requires a check"),
            verdict: Verdict::Pending,
            why: format!("no check of {phases} is required: nothing was asked, so nothing is proved"),
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
        let mut counted: Vec<Person> = Vec::new();
        let mut names: Vec<&Person> = Vec::new();
        let mut users: Vec<(&str, &str)> = Vec::new();
        for approval in &action.approvals {
            let user = (approval.who.user.as_str(), approval.who.host.as_str());
            let is_member = self.plan.is_of_rule(rule, &approval.who);
            let is_own = action.is_own(&approval.who, rule);
            let is_twice = names.contains(&&approval.who.name) || (!rule.same_user && users.contains(&user));
            if is_member && !is_twice && (rule.own || !is_own) {
                names.push(&approval.who.name);
                users.push(user);
                counted.push(Person::new(approval.who.label()));
            }
        }
        counted
    }
}
