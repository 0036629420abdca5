//! What pages have in common: a frame with lines that scroll, what a filter says in it, and the way to the next pane.

use crate::action::{Action, AppAction, PaneAction};
use crate::look::Look;
use crate::settings::theme::Role;
use crate::view::View;
use crate::widgets::{Focus, Row, draw_page, frame};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Says in a heading what a list shows alone, where that is not everything.
pub(super) fn sifted(look: &Look, view: &View, heading: Row) -> Row {
    match look.sieve(view) {
        Some(sieve) => heading.put(format!("· only {} ", sieve.written()), Role::Accent),
        None => heading,
    }
}

/// Says why a list shows nothing.
pub(super) fn nothing(look: &Look, view: &View, otherwise: &str) -> String {
    match look.sieve(view) {
        Some(_) => format!("nothing matches; {} clears the filter", look.key_to(Action::App(AppAction::Back))),
        None => otherwise.to_owned(),
    }
}

/// Writes into a frame's lower edge which pane comes next, where that one has no room on the screen.
pub(super) fn draw_next(look: &Look, name: &str, area: Rect, buffer: &mut Buffer) {
    const REST: u16 = 16;
    let chord = look.chord_of(Action::Pane(PaneAction::Next), &look.contexts_beneath());
    let Some(chord) = chord.filter(|_| !look.is_covered) else { return };
    let row = Row::new().put(format!(" {chord} "), Role::Key).put(format!("{name} "), Role::Dim);
    let columns = row.width() as u16;
    if area.height > 2 && columns + REST <= area.width {
        row.draw(Rect { x: area.x + 2, y: area.bottom() - 1, width: columns, height: 1 }, buffer, &look.palette);
    }
}

/// Draws a page: a frame, and lines from the cursor on.
pub(super) fn page(look: &Look, heading: &Row, rows: &[Row], area: Rect, buffer: &mut Buffer) {
    let inside = frame(area, heading, Focus::Here, buffer, &look.palette);
    draw_page(rows, look.spot().row, inside, buffer, &look.palette);
}
