//! The way back: which version, whether its artifacts are still there, what it will not undo, how long it takes.

use super::Situation;
use super::further_back::StaysPut;
use crate::domain::action::{Move, Outcome, Request, StepTask};
use crate::domain::names::{ArtifactName, EnvName, Version};
use crate::domain::order::{Delivered, Health, Place, Task};
use crate::domain::plan::{Deliver, DeliverKind, Undo};
use crate::domain::release::{ActionState, PlaceState, Stay, StepPhase, StepState};
use crate::domain::time::Span;
use crate::domain::verdict::Verdict;
use serde::{Deserialize, Serialize};

/// The way back of an environment, computed before it is needed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WayBack {
    /// The version that it leads to, where every artifact goes to the same one; the moves say the rest.
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
        if let (None, Some(still)) = (version, self.stays_put(env)) {
            way.reasons.push(still.words(|next| format!("`tminus rollback {env} --to {next}`")));
            return way;
        }
        let mut stays = Vec::new();
        for (artifact, place) in &state.places {
            let Some(target) = self.target(env, (artifact, place), version) else {
                stays.extend(place.running().map(|running| stays_as(artifact, &running, version)));
                continue;
            };
            way.moves.push(Move { artifact: artifact.clone(), from: place.running(), to: target.clone() });
            let about = if state.places.len() > 1 { format!("{artifact}: ") } else { String::new() };
            way.weigh(&about, place, &target);
            way.refuse_one_way(self.plan.environment(env).and_then(|e| e.delivery(artifact)));
        }
        way.to = way.common();
        if way.moves.is_empty() {
            way.reasons.extend(version.map(|wanted| self.why_not_to(env, wanted)).or_else(|| self.never_back(env)));
            return way;
        }
        // What is gone for good is read first, wherever there is little room; then what does not go along.
        let runs = way.leads_to().map(|to| format!("; the plan does not say whether {to} runs after it"));
        let gone = self.irreversible(env).into_iter().map(|gone| gone + runs.as_deref().unwrap_or_default());
        let kept = std::mem::take(&mut way.keeps);
        for thing in gone.chain(stays).chain(kept) {
            if !way.keeps.contains(&thing) {
                way.keeps.push(thing);
            }
        }
        way.takes = way.takes.or_else(|| self.release.last_took("roll back", env).map(Span::from));
        way
    }

    /// Says why nothing leads to a version that somebody named.
    fn why_not_to(&self, env: &EnvName, wanted: &Version) -> String {
        let places = self.release.environments.get(env).into_iter().flat_map(|e| e.places.values());
        let runs = |p: &PlaceState| !p.is_down() && p.running().is_some_and(|r| &r.version == wanted);
        let mut places = places.peekable();
        match places.peek().is_some() && places.all(runs) {
            true => format!("{wanted} runs in {env} already"),
            false => format!("{wanted} was never seen to be healthy in {env}{}", self.instead(env)),
        }
    }

    /// Says so when a deploy stands still that has brought nothing: going back from there would leave a good version.
    pub(super) fn still_runs(&self, env: &EnvName) -> Option<StaysPut> {
        let action = self.release.active(env).filter(|a| a.is_stuck())?;
        let Request::Deploy { .. } = &action.proposal.request else { return None };
        let places = &self.release.environments.get(env)?.places;
        let serves = |m: &Move| {
            let place = places.get(&m.artifact).filter(|p| !p.is_down() && p.health() != Health::Unhealthy);
            place.and_then(PlaceState::running)
        };
        let is_untouched = action.proposal.moves.iter().all(|m| m.from.is_some() && serves(m) == m.from);
        let from = action.proposal.moves.iter().find_map(|m| m.from.as_ref())?;
        let says = || {
            let (id, version) = (&action.id, &from.version);
            let what = format!("{id} has brought nothing: {version} still runs in {env}. Leave it as it is");
            StaysPut::new(what, "Or go further back")
        };
        is_untouched.then(says)
    }

    /// Says so when what runs was itself brought by a rollback and nothing is known to be wrong with it: the same
    /// command sent twice goes back once.
    pub(super) fn was_just_taken(&self, env: &EnvName) -> Option<StaysPut> {
        let state = self.release.environments.get(env)?;
        let is_unwell = |p: &PlaceState| !matches!(p.health(), Health::Healthy | Health::Unknown);
        let since = self.brought(env)?;
        let was_bad = state.verifications.iter().any(|v| v.at >= since && v.outcome == Outcome::NotGood);
        // A verification under way speaks against it only with what it has found.
        let speaks_against = |a: &ActionState| {
            a.proposal.request.is_changing() || a.steps.iter().any(|s| s.verdict == Some(Verdict::Fail))
        };
        if was_bad || state.places.values().any(is_unwell) || self.release.active(env).is_some_and(speaks_against) {
            return None;
        }
        // The label of what runs may be that of the deploy which brought it first: a container is kept with it.
        let action = self.release.brought_by(env)?;
        let Request::RollBack { to, .. } = &action.proposal.request else { return None };
        let runs = |m: &Move| state.places.get(&m.artifact).and_then(PlaceState::running).as_ref() == Some(&m.to);
        if !action.proposal.moves.iter().all(runs) {
            return None;
        }
        let moved = || action.proposal.moves.iter().map(|m| format!("{} {}", m.artifact, m.to.version));
        let to = to.as_ref().map_or_else(|| moved().collect::<Vec<_>>().join(", "), ToString::to_string);
        Some(StaysPut::new(format!("already back on {to}"), "Further back"))
    }

    /// Returns how the last verification of an artifact's version ended that could tell.
    pub(super) fn verified_as(&self, env: &EnvName, artifact: &ArtifactName, delivered: &Delivered) -> Option<Outcome> {
        let all = self.release.environments.get(env).into_iter().flat_map(|s| s.verifications.iter().rev());
        let told = |o: &Outcome| matches!(o, Outcome::Good | Outcome::GoodSoFar | Outcome::NotGood);
        all.filter(|v| v.ran.get(artifact) == Some(delivered)).map(|v| v.outcome).find(told)
    }

    /// Says whether tminus brought an artifact's version here, and its target called that done.
    fn was_delivered(&self, env: &EnvName, artifact: &ArtifactName, delivered: &Delivered) -> bool {
        let brings = |step: &StepState| match &step.step.task {
            StepTask::Order { artifact: Some(of), task } if of == artifact => match task.as_ref() {
                Task::Deliver { to, .. } | Task::Restore { to, .. } => to == delivered,
                Task::Provide { .. } | Task::Run { .. } | Task::Build { .. } => false,
            },
            StepTask::Order { .. }
            | StepTask::Look
            | StepTask::Hold { .. }
            | StepTask::Check { .. }
            | StepTask::Measure { .. }
            | StepTask::Branch { .. } => false,
        };
        let here = self.release.actions.iter().filter(|a| a.proposal.request.env() == Some(env));
        here.flat_map(|a| &a.steps).any(|s| s.phase == StepPhase::Succeeded && brings(s))
    }

    /// Returns the versions of an artifact that were good here, the newest first: seen to be healthy, verified, or brought
    /// to the end where nobody can tell how it is.
    pub(super) fn good_here(&self, env: &EnvName, artifact: &ArtifactName, place: &PlaceState) -> Vec<Delivered> {
        let is_good = |s: &&Stay| {
            let was_verified =
                matches!(self.verified_as(env, artifact, &s.delivered), Some(Outcome::Good | Outcome::GoodSoFar));
            let was_done = || !s.was_unwell && self.was_delivered(env, artifact, &s.delivered);
            was_verified || s.was_healthy || s.is_untold || was_done()
        };
        place.stays.iter().rev().filter(is_good).map(|s| s.delivered.clone()).collect()
    }

    /// Says whether a rollback may choose a version by itself.
    pub(super) fn may_choose(&self, env: &EnvName, artifact: &ArtifactName, delivered: &Delivered) -> bool {
        let is_not_good = self.verified_as(env, artifact, delivered) == Some(Outcome::NotGood);
        !is_not_good && !self.release.bad.contains_key(&delivered.version)
    }

    fn target(
        &self,
        env: &EnvName,
        (artifact, place): (&ArtifactName, &PlaceState),
        version: Option<&Version>,
    ) -> Option<Delivered> {
        place.seen.as_ref()?;
        let there = place.running();
        let is_wanted = |d: &&Delivered| match version {
            Some(version) => &d.version == version,
            None => self.may_choose(env, artifact, d) && !self.is_being_left(env, artifact, d),
        };
        let good = self.good_here(env, artifact, place);
        let another = |d: &&Delivered| Some(*d) != there.as_ref();
        // What the deploy of what runs replaced goes before what somebody else put there meanwhile.
        let moves = self.deploy_that_brought(env).into_iter().flat_map(|a| &a.proposal.moves);
        let replaced =
            moves.filter(|m| &m.artifact == artifact && Some(&m.to) == there.as_ref()).find_map(|m| m.from.as_ref());
        let replaced = replaced.filter(|from| good.contains(from)).filter(is_wanted).filter(another);
        let other = replaced.or_else(|| good.iter().filter(is_wanted).find(another));
        // What is there and does not run can be started again.
        let stopped = good.iter().filter(is_wanted).find(|d| place.is_down() && Some(*d) == there.as_ref());
        let is_first = there.as_ref().is_some_and(|there| self.was_left_for_another(env, artifact, there));
        if is_first { stopped.or(other) } else { other.or(stopped) }.cloned()
    }

    /// Says whether a rollback that is not over takes a version away: going back from there does not lead to it again.
    fn is_being_left(&self, env: &EnvName, artifact: &ArtifactName, delivered: &Delivered) -> bool {
        let back = self.release.active(env).filter(|a| matches!(a.proposal.request, Request::RollBack { .. }));
        let mut moves = back.into_iter().flat_map(|a| &a.proposal.moves);
        moves.any(|m| &m.artifact == artifact && m.from.as_ref() == Some(delivered) && &m.to != delivered)
    }

    /// Says whether the last delivery that was tried here was of another version: what is there did not fail by itself.
    fn was_left_for_another(&self, env: &EnvName, artifact: &ArtifactName, there: &Delivered) -> bool {
        let here = |a: &&ActionState| {
            let request = &a.proposal.request;
            request.env() == Some(env) && request.is_changing() && a.started.is_some()
        };
        let last = self.release.actions.iter().rev().filter(here);
        let mut moves = last.filter_map(|a| a.proposal.moves.iter().find(|m| &m.artifact == artifact));
        moves.next().is_some_and(|m| &m.to != there)
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
        let places = &self.release.environments.get(env)?.places;
        let runs = |m: &Move| places.get(&m.artifact).and_then(PlaceState::running).as_ref() == Some(&m.to);
        let brought_it = |a: &&ActionState| {
            matches!(&a.proposal.request, Request::Deploy { env: there, .. } if there == env)
                && a.started.is_some()
                && a.proposal.moves.iter().any(runs)
        };
        self.release.actions.iter().rev().find(brought_it)
    }
}

/// Says what of an environment a rollback leaves as it is.
fn stays_as(artifact: &ArtifactName, running: &Delivered, wanted: Option<&Version>) -> String {
    let now = &running.version;
    match wanted {
        Some(wanted) if wanted == now => format!("{artifact} stays at {now}: it runs already"),
        Some(wanted) => format!("{artifact} stays at {now}: {wanted} was never seen to be healthy there"),
        None => format!("{artifact} stays at {now}: no other version was seen to be healthy there"),
    }
}

impl WayBack {
    /// Says that there is nothing to go back to.
    pub fn no_target(env: &EnvName) -> String {
        format!("no rollback target: no earlier version was seen to be healthy in {env}")
    }

    /// Returns what it leads to, as people call it: one version, or each artifact with its own.
    pub fn leads_to(&self) -> Option<String> {
        if let Some(to) = &self.to {
            return Some(to.to_string());
        }
        let named = |m: &Move| format!("{} {}", m.artifact, m.to.version);
        (!self.moves.is_empty()).then(|| self.moves.iter().map(named).collect::<Vec<_>>().join(", "))
    }

    /// Returns the version that every artifact goes to.
    fn common(&self) -> Option<Version> {
        let first = &self.moves.first()?.to.version;
        self.moves.iter().all(|m| &m.to.version == first).then(|| first.clone())
    }

    fn weigh(&mut self, about: &str, place: &PlaceState, target: &Delivered) {
        let Some(ready) = place.ready.get(&target.version).map(|r| &r.readiness) else {
            self.reasons.push(format!("{about}nobody has looked yet whether {} is still there", target.version));
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
        self.reasons.extend(blockers.drain(..).chain(ready.unknown.iter().cloned()).map(|why| format!("{about}{why}")));
        if let Some((_, failure)) = &place.lost {
            self.reasons.push(format!("{about}it cannot be seen now: {}", failure.summary));
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
