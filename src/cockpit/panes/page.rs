//! What pages have in common: a frame with lines that scroll, and how many lines there are.

use super::{
    branch, calls, check, checklist, environment, environments, evidence, fact, help, incident, journal, lines, logs,
    looks, messages, overview, people, reasons, release, running, tasks, way_back,
};
use crate::cockpit::action::{Action, AppAction, PaneAction};
use crate::cockpit::spot::{Pane, Side};
use crate::cockpit::state::State;
use crate::cockpit::view::View;
use crate::cockpit::widgets::{Attention, Row, draw_page, frame};
use crate::config::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Returns how many rows what has the keys has.
pub(crate) fn count(state: &State) -> usize {
    match (state.view(), state.panes.focus) {
        (View::Overview, Pane::Environments) => environments::count(state),
        (View::Overview, Pane::Checklist) => checklist::count(state),
        (View::Overview, Pane::Branch) => branch::rows(state, overview::room(state, Pane::Branch)).len(),
        (View::Overview, Pane::WayBack) => way_back::here(state, overview::room(state, Pane::WayBack)).len(),
        (View::Overview, Pane::Logs) => 0,
        (View::Environments, _) if state.spot().side == Side::Second => {
            state.environment().map_or(0, |e| environment::count(state, &e.name))
        }
        (View::Environments, _) => environments::count(state),
        (View::Logs, _) => 0,
        (View::Checklist, _) => checklist::count(state),
        (View::Release, _) => release::lines(state).len(),
        (View::Verify, _) => environments::count(state),
        (View::Incident, _) => incident::lines(state).len(),
        (View::Environment(env), _) => environment::count(state, env),
        (View::Check(name), _) => check::rows(state, name).len(),
        (View::Evidence(seq), _) => evidence::rows(state, *seq).len(),
        (View::Looks(env), _) => looks::rows(state, env).len(),
        (View::Reasons, _) => reasons::lines(state).len(),
        (View::Journal, _) => journal::count(state),
        (View::Fact(seq), _) => fact::rows(state, *seq).len(),
        (View::Run(action), _) => running::count(state, action),
        (View::Tasks, _) => tasks::count(state),
        (View::Messages, _) => messages::count(state),
        (View::Calls, _) => calls::made(state).len(),
        (View::People, _) => people::count(state),
        (View::Help(contexts), _) => help::count(state, contexts),
        (View::Line(entry), _) => logs::line_rows(state, entry).len(),
    }
}

/// Says in a heading what a list shows alone, where that is not everything.
pub(super) fn sifted(state: &State, view: &View, heading: Row) -> Row {
    match state.sieve(view) {
        Some(sieve) => heading.put(format!("· only {} ", sieve.written()), Role::Accent),
        None => heading,
    }
}

/// Says why a list shows nothing.
pub(super) fn nothing(state: &State, view: &View, otherwise: &str) -> String {
    match state.sieve(view) {
        Some(_) => format!("nothing matches; {} clears the filter", state.key_to(Action::App(AppAction::Back))),
        None => otherwise.to_owned(),
    }
}

/// Returns the row where the cursor begins in a view that nobody has been in.
pub(crate) fn first(state: &State) -> usize {
    match state.view() {
        View::Release => lines::first(&release::lines(state)),
        View::Incident => lines::first(&incident::lines(state)),
        View::Reasons => lines::first(&reasons::lines(state)),
        View::Journal => usize::MAX,
        View::Overview
        | View::Environments
        | View::Logs
        | View::Checklist
        | View::Verify
        | View::Environment(_)
        | View::Check(_)
        | View::Evidence(_)
        | View::Looks(_)
        | View::Fact(_)
        | View::Run(_)
        | View::Line(_)
        | View::Tasks
        | View::Messages
        | View::Calls
        | View::People
        | View::Help(_) => 0,
    }
}

/// Returns the row that the cursor goes to when it is sent from one to another: where only some lines lead somewhere, it
/// stands on those.
pub(crate) fn stop(state: &State, (from, to): (usize, usize)) -> usize {
    match state.view() {
        View::Release => lines::step(&release::lines(state), (from, to)),
        View::Incident => lines::step(&incident::lines(state), (from, to)),
        View::Environments if state.spot().side == Side::First => environments::stop(state, (from, to)),
        View::Reasons => lines::step(&reasons::lines(state), (from, to)),
        View::Overview
        | View::Environments
        | View::Logs
        | View::Checklist
        | View::Verify
        | View::Journal
        | View::Environment(_)
        | View::Check(_)
        | View::Fact(_)
        | View::Evidence(_)
        | View::Looks(_)
        | View::Run(_)
        | View::Line(_)
        | View::Tasks
        | View::Messages
        | View::Calls
        | View::People
        | View::Help(_) => to,
    }
}

/// Writes into a frame's lower edge which pane comes next, where that one has no room on the screen.
pub(super) fn draw_next(state: &State, name: &str, area: Rect, buffer: &mut Buffer) {
    const REST: u16 = 16;
    let Some(chord) = state.chord_of(Action::Pane(PaneAction::Next), &state.contexts()) else { return };
    let row = Row::new().put(format!(" {chord} "), Role::Key).put(format!("{name} "), Role::Dim);
    let columns = row.width() as u16;
    if area.height > 2 && columns + REST <= area.width {
        row.draw(Rect { x: area.x + 2, y: area.bottom() - 1, width: columns, height: 1 }, buffer, &state.palette);
    }
}

/// Draws a page: a frame, and lines from the cursor on.
pub(super) fn page(state: &State, heading: &Row, rows: &[Row], area: Rect, buffer: &mut Buffer) {
    let inside = frame(area, heading, Attention::Here, buffer, &state.palette);
    draw_page(rows, state.spot().row, inside, buffer, &state.palette);
}
