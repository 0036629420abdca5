//! The environments: what runs where, how it is, since when, and whether there is a way back.

use crate::cockpit::state::State;
use crate::cockpit::widgets::{Attention, Cursor, Row, draw_list, frame, width};
use crate::config::theme::Role;
use crate::domain::names::EnvName;
use crate::domain::order::{Health, Observation};
use crate::domain::plan::Environment;
use crate::domain::release::PlaceState;
use crate::domain::situation::{Situation, WayBackState};
use crate::domain::telemetry::{Container, ContainerRole};
use crate::domain::time::{age, brief};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::time::Duration;

/// What was last seen longer ago than this is not taken for what is now.
const OLD: Duration = Duration::from_secs(90);

pub(crate) fn count(state: &State) -> usize {
    state.world.as_ref().map_or(0, |w| w.plan.environments.len())
}

/// Returns the version that runs in an environment, as people call it.
pub(crate) fn running(state: &State, env: &EnvName) -> Option<String> {
    let places = &state.world.as_ref()?.release.environments.get(env)?.places;
    let mut versions: Vec<String> = places.values().filter_map(shown_version).collect();
    versions.dedup();
    (!versions.is_empty()).then(|| versions.join("/"))
}

fn shown_version(place: &PlaceState) -> Option<String> {
    let running = place.running()?;
    match running.digest {
        Some(digest) if !digest.as_str().contains(':') => Some(format!("{} ({digest})", running.version)),
        Some(_) | None => Some(running.version.to_string()),
    }
}

pub(crate) fn draw(state: &State, attention: Attention, area: Rect, buffer: &mut Buffer) {
    let heading = Row::new().put(" Environments ", Role::Title).right(format!(" {} ", seen(state)), Role::Dim);
    let inside = frame(area, &heading, attention, buffer, &state.palette);
    let Some(situation) = state.situation() else {
        return Row::dim("reading the journal…").draw(inside, buffer, &state.palette);
    };
    let columns = Columns::of(situation, usize::from(inside.width));
    let rows: Vec<Row> = situation.plan.environments.iter().map(|e| row(state, situation, e, &columns)).collect();
    let head = u16::from(inside.height > 3);
    if head > 0 {
        columns.head().draw(inside, buffer, &state.palette);
    }
    let list = Rect { y: inside.y + head, height: inside.height.saturating_sub(head), ..inside };
    draw_list(&rows, Cursor { row: state.panes.env, attention }, list, buffer, &state.palette);
}

fn seen(state: &State) -> String {
    let Some(world) = &state.world else { return String::new() };
    let looks = world.plan.environments.iter().filter_map(|e| state.live.looked_at_env(&e.name, &world.release));
    looks.min().map_or_else(|| "not seen yet".to_owned(), |at| format!("seen {} ago", brief(age(state.now, at))))
}

/// How wide each column is; the later ones give way first.
struct Columns {
    name: usize,
    version: usize,
    health: usize,
    since: usize,
    way: usize,
}

impl Columns {
    fn of(situation: Situation<'_>, room: usize) -> Self {
        let longest = situation.plan.environments.iter().map(|e| width(e.name.as_str())).max().unwrap_or(0);
        let name = (longest + 4).clamp(10, 18);
        let version = if room >= 60 { 13 } else { 11 };
        let health = if room >= 76 {
            24
        } else if room >= 60 {
            15
        } else {
            room.saturating_sub(name + version).min(15)
        };
        let since = if room >= name + version + health + 6 { 7 } else { 0 };
        let way = room.saturating_sub(name + version + health + since);
        Self { name, version, health, since, way: if way >= 6 { way } else { 0 } }
    }

    fn head(&self) -> Row {
        let row = Row::new().column("  name", Role::Dim, self.name).column("version", Role::Dim, self.version);
        let row = row.column("health", Role::Dim, self.health).column("since", Role::Dim, self.since);
        row.column("way back", Role::Dim, self.way)
    }
}

fn row(state: &State, situation: Situation<'_>, environment: &Environment, columns: &Columns) -> Row {
    let env = &environment.name;
    let here = state.environment().is_some_and(|e| e.name == *env);
    let name_role = if environment.protected { Role::Protected } else { Role::Text };
    let mark = if here { "▸ " } else { "  " };
    let row = Row::new().put(mark, Role::Accent).column(env.as_str(), name_role, columns.name - 2);
    let row = row.column(running(state, env).unwrap_or_else(|| "–".to_owned()), Role::Text, columns.version);
    let row = health(state, situation, env, row, columns.health);
    let since = situation.running_since(env).map(|at| brief(age(state.now, at))).unwrap_or_default();
    let row = row.column(since, Role::Dim, columns.since);
    let row = if columns.way > 0 { way_back(state, situation, env, row, columns.way) } else { row };
    if is_out_of_sight(state, situation, env) { row.faded() } else { row }
}

/// Says whether an environment cannot be seen now, or was not looked at for too long.
pub(super) fn is_out_of_sight(state: &State, situation: Situation<'_>, env: &EnvName) -> bool {
    let Some(known) = situation.release.environments.get(env) else { return true };
    let is_lost = known.places.values().any(|p| p.lost.is_some());
    let looked = state.live.looked_at_env(env, situation.release);
    is_lost || looked.is_none_or(|at| age(state.now, at) > OLD)
}

fn health(state: &State, situation: Situation<'_>, env: &EnvName, row: Row, columns: usize) -> Row {
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
    if let (Health::Healthy | Health::Unknown, Some(notice)) = (place.health(), notice(state, situation, env)) {
        return row.column(notice, Role::Warn, columns);
    }
    let (sign, role) = state.palette.health(place.health());
    let words = place.seen.as_ref().and_then(|(_, seen): &(_, Observation)| seen.words.as_deref());
    let word = words.filter(|w| width(w) + 3 <= columns).unwrap_or(place.health().word());
    row.column(format!("{sign} {word}"), role, columns)
}

/// Says what is not as it should be where the artifacts themselves are well.
fn notice(state: &State, situation: Situation<'_>, env: &EnvName) -> Option<String> {
    if !situation.drift(env).is_empty() {
        return Some(format!("{} drift", state.palette.sign("≠", "!")));
    }
    let places = state.live.containers.iter().filter(|((of, _), _)| of == env);
    let containers: Vec<&Container> = places.flat_map(|(_, (_, list))| list).collect();
    let is_ill =
        |c: &&&Container| c.role == ContainerRole::Beside && matches!(c.health, Health::Unhealthy | Health::Stopped);
    if let Some(ill) = containers.iter().find(is_ill) {
        let name = ill.service.as_ref().unwrap_or(&ill.name);
        return Some(format!("! {name} {}", ill.health.word()));
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

fn way_back(state: &State, situation: Situation<'_>, env: &EnvName, row: Row, columns: usize) -> Row {
    let way = situation.way_back(env);
    let to = way.to.map(|v| v.to_string()).unwrap_or_default();
    match way.state {
        WayBackState::Ready => row.put(state.palette.sign("✓ ", "+ "), Role::Pass).column(to, Role::Text, columns - 2),
        WayBackState::Blocked => row.column(format!("{} none", state.palette.sign("✗", "x")), Role::Fail, columns),
        WayBackState::Unknown => row.column(format!("? {to} unknown"), Role::Warn, columns),
        WayBackState::None => row.column("–", Role::Dim, columns),
    }
}
