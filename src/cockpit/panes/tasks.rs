//! The actions: what runs, what waits, what ran, the newest first.

use crate::cockpit::state::State;
use crate::cockpit::theme::Palette;
use crate::cockpit::view::View;
use crate::cockpit::widgets::{Attention, Cursor, Row, draw_list, frame};
use crate::config::theme::Role;
use crate::domain::action::{Outcome, Request};
use crate::domain::release::ActionState;
use crate::domain::time::{age, brief};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Returns the page of the selected action.
pub(crate) fn target(state: &State) -> Option<View> {
    let all = newest_first(state);
    all.get(state.spot().row.min(all.len().saturating_sub(1))).map(|a| View::Run(a.id.clone()))
}

/// Writes what an action does: `deploy 1.0.0 to production`.
pub(crate) fn what(action: &ActionState) -> String {
    match &action.proposal.request {
        Request::Deploy { env, version } => format!("deploy {version} to {env}"),
        Request::Verify { env, horizon: Some(horizon), .. } => format!("verify {env} at {horizon}"),
        Request::Verify { env, horizon: None, .. } => format!("verify {env}"),
        Request::RollBack { env, to: Some(to), .. } => format!("roll {env} back to {to}"),
        Request::RollBack { env, to: None, .. } => format!("roll {env} back"),
        Request::Build { version, .. } => format!("build {version}"),
        Request::Cut { version } => format!("cut {version}"),
    }
}

/// Returns where an action stands: its sign, its part and its word.
pub(crate) fn standing(action: &ActionState, palette: &Palette) -> (&'static str, Role, &'static str) {
    match &action.ended {
        Some(ending) => outcome(ending.outcome, palette),
        None if action.is_stuck() => (palette.sign("✗", "x"), Role::Fail, "stands still"),
        None if action.is_open_proposal() => (palette.sign("·", "."), Role::Warn, "waits"),
        None if action.stop_requested.is_some() => (palette.sign("◌", "o"), Role::Warn, "stopping"),
        None => (palette.sign("◌", "o"), Role::Busy, "running"),
    }
}

/// Returns the sign, the part and the word of how an action ended.
pub(crate) fn outcome(outcome: Outcome, palette: &Palette) -> (&'static str, Role, &'static str) {
    let (sign, role) = match outcome {
        Outcome::Good => (palette.sign("✓", "+"), Role::Pass),
        Outcome::NotGood | Outcome::Failed => (palette.sign("✗", "x"), Role::Fail),
        Outcome::GoodSoFar => (palette.sign("◐", "o"), Role::Busy),
        Outcome::Unclear => ("?", Role::Warn),
        Outcome::Stopped | Outcome::Refused => (palette.sign("■", "#"), Role::Warn),
    };
    (sign, role, outcome.words())
}

fn newest_first(state: &State) -> Vec<&ActionState> {
    let Some(world) = &state.world else { return Vec::new() };
    let mut all: Vec<&ActionState> = world.release.actions.iter().rev().collect();
    all.sort_by_key(|a| !a.is_active());
    all
}

pub(crate) fn rows(state: &State) -> Vec<Row> {
    newest_first(state).into_iter().map(|a| row(state, a)).collect()
}

fn row(state: &State, action: &ActionState) -> Row {
    let (sign, role, word) = standing(action, &state.palette);
    let row = Row::new().put(format!("{sign} "), role).column(what(action), Role::Text, 34).column(word, role, 15);
    let done = action.steps.iter().filter(|s| s.phase == crate::domain::release::StepPhase::Succeeded).count();
    let row = row.column(format!("step {done}/{}", action.steps.len()), Role::Dim, 11);
    let summary = action.ended.as_ref().map(|e| e.summary.as_str()).unwrap_or_default();
    let row = row.put(summary, Role::Dim);
    row.right(format!("{}  {} ago", action.proposer.name, brief(age(state.now, action.proposed))), Role::Dim)
}

pub(crate) fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    let rows = rows(state);
    let heading = Row::new().put(" Tasks ", Role::Title).right(format!(" {} ", rows.len()), Role::Dim);
    let inside = frame(area, &heading, Attention::Here, buffer, &state.palette);
    if rows.is_empty() {
        return Row::dim("nothing was begun yet").draw(inside, buffer, &state.palette);
    }
    draw_list(&rows, Cursor { row: state.spot().row, attention: Attention::Here }, inside, buffer, &state.palette);
}
