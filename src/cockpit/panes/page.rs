//! Which page is shown, and what each says of its rows.

use super::{
    branch, calls, check, checklist, environment, environments, evidence, fact, help, incident, journal, lines, logs,
    looks, messages, overview, people, reasons, release, running, tasks, way_back,
};
use crate::look::Look;
use crate::spot::{Pane, Side};
use crate::view::View;

/// Returns how many rows what has the keys has.
pub(crate) fn count(look: &Look) -> usize {
    match (look.view(), look.panes.focus) {
        (View::Overview, Pane::Environments) => environments::count(look),
        (View::Overview, Pane::Checklist) => checklist::count(look),
        (View::Overview, Pane::Branch) => branch::rows(look, overview::room(look, Pane::Branch)).len(),
        (View::Overview, Pane::WayBack) => way_back::here(look, overview::room(look, Pane::WayBack)).len(),
        (View::Overview, Pane::Logs) => 0,
        (View::Environments, _) if look.spot().side == Side::Second => {
            look.environment().map_or(0, |e| environment::count(look, &e.name))
        }
        (View::Environments, _) => environments::count(look),
        (View::Logs, _) => 0,
        (View::Checklist, _) => checklist::count(look),
        (View::Release, _) => release::lines(look).len(),
        (View::Verify, _) => environments::count(look),
        (View::Incident, _) => incident::lines(look).len(),
        (View::Environment(env), _) => environment::count(look, env),
        (View::Check(name), _) => check::rows(look, name).len(),
        (View::Evidence(seq), _) => evidence::rows(look, *seq).len(),
        (View::Looks(env), _) => looks::rows(look, env).len(),
        (View::Reasons, _) => reasons::lines(look).len(),
        (View::Journal, _) => journal::count(look),
        (View::Fact(seq), _) => fact::rows(look, *seq).len(),
        (View::Run(action), _) => running::count(look, action),
        (View::Tasks, _) => tasks::count(look),
        (View::Messages, _) => messages::count(look),
        (View::Calls, _) => calls::made(look).len(),
        (View::People, _) => people::count(look),
        (View::Help(contexts), _) => help::count(look, contexts),
        (View::Line(entry), _) => logs::line_rows(look, entry).len(),
    }
}

/// Returns the row where the cursor begins in a view that nobody has been in.
pub(crate) fn first(look: &Look) -> usize {
    match look.view() {
        View::Release => lines::first(&release::lines(look)),
        View::Incident => lines::first(&incident::lines(look)),
        View::Reasons => lines::first(&reasons::lines(look)),
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
pub(crate) fn stop(look: &Look, (from, to): (usize, usize)) -> usize {
    match look.view() {
        View::Release => lines::step(&release::lines(look), (from, to)),
        View::Incident => lines::step(&incident::lines(look), (from, to)),
        View::Environments if look.spot().side == Side::First => environments::stop(look, (from, to)),
        View::Reasons => lines::step(&reasons::lines(look), (from, to)),
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
