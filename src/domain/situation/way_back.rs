//! The way back: which version, whether its artifacts are still there, what it will not undo, how long it takes.

use super::Situation;
use crate::domain::action::{Move, Outcome, Request};
use crate::domain::names::{EnvName, Version};
use crate::domain::order::{Delivered, Health, Place};
use crate::domain::plan::{Deliver, DeliverKind, Undo};
use crate::domain::release::{ActionState, PlaceState, StepPhase};
use crate::domain::time::Span;
use serde::{Deserialize, Serialize};

/// The way back of an environment, computed before it is needed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WayBack {
    /// The version that it leads to; absent when none was ever seen to be good there.
    pub to: Option<Version>,
    /// What moves, artifact by artifact.
    pub moves: Vec<Move>,
    /// Whether it is open.
    pub state: WayBackState,
    /// Why not, or what is not known.
    pub reasons: Vec<String>,
    /// Where the artifacts are.
    pub places: Vec<Place>,
    /// What it will not undo.
    pub keeps: Vec<String>,
    /// About how long it takes.
    pub takes: Option<Span>,
}

/// Whether the way back is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WayBackState {
    /// It is open.
    Ready,
    /// It is not, and the reasons say why.
    Blocked,
    /// There is nothing to go back to.
    None,
    /// It cannot be told now.
    Unknown,
}

impl WayBackState {
    /// Returns the word that stands beside the sign.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Blocked => "blocked",
            Self::None => "none",
            Self::Unknown => "unknown",
        }
    }
}

impl<'a> Situation<'a> {
    /// Returns the way back of an environment: to the newest other version that was healthy there and is not marked bad.
    pub fn way_back(&self, env: &EnvName) -> WayBack {
        self.way_back_to(env, None)
    }

    /// Returns the way back to a version that is named, or to the one that would be chosen.
    pub fn way_back_to(&self, env: &EnvName, version: Option<&Version>) -> WayBack {
        let mut way = WayBack {
            to: None,
            moves: Vec::new(),
            state: WayBackState::None,
            reasons: Vec::new(),
            places: Vec::new(),
            keeps: Vec::new(),
            takes: None,
        };
        let Some(state) = self.release.environments.get(env) else { return way };
        if let (None, Some(still)) = (version, self.still_runs(env).or_else(|| self.was_just_taken(env))) {
            way.reasons.push(still);
            return way;
        }
        for (artifact, place) in &state.places {
            let Some(target) = self.target(env, place, version) else {
                way.miss(place, version);
                continue;
            };
            way.to = Some(target.version.clone());
            way.moves.push(Move { artifact: artifact.clone(), from: place.running(), to: target.clone() });
            way.weigh(place, &target);
            way.refuse_one_way(self.plan.environment(env).and_then(|e| e.delivery(artifact)));
        }
        if let Some(wanted) = version.filter(|_| way.to.is_none()) {
            way.reasons.push(format!("{wanted} was never seen to be healthy in {env}"));
        }
        // What is gone for good is read first, wherever there is little room.
        way.keeps.splice(0..0, self.irreversible(env));
        way.takes = way.takes.or_else(|| self.release.last_took("roll back", env).map(Span::from));
        way
    }

    /// Returns the version that an environment's way back needs to know about, for the engine to ask after.
    pub fn way_back_version(&self, env: &EnvName, place: &PlaceState) -> Option<Version> {
        self.target(env, place, None).map(|d| d.version)
    }

    /// Says so when a deploy stands still that has brought nothing: going back from there would leave a good version.
    fn still_runs(&self, env: &EnvName) -> Option<String> {
        let action = self.release.active(env).filter(|a| a.is_stuck())?;
        let Request::Deploy { .. } = &action.proposal.request else { return None };
        let places = &self.release.environments.get(env)?.places;
        let running = |m: &Move| places.get(&m.artifact).and_then(PlaceState::running);
        let is_untouched = action.proposal.moves.iter().all(|m| m.from.is_some() && running(m) == m.from);
        let from = action.proposal.moves.iter().find_map(|m| m.from.as_ref())?;
        let says = || {
            let (id, version) = (&action.id, &from.version);
            format!("{id} has brought nothing: {version} still runs in {env}. Leave it as it is, or name a version")
        };
        is_untouched.then(says)
    }

    /// Says so when what runs was itself brought by a rollback and nothing is known to be wrong with it: the same
    /// command sent twice goes back once.
    fn was_just_taken(&self, env: &EnvName) -> Option<String> {
        let state = self.release.environments.get(env)?;
        let is_unwell = |p: &PlaceState| !matches!(p.health(), Health::Healthy | Health::Unknown);
        let since = self.brought(env)?;
        let was_bad = state.verifications.iter().any(|v| v.at >= since && v.outcome == Outcome::NotGood);
        if was_bad || state.places.values().any(is_unwell) || self.release.active(env).is_some() {
            return None;
        }
        let id = state.places.values().find_map(|p| p.stays.last()?.action.as_ref())?;
        let action = self.release.action(id)?;
        let Request::RollBack { to: Some(to), .. } = &action.proposal.request else { return None };
        Some(format!(
            "{id} brought {to} back to {env}, and nothing speaks against it: to go further back, name the version"
        ))
    }

    /// Says whether a version was verified in an environment, and was not good when that was last done.
    fn was_not_good(&self, env: &EnvName, delivered: &Delivered) -> bool {
        let all = self.release.environments.get(env).into_iter().flat_map(|s| s.verifications.iter().rev());
        let told = |o: Outcome| matches!(o, Outcome::Good | Outcome::GoodSoFar | Outcome::NotGood);
        let last = all.filter(|v| v.ran.values().any(|ran| ran == delivered)).find(|v| told(v.outcome));
        last.is_some_and(|v| v.outcome == Outcome::NotGood)
    }

    fn target(&self, env: &EnvName, place: &PlaceState, version: Option<&Version>) -> Option<Delivered> {
        let running = place.running()?;
        let is_other = |d: &Delivered| d.version != running.version || d.digest != running.digest;
        let is_wanted = |d: &Delivered| match version {
            Some(version) => &d.version == version,
            None => !self.release.bad.contains_key(&d.version) && !self.was_not_good(env, d),
        };
        let stays = place.stays.iter().rev().filter(|s| s.was_healthy || s.is_untold);
        stays.map(|s| &s.delivered).find(|d| is_other(d) && is_wanted(d)).cloned()
    }

    /// Returns what the deploys since then did that has no way back.
    fn irreversible(&self, env: &EnvName) -> Vec<String> {
        let Some(deploy) = self.deploy_that_brought(env) else { return Vec::new() };
        let steps = self.plan.environment(env).map(|e| e.steps.as_slice()).unwrap_or_default();
        let was_done =
            |title: &str| deploy.steps.iter().any(|s| s.step.title == title && s.phase == StepPhase::Succeeded);
        steps
            .iter()
            .filter(|s| was_done(&s.title))
            .filter_map(|s| match &s.undo {
                Undo::Irreversible(why) => Some(format!("{}: {why}", s.title)),
                Undo::Unsaid => Some(format!("{}: the plan names no undo", s.title)),
                Undo::Run(_) => None,
            })
            .collect()
    }

    /// Returns the deploy that brought what runs in an environment now, where tminus did.
    pub fn deploy_that_brought(&self, env: &EnvName) -> Option<&'a ActionState> {
        let running: Vec<_> =
            self.release.environments.get(env)?.places.values().filter_map(PlaceState::running).collect();
        let brought_it = |a: &&ActionState| {
            matches!(&a.proposal.request, Request::Deploy { env: there, .. } if there == env)
                && a.started.is_some()
                && a.proposal.moves.iter().any(|m| running.contains(&m.to))
        };
        self.release.actions.iter().rev().find(brought_it)
    }
}

impl WayBack {
    fn weigh(&mut self, place: &PlaceState, target: &Delivered) {
        let Some(ready) = place.ready.get(&target.version).map(|r| &r.readiness) else {
            self.reasons.push(format!("nobody has looked yet whether {} is still there", target.version));
            self.worsen(WayBackState::Unknown);
            return;
        };
        self.places.extend(ready.places.iter().cloned());
        self.keeps.extend(ready.keeps.iter().cloned());
        self.takes = self.takes.max(ready.takes);
        let mut blockers = ready.blockers.clone();
        // A tag that names another image by now would be a rollback to the wrong thing.
        if let (Some(then), Some(now)) = (&target.digest, &ready.digest)
            && !ready.has(then)
        {
            blockers.push(format!("{} is {} now, what was good was {}", target.version, now.short(), then.short()));
        }
        let state = match (blockers.is_empty(), ready.unknown.is_empty()) {
            (true, true) => WayBackState::Ready,
            (true, false) => WayBackState::Unknown,
            (false, _) => WayBackState::Blocked,
        };
        self.reasons.append(&mut blockers);
        self.reasons.extend(ready.unknown.iter().cloned());
        if let Some((_, failure)) = &place.lost {
            self.reasons.push(format!("it cannot be seen now: {}", failure.summary));
            self.worsen(WayBackState::Unknown);
        }
        self.worsen(state);
    }

    /// A way of delivery that the plan names no undo for leads nowhere back.
    fn refuse_one_way(&mut self, delivery: Option<&Deliver>) {
        if let Some(DeliverKind::Command { undo, .. }) = delivery.map(|d| &d.kind)
            && undo.is_empty()
        {
            self.reasons.push("the plan names no `undo` for it".to_owned());
            self.worsen(WayBackState::Blocked);
        }
    }

    /// A version that is named leads back only where every artifact has run it, or runs it.
    fn miss(&mut self, place: &PlaceState, version: Option<&Version>) {
        if let (Some(version), Some(running)) = (version, place.running())
            && &running.version != version
        {
            self.reasons.push(format!("{version} never ran well where {} runs now", running.version));
            self.worsen(WayBackState::Blocked);
        }
    }

    fn worsen(&mut self, state: WayBackState) {
        let weight = |s: WayBackState| match s {
            WayBackState::None => 0,
            WayBackState::Ready => 1,
            WayBackState::Unknown => 2,
            WayBackState::Blocked => 3,
        };
        if weight(state) > weight(self.state) {
            self.state = state;
        }
    }
}
