//! What pages have in common: a frame with lines that scroll, and how many lines there are.

use super::{
    branch, calls, check, checklist, environment, environments, fact, help, incident, journal, messages, reasons,
    release, running, tasks, verify, way_back,
};
use crate::cockpit::state::{Pane, State};
use crate::cockpit::view::View;
use crate::cockpit::widgets::{Attention, Row, draw_page, frame};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Returns how many rows what has the keys has.
pub(crate) fn count(state: &State) -> usize {
    match (state.view(), state.panes.focus) {
        (View::Overview, Pane::Environments) => environments::count(state),
        (View::Overview, Pane::Checklist) => checklist::rows(state).len(),
        (View::Overview, Pane::Branch) => branch::rows(state).len(),
        (View::Overview, Pane::WayBack) => way_back::rows(state).len(),
        (View::Overview, Pane::Logs) => 0,
        (View::Environments, _) => environments::count(state),
        (View::Logs, _) => 0,
        (View::Checklist, _) => checklist::rows(state).len(),
        (View::Release, _) => release::rows(state).len(),
        (View::Verify, _) => verify::rows(state).len(),
        (View::Incident, _) => incident::rows(state).len(),
        (View::Environment(env), _) => environment::count(state, env),
        (View::Check(name), _) => check::rows(state, name).len(),
        (View::Reasons, _) => reasons::rows(state).len(),
        (View::Journal, _) => journal::count(state),
        (View::Fact(seq), _) => fact::rows(state, *seq).len(),
        (View::Run(action), _) => running::count(state, action),
        (View::Tasks, _) => tasks::rows(state).len(),
        (View::Messages, _) => messages::rows(state).len(),
        (View::Calls, _) => calls::rows(state).len(),
        (View::Help(contexts), _) => help::rows(state, contexts).len(),
    }
}

/// Draws a page: a frame, and lines from the cursor on.
pub(super) fn page(state: &State, heading: &Row, rows: &[Row], area: Rect, buffer: &mut Buffer) {
    let inside = frame(area, heading, Attention::Here, buffer, &state.palette);
    draw_page(rows, state.spot().row, inside, buffer, &state.palette);
}
