//! The state that the fold makes, and how its parts are found.

use super::{
    ActionResult, ActionState, BadMark, CheckRun, CheckState, ClockJump, EnvState, Measure, OpenRelease, PlaceState,
    Waiver,
};
use crate::action::{Move, Outcome, Request};
use crate::command::Refusal;
use crate::fact::Record;
use crate::lock::Locks;
use crate::names::{ActionId, CheckName, EnvName, Version};
use crate::plan::Plan;
use crate::seat::Seats;
use crate::trail::{Trail, unmarked};
use crate::who::Who;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Everything that the journal says: the releases of a project, and the environments that they go to.
///
/// It holds more than one version, because a hotfix can be open beside a release, and environments outlive both.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Release {
    /// The number of the last fact.
    pub seq: u64,
    /// What all facts so far have gone into: it tells this journal from another one.
    #[serde(default)]
    pub trail: Trail,
    /// The latest moment at which something was decided, done or measured.
    #[serde(default)]
    pub latest: Option<Timestamp>,
    /// When the clock was set forward, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub jumps: Vec<ClockJump>,
    /// The plan in force.
    pub plan: Option<PlanStamp>,
    /// The releases, by version.
    pub openings: BTreeMap<Version, OpenRelease>,
    /// The checks of each release.
    pub checks: BTreeMap<Version, BTreeMap<CheckName, CheckState>>,
    /// The metrics of each release, oldest first.
    pub measures: BTreeMap<Version, Vec<Measure>>,
    /// The environments.
    pub environments: BTreeMap<EnvName, EnvState>,
    /// Every action, in the order in which they were proposed.
    pub actions: Vec<ActionState>,
    /// The waivers, oldest first.
    pub waivers: Vec<Waiver>,
    /// The versions that are not to be deployed again, with every environment that each was rolled back in, oldest first.
    pub bad: BTreeMap<Version, Vec<BadMark>>,
    /// The actions of other journals that a person took on.
    #[serde(default)]
    pub adopted: BTreeSet<ActionId>,
    /// Who is here.
    #[serde(default)]
    pub seats: Seats,
    /// Which environments a person holds.
    #[serde(default)]
    pub locks: Locks,
    /// The newest facts as they were recorded, oldest first, at most [`Release::STORY_KEPT`]; the journal has them all.
    #[serde(default)]
    pub story: Vec<Arc<Record>>,
}

/// The plan in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanStamp {
    /// The SHA-256 of the file.
    pub hash: String,
    /// The file.
    pub text: String,
    /// Since when.
    pub at: Timestamp,
    /// Who brought it in.
    pub who: Who,
}

impl Release {
    /// Returns every run of a check at hand, of this release and of earlier ones, the newest first.
    pub fn runs_of(&self, name: &CheckName) -> impl Iterator<Item = (&Version, &CheckRun)> {
        let states = self.checks.iter().filter_map(|(version, checks)| Some((version, checks.get(name)?)));
        let mut runs: Vec<_> = states.flat_map(|(version, of)| of.runs.iter().map(move |run| (version, run))).collect();
        runs.sort_by_key(|(_, run)| std::cmp::Reverse(run.seq));
        runs.into_iter()
    }

    /// How many facts are kept as they were recorded, for a screen that tells what happened.
    pub const STORY_KEPT: usize = 2_000;

    /// Returns the versions that run in an environment, as people call them.
    pub fn running_words(&self, env: &EnvName) -> Option<String> {
        let places = &self.environments.get(env)?.places;
        let mut versions: Vec<String> = places.values().filter_map(PlaceState::version_words).collect();
        versions.dedup();
        (!versions.is_empty()).then(|| versions.join("/"))
    }

    /// Finds an action.
    pub fn action(&self, id: &ActionId) -> Option<&ActionState> {
        self.actions.iter().rev().find(|a| &a.id == id)
    }

    /// Returns where a version was rolled back, oldest first.
    pub fn marks(&self, version: &Version) -> &[BadMark] {
        self.bad.get(version).map(Vec::as_slice).unwrap_or_default()
    }

    /// Finds an action as a person names it: by its id, or by what stands before its mark where that is one action.
    pub fn named(&self, text: &str) -> Option<&ActionState> {
        self.action(&ActionId::new(text)).or_else(|| {
            let mut alike = self.actions.iter().filter(|a| unmarked(a.id.as_str()) == Some(text));
            alike.next().filter(|_| alike.next().is_none())
        })
    }

    /// Finds an action as a person names it, where an environment may be meant as well.
    ///
    /// # Errors
    /// Both have that name: nothing is guessed.
    pub fn named_alone(&self, text: &str, plan: &Plan) -> Result<Option<&ActionState>, Refusal> {
        let Some(action) = self.named(text) else { return Ok(None) };
        if plan.environment(&EnvName::new(text)).is_none() {
            return Ok(Some(action));
        }
        let whole = if action.id.as_str() == text { "" } else { ": write the whole id of the action" };
        Err(Refusal::unknown(format!("{text} names the environment {text} and the action {}{whole}", action.id)))
    }

    /// Returns the environment that a person names: by its name, or by an action there.
    pub fn place_of(&self, text: &str, plan: &Plan) -> Option<EnvName> {
        let env = EnvName::new(text);
        let of_action = || self.named(text)?.proposal.request.env().cloned();
        plan.environment(&env).map(|_| env).or_else(of_action)
    }

    /// Returns the versions that are open, lowest first.
    pub fn open_versions(&self) -> Vec<&Version> {
        self.openings.values().filter(|o| o.closed.is_none()).map(|o| &o.version).collect()
    }

    /// Returns the releases whose branches are looked at: those that are open, and where none is the newest, whose undo may
    /// still be asked for.
    pub fn watched(&self) -> Vec<&OpenRelease> {
        let open: Vec<&OpenRelease> = self.openings.values().filter(|o| o.closed.is_none()).collect();
        if open.is_empty() { self.openings.values().max_by_key(|o| o.opened).into_iter().collect() } else { open }
    }

    /// Returns the release that what runs in an environment belongs to, open or closed.
    pub fn release_in(&self, env: &EnvName) -> Option<&Version> {
        let places = &self.environments.get(env)?.places;
        let runs = |version: &Version| places.values().filter_map(PlaceState::running).any(|r| r.version == *version);
        self.openings.keys().rev().find(|version| runs(version))
    }

    /// Returns the release that a request is about where several are open and nobody names one: what runs in an environment
    /// says which is rolled back there. Nothing for what only a person can say.
    pub fn release_of(&self, request: &Request) -> Option<&Version> {
        let Request::RollBack { env, .. } = request else { return None };
        match self.open_versions().as_slice() {
            [] | [_] => None,
            [.., last] => Some(self.release_in(env).unwrap_or(last)),
        }
    }

    /// Says whether an action is one of this journal, or of another one and adopted.
    pub fn knows(&self, id: &ActionId) -> bool {
        self.action(id).is_some() || self.adopted.contains(id)
    }

    /// Returns the action that holds an environment: begun and not over.
    pub fn active(&self, env: &EnvName) -> Option<&ActionState> {
        self.actions.iter().rev().find(|a| a.is_active() && a.proposal.request.env() == Some(env))
    }

    /// Returns every action that is begun and not over, oldest first.
    pub fn active_actions(&self) -> impl Iterator<Item = &ActionState> {
        self.actions.iter().filter(|a| a.is_active())
    }

    /// Returns the open proposals of an environment, newest first.
    pub fn proposals<'a>(&'a self, env: &'a EnvName) -> impl Iterator<Item = &'a ActionState> {
        self.actions.iter().rev().filter(move |a| a.is_open_proposal() && a.proposal.request.env() == Some(env))
    }

    /// Returns the last time that an action of this verb ended well in an environment: how long it took.
    pub fn last_took(&self, verb: &str, env: &EnvName) -> Option<std::time::Duration> {
        let alike = |a: &&ActionState| a.proposal.request.verb() == verb && a.proposal.request.env() == Some(env);
        self.actions.iter().rev().filter(alike).find_map(ActionState::took_when_good)
    }

    /// Returns how an action ended, by what is known of it now; nothing while it has not.
    pub fn how_ended(&self, action: &ActionState) -> Option<ActionResult> {
        let ended = action.ended_as(action.ended.as_ref()?.outcome);
        let env = action.proposal.request.env().filter(|_| ended == ActionResult::Started);
        let Some(env) = env else { return Some(ended) };
        if self.rolled_back(action).is_some() {
            return Some(ActionResult::RolledBack);
        }
        let here = self.later_in(env, action);
        let looks = here.take_while(|a| !a.proposal.request.is_changing()).filter_map(|a| a.ended.as_ref());
        let can_tell = |o: &Outcome| matches!(o, Outcome::Good | Outcome::GoodSoFar | Outcome::NotGood);
        let last = looks.map(|ending| ending.outcome).filter(can_tell).last();
        Some(last.map_or(ActionResult::Started, ActionResult::Verified))
    }

    /// Returns the rollback that took away again what an action had brought.
    pub fn rolled_back(&self, action: &ActionState) -> Option<&ActionState> {
        let next = self.later_in(action.proposal.request.env()?, action).find(|a| a.proposal.request.is_changing())?;
        let is_done = next.ended.as_ref().is_some_and(|ending| ending.outcome == Outcome::Good);
        let brought =
            |m: &Move| action.proposal.moves.iter().any(|b| b.artifact == m.artifact && Some(&b.to) == m.from.as_ref());
        let took = |m: &Move| m.from.as_ref() != Some(&m.to) && brought(m);
        let is_rollback = matches!(next.proposal.request, Request::RollBack { .. });
        (is_done && is_rollback && next.proposal.moves.iter().any(took)).then_some(next)
    }

    /// Returns what was begun in an environment after an action.
    fn later_in(&self, env: &EnvName, action: &ActionState) -> impl Iterator<Item = &ActionState> {
        let later = self.actions.iter().skip_while(|a| a.id != action.id).skip(1);
        later.filter(move |a| a.proposal.request.env() == Some(env) && a.started.is_some())
    }
}
