//! The way back: which version, whether its artifacts are still there, what it will not undo, how long it takes.

use super::Situation;
use super::way_after::never;
use crate::action::{Move, Request};
use crate::names::{ArtifactName, EnvName, Version};
use crate::order::{Delivered, Place};
use crate::plan::Undo;
use crate::release::{ActionState, PlaceState, StepPhase};
use crate::time::Span;
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
                let is_back = version.is_none() && self.is_back_before_others(env, artifact);
                stays.extend(place.running().map(|running| match is_back {
                    true => format!("{artifact} stays at {}: it is back already", running.version),
                    false => stays_as(artifact, &running, version),
                }));
                continue;
            };
            way.moves.push(Move { artifact: artifact.clone(), from: place.running(), to: target.clone() });
            let about = if state.places.len() > 1 { format!("{artifact}: ") } else { String::new() };
            // A target that never goes back is asked for nothing: whatever it answers is no promise.
            match self.plan.environment(env).and_then(|e| e.delivery(artifact)).and_then(never) {
                Some(why) => way.refuse(format!("{about}{why}")),
                None => way.weigh(&about, place, &target),
            }
        }
        way.to = way.common();
        if way.moves.is_empty() {
            way.reasons.extend(version.map(|wanted| self.why_not_to(env, wanted)).or_else(|| self.never_back(env)));
            return way;
        }
        // What is gone for good is read first, wherever there is little room; then what does not go along.
        let runs = way.leads_to().map(|to| format!("; the plan does not say whether {to} runs after it"));
        let gone =
            self.irreversible(env, &way.moves).into_iter().map(|gone| gone + runs.as_deref().unwrap_or_default());
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
        let never = || format!("{wanted} was never seen to be healthy in {env}{}", self.instead(env));
        let mut places = places.peekable();
        match places.peek().is_some() && places.all(runs) {
            true => format!("{wanted} runs in {env} already"),
            false => self.forward_only(env, wanted).unwrap_or_else(never),
        }
    }

    fn target(
        &self,
        env: &EnvName,
        (artifact, place): (&ArtifactName, &PlaceState),
        version: Option<&Version>,
    ) -> Option<Delivered> {
        place.seen.as_ref()?;
        if version.is_none() && self.is_back_before_others(env, artifact) {
            return None;
        }
        let there = place.running();
        let is_wanted = |d: &&Delivered| match version {
            Some(version) => &d.version == version && !self.is_ahead(env, artifact, d),
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

    /// Returns what the deploys since the last that brought what is gone back to did that has no way back, also where what
    /// they brought was left again.
    fn irreversible(&self, env: &EnvName, moves: &[Move]) -> Vec<String> {
        let is_here = |a: &&ActionState| {
            matches!(&a.proposal.request, Request::Deploy { env: there, .. } if there == env) && a.started.is_some()
        };
        let deploys: Vec<&ActionState> = self.release.actions.iter().filter(is_here).collect();
        let is_target = |m: &Move| moves.iter().any(|back| back.artifact == m.artifact && back.to == m.to);
        let brought = deploys.iter().rposition(|a| a.proposal.moves.iter().any(is_target));
        let since = &deploys[brought.map_or(0, |at| at + 1)..];
        let steps = self.plan.environment(env).map(|e| e.steps.as_slice()).unwrap_or_default();
        let was_done = |title: &str| {
            let mut all = since.iter().flat_map(|deploy| &deploy.steps);
            all.any(|s| s.step.title == title && s.phase == StepPhase::Succeeded)
        };
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

    fn refuse(&mut self, why: String) {
        self.reasons.push(why);
        self.worsen(WayBackState::Blocked);
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
