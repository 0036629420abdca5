//! The way back: which version, whether its artifacts are still there, what it will not undo, how long it takes.

use super::Situation;
use super::unmet::StartDoubt;
use crate::action::Move;
use crate::names::{ArtifactName, EnvName, Version};
use crate::order::{Delivered, Place};
use crate::release::{ActionState, PlaceState};
use crate::time::Span;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

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
    /// Those of the reasons that keep nobody from trying: nobody could look whether an undo can be started.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<String>,
    /// Where the artifacts are.
    pub places: Vec<Place>,
    /// What it will not undo.
    pub keeps: Vec<String>,
    /// About how long it takes.
    pub takes: Option<Span>,
}

/// Whether the way back is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
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
        self.into_str()
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
            doubts: Vec::new(),
            places: Vec::new(),
            keeps: Vec::new(),
            takes: None,
        };
        let Some(state) = self.release.environments.get(env) else { return way };
        if let (None, Some(still)) = (version, self.stays_put(env)) {
            way.reasons.push(still.words(|next| format!("`tminus rollback {env} --to {next}`")));
            return way;
        }
        if let Some(rest) = self.rest_of(env, version) {
            return self.finish_rest(env, &rest.proposal.moves, way);
        }
        let mut stays = Vec::new();
        let mut undelivered = None;
        for (artifact, place) in &state.places {
            let Some(target) = self.target(env, (artifact, place), version) else {
                stays.extend(self.why_it_stays(env, (artifact, place), version));
                continue;
            };
            if self.plan.environment(env).and_then(|e| e.delivery(artifact)).is_none() {
                let says = format!("{artifact} stays as it is: the plan no longer delivers {artifact} to {env}");
                undelivered.get_or_insert_with(|| says.clone());
                stays.push(says);
                continue;
            }
            way.moves.push(Move { artifact: artifact.clone(), from: place.running(), to: target.clone() });
            let about = if state.places.len() > 1 { format!("{artifact}: ") } else { String::new() };
            self.weigh_target((env, artifact), (&about, place, &target), &mut way);
        }
        way.to = way.common().filter(|to| version.is_some() || !self.leaves_another(env, to));
        if way.moves.is_empty() {
            let why = || version.map(|wanted| self.why_not_to(env, wanted)).or_else(|| self.never_back(env));
            way.reasons.extend(undelivered.or_else(why));
            return way;
        }
        // What is gone for good is read first, wherever there is little room; then what does not go along.
        let runs = way.leads_to().map(|to| format!("; the plan does not say whether {to} runs after it"));
        let gone = self.stays_done(env, &way.moves).into_iter().map(|gone| gone + runs.as_deref().unwrap_or_default());
        let kept = std::mem::take(&mut way.keeps);
        for thing in gone.chain(stays).chain(kept) {
            if !way.keeps.contains(&thing) {
                way.keeps.push(thing);
            }
        }
        way.takes = way.takes.or_else(|| self.release.last_took("roll back", env).map(Span::from));
        way
    }

    /// Weighs whether an artifact can go back. One that never can is asked for nothing: whatever it answers is no promise.
    fn weigh_target(
        &self,
        (env, artifact): (&EnvName, &ArtifactName),
        (about, place, target): (&str, &PlaceState, &Delivered),
        way: &mut WayBack,
    ) {
        let delivery = self.plan.environment(env).and_then(|e| e.delivery(artifact));
        let never = delivery.and_then(|delivery| delivery.kind.no_rollback());
        match (never, delivery.and_then(|delivery| self.undo_doubt(delivery))) {
            (Some(why), _) | (None, Some(StartDoubt::Missing(why))) => way.refuse(format!("{about}{why}")),
            (None, doubt) => {
                way.weigh(about, place, target);
                way.doubt(doubt.map(|doubt| format!("{about}{}", doubt.words())));
            }
        }
    }

    /// Returns the rollback that is to be brought to its end, where that is what is asked for.
    fn rest_of(&self, env: &EnvName, version: Option<&Version>) -> Option<&'a ActionState> {
        let is_asked = |rest: &&ActionState| {
            version.is_none_or(|version| rest.proposal.moves.iter().all(|m| &m.to.version == version))
        };
        self.unfinished_rest(env).filter(is_asked)
    }

    /// Makes the way back that only undoes what a rollback left done: what runs has come back already.
    fn finish_rest(&self, env: &EnvName, moves: &[Move], way: WayBack) -> WayBack {
        let back = |m: &Move| format!("{} stays at {}: it is back already", m.artifact, m.to.version);
        let keeps = self.stays_done(env, moves).into_iter().chain(moves.iter().map(back)).collect();
        let way = WayBack { moves: moves.to_vec(), state: WayBackState::Ready, keeps, ..way };
        WayBack { to: way.common(), ..way }
    }

    /// Says whether a rollback leaves an artifact at another version than the one that the others go to.
    fn leaves_another(&self, env: &EnvName, to: &Version) -> bool {
        let places = self.release.environments.get(env).into_iter().flat_map(|state| &state.places);
        let mut left = places.filter(|(artifact, place)| self.left_in_place(env, artifact, place).is_some());
        left.any(|(_, place)| place.running().is_some_and(|running| &running.version != to))
    }

    /// Says why a rollback leaves an artifact as it is.
    fn why_it_stays(
        &self,
        env: &EnvName,
        (artifact, place): (&ArtifactName, &PlaceState),
        version: Option<&Version>,
    ) -> Option<String> {
        let running = place.running()?;
        let stays = format!("{artifact} stays at {}", running.version);
        if version.is_none() && self.is_back_before_others(env, artifact) {
            return Some(format!("{stays}: it is back already"));
        }
        match self.left_in_place(env, artifact, place).filter(|_| version.is_none()) {
            Some(deploy) => Some(format!("{stays}: it runs as before {}", deploy.id)),
            None => Some(stays_as(artifact, &running, version)),
        }
    }

    /// Says why nothing leads to a version that somebody named.
    fn why_not_to(&self, env: &EnvName, wanted: &Version) -> String {
        let places = self.release.environments.get(env).into_iter().flat_map(|e| e.places.values());
        let runs = |p: &PlaceState| !p.is_down() && p.running().is_some_and(|r| &r.version == wanted);
        let never = || format!("{wanted} was never seen to be healthy in {env}{}", self.instead(env));
        let mut places = places.peekable();
        match places.peek().is_some() && places.all(runs) {
            true => format!("{wanted} runs in {env} already"),
            false => self.forward_only(env, wanted).or_else(|| self.of_the_others(env, wanted)).unwrap_or_else(never),
        }
    }

    /// Says which artifacts run a version already that none of the others can go to.
    fn of_the_others(&self, env: &EnvName, wanted: &Version) -> Option<String> {
        let places = &self.release.environments.get(env)?.places;
        let runs = |place: &PlaceState| !place.is_down() && place.running().is_some_and(|r| &r.version == wanted);
        let named = |is_there: bool| {
            let some = places.iter().filter(|(_, place)| runs(place) == is_there);
            some.map(|(artifact, _)| artifact.as_str()).collect::<Vec<_>>().join(", ")
        };
        let (there, others) = (named(true), named(false));
        let says =
            format!("{there} runs {wanted} in {env} already; a healthy {wanted} of {others} was never seen there");
        (!there.is_empty()).then_some(says)
    }

    fn target(
        &self,
        env: &EnvName,
        (artifact, place): (&ArtifactName, &PlaceState),
        version: Option<&Version>,
    ) -> Option<Delivered> {
        place.seen.as_ref()?;
        let is_left = || self.left_in_place(env, artifact, place).is_some();
        if version.is_none() && (self.is_back_before_others(env, artifact) || is_left()) {
            return None;
        }
        let there = place.running();
        let is_wanted = |d: &&Delivered| match version {
            Some(version) => &d.version == version && !self.is_ahead(env, artifact, d),
            None => self.may_choose(env, artifact, d) && !self.is_being_left(env, artifact, d),
        };
        let good = match version {
            Some(_) => self.good_or_glimpsed(env, artifact, place),
            None => self.good_here(env, artifact, place),
        };
        let another = |d: &&Delivered| Some(*d) != there.as_ref();
        // What the deploy of what runs replaced goes before what somebody else put there meanwhile.
        let moves = self.deploy_of(env, artifact).into_iter().flat_map(|a| &a.proposal.moves);
        let replaced =
            moves.filter(|m| &m.artifact == artifact && Some(&m.to) == there.as_ref()).find_map(|m| m.from.as_ref());
        let replaced = replaced.filter(|from| good.contains(from)).filter(is_wanted).filter(another);
        let other = replaced.or_else(|| good.iter().filter(is_wanted).find(another));
        // What is there and does not run can be started again.
        let stopped = good.iter().filter(is_wanted).find(|d| place.is_down() && Some(*d) == there.as_ref());
        let is_first = there.as_ref().is_some_and(|there| self.was_left_for_another(env, artifact, there));
        if is_first { stopped.or(other) } else { other.or(stopped) }.cloned()
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

    /// Returns what holds it of what is not all well with it: a doubt keeps nobody from trying.
    pub(super) fn holding(self) -> Vec<String> {
        let Self { reasons, doubts, .. } = self;
        reasons.into_iter().filter(|reason| !doubts.contains(reason)).collect()
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
            self.reasons.push(format!("{about}it is not known yet whether {} is still there", target.version));
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

    fn doubt(&mut self, why: Option<String>) {
        if let Some(why) = why {
            self.doubts.push(why.clone());
            self.reasons.push(why);
            self.worsen(WayBackState::Unknown);
        }
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
