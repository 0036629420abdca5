//! What is known while something is wrong: why it is not go.

use super::page::page;
use crate::cockpit::state::State;
use crate::cockpit::widgets::Row;
use crate::config::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub(crate) fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    page(state, &Row::new().put(" Incident ", Role::Title), &rows(state), area, buffer);
}

pub(crate) fn rows(state: &State) -> Vec<Row> {
    super::reasons::rows(state)
}
