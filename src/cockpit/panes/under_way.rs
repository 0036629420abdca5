//! What runs, stands still or waits in an environment: its steps, and who has said yes.

use super::tasks;
use crate::cockpit::state::State;
use crate::cockpit::widgets::{Row, fold_lines};
use crate::config::theme::Role;
use crate::domain::plan::Environment;
use crate::domain::release::{ActionState, StepPhase, StepState};
use crate::domain::situation::Situation;
use crate::domain::time::{age, brief};

pub(super) fn rows(state: &State, situation: Situation<'_>, environment: &Environment, room: usize) -> Vec<Row> {
    let env = &environment.name;
    let active = situation.release.active(env).into_iter();
    let mut rows: Vec<Row> = active.flat_map(|action| runs(state, action, room)).collect();
    rows.extend(situation.release.proposals(env).flat_map(|action| waits(state, environment, action)));
    if rows.is_empty() {
        return rows;
    }
    [Row::new(), Row::heading("Under way")].into_iter().chain(rows).collect()
}

fn runs(state: &State, action: &ActionState, room: usize) -> Vec<Row> {
    let mut rows = vec![line(state, action)];
    rows.extend(action.steps.iter().map(|step| step_row(state, step)));
    let stuck = action.current().filter(|_| action.is_stuck()).map(|(_, step)| step);
    let why = stuck.map(|step| step.failure.as_ref().map_or_else(|| step.summary.clone(), |f| f.sentence()));
    let lines = why.iter().flat_map(|why| fold_lines(why, room.saturating_sub(4)));
    rows.extend(lines.map(|line| Row::new().put(format!("    {line}"), Role::Fail)));
    rows
}

fn waits(state: &State, environment: &Environment, action: &ActionState) -> Vec<Row> {
    let mut rows = vec![line(state, action)];
    if let Some(rule) = &environment.approvals {
        let given: Vec<&str> = action.approvals.iter().map(|a| a.who.name.as_str()).collect();
        let row = Row::new().put(format!("    {} of {} approvals", given.len(), rule.count), Role::Text);
        rows.push(if given.is_empty() { row } else { row.put(format!("  {}", given.join(", ")), Role::Dim) });
    }
    rows.extend(action.lapsed.as_ref().map(|why| Row::new().put(format!("    {why}"), Role::Warn)));
    rows
}

fn line(state: &State, action: &ActionState) -> Row {
    let (sign, role, word) = tasks::standing(action, &state.palette);
    let since = action.started.as_ref().map_or(action.proposed, |(at, _)| *at);
    let row = Row::new().put(format!("{sign} "), role).put(tasks::what(action), Role::Strong);
    let row = row.put(format!("  {word}"), role);
    row.right(format!("{}  {}", action.proposer.name, brief(age(state.now, since))), Role::Dim)
}

fn step_row(state: &State, step: &StepState) -> Row {
    let measured = step.verdict.map(|verdict| state.palette.verdict(verdict));
    let (sign, role) = measured.unwrap_or_else(|| state.palette.phase(step.phase));
    let title = if step.phase == StepPhase::Waiting { Role::Dim } else { Role::Text };
    let took = step.began.map(|began| brief(age(step.ended.unwrap_or(state.now), began))).unwrap_or_default();
    Row::new().put(format!("  {sign} "), role).put(&step.step.title, title).right(took, Role::Dim)
}
