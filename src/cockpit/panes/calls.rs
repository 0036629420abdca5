//! The exact calls that were made, step by step, the newest first.

use super::page::page;
use crate::cockpit::state::State;
use crate::cockpit::widgets::Row;
use crate::config::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub(crate) fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    page(state, &Row::new().put(" Calls ", Role::Title), &rows(state), area, buffer);
}

pub(crate) fn rows(state: &State) -> Vec<Row> {
    let Some(world) = &state.world else { return Vec::new() };
    let mut rows = Vec::new();
    for action in world.release.actions.iter().rev() {
        let begun = action.steps.iter().filter(|step| step.began.is_some());
        for step in begun.rev() {
            rows.extend(step.step.calls.iter().map(|call| Row::labelled(action.id.as_str(), call.display())));
        }
    }
    if rows.is_empty() { vec![Row::dim("no call was made yet")] } else { rows }
}
