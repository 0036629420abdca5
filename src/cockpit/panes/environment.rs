//! One environment: what runs there, the way back, the horizons, what is under way, what was.

use super::containers::{self, Lines};
use super::{environments, tasks, way_back};
use crate::cockpit::state::State;
use crate::cockpit::widgets::{Attention, Row, draw_window, fold_lines, frame, window};
use crate::config::theme::Role;
use crate::domain::names::EnvName;
use crate::domain::plan::Environment;
use crate::domain::release::PlaceState;
use crate::domain::situation::Situation;
use crate::domain::time::{age, brief};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::collections::BTreeSet;

pub(crate) fn draw(state: &State, env: &EnvName, area: Rect, buffer: &mut Buffer) {
    let protected = state.environment().is_some_and(|e| e.protected);
    let role = if protected { Role::Protected } else { Role::Title };
    let mut heading = Row::new().put(format!(" {env} "), role);
    if protected {
        heading = heading.right(" protected ", Role::Protected);
    }
    let inside = frame(area, &heading, Attention::Here, buffer, &state.palette);
    let page = Page::of(state, env, usize::from(inside.width));
    draw_window(page.count(), state.spot().row, |at| page.row(state, at), (inside, buffer, &state.palette));
}

/// Returns how many rows the page has.
pub(crate) fn count(state: &State, env: &EnvName) -> usize {
    Page::of(state, env, room(state)).count()
}

/// Returns the containers whose rows are on the screen.
pub(crate) fn in_sight(state: &State, env: &EnvName, lines: u16) -> BTreeSet<String> {
    let page = Page::of(state, env, room(state));
    let shown = window(page.count(), state.spot().row, usize::from(lines.saturating_sub(2)));
    let names = shown.filter_map(|at| page.containers.name(at.checked_sub(page.before.len())?));
    names.map(str::to_owned).collect()
}

fn room(state: &State) -> usize {
    usize::from(state.size.0.saturating_sub(4))
}

/// The page: what stands before the containers, they, and what stands after.
struct Page<'a> {
    before: Vec<Row>,
    containers: Lines<'a>,
    after: Vec<Row>,
}

impl<'a> Page<'a> {
    fn of(state: &'a State, env: &EnvName, room: usize) -> Self {
        let containers = containers::lines(state, env, room);
        let Some((situation, environment)) = state.situation().and_then(|s| Some((s, s.plan.environment(env)?))) else {
            return Self { before: vec![Row::text("the plan does not have it")], containers, after: Vec::new() };
        };
        let mut before = about(environment);
        before.extend(runs(state, situation, environment, room));
        before.extend(drift(state, situation, env, room));
        before.push(Row::new());
        before.push(Row::heading("Way back"));
        before.extend(way_back::rows(state));
        before.extend(horizons(state, situation, env));
        Self { before, containers, after: history(state, situation, env) }
    }

    fn count(&self) -> usize {
        self.before.len() + self.containers.count() + self.after.len()
    }

    fn row(&self, state: &State, at: usize) -> Row {
        let Some(later) = at.checked_sub(self.before.len()) else { return self.before[at].clone() };
        match later.checked_sub(self.containers.count()) {
            None => self.containers.row(state, later),
            Some(last) => self.after.get(last).cloned().unwrap_or_default(),
        }
    }
}

fn about(environment: &Environment) -> Vec<Row> {
    let mut rows = Vec::new();
    let words = [&environment.purpose, &environment.audience, &environment.cadence];
    let words: Vec<&str> = words.into_iter().flatten().map(String::as_str).collect();
    if !words.is_empty() {
        rows.push(Row::dim(words.join(" · ")));
    }
    rows.extend(environment.url.as_ref().map(|url| Row::labelled("url", url)));
    if let Some(rule) = &environment.approvals {
        let from = rule.from.as_ref().map(|t| format!(" of {t}")).unwrap_or_default();
        rows.push(Row::labelled("approvals", format!("{}{from}", rule.count)));
    }
    rows
}

fn runs(state: &State, situation: Situation<'_>, environment: &Environment, room: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    let known = situation.release.environments.get(&environment.name);
    for delivery in &environment.deliver {
        let name = format!("{} ({})", delivery.artifact, delivery.kind.word());
        let Some(place) = known.and_then(|k| k.places.get(&delivery.artifact)) else {
            rows.push(Row::new().column(name, Role::Text, 24).put("not seen yet", Role::Dim));
            continue;
        };
        let looked = state.live.looked(&environment.name, &delivery.artifact, place);
        let seen = looked.map(|at| format!("seen {} ago", brief(age(state.now, at)))).unwrap_or_default();
        rows.extend(what_runs(state, (&name, place), seen, room));
        if let Some((since, failure)) = &place.lost {
            let says = format!("? cannot be seen for {}: {}", brief(age(state.now, *since)), failure.sentence());
            let folded = fold_lines(&says, room.saturating_sub(2));
            rows.extend(folded.into_iter().map(|line| Row::new().put(format!("  {line}"), Role::Warn)));
        }
    }
    let faded = environments::is_out_of_sight(state, situation, &environment.name);
    let rows = rows.into_iter().map(|row| if faded { row.faded() } else { row });
    [Row::new(), Row::heading("What runs")].into_iter().chain(rows).collect()
}

/// Writes what runs in a place: in one line where there is room for it, else in two.
fn what_runs(state: &State, (name, place): (&str, &PlaceState), seen: String, room: usize) -> Vec<Row> {
    let running = place.running();
    let version = running.as_ref().map_or_else(|| "nothing".to_owned(), |r| r.version.to_string());
    let digest = running.and_then(|r| r.digest).map(|d| d.short()).unwrap_or_default();
    let (sign, role) = state.palette.health(place.health());
    let health = format!("{sign} {}", health_words(place));
    if room >= 76 {
        let row = Row::new().column(name, Role::Text, 24).column(version, Role::Strong, 12);
        return vec![row.column(digest, Role::Dim, 18).put(health, role).right(seen, Role::Dim)];
    }
    let first = Row::new().put(format!("{name} "), Role::Text).put(version, Role::Strong);
    vec![first.put(format!(" {digest}"), Role::Dim), Row::new().put(format!("  {health}"), role).right(seen, Role::Dim)]
}

/// Writes how a place is, with the service's own words; a word that is in them already is not said twice.
fn health_words(place: &PlaceState) -> String {
    let word = place.health().word();
    let own = place.seen.as_ref().filter(|_| place.lost.is_none()).and_then(|(_, seen)| seen.words.clone());
    match own {
        Some(words) if words.to_lowercase().contains(word) => words,
        Some(words) => format!("{word}  {words}"),
        None => word.to_owned(),
    }
}

fn drift(state: &State, situation: Situation<'_>, env: &EnvName, room: usize) -> Vec<Row> {
    let sign = state.palette.sign("≠", "!");
    let all = situation.drift(env);
    let folded = all.iter().flat_map(|says| fold_lines(&format!("{sign} drift: {says}"), room));
    folded.map(|line| Row::new().put(line, Role::Warn)).collect()
}

pub(super) fn horizons(state: &State, situation: Situation<'_>, env: &EnvName) -> Vec<Row> {
    let due = situation.due(env);
    if due.is_empty() {
        return Vec::new();
    }
    let places = situation.release.environments.get(env).into_iter().flat_map(|e| e.places.values());
    let is_ours = places.filter_map(PlaceState::running).any(|running| running.version == state.version);
    let mut rows = vec![Row::new(), Row::heading("Verified at")];
    rows.extend(due.iter().map(|due| {
        let row = Row::new().column(format!("+{}", due.horizon), Role::Text, 8);
        match due.outcome {
            Some(outcome) => {
                let (sign, role, word) = tasks::outcome(outcome, &state.palette);
                row.put(format!("{sign} {word}"), role)
            }
            None if due.at > state.now => row.put(format!("due in {}", brief(age(due.at, state.now))), Role::Dim),
            None if !is_ours => row.put("never verified; it is not this release", Role::Dim),
            None => row.put(format!("not verified yet, due {} ago", brief(age(state.now, due.at))), Role::Warn),
        }
    }));
    rows
}

fn history(state: &State, situation: Situation<'_>, env: &EnvName) -> Vec<Row> {
    let mut rows = vec![Row::new(), Row::heading("What was done here")];
    let actions = situation.release.actions.iter().rev().filter(|a| a.proposal.request.env() == Some(env));
    rows.extend(actions.map(|action| {
        let (sign, role, word) = tasks::standing(action, &state.palette);
        let summary = action.ended.as_ref().map(|e| e.summary.as_str()).unwrap_or_default();
        let row =
            Row::new().put(format!("{sign} "), role).column(tasks::what(action), Role::Text, 34).column(word, role, 15);
        row.put(summary, Role::Dim).right(format!("{} ago", brief(age(state.now, action.proposed))), Role::Dim)
    }));
    let stays = situation.release.environments.get(env).into_iter().flat_map(|e| &e.places);
    let mut past: Vec<Row> = Vec::new();
    for (artifact, place) in stays {
        past.extend(place.stays.iter().rev().map(|stay| {
            let was = if stay.was_healthy { "was seen healthy" } else { "was never seen healthy" };
            let bad = situation
                .release
                .bad
                .get(&stay.delivered.version)
                .map(|b| format!("  marked bad: {}", b.reason))
                .unwrap_or_default();
            let row = Row::new().column(artifact.as_str(), Role::Text, 14).column(
                stay.delivered.version.as_str(),
                Role::Strong,
                12,
            );
            row.column(format!("since {}", state.date_and_time(stay.since)), Role::Dim, 32)
                .put(was, Role::Dim)
                .put(bad, Role::Fail)
        }));
    }
    if !past.is_empty() {
        rows.push(Row::new());
        rows.push(Row::heading("What ran here"));
        rows.extend(past);
    }
    rows
}
