//! The journal: what happened, fact by fact, the newest last.

use crate::cockpit::state::State;
use crate::cockpit::view::View;
use crate::cockpit::widgets::{Attention, Cursor, Row, draw_long_list, frame};
use crate::cockpit::words;
use crate::config::theme::Role;
use crate::domain::fact::Record;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::sync::Arc;

fn story(state: &State) -> &[Arc<Record>] {
    state.world.as_ref().map_or(&[], |w| w.release.story.as_slice())
}

pub(crate) fn count(state: &State) -> usize {
    story(state).len()
}

/// Returns the page of the selected fact.
pub(crate) fn target(state: &State) -> Option<View> {
    let story = story(state);
    story.get(state.spot().row.min(story.len().saturating_sub(1))).map(|r| View::Fact(r.seq))
}

pub(crate) fn rows(state: &State) -> Vec<Row> {
    story(state).iter().map(|record| row(state, record)).collect()
}

fn row(state: &State, record: &Record) -> Row {
    let (sign, role) = words::sign(&record.fact, &state.palette);
    let row = Row::new()
        .put(format!("{:>5}  ", record.seq), Role::Dim)
        .put(format!("{}  ", state.time_of_day(record.at)), Role::Dim);
    let row = row.column(record.who.name.as_str(), Role::Accent, 11).put(format!("{sign} "), role);
    row.put(words::sentence(&record.fact), Role::Text)
}

pub(crate) fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    let story = story(state);
    let mut heading = Row::new()
        .put(" Journal ", Role::Title)
        .right(format!(" {} facts ", story.last().map_or(0, |r| r.seq)), Role::Dim);
    if !state.search.is_empty() {
        heading = heading.put(format!("· search: {} ", state.search), Role::Accent);
    }
    let inside = frame(area, &heading, Attention::Here, buffer, &state.palette);
    if story.is_empty() {
        return Row::dim("nothing has happened yet").draw(inside, buffer, &state.palette);
    }
    let cursor = Cursor { row: state.spot().row, attention: Attention::Here };
    draw_long_list(story.len(), cursor, |at| row(state, &story[at]), (inside, buffer, &state.palette));
}
