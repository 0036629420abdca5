//! The lines of a preview: what changes, the gate, the steps with their calls, what cannot be undone.

use crate::cockpit::state::State;
use crate::cockpit::widgets::{Row, fold_lines, short_digests};
use crate::config::theme::Role;
use crate::domain::action::{Move, Step, StepUndo};
use crate::domain::order::{Call, Delivered};
use crate::domain::situation::{Gate, Preview};
use crate::domain::verdict::Verdict;

/// Returns the lines of a preview for a width.
pub(super) fn lines(state: &State, preview: &Preview, columns: usize) -> Vec<Row> {
    let mut rows: Vec<Row> = preview.proposal.moves.iter().flat_map(|m| moved(m, columns)).collect();
    if let Some(took) = preview.last_took {
        rows.push(Row::labelled("last time", format!("took {took}")));
    }
    rows.extend(drift(state, preview, columns));
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

/// Writes what moves, from → to; in two lines where one would be cut.
fn moved(moved: &Move, columns: usize) -> Vec<Row> {
    let shown = |d: &Delivered| match &d.digest {
        Some(digest) => (d.version.to_string(), format!(" {}", digest.short())),
        None => (d.version.to_string(), String::new()),
    };
    let row = Row::label(moved.artifact.as_str());
    let (to, to_digest) = shown(&moved.to);
    if moved.from.as_ref() == Some(&moved.to) {
        return vec![row.put(to, Role::Strong).put(to_digest, Role::Dim).put("  stays as it is", Role::Dim)];
    }
    let (from, from_digest) = moved.from.as_ref().map_or_else(|| ("nothing".to_owned(), String::new()), shown);
    let from = Row::new().put(from, Role::Text).put(from_digest, Role::Dim);
    let to = Row::new().put(to, Role::Strong).put(to_digest, Role::Dim);
    let arrow = Row::new().put("  →  ", Role::Dim);
    if row.width() + from.width() + arrow.width() + to.width() <= columns {
        return vec![row.with(from).with(arrow).with(to)];
    }
    vec![row.with(from), Row::new().put(format!("{:>11}  ", "→"), Role::Dim).with(to)]
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

/// Writes what tminus did not bring and would put something else in the place of.
fn drift(state: &State, preview: &Preview, columns: usize) -> Vec<Row> {
    let sign = state.palette.sign("≠", "!");
    let folded = preview.warnings.iter().flat_map(|line| fold_lines(line, columns.saturating_sub(2)));
    let rows: Vec<Row> = folded.map(|l| Row::new().put("  ", Role::Text).put(l, Role::Warn)).collect();
    let heading = (!rows.is_empty()).then(|| Row::new().put(format!("{sign} Drift"), Role::Warn));
    heading.into_iter().chain(rows).collect()
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

/// Writes a call as it is made; the condition of one that may not be made stands dim before it.
fn call_lines(call: &Call, columns: usize) -> Vec<Row> {
    let indented = |row: Row| Row::new().put("     ", Role::Text).with(row);
    match call {
        Call::When { condition, call } => {
            let condition = fold_lines(&format!("{condition}:"), columns);
            let rows = condition.into_iter().map(|line| indented(Row::dim(line)));
            rows.chain(call_lines(call, columns.saturating_sub(2)).into_iter().map(|r| Row::text("  ").with(r)))
                .collect()
        }
        Call::Process { .. } | Call::Request { .. } => {
            let text = short_digests(&call.display());
            fold_lines(&text, columns).into_iter().map(|l| indented(Row::new().put(l, Role::Accent))).collect()
        }
    }
}

fn step_lines(at: usize, step: &Step, columns: usize) -> Vec<Row> {
    let mut rows = vec![Row::new().put(format!("{:>2} ", at + 1), Role::Dim).put(&step.title, Role::Strong)];
    for call in &step.calls {
        rows.extend(call_lines(call, columns.saturating_sub(5)));
    }
    let (undo, role) = match &step.undo {
        StepUndo::Nothing => return rows,
        StepUndo::By(how) => (format!("undone by: {}", short_digests(how)), Role::Dim),
        StepUndo::Irreversible(why) => (format!("cannot be undone: {why}"), Role::Warn),
        StepUndo::Unsaid => ("the plan names no undo".to_owned(), Role::Warn),
    };
    let folded = fold_lines(&undo, columns.saturating_sub(5));
    rows.extend(folded.into_iter().map(|line| Row::new().put("     ", Role::Text).put(line, role)));
    rows
}
