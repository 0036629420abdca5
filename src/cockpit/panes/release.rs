//! The release as a whole: its branch, its versions, and the moments of the T-clock.

use super::page::page;
use crate::cockpit::state::State;
use crate::cockpit::widgets::Row;
use crate::config::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub(crate) fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    page(state, &Row::new().put(" Release ", Role::Title), &rows(state), area, buffer);
}

pub(crate) fn rows(state: &State) -> Vec<Row> {
    super::branch::rows(state)
}
