//! The lines of a preview: what changes, the gate, the steps with their calls, what cannot be undone.

use crate::cockpit::state::State;
use crate::cockpit::widgets::{Row, fold_lines};
use crate::config::theme::Role;
use crate::domain::action::{Move, Step, StepUndo};
use crate::domain::order::Delivered;
use crate::domain::situation::{Gate, Preview};
use crate::domain::verdict::Verdict;

/// Returns the lines of a preview for a width.
pub(super) fn lines(state: &State, preview: &Preview, columns: usize) -> Vec<Row> {
    let mut rows: Vec<Row> = preview.proposal.moves.iter().map(moved).collect();
    if let Some(took) = preview.last_took {
        rows.push(Row::labelled("last time", format!("took {took}")));
    }
    rows.extend(blockers(preview, columns));
    rows.extend(warnings(state, preview, columns));
    rows.extend(gate(state, preview, columns));
    rows.push(Row::new());
    rows.push(Row::heading("Steps"));
    for (at, step) in preview.steps.iter().enumerate() {
        rows.extend(step_lines(at, step, columns));
    }
    rows
}

fn moved(moved: &Move) -> Row {
    let shown = |d: &Delivered| match &d.digest {
        Some(digest) => (d.version.to_string(), format!(" {}", digest.short())),
        None => (d.version.to_string(), String::new()),
    };
    let row = Row::label(moved.artifact.as_str());
    let (to, to_digest) = shown(&moved.to);
    match &moved.from {
        Some(from) if from == &moved.to => {
            row.put(to, Role::Strong).put(to_digest, Role::Dim).put("  stays as it is", Role::Dim)
        }
        Some(from) => {
            let (version, digest) = shown(from);
            row.put(version, Role::Text)
                .put(digest, Role::Dim)
                .put("  →  ", Role::Dim)
                .put(to, Role::Strong)
                .put(to_digest, Role::Dim)
        }
        None => row.put("nothing  →  ", Role::Dim).put(to, Role::Strong).put(to_digest, Role::Dim),
    }
}

fn blockers(preview: &Preview, columns: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    for blocker in &preview.blockers {
        rows.extend(fold_lines(blocker, columns.saturating_sub(13)).into_iter().enumerate().map(|(at, line)| {
            let label = if at == 0 { "held" } else { "" };
            Row::new().put(format!("{label:<12} "), Role::Fail).put(line, Role::Text)
        }));
    }
    rows
}

/// Writes what cannot be undone, before anything else is read.
fn warnings(state: &State, preview: &Preview, columns: usize) -> Vec<Row> {
    if preview.irreversible.is_empty() {
        return Vec::new();
    }
    let mut rows =
        vec![Row::new(), Row::new().put(format!("{} Cannot be undone", state.palette.sign("▲", "!")), Role::Warn)];
    for line in &preview.irreversible {
        rows.extend(
            fold_lines(line, columns.saturating_sub(2))
                .iter()
                .map(|l| Row::new().put("  ", Role::Text).put(l, Role::Warn)),
        );
    }
    rows
}

fn gate(state: &State, preview: &Preview, columns: usize) -> Vec<Row> {
    let Some(gate) = &preview.gate else { return Vec::new() };
    if gate.items.is_empty() && gate.approvals.is_none() {
        return vec![Row::new(), Row::labelled("gate", "none: nothing is asked for here")];
    }
    let good = gate.items.iter().filter(|i| i.verdict.is_good_enough()).count();
    let mut rows = vec![Row::new(), Row::heading("Gate").put(format!("  {good}/{}", gate.items.len()), Role::Dim)];
    // What is good is counted; what is not is told.
    for item in gate.items.iter().filter(|i| i.verdict != Verdict::Pass) {
        let (sign, role) = state.palette.verdict(item.verdict);
        let runs = if preview.runs_first.contains(&item.item) { "  runs first" } else { "" };
        let row = Row::new().put(format!("{sign} "), role).put(&item.title, Role::Text);
        rows.push(row.put(format!("  {}", item.verdict.word()), role).put(runs, Role::Busy));
        if item.verdict == Verdict::Pending && !runs.is_empty() {
            continue;
        }
        rows.extend(
            fold_lines(&item.why, columns.saturating_sub(4)).iter().take(2).map(|l| Row::dim(format!("    {l}"))),
        );
    }
    rows.extend(approvals(state, gate));
    rows
}

fn approvals(state: &State, gate: &Gate) -> Option<Row> {
    let approvals = gate.approvals.as_ref()?;
    let names: Vec<&str> = approvals.given.iter().map(|p| p.as_str()).collect();
    let is_enough = gate.approvals_missing() == 0;
    let (sign, role) = if is_enough {
        (state.palette.sign("✓", "+"), Role::Pass)
    } else {
        (state.palette.sign("·", "."), Role::Warn)
    };
    let by = if names.is_empty() { String::new() } else { format!("  {}", names.join(", ")) };
    let count = format!("Approvals {} of {}", approvals.given.len(), approvals.needed);
    Some(Row::new().put(format!("{sign} "), role).put(count, Role::Text).put(by, Role::Dim))
}

fn step_lines(at: usize, step: &Step, columns: usize) -> Vec<Row> {
    let mut rows = vec![Row::new().put(format!("{:>2} ", at + 1), Role::Dim).put(&step.title, Role::Strong)];
    for call in &step.calls {
        let text = call.display();
        rows.extend(
            fold_lines(&text, columns.saturating_sub(5))
                .iter()
                .map(|l| Row::new().put("     ", Role::Text).put(l, Role::Accent)),
        );
    }
    let undo = match &step.undo {
        StepUndo::Nothing => return rows,
        StepUndo::By(how) => Row::dim(format!("     undone by: {how}")),
        StepUndo::Irreversible(why) => Row::new().put(format!("     cannot be undone: {why}"), Role::Warn),
        StepUndo::Unsaid => Row::new().put("     the plan names no undo", Role::Warn),
    };
    rows.push(undo);
    rows
}
