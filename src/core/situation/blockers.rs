//! Why an action cannot begin, and what of that nobody could find out.

use super::{Situation, WayBack, WayBackState};
use crate::action::{Move, Proposal, Request};
use crate::names::{ArtifactName, EnvName, Version};
use crate::order::{Health, Readiness};
use crate::release::PlaceState;

/// Returns what was said of a place in which something runs whose version nobody could tell.
fn unclear(place: &PlaceState) -> Option<&str> {
    let (_, seen) = place.seen.as_ref()?;
    seen.words.as_deref().filter(|_| !matches!(seen.health, Health::Absent | Health::Stopped))
}

impl Situation<'_> {
    /// Returns why an action cannot begin, whatever anybody confirms: a lock, a missing artifact, no way back.
    pub fn blockers(&self, proposal: &Proposal) -> Vec<String> {
        let mut blockers = Vec::new();
        if let Request::Build { artifact, .. } = &proposal.request {
            return self.not_buildable(artifact.as_ref());
        }
        if let Request::Act { act, direction, text, .. } = &proposal.request {
            let asked = (*act, *direction, text.as_deref());
            return self.not_doable(asked).into_iter().chain(self.unseen_repository()).collect();
        }
        let Some(env) = proposal.request.env() else { return blockers };
        if let Some(action) = self.release.active(env) {
            let is_look_only = !action.proposal.request.is_changing();
            // Nobody waits for a verification's horizon with a rollback in hand.
            let may_replace =
                matches!(proposal.request, Request::RollBack { .. }) && (action.is_stuck() || is_look_only);
            let is_look = !proposal.request.is_changing() && action.is_stuck();
            if !may_replace && !is_look {
                let (verb, who) = (action.proposal.request.verb(), action.started.as_ref().map(|s| s.1.label()));
                let state = if action.is_stuck() { "stopped and waits for a decision" } else { "is running" };
                blockers.push(format!("{} ({verb} of {env}, begun by {}) {state}", action.id, who.unwrap_or_default()));
            }
        }
        match &proposal.request {
            Request::Deploy { version, .. } => {
                let (held, untold) = self.not_deliverable(env, version);
                blockers.extend(held.into_iter().chain(untold));
                blockers.extend(self.other_files(env, version));
                blockers.extend(self.cannot_start(env));
                blockers.extend(self.unfilled(env, &proposal.moves));
            }
            Request::RollBack { to, .. } => {
                let way = self.way_back_to(env, to.as_ref());
                if way.state != WayBackState::Ready {
                    let is_known = !way.reasons.is_empty();
                    blockers.extend(if is_known { way.holding() } else { self.nothing_to_go_back_to(env) });
                }
            }
            Request::Verify { horizon, .. } => match self.not_there(env) {
                absent if absent.is_empty() => blockers.extend(horizon.and_then(|h| self.too_late(env, h))),
                absent => blockers.extend(absent),
            },
            Request::Build { .. } | Request::Cut { .. } | Request::Act { .. } => {}
        }
        blockers.extend(self.strangers(proposal));
        blockers
    }

    /// Says that there is no rollback target, and which place cannot be seen, where one cannot: it may hold one.
    fn nothing_to_go_back_to(&self, env: &EnvName) -> Vec<String> {
        let places = self.release.environments.get(env).map(|state| state.places.values());
        let lost = places.into_iter().flatten().find_map(|place| place.lost.as_ref());
        let lost = lost.map(|(_, failure)| format!("{env} cannot be seen: {}", failure.sentence()));
        std::iter::once(WayBack::no_target(env)).chain(lost).collect()
    }

    /// Returns which of the blockers are things that could not be found out.
    pub fn unknown_health(&self, proposal: &Proposal) -> Vec<String> {
        match &proposal.request {
            Request::Deploy { env, version } => {
                let (_, untold) = self.not_deliverable(env, version);
                untold
            }
            Request::RollBack { env, to, .. } => {
                let way = self.way_back_to(env, to.as_ref());
                if way.state == WayBackState::Unknown { way.holding() } else { Vec::new() }
            }
            Request::Verify { env, .. } => self.not_there(env),
            Request::Act { .. } => self.unseen_repository().into_iter().collect(),
            Request::Build { .. } | Request::Cut { .. } => Vec::new(),
        }
    }

    /// Returns what speaks against looking at an environment: the release does not run there, or somebody else brought what
    /// does, so what is measured there says nothing of it. What a rollback brought back is looked at as well.
    fn not_there(&self, env: &EnvName) -> Vec<String> {
        let Some(environment) = self.plan.environment(env) else { return Vec::new() };
        if self.runs_it(environment) || self.went_back(environment) {
            return self.drift_to_adopt(env);
        }
        let places = self.release.environments.get(env).map(|s| &s.places);
        let is_blind = places.is_none_or(|places| places.values().all(|p| p.lost.is_some()));
        let absent = |artifact: &ArtifactName| {
            let place = places.and_then(|p| p.get(artifact));
            if let Some((_, failure)) = place.and_then(|p| p.lost.as_ref()) {
                // Where another artifact can be seen, the verification says of this one that it has no data.
                return is_blind.then(|| format!("{env} cannot be seen: {}", failure.sentence()));
            }
            match place.and_then(PlaceState::running).map(|running| running.version) {
                None => Some(match place.and_then(unclear) {
                    Some(words) => format!("which version of {artifact} runs in {env} is not known: {words}"),
                    None => format!("no version of {artifact} runs in {env}, so there is nothing to verify"),
                }),
                Some(other) if &other != self.version => Some(format!(
                    "{artifact} {other} runs in {env}, not {0}: a measurement there says nothing about {0}",
                    self.version
                )),
                Some(_) => None,
            }
        };
        if environment.deliver.is_empty() {
            return vec![format!("the plan delivers nothing to {env}, so there is nothing to verify")];
        }
        environment.deliver.iter().filter_map(|d| absent(&d.artifact)).collect()
    }

    /// Says whether something that an action rests on cannot be seen now: a target, or what would be brought there.
    pub fn is_out_of_sight(&self, proposal: &Proposal) -> bool {
        let state = proposal.request.env().and_then(|env| self.release.environments.get(env));
        let is_untold = |m: &Move| {
            let place = state.and_then(|s| s.places.get(&m.artifact));
            let ready = place.and_then(|p| p.ready.get(&m.to.version)).map(|r| &r.readiness);
            ready.is_some_and(|r| r.blockers.is_empty() && !r.unknown.is_empty())
        };
        state.is_some_and(|s| s.places.values().any(|p| p.lost.is_some())) || proposal.moves.iter().any(is_untold)
    }

    /// Says so where what would be delivered was built here of another commit than that of the release.
    fn built_of_another(&self, artifact: &ArtifactName, ready: &Readiness) -> Option<String> {
        let of = self.release.built(artifact, ready.digest.as_ref()?)?;
        let now = &self.opening()?.commit;
        (of != now).then(|| {
            format!(
                "{artifact} {} was built from {}, and the release is at {}: build it again",
                ready.version,
                of.short(),
                now.short()
            )
        })
    }

    /// Returns why a version cannot be delivered, and what of that could not be found out.
    fn not_deliverable(&self, env: &EnvName, version: &Version) -> (Vec<String>, Vec<String>) {
        let (mut held, mut untold) = (Vec::new(), Vec::new());
        let Some(environment) = self.plan.environment(env) else { return (held, untold) };
        let places = self.release.environments.get(env).map(|s| &s.places);
        for delivery in &environment.deliver {
            let place = places.and_then(|p| p.get(&delivery.artifact));
            if let Some((_, failure)) = place.and_then(|p| p.lost.as_ref()) {
                untold.push(format!("{env} cannot be seen: {}", failure.sentence()));
            } else if let Some(ready) = place.and_then(|p| p.ready.get(version)) {
                let lacks_image = !ready.readiness.blockers.is_empty() && ready.readiness.digest.is_none();
                if lacks_image && self.built(Some(&delivery.artifact)).next().is_some() {
                    held.push(format!(
                        "{} {version} is not built yet: b builds it (`tminus build`)",
                        delivery.artifact
                    ));
                }
                held.extend(ready.readiness.blockers.iter().chain(&ready.readiness.deploy).cloned());
                held.extend(self.built_of_another(&delivery.artifact, &ready.readiness));
                untold.extend(ready.readiness.unknown.iter().cloned());
            } else {
                untold.push(format!(
                    "could not find out whether {} {version} is available to deliver",
                    delivery.artifact
                ));
            }
        }
        if environment.deliver.is_empty() {
            held.push(format!("the plan delivers nothing to {env}"));
        }
        (held, untold)
    }
}
