//! One environment: what runs there, the way back, the horizons, what is under way, what was.

use super::containers::{self, ContainerLines};
use super::health::{OLD, ShownHealth, is_out_of_sight, shown};
use super::offers::{DECIDE, acts, and_ways};
use super::page::{Enter, Page};
use super::{history, under_way, way_back};
use crate::action::Action;
use crate::layout::view_area;
use crate::look::Look;
use crate::settings::theme::Role;
use crate::view::View;
use crate::widgets::{Focus, ListCursor, Row, draw_window, fold_lines, frame, width, window};
use crate::words;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::collections::BTreeSet;
use tminus_core::names::{ActionId, EnvName};
use tminus_core::plan::Environment;
use tminus_core::release::PlaceState;
use tminus_core::situation::Situation;
use tminus_core::time::{age, brief};
use tminus_core::verdict::Verdict;

/// The page of an environment.
pub(crate) struct EnvironmentPage<'a>(pub(super) &'a EnvName);

impl Page for EnvironmentPage<'_> {
    fn name(&self) -> String {
        format!("environment {}", self.0)
    }

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        draw_at(look, self.0, ListCursor { row: look.spot().row, attention: Focus::Here }, (area, buffer));
    }

    fn keys(&self, look: &Look) -> Vec<Action> {
        and_ways(acts(look).into_iter().chain(DECIDE))
    }

    fn rows(&self, look: &Look) -> Vec<Row> {
        texts(look, self.0)
    }

    // What is under way there, else what waits, else what was done last.
    fn enter(&self, look: &Look) -> Enter {
        last_action(look, self.0).map(View::Run).into()
    }

    fn containers(&self, look: &Look) -> BTreeSet<String> {
        in_sight(look, self.0, (look.spot().row, view_area(look)))
    }
}

/// Draws the page of an environment from a row on.
pub(super) fn draw_at(look: &Look, env: &EnvName, cursor: ListCursor, (area, buffer): (Rect, &mut Buffer)) {
    let inside = frame(area, &heading(look, env), cursor.attention, buffer, &look.palette);
    let page = EnvironmentText::of(look, env, usize::from(inside.width));
    draw_window(page.count(), cursor.row, |at| page.row(look, at), (inside, buffer, &look.palette));
}

fn heading(look: &Look, env: &EnvName) -> Row {
    let plan = look.world.as_ref().map(|w| &w.plan);
    let is_protected = plan.and_then(|p| p.environment(env)).is_some_and(|e| e.protected);
    let seen = look.world.as_ref().and_then(|w| look.live.looked_at_env(env, &w.release));
    let (seen, role) = match seen.map(|at| age(look.now, at)) {
        None => ("not seen yet".to_owned(), Role::Dim),
        Some(age) if age > OLD => (format!("? last seen {} ago", brief(age)), Role::Warn),
        Some(age) => (words::seen_ago(age), Role::Dim),
    };
    match is_protected {
        true => {
            let sign = look.palette.protected();
            let row = Row::new().put(format!(" {sign} {env} protected "), Role::Protected);
            row.right(format!(" {seen} "), role)
        }
        false => Row::new().put(format!(" {env} "), Role::Title).right(format!(" {seen} "), role),
    }
}

fn last_action(look: &Look, env: &EnvName) -> Option<ActionId> {
    let release = &look.world.as_ref()?.release;
    let of_env = release.actions.iter().rev().find(|a| a.proposal.request.env() == Some(env));
    let action = release.active(env).or_else(|| release.proposals(env).next()).or(of_env)?;
    Some(action.id.clone())
}

/// Returns every row, as a search reads them.
pub(crate) fn texts(look: &Look, env: &EnvName) -> Vec<Row> {
    let page = EnvironmentText::of(look, env, room(look));
    (0..page.count()).map(|at| page.row(look, at)).collect()
}

/// Returns the containers whose rows are on the screen, in a page of so many lines from a row on.
pub(crate) fn in_sight(look: &Look, env: &EnvName, (first, area): (usize, Rect)) -> BTreeSet<String> {
    let page = EnvironmentText::of(look, env, usize::from(area.width.saturating_sub(4)));
    let shown = window(page.count(), first, usize::from(area.height.saturating_sub(2)));
    let names = shown.filter_map(|at| page.containers.name(at.checked_sub(page.before.len())?));
    names.map(str::to_owned).collect()
}

fn room(look: &Look) -> usize {
    usize::from(look.size.0.saturating_sub(4))
}

/// The page: what stands before the containers, they, and what stands after.
struct EnvironmentText<'a> {
    before: Vec<Row>,
    containers: ContainerLines<'a>,
    after: Vec<Row>,
}

impl<'a> EnvironmentText<'a> {
    fn of(look: &'a Look, env: &EnvName, room: usize) -> Self {
        let containers = containers::lines(look, env, room);
        let Some((situation, environment)) = look.situation().and_then(|s| Some((s, s.plan.environment(env)?))) else {
            return Self { before: vec![Row::text("the plan does not have it")], containers, after: Vec::new() };
        };
        let mut before = under_way::rows(look, situation, environment, room);
        before.extend(runs(look, situation, environment, room));
        before.extend(lock(look, situation, env, room));
        before.extend(drift(look, env, room));
        before.push(Row::new());
        before.push(way_back_heading(look, env));
        before.extend(way_back::rows(look, situation, env, room));
        before.extend(horizons(look, situation, env));
        // Every block begins with a line of air; the first stands at the top.
        before.remove(0);
        let mut after = history::rows(look, situation, env, room);
        after.extend(about(environment));
        Self { before, containers, after }
    }

    fn count(&self) -> usize {
        self.before.len() + self.containers.count() + self.after.len()
    }

    fn row(&self, look: &Look, at: usize) -> Row {
        let Some(later) = at.checked_sub(self.before.len()) else { return self.before[at].clone() };
        match later.checked_sub(self.containers.count()) {
            None => self.containers.row(look, later),
            Some(last) => self.after.get(last).cloned().unwrap_or_default(),
        }
    }
}

fn about(environment: &Environment) -> Vec<Row> {
    let mut rows = vec![Row::new(), Row::heading("What it is for")];
    let words = [&environment.purpose, &environment.audience, &environment.cadence];
    let words: Vec<&str> = words.into_iter().flatten().map(String::as_str).collect();
    if !words.is_empty() {
        rows.push(Row::text(words.join(" · ")));
    }
    rows.extend(environment.served_at.as_ref().or(environment.url.as_ref()).map(|url| Row::labelled("url", url)));
    if let Some(rule) = &environment.approvals {
        let from = rule.from.as_ref().map(|t| format!(" of {t}")).unwrap_or_default();
        rows.push(Row::labelled("approvals", format!("{}{from}", rule.count)));
    }
    if rows.len() > 2 { rows } else { Vec::new() }
}

fn runs(look: &Look, situation: Situation<'_>, environment: &Environment, room: usize) -> Vec<Row> {
    let rows = running_now(look, situation, environment, room);
    [Row::new(), Row::heading("What runs")].into_iter().chain(rows).collect()
}

/// Returns what runs in each place, how it is, and when that was seen.
pub(super) fn running_now(look: &Look, situation: Situation<'_>, environment: &Environment, room: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    let known = situation.release.environments.get(&environment.name);
    for delivery in &environment.deliver {
        let name = format!("{} ({})", delivery.artifact, delivery.kind.word());
        let Some(place) = known.and_then(|k| k.places.get(&delivery.artifact)) else {
            rows.push(Row::new().column(name, Role::Text, 24).put("not seen yet", Role::Dim));
            continue;
        };
        let looked = look.live.looked(&environment.name, &delivery.artifact, place);
        let seen = looked.map(|at| words::seen_ago(age(look.now, at))).unwrap_or_default();
        rows.extend(what_runs(
            (&name, place),
            &shown(look, situation, environment, (&delivery.artifact, place)),
            seen,
            room,
        ));
        if let Some((since, failure)) = &place.lost {
            let says = format!("? cannot be seen for {}: {}", brief(age(look.now, *since)), failure.sentence());
            let folded = fold_lines(&says, room.saturating_sub(2));
            rows.extend(folded.into_iter().map(|line| Row::new().put(format!("  {line}"), Role::Warn)));
        }
    }
    let faded = is_out_of_sight(look, situation, &environment.name);
    rows.into_iter().map(|row| if faded { row.faded() } else { row }).collect()
}

/// Writes what runs in a place: in one line where there is room for it, else in two.
fn what_runs((name, place): (&str, &PlaceState), shown: &ShownHealth, seen: String, room: usize) -> Vec<Row> {
    let running = place.running();
    let version = running.as_ref().map_or_else(|| "nothing".to_owned(), |r| r.version.to_string());
    let digest = running.and_then(|r| r.digest).map(|d| d.short()).unwrap_or_default();
    let ShownHealth { sign, role, word, more } = shown;
    let more = more.as_ref().map(|more| format!(" · {more}")).unwrap_or_default();
    let health = format!("{sign} {word}{more}");
    let row = Row::new().column(name, Role::Text, 24).column(version.as_str(), Role::Strong, 12);
    let row = row.column(digest.as_str(), Role::Dim, 18).put(&health, *role);
    if row.width() + 2 + width(&seen) <= room {
        return vec![row.right(seen, Role::Dim)];
    }
    let first = Row::new().put(format!("{name} "), Role::Text).put(version, Role::Strong);
    vec![
        first.put(format!(" {digest}"), Role::Dim),
        Row::new().put(format!("  {health}"), *role).right(seen, Role::Dim),
    ]
}

fn way_back_heading(look: &Look, env: &EnvName) -> Row {
    let row = Row::heading("Rollback");
    match way_back::word(look, env) {
        Some((sign, role, word)) => row.put(format!("  {sign} {word}"), role),
        None => row,
    }
}

/// Writes who holds it, since when, and why.
fn lock(look: &Look, situation: Situation<'_>, env: &EnvName, room: usize) -> Vec<Row> {
    let Some(lock) = situation.lock(env) else { return Vec::new() };
    let folded = fold_lines(&format!("{} {}", look.palette.lock(), look.lock_words(lock)), room);
    folded.into_iter().map(|line| Row::new().put(line, Role::Warn)).collect()
}

fn drift(look: &Look, env: &EnvName, room: usize) -> Vec<Row> {
    let sign = look.palette.sign("≠", "!");
    let all = look.drift(env);
    let folded = all.iter().flat_map(|says| fold_lines(&format!("{sign} drift: {says}"), room));
    folded.map(|line| Row::new().put(line, Role::Warn)).collect()
}

pub(super) fn horizons(look: &Look, situation: Situation<'_>, env: &EnvName) -> Vec<Row> {
    let due = situation.due(env);
    if due.is_empty() {
        return Vec::new();
    }
    let is_ours = situation.plan.environment(env).is_some_and(|environment| situation.was_brought(environment));
    let mut rows = vec![Row::new(), Row::heading("Verified at")];
    rows.extend(due.iter().map(|due| {
        let row = Row::new().column(format!("+{}", due.horizon), Role::Text, 8);
        match due.outcome {
            Some(outcome) => {
                let (sign, role, word) = words::outcome(outcome, &look.palette);
                row.put(format!("{sign} {word}"), role)
            }
            None if !is_ours => row.put("never verified; it is not this release", Role::Dim),
            None if due.at > look.now => row.put(format!("due in {}", brief(age(due.at, look.now))), Role::Dim),
            None if due.is_missed(look.now) => {
                let (sign, role) = look.palette.verdict(Verdict::NoData);
                row.put(format!("{sign} {}", due.words()), role)
            }
            None => row.put(format!("not verified yet, due {} ago", brief(age(look.now, due.at))), Role::Warn),
        }
    }));
    rows
}
