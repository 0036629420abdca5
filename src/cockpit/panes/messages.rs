//! What was refused, and nobody has read yet.

use super::page::page;
use crate::cockpit::state::State;
use crate::cockpit::widgets::Row;
use crate::config::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub(crate) fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    page(state, &Row::new().put(" Messages ", Role::Title), &rows(state), area, buffer);
}

pub(crate) fn rows(state: &State) -> Vec<Row> {
    let of = |refused: &crate::cockpit::state::Refused| Row::labelled(&refused.what, &refused.refusal.says);
    let rows: Vec<Row> = state.unread.iter().rev().map(of).collect();
    if rows.is_empty() { vec![Row::dim("nothing was refused")] } else { rows }
}
