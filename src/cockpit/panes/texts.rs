//! The rows of what has the keys, as a search reads them and a copy takes them.

use super::{
    branch, calls, check, checklist, environment, environments, evidence, fact, help, incident, journal, logs, looks,
    messages, overview, people, reasons, release, tasks, verify, way_back,
};
use crate::cockpit::spot::{Pane, Side};
use crate::cockpit::state::State;
use crate::cockpit::view::View;
use crate::cockpit::widgets::Row;
use crate::domain::names::ActionId;

/// Returns every row of what has the keys; none for log lines, which have a search of their own.
pub(crate) fn texts(state: &State) -> Vec<Row> {
    match (state.view(), state.panes.focus) {
        (View::Environments, _) if state.spot().side == Side::Second => {
            state.environment().map(|e| environment::texts(state, &e.name)).unwrap_or_default()
        }
        (View::Overview, Pane::Environments) | (View::Environments, _) => places(state),
        (View::Overview, Pane::Checklist) | (View::Checklist, _) => checklist::texts(state),
        (View::Overview, Pane::Branch) => branch::rows(state, overview::room(state, Pane::Branch)),
        (View::Overview, Pane::WayBack) => way_back::here(state, overview::room(state, Pane::WayBack)),
        (View::Overview, Pane::Logs) | (View::Logs, _) => Vec::new(),
        (View::Release, _) => release::lines(state).into_iter().map(|line| line.row).collect(),
        // The environments are chosen by their keys; what is read, searched and copied are the numbers.
        (View::Verify, _) => verify::texts(state),
        (View::Incident, _) => incident::lines(state).into_iter().map(|line| line.row).collect(),
        (View::Environment(env), _) => environment::texts(state, env),
        (View::Check(name), _) => check::rows(state, name),
        (View::Evidence(seq), _) => evidence::rows(state, *seq),
        (View::Looks(env), _) => looks::rows(state, env),
        (View::Reasons, _) => reasons::lines(state).into_iter().map(|line| line.row).collect(),
        (View::Journal, _) => journal::rows(state),
        (View::Fact(seq), _) => fact::rows(state, *seq),
        (View::Run(action), _) => steps(state, action),
        (View::Tasks, _) => tasks::texts(state),
        (View::Messages, _) => messages::texts(state),
        (View::Calls, _) => calls::texts(state),
        (View::People, _) => people::texts(state),
        (View::Help(contexts), _) => help::texts(state, contexts),
        (View::Line(entry), _) => logs::line_rows(state, entry),
    }
}

fn places(state: &State) -> Vec<Row> {
    let all = state.world.iter().flat_map(|w| &w.plan.environments);
    all.map(|e| Row::text(environments::words(state, &e.name))).collect()
}

fn steps(state: &State, action: &ActionId) -> Vec<Row> {
    let steps = state.action(action).into_iter().flat_map(|a| &a.steps);
    steps.map(|s| Row::text(format!("{}  {}", s.step.title, s.summary).trim_end())).collect()
}
