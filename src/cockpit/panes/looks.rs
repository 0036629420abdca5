//! Every look at an environment for this release, checks and metrics, the newest first; each opens its evidence.

use super::evidence::{Look, Subject};
use crate::cockpit::state::State;
use crate::cockpit::view::View;
use crate::cockpit::widgets::{Attention, Cursor, Row, draw_list, frame};
use crate::config::theme::Role;
use crate::domain::names::EnvName;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Returns the looks, the newest first.
pub(super) fn all<'a>(state: &'a State, env: &EnvName) -> Vec<Look<'a>> {
    let Some(world) = &state.world else { return Vec::new() };
    let checks = world.release.checks.get(&state.version).into_iter().flatten();
    let runs = checks.flat_map(|(name, of)| of.runs.iter().map(move |run| Look::of_check(name, run)));
    let measures = world.release.measures.get(&state.version).into_iter().flatten().map(Look::of_metric);
    let mut all: Vec<Look<'a>> = runs.chain(measures).filter(|look| look.env == Some(env)).collect();
    all.sort_by_key(|look| std::cmp::Reverse(look.seq));
    all
}

/// Returns the evidence of the selected look.
pub(crate) fn target(state: &State, env: &EnvName) -> Option<View> {
    let all = all(state, env);
    all.get(state.spot().row.min(all.len().saturating_sub(1))).map(|look| View::Evidence(look.seq))
}

pub(crate) fn rows(state: &State, env: &EnvName) -> Vec<Row> {
    all(state, env).iter().map(|look| row(state, look)).collect()
}

fn row(state: &State, look: &Look<'_>) -> Row {
    let (sign, role) = state.palette.verdict(look.verdict);
    let row = Row::new().put(format!("{sign} "), role).column(look.verdict.word(), role, 13);
    let row = row.put(format!("{}  ", state.time_of_day(look.at)), Role::Dim);
    let at = match look.subject {
        Subject::Metric(_, horizon) => format!("+{horizon}"),
        Subject::Check(_) => String::new(),
    };
    let title = if state.size.0 >= 100 { 38 } else { 24 };
    let row = row.column(at, Role::Dim, 6).column(look.title(state), Role::Text, title);
    row.put(&*look.evidence.found, Role::Dim)
}

pub(crate) fn draw(state: &State, env: &EnvName, area: Rect, buffer: &mut Buffer) {
    let rows = rows(state, env);
    let heading = Row::new().put(format!(" Evidence · {env} "), Role::Title);
    let heading = heading.right(format!(" {} looks, newest first ", rows.len()), Role::Dim);
    let inside = frame(area, &heading, Attention::Here, buffer, &state.palette);
    if rows.is_empty() {
        let says = format!("{} was not looked at in {env} yet; v verifies it", state.version);
        return Row::dim(says).draw(inside, buffer, &state.palette);
    }
    let cursor = Cursor { row: state.spot().row, attention: Attention::Here };
    draw_list(&rows, cursor, inside, buffer, &state.palette);
}
