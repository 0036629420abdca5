//! The way back of the selected environment: armed before it is needed.

use crate::cockpit::state::State;
use crate::cockpit::widgets::{Attention, Row, draw_page, fold_lines, frame};
use crate::config::theme::Role;
use crate::domain::names::EnvName;
use crate::domain::order::Place;
use crate::domain::situation::{Situation, WayBack, WayBackState};
use crate::domain::time::Span;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub(super) fn draw(state: &State, attention: Attention, area: Rect, buffer: &mut Buffer) {
    let env = state.environment().map(|e| e.name.to_string()).unwrap_or_default();
    let mut heading = Row::new().put(format!(" Way back · {env} "), Role::Title);
    if let Some((sign, role, word)) = word(state) {
        heading = heading.right(format!(" {sign} {word} "), role);
    }
    let inside = frame(area, &heading, attention, buffer, &state.palette);
    draw_page(&rows(state), state.panes.way_back, inside, buffer, &state.palette);
}

fn word(state: &State) -> Option<(&'static str, Role, &'static str)> {
    let way = state.situation()?.way_back(&state.environment()?.name);
    let (sign, role) = match way.state {
        WayBackState::Ready => (state.palette.sign("✓", "+"), Role::Pass),
        WayBackState::Blocked => (state.palette.sign("✗", "x"), Role::Fail),
        WayBackState::None => (state.palette.sign("–", "-"), Role::Dim),
        WayBackState::Unknown => ("?", Role::Warn),
    };
    Some((sign, role, way.state.word()))
}

pub(crate) fn rows(state: &State) -> Vec<Row> {
    let (Some(situation), Some(environment)) = (state.situation(), state.environment()) else {
        return vec![Row::dim("reading the journal…")];
    };
    let env = &environment.name;
    let way = situation.way_back(env);
    let Some(to) = &way.to else {
        return vec![Row::text("nothing to go back to"), Row::dim("no other version was seen to be healthy here")];
    };
    let running = super::environments::running(state, env).unwrap_or_default();
    let digest =
        way.moves.iter().find_map(|m| m.to.digest.as_ref()).map(|d| format!("  {}", d.short())).unwrap_or_default();
    let mut rows = vec![
        Row::new()
            .put(format!("after {running} to "), Role::Text)
            .put(to.as_str(), Role::Strong)
            .put(digest, Role::Dim),
    ];
    if !way.places.is_empty() {
        rows.push(way.places.iter().fold(Row::new(), |row, place| put_place(state, row, place)));
    }
    let (sign, role) = match way.state {
        WayBackState::Unknown => ("?", Role::Warn),
        WayBackState::Ready | WayBackState::Blocked | WayBackState::None => (state.palette.sign("✗", "x"), Role::Fail),
    };
    let reasons = way.reasons.iter().flat_map(|why| fold_lines(&format!("{sign} {why}"), 60));
    rows.extend(reasons.map(|line| Row::new().put(line, role)));
    rows.extend(kept(situation, env));
    let last = situation.release.last_took("roll back", env).map(Span::from);
    rows.extend(time(&way, last));
    rows.extend(way.keeps.iter().enumerate().map(|(at, kept)| {
        let label = if at == 0 { "does not undo" } else { "" };
        Row::new().put(format!("{label:<14} "), Role::Warn).put(kept, Role::Text)
    }));
    rows
}

/// Writes what is kept there for the way back, as its target says.
fn kept(situation: Situation<'_>, env: &EnvName) -> Vec<Row> {
    let places = situation.release.environments.get(env).into_iter().flat_map(|e| e.places.values());
    let all = places.filter_map(|p| p.seen.as_ref()).flat_map(|(_, seen)| &seen.kept);
    all.flat_map(|line| fold_lines(&format!("kept: {line}"), 60)).map(Row::dim).collect()
}

fn put_place(state: &State, row: Row, place: &Place) -> Row {
    let (sign, role) = match place.has {
        Some(true) => (state.palette.sign("✓", "+"), Role::Pass),
        Some(false) => (state.palette.sign("✗", "x"), Role::Fail),
        None => ("?", Role::Warn),
    };
    row.put(format!("{sign} "), role).put(format!("{}   ", place.name), Role::Text)
}

fn time(way: &WayBack, last: Option<Span>) -> Option<Row> {
    let takes = way.takes?;
    let row = Row::new().put("about ", Role::Text).put(seconds(takes), Role::Strong);
    Some(match last {
        Some(last) => row.put(format!("  (last time {})", seconds(last)), Role::Dim),
        None => row,
    })
}

/// Writes a span in whole seconds or minutes, as one says it.
fn seconds(span: Span) -> String {
    match span.as_seconds() {
        s if s < 120 => format!("{s} s"),
        s => format!("{} min", s.div_ceil(60)),
    }
}
