//! What runs, stands still or waits in an environment: its steps, and who has said yes.

use super::actions;
use super::silence::silence;
use crate::action::{ActAction, Action};
use crate::look::Look;
use crate::settings::theme::Role;
use crate::widgets::{Row, fold_lines};
use tminus_core::plan::Environment;
use tminus_core::release::{ActionState, StepPhase, StepState};
use tminus_core::situation::{Gate, Situation};
use tminus_core::time::{age, brief};

pub(super) fn rows(look: &Look, situation: Situation<'_>, environment: &Environment, room: usize) -> Vec<Row> {
    let env = &environment.name;
    let active = situation.release.active(env).into_iter();
    let mut rows: Vec<Row> = active.flat_map(|action| runs(look, action, room)).collect();
    rows.extend(situation.release.proposals(env).flat_map(|action| waits(look, action)));
    if rows.is_empty() {
        return rows;
    }
    [Row::new(), Row::heading("Under way")].into_iter().chain(rows).collect()
}

fn runs(look: &Look, action: &ActionState, room: usize) -> Vec<Row> {
    let mut rows = vec![line(look, action)];
    rows.extend(action.steps.iter().map(|step| step_row(look, step)));
    let stuck = action.current().filter(|_| action.is_stuck()).map(|(_, step)| step);
    let why = stuck.map(|step| step.failure.as_ref().map_or_else(|| step.summary.clone(), |f| f.sentence()));
    let lines = why.iter().flat_map(|why| fold_lines(why, room.saturating_sub(4)));
    rows.extend(lines.map(|line| Row::new().put(format!("    {line}"), Role::Fail)));
    rows
}

fn waits(look: &Look, action: &ActionState) -> Vec<Row> {
    let mut rows = vec![line(look, action)];
    let Some(gate) = look.gate_of(action) else { return rows };
    if let Some(count) = &gate.approvals {
        let (given, needed) = (count.given.len(), count.needed);
        let row = match gate.approvals_missing() {
            0 => Row::new().put(format!("    approved {given} of {needed}"), Role::Text),
            _ => Row::new().put(format!("    {given} of {needed} approvals"), Role::Text),
        };
        let names: Vec<&str> = count.given.iter().map(|p| p.as_str()).collect();
        rows.push(if given == 0 { row } else { row.put(format!("  {}", names.join(", ")), Role::Dim) });
    }
    rows.extend(next(look, gate));
    rows.extend(action.lapsed.as_ref().map(|why| Row::new().put(format!("    {why}"), Role::Warn)));
    rows
}

/// Says what opens or begins what waits, by the keymap in force.
fn next(look: &Look, gate: &Gate) -> Option<Row> {
    let (action, says) = match (gate.approvals_missing(), gate.is_met()) {
        (0, true) => (ActAction::Deploy, "goes on"),
        (0, false) => return Some(Row::new().put("    its gate is closed again", Role::Warn)),
        (_, _) => (ActAction::Approve, "approves"),
    };
    let key = look.key_to(Action::Act(action));
    Some(Row::text("    ").put(key, Role::Key).put(format!(" {says}"), Role::Text))
}

/// Says in few words what waits in an environment, in the fewest last; what runs there its health tells already.
pub(super) fn in_short(
    look: &Look,
    situation: Situation<'_>,
    environment: &Environment,
) -> Option<(&'static str, Role, Vec<String>)> {
    let env = &environment.name;
    let proposal = situation.release.proposals(env).next()?;
    let sign = look.palette.sign("◌", "o");
    let count = look.gate_of(proposal).and_then(|gate| gate.approvals.as_ref());
    let says = match count.map(|c| (c.given.len(), c.needed)) {
        Some((given, needed)) if given < needed => vec![
            format!("waits: {given} of {needed} approvals"),
            format!("{given} of {needed} approvals"),
            format!("waits {given}/{needed}"),
        ],
        Some((given, needed)) => {
            vec![format!("approved {given} of {needed}"), format!("approved {given}/{needed}")]
        }
        None => vec!["waits".to_owned()],
    };
    Some((sign, Role::Warn, says))
}

fn line(look: &Look, action: &ActionState) -> Row {
    let (sign, role, word) = actions::standing(action, look);
    let row = Row::new().put(format!("{sign} "), role).put(actions::what(action), Role::Strong);
    let row = row.put(format!("  {word}"), role);
    let row = match silence(look, action) {
        Some(quiet) => row.put(format!(" · no word for {quiet}"), Role::Warn),
        None => row,
    };
    row.right(format!("{}  {}", action.by().label(), brief(age(look.now, action.since()))), Role::Dim)
}

fn step_row(look: &Look, step: &StepState) -> Row {
    let measured = step.verdict.map(|verdict| look.palette.verdict(verdict));
    let (sign, role) = measured.unwrap_or_else(|| look.palette.phase(step.phase));
    let title = if step.phase == StepPhase::Waiting { Role::Dim } else { Role::Text };
    let took = step.began.map(|began| brief(age(step.ended.unwrap_or(look.now), began))).unwrap_or_default();
    Row::new().put(format!("  {sign} "), role).put(&step.step.title, title).right(took, Role::Dim)
}
