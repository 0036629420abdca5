//! How an environment is, in one cell: the worst of what runs there, what is under way, what is not as it should be.

use super::containers::health_word;
use crate::cockpit::state::State;
use crate::cockpit::widgets::{Row, width};
use crate::config::theme::Role;
use crate::domain::names::EnvName;
use crate::domain::order::{Health, Observation};
use crate::domain::situation::Situation;
use crate::domain::telemetry::{Container, ContainerRole};
use crate::domain::time::{age, brief};
use std::time::Duration;

/// What was last seen longer ago than this is not taken for what is now.
pub(super) const OLD: Duration = Duration::from_secs(90);

/// Says whether an environment cannot be seen now, or was not looked at for too long.
pub(super) fn is_out_of_sight(state: &State, situation: Situation<'_>, env: &EnvName) -> bool {
    let Some(known) = situation.release.environments.get(env) else { return true };
    let is_lost = known.places.values().any(|p| p.lost.is_some());
    let looked = state.live.looked_at_env(env, situation.release);
    is_lost || looked.is_none_or(|at| age(state.now, at) > OLD)
}

/// Puts how an environment is.
pub(super) fn health(state: &State, situation: Situation<'_>, env: &EnvName, row: Row, columns: usize) -> Row {
    let Some(known) = situation.release.environments.get(env) else {
        return row.column("? not seen yet", Role::Dim, columns);
    };
    if let Some((since, _)) = known.places.values().find_map(|p| p.lost.as_ref()) {
        return row.column(format!("? lost {}", brief(age(state.now, *since))), Role::Warn, columns);
    }
    if let Some(action) = situation.release.active(env) {
        let (word, role) = if action.is_stuck() {
            (state.palette.sign("✗ stands still", "x stands still"), Role::Fail)
        } else {
            (in_progress(action.proposal.request.verb()), Role::Busy)
        };
        return row.column(word, role, columns);
    }
    let worst = known.places.values().max_by_key(|p| badness(p.health()));
    if let Some(looked) = state.live.looked_at_env(env, situation.release).filter(|at| age(state.now, *at) > OLD) {
        return row.column(format!("? {} old", brief(age(state.now, looked))), Role::Warn, columns);
    }
    let Some(place) = worst else { return row.column("? not seen yet", Role::Dim, columns) };
    if let (Health::Healthy | Health::Unknown, Some(notice)) = (place.health(), notice(state, env)) {
        return row.column(notice, Role::Warn, columns);
    }
    let (sign, role) = state.palette.health(place.health());
    let words = place.seen.as_ref().and_then(|(_, seen): &(_, Observation)| seen.words.as_deref());
    let word = words.filter(|w| width(w) + 3 <= columns).unwrap_or(place.health().word());
    row.column(format!("{sign} {word}"), role, columns)
}

/// Says what is not as it should be where the artifacts themselves are well.
fn notice(state: &State, env: &EnvName) -> Option<String> {
    if !state.drift(env).is_empty() {
        return Some(format!("{} drift", state.palette.sign("≠", "!")));
    }
    ill(state, env)
}

/// Says which of its containers is not well, or was started again.
pub(super) fn ill(state: &State, env: &EnvName) -> Option<String> {
    let places = state.live.containers.iter().filter(|((of, _), _)| of == env);
    let containers: Vec<&Container> = places.flat_map(|(_, (_, list))| list).collect();
    let is_ill =
        |c: &&&Container| c.role == ContainerRole::Beside && matches!(c.health, Health::Unhealthy | Health::Stopped);
    if let Some(ill) = containers.iter().find(is_ill) {
        let name = ill.service.as_ref().unwrap_or(&ill.name);
        return Some(format!("! {name} {}", health_word(ill)));
    }
    let serving = containers.iter().filter(|c| c.role == ContainerRole::Serves);
    let restarts: u64 = serving.map(|c| c.restarts).sum();
    match restarts {
        0 => None,
        1 => Some("! 1 restart".to_owned()),
        count => Some(format!("! {count} restarts")),
    }
}

fn in_progress(verb: &str) -> &'static str {
    match verb {
        "deploy" => "◌ deploying",
        "verify" => "◌ verifying",
        "roll back" => "◌ rolling back",
        _ => "◌ under way",
    }
}

const fn badness(health: Health) -> u8 {
    match health {
        Health::Healthy => 0,
        Health::Absent => 1,
        Health::Waiting => 2,
        Health::Starting => 3,
        Health::Unknown => 4,
        Health::Stopped => 5,
        Health::Unhealthy => 6,
    }
}
