//! The horizons of every environment: when each is due, and how it came out.

use super::page::page;
use crate::cockpit::state::State;
use crate::cockpit::widgets::Row;
use crate::config::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub(crate) fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    page(state, &Row::new().put(" Verify ", Role::Title), &rows(state), area, buffer);
}

pub(crate) fn rows(state: &State) -> Vec<Row> {
    let Some(situation) = state.situation() else { return vec![Row::dim("reading the journal…")] };
    let mut rows = Vec::new();
    for environment in &situation.plan.environments {
        let horizons = super::environment::horizons(state, situation, &environment.name);
        if !horizons.is_empty() {
            rows.push(Row::heading(environment.name.as_str()));
            rows.extend(horizons);
            rows.push(Row::new());
        }
    }
    rows
}
