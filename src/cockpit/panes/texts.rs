//! The rows of what has the keys, as a search reads them and a copy takes them.

use super::{
    branch, calls, check, checklist, environment, environments, evidence, fact, help, incident, journal, logs, looks,
    messages, overview, people, reasons, release, tasks, verify, way_back,
};
use crate::look::Look;
use crate::spot::{Pane, Side};
use crate::view::View;
use crate::widgets::Row;
use tminus_core::names::ActionId;

/// Returns every row of what has the keys; none for log lines, which have a search of their own.
pub(crate) fn texts(look: &Look) -> Vec<Row> {
    match (look.view(), look.panes.focus) {
        (View::Environments, _) if look.spot().side == Side::Second => {
            look.environment().map(|e| environment::texts(look, &e.name)).unwrap_or_default()
        }
        (View::Overview, Pane::Environments) | (View::Environments, _) => places(look),
        (View::Overview, Pane::Checklist) | (View::Checklist, _) => checklist::texts(look),
        (View::Overview, Pane::Branch) => branch::rows(look, overview::room(look, Pane::Branch)),
        (View::Overview, Pane::WayBack) => way_back::here(look, overview::room(look, Pane::WayBack)),
        (View::Overview, Pane::Logs) | (View::Logs, _) => Vec::new(),
        (View::Release, _) => release::lines(look).into_iter().map(|line| line.row).collect(),
        // The environments are chosen by their keys; what is read, searched and copied are the numbers.
        (View::Verify, _) => verify::texts(look),
        (View::Incident, _) => incident::lines(look).into_iter().map(|line| line.row).collect(),
        (View::Environment(env), _) => environment::texts(look, env),
        (View::Check(name), _) => check::rows(look, name),
        (View::Evidence(seq), _) => evidence::rows(look, *seq),
        (View::Looks(env), _) => looks::rows(look, env),
        (View::Reasons, _) => reasons::lines(look).into_iter().map(|line| line.row).collect(),
        (View::Journal, _) => journal::rows(look),
        (View::Fact(seq), _) => fact::rows(look, *seq),
        (View::Run(action), _) => steps(look, action),
        (View::Tasks, _) => tasks::texts(look),
        (View::Messages, _) => messages::texts(look),
        (View::Calls, _) => calls::texts(look),
        (View::People, _) => people::texts(look),
        (View::Help(contexts), _) => help::texts(look, contexts),
        (View::Line(entry), _) => logs::line_rows(look, entry),
    }
}

fn places(look: &Look) -> Vec<Row> {
    let all = look.world.iter().flat_map(|w| &w.plan.environments);
    all.map(|e| Row::text(environments::words(look, &e.name))).collect()
}

fn steps(look: &Look, action: &ActionId) -> Vec<Row> {
    let steps = look.action(action).into_iter().flat_map(|a| &a.steps);
    steps.map(|s| Row::text(format!("{}  {}", s.step.title, s.summary).trim_end())).collect()
}
