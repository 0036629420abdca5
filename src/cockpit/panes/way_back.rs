//! The way back of the selected environment: armed before it is needed.

use super::health::is_out_of_sight;
use super::versions;
use crate::action::{Action, AppAction};
use crate::look::Look;
use crate::settings::theme::Role;
use crate::widgets::{Focus, Row, draw_page, fold_lines, frame};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_core::names::{EnvName, Version};
use tminus_core::order::Place;
use tminus_core::situation::{Situation, WayBack, WayBackState};
use tminus_core::time::{Span, spoken};

pub(super) fn draw(look: &Look, attention: Focus, area: Rect, buffer: &mut Buffer) {
    let environment = look.environment();
    let name = environment.map(|e| e.name.as_str()).unwrap_or_default();
    let role = if environment.is_some_and(|e| e.protected) { Role::Protected } else { Role::Title };
    let mut heading = Row::new().put(" Rollback · ", Role::Title).put(format!("{name} "), role);
    if let Some((sign, role, word)) = environment.and_then(|e| word(look, &e.name)) {
        heading = heading.right(format!(" {sign} {word} "), role);
    }
    let inside = frame(area, &heading, attention, buffer, &look.palette);
    draw_page(&here(look, usize::from(inside.width)), look.panes.way_back, inside, buffer, &look.palette);
}

/// Returns the rows about the selected environment.
pub(crate) fn here(look: &Look, room: usize) -> Vec<Row> {
    match (look.situation(), look.environment()) {
        (None, _) => vec![Row::dim("reading the journal…")],
        (Some(_), None) => vec![Row::dim("the plan has no environment")],
        (Some(situation), Some(environment)) => rows(look, situation, &environment.name, room),
    }
}

/// Returns the sign, the part and the word of whether the way back is open.
pub(super) fn word(look: &Look, env: &EnvName) -> Option<(&'static str, Role, &'static str)> {
    let way = look.way_back(env)?;
    let (sign, role) = match way.state {
        WayBackState::Ready => (look.palette.sign("✓", "+"), Role::Pass),
        WayBackState::Blocked => (look.palette.sign("✗", "x"), Role::Fail),
        WayBackState::None => (look.palette.sign("–", "-"), Role::Dim),
        WayBackState::Unknown => ("?", Role::Warn),
    };
    // What is not in sight may have changed since.
    let is_old = look.situation().is_some_and(|s| is_out_of_sight(look, s, env));
    if is_old && way.state == WayBackState::Ready {
        return Some(("?", Role::Warn, "ready when last seen"));
    }
    Some((sign, role, way.state.word()))
}

/// Says whether a rollback can be asked for: there is a version to go back to, and nothing is known to be missing for it.
pub(crate) fn is_offered(look: &Look, env: &EnvName) -> bool {
    let way = look.way_back(env);
    way.is_some_and(|way| !matches!(way.state, WayBackState::None | WayBackState::Blocked))
}

/// Returns the part of the reasons of a way back: that there is none to be named is no alarm.
pub(super) const fn tone(state: WayBackState) -> Role {
    match state {
        WayBackState::Blocked => Role::Fail,
        WayBackState::Unknown => Role::Warn,
        WayBackState::Ready | WayBackState::None => Role::Dim,
    }
}

/// Says why nothing leads back in an environment by itself, and what goes on instead; nothing where something does.
pub(crate) fn why_none(look: &Look, env: &EnvName) -> Option<String> {
    let way = look.way_back(env).filter(|way| way.state == WayBackState::None)?;
    let palette = look.key_to(Action::App(AppAction::Palette));
    let how = |next: &Version| format!("\"roll back {env} to {next}\" in the palette ({palette})");
    let stays = look.situation().and_then(|situation| situation.stays_put(env)).map(|stays| stays.words(how));
    stays.or_else(|| way.reasons.first().cloned()).or_else(|| Some(WayBack::no_target(env)))
}

pub(super) fn rows(look: &Look, situation: Situation<'_>, env: &EnvName, room: usize) -> Vec<Row> {
    let Some(way) = look.way_back(env) else { return Vec::new() };
    let Some(to) = way.leads_to() else {
        // With no version to name nothing is wrong: it is said calmly what is so.
        if way.reasons.is_empty() {
            let mut rows = vec![Row::text("no rollback target")];
            rows.extend(fold_lines("no earlier healthy version here", room).into_iter().map(Row::dim));
            return rows;
        }
        return why_none(look, env).iter().flat_map(|why| fold_lines(why, room)).map(Row::text).collect();
    };
    let running = versions::running(look, env).unwrap_or_default();
    let digest =
        way.moves.iter().find_map(|m| m.to.digest.as_ref()).map(|d| format!("  {}", d.short())).unwrap_or_default();
    let first = Row::new().put(format!("from {running} to "), Role::Text).put(to, Role::Strong);
    let mut rows = vec![first.put(digest, Role::Dim)];
    if !way.places.is_empty() {
        rows.push(way.places.iter().fold(Row::new(), |row, place| put_place(look, row, place)));
    }
    let (sign, role) = match way.state {
        WayBackState::Unknown => ("?", Role::Warn),
        WayBackState::Ready | WayBackState::Blocked | WayBackState::None => (look.palette.sign("✗", "x"), Role::Fail),
    };
    let reasons = way.reasons.iter().flat_map(|why| fold_lines(&format!("{sign} {why}"), room));
    rows.extend(reasons.map(|line| Row::new().put(line, role)));
    let last = situation.release.last_took("roll back", env).map(Span::from);
    rows.extend(time(way, last));
    rows.extend(keeps(way, room));
    rows.extend(kept(situation, env, room));
    rows
}

/// Writes what going back leaves as it is: nobody finds that out afterwards.
fn keeps(way: &WayBack, room: usize) -> Vec<Row> {
    const LABEL: usize = 15;
    let all = way.keeps.iter().flat_map(|kept| fold_lines(kept, room.saturating_sub(LABEL)));
    let label = |at| if at == 0 { "not undone" } else { "" };
    let row = |(at, kept): (usize, String)| {
        Row::new().put(format!("{:<1$}", label(at), LABEL), Role::Warn).put(kept, Role::Text)
    };
    all.enumerate().map(row).collect()
}

/// Writes what is kept there for the way back, as its target says.
fn kept(situation: Situation<'_>, env: &EnvName, room: usize) -> Vec<Row> {
    let places = situation.release.environments.get(env).into_iter().flat_map(|e| e.places.values());
    let all = places.filter_map(|p| p.seen.as_ref()).flat_map(|(_, seen)| &seen.kept);
    all.flat_map(|line| fold_lines(&format!("kept: {line}"), room)).map(Row::dim).collect()
}

fn put_place(look: &Look, row: Row, place: &Place) -> Row {
    let (sign, role) = match place.has {
        Some(true) => (look.palette.sign("✓", "+"), Role::Pass),
        Some(false) => (look.palette.sign("✗", "x"), Role::Fail),
        None => ("?", Role::Warn),
    };
    row.put(format!("{sign} "), role).put(format!("{}   ", place.name), Role::Text)
}

fn time(way: &WayBack, last: Option<Span>) -> Option<Row> {
    let takes = way.takes?;
    let row = Row::new().put("about ", Role::Text).put(spoken(takes.duration()), Role::Strong);
    Some(match last {
        Some(last) => row.put(format!("  (last time {})", spoken(last.duration())), Role::Dim),
        None => row,
    })
}

/// Writes about how long something takes.
pub(super) fn about(span: Span) -> String {
    format!("about {}", spoken(span.duration()))
}
