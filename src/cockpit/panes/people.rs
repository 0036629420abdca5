//! Everybody who is here: in which seat, as which user, where they look, and who cannot be told apart.

use super::changes::fold_pieces;
use super::framing::{nothing, sifted};
use super::offers::{FILTER, and_ways};
use super::page::{Page, Sifting};
use crate::action::{Action, SeatAction};
use crate::look::Look;
use crate::people::People;
use crate::settings::theme::Role;
use crate::view::View;
use crate::widgets::{Focus, ListCursor, Row, draw_list, fold_lines, frame};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_core::seat::{self, Seat};

/// Everybody, and the seats.
pub(crate) struct PeoplePage;

impl Page for PeoplePage {
    fn name(&self) -> String {
        "people".to_owned()
    }

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        let count = look.people().map_or(0, |people| people.seats.iter().count());
        let heading = sifted(look, &View::People, Row::new().put(" People ", Role::Title));
        let heading = heading.right(format!(" {count} here "), Role::Dim);
        let inside = frame(area, &heading, Focus::Here, buffer, &look.palette);
        let Some(people) = look.people().filter(|_| count > 0) else {
            let says = "You are alone here: the engine belongs to this cockpit, and nobody else can join it.";
            let rows: Vec<Row> = fold_lines(says, usize::from(inside.width)).into_iter().map(Row::dim).collect();
            return crate::widgets::draw_page(&rows, 0, inside, buffer, &look.palette);
        };
        let mut rows = Vec::new();
        let mut cursor = 0;
        let listed = listed(look, people);
        if listed.is_empty() {
            rows.push(Row::dim(nothing(look, &View::People, "")));
        }
        for (at, seat) in listed.into_iter().enumerate() {
            if at > 0 && inside.height > 9 {
                rows.push(Row::new());
            }
            if at <= look.spot().row {
                cursor = rows.len();
            }
            rows.extend(of_seat(look, people, seat, usize::from(inside.width)));
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
        let cursor = ListCursor { row: cursor, attention: Focus::Here };
        draw_list(&rows, cursor, inside, buffer, &look.palette);
    }

    fn keys(&self, _: &Look) -> Vec<Action> {
        // First what is asked of the one who drives.
        let seats = [SeatAction::Give, SeatAction::Decline, SeatAction::Ask, SeatAction::Take].map(Action::Seat);
        and_ways(seats.into_iter().chain([FILTER]))
    }

    fn rows(&self, look: &Look) -> Vec<Row> {
        let Some(people) = look.people() else { return Vec::new() };
        listed(look, people).into_iter().map(|seat| Row::text(words(look, people, seat))).collect()
    }

    fn sifting(&self, _: &Look) -> Sifting {
        Sifting::Rows
    }
}

const INDENT: usize = 4;

/// Returns the selected seat.
pub(crate) fn selected(look: &Look) -> Option<&Seat> {
    let all = listed(look, look.people()?);
    all.get(look.spot().row.min(all.len().saturating_sub(1))).copied()
}

/// Returns those who are shown, in their order.
fn listed<'a>(look: &'a Look, people: People<'a>) -> Vec<&'a Seat> {
    let is_shown = |seat: &&Seat| look.lets_through(&View::People, &words(look, people, seat));
    people.in_order().into_iter().filter(is_shown).collect()
}

/// Writes somebody in words, as a filter and a search read it.
fn words(look: &Look, people: People<'_>, seat: &Seat) -> String {
    format!("{}  {}", people.heading(seat), people.about(seat, &|at| look.moment(at)).join(", "))
}

fn of_seat(look: &Look, people: People<'_>, seat: &Seat, room: usize) -> Vec<Row> {
    let (sign, role) = match seat.role {
        seat::SeatRole::Driver => (look.palette.sign("●", "*"), Role::Pass),
        seat::SeatRole::Navigator => (look.palette.sign("◐", "o"), Role::Accent),
        seat::SeatRole::Observer => (look.palette.sign("○", "."), Role::Dim),
    };
    let row = Row::new().put(format!("  {sign} "), role).put(seat.who.name.as_str(), Role::Strong);
    let row = row.put(people.mark(seat), Role::Accent).put(format!("  {}", seat.role.verb()), Role::Text);
    let row = if seat.asks.is_some() { row.put("  asks to drive", Role::Warn) } else { row };
    let columns = room.saturating_sub(INDENT);
    let pieces = fold_pieces(&people.about(seat, &|at| look.moment(at)), columns);
    let indented = |line: String, role| Row::new().put(format!("{}{line}", " ".repeat(INDENT)), role);
    let pieces = pieces.into_iter().map(|line| indented(line, Role::Dim));
    std::iter::once(row).chain(pieces).collect()
}
