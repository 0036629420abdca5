//! Everybody who is here: in which seat, as which user, where they look, and who cannot be told apart.

use super::changes::fold_pieces;
use super::page::{nothing, sifted};
use crate::cockpit::people::People;
use crate::cockpit::state::State;
use crate::cockpit::view::View;
use crate::cockpit::widgets::{Attention, Cursor, Row, draw_list, fold_lines, frame};
use crate::config::theme::Role;
use crate::domain::seat::{self, Seat};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

const INDENT: usize = 4;

/// Returns the selected seat.
pub(crate) fn selected(state: &State) -> Option<&Seat> {
    let all = listed(state, state.people()?);
    all.get(state.spot().row.min(all.len().saturating_sub(1))).copied()
}

pub(crate) fn count(state: &State) -> usize {
    state.people().map_or(0, |people| listed(state, people).len())
}

/// Returns those who are shown, in their order.
fn listed<'a>(state: &'a State, people: People<'a>) -> Vec<&'a Seat> {
    let is_shown = |seat: &&Seat| state.lets_through(&View::People, &words(state, people, seat));
    people.in_order().into_iter().filter(is_shown).collect()
}

/// Writes somebody in words, as a filter and a search read it.
fn words(state: &State, people: People<'_>, seat: &Seat) -> String {
    format!("{}  {}", people.heading(seat), people.about(seat, &|at| state.moment(at)).join(", "))
}

/// Returns everybody in words, as a search reads them and a copy takes them.
pub(super) fn texts(state: &State) -> Vec<Row> {
    let Some(people) = state.people() else { return Vec::new() };
    listed(state, people).into_iter().map(|seat| Row::text(words(state, people, seat))).collect()
}

pub(crate) fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    let count = state.people().map_or(0, |people| people.seats.iter().count());
    let heading = sifted(state, &View::People, Row::new().put(" People ", Role::Title));
    let heading = heading.right(format!(" {count} here "), Role::Dim);
    let inside = frame(area, &heading, Attention::Here, buffer, &state.palette);
    let Some(people) = state.people().filter(|_| count > 0) else {
        let says = "You are alone here: the engine belongs to this cockpit, and nobody else can join it.";
        let rows: Vec<Row> = fold_lines(says, usize::from(inside.width)).into_iter().map(Row::dim).collect();
        return crate::cockpit::widgets::draw_page(&rows, 0, inside, buffer, &state.palette);
    };
    let mut rows = Vec::new();
    let mut cursor = 0;
    let listed = listed(state, people);
    if listed.is_empty() {
        rows.push(Row::dim(nothing(state, &View::People, "")));
    }
    for (at, seat) in listed.into_iter().enumerate() {
        if at > 0 && inside.height > 9 {
            rows.push(Row::new());
        }
        if at <= state.spot().row {
            cursor = rows.len();
        }
        rows.extend(of_seat(state, people, seat, usize::from(inside.width)));
    }
    let shared = people.shared().into_iter().flat_map(|says| fold_lines(&says, usize::from(inside.width)));
    let shared: Vec<Row> = shared.map(|line| Row::new().put(line, Role::Warn)).collect();
    if !shared.is_empty() {
        rows.push(Row::new());
        rows.extend(shared);
    }
    if people.seats.driver().is_none() {
        let kept = people.seats.kept().map(|kept| format!("Nobody drives: {}.", kept.says()));
        let says = kept.unwrap_or_else(|| "Nobody drives: nothing can be begun until somebody does.".to_owned());
        rows.push(Row::new());
        rows.extend(
            fold_lines(&says, usize::from(inside.width)).into_iter().map(|line| Row::new().put(line, Role::Warn)),
        );
    }
    let cursor = Cursor { row: cursor, attention: Attention::Here };
    draw_list(&rows, cursor, inside, buffer, &state.palette);
}

fn of_seat(state: &State, people: People<'_>, seat: &Seat, room: usize) -> Vec<Row> {
    let (sign, role) = match seat.role {
        seat::Role::Driver => (state.palette.sign("●", "*"), Role::Pass),
        seat::Role::Navigator => (state.palette.sign("◐", "o"), Role::Accent),
        seat::Role::Observer => (state.palette.sign("○", "."), Role::Dim),
    };
    let row = Row::new().put(format!("  {sign} "), role).put(seat.who.name.as_str(), Role::Strong);
    let row = row.put(people.mark(seat), Role::Accent).put(format!("  {}", seat.role.verb()), Role::Text);
    let row = if seat.asks.is_some() { row.put("  asks to drive", Role::Warn) } else { row };
    let columns = room.saturating_sub(INDENT);
    let pieces = fold_pieces(&people.about(seat, &|at| state.moment(at)), columns);
    let indented = |line: String, role| Row::new().put(format!("{}{line}", " ".repeat(INDENT)), role);
    let pieces = pieces.into_iter().map(|line| indented(line, Role::Dim));
    std::iter::once(row).chain(pieces).collect()
}
