//! The lines of a preview: what changes, the gate, the steps with their calls, what cannot be undone.

use crate::action::{ActAction, Action, DialogAction};
use crate::look::Look;
use crate::settings::theme::{Role, Theme};
use crate::signs::Signs;
use crate::theme::{Colours, Palette};
use crate::widgets::{Row, cut, fold_lines, short_digests, width};
use tminus_core::action::{Move, Request, Step, StepUndo};
use tminus_core::order::{Call, Delivered};
use tminus_core::situation::{Gate, ItemKind, Preview};
use tminus_core::time::spoken;
use tminus_core::verdict::Verdict;

/// Whether the exact calls of the steps are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Calls {
    Shown,
    Folded,
}

/// How a preview is written.
pub(super) struct PreviewFace<'a> {
    pub(super) palette: &'a Palette,
    pub(super) columns: usize,
    pub(super) calls: Calls,
    /// What a person does to waive something.
    pub(super) waives: String,
}

/// Returns the lines of a preview for people who read lines.
pub fn preview_text(preview: &Preview, signs: Signs) -> Vec<String> {
    let palette = Palette::new(&Theme::default(), Colours::LeftOut, signs);
    let waives = "`waive`".to_owned();
    let face = PreviewFace { palette: &palette, columns: usize::from(u16::MAX), calls: Calls::Shown, waives };
    lines(&face, preview, None).iter().map(|row| row.whole().trim_end().to_owned()).collect()
}

/// Returns the lines of a preview: what changes, how long it takes, the steps, what cannot be undone, the gate; without the
/// blocker that is shown elsewhere.
pub(super) fn lines(face: &PreviewFace<'_>, preview: &Preview, told: Option<&str>) -> Vec<Row> {
    let (columns, calls) = (face.columns, face.calls);
    let mut rows: Vec<Row> = preview.proposal.moves.iter().flat_map(|m| moved(m, columns)).collect();
    rows.extend(takes(preview));
    rows.extend(blockers(preview, told, columns));
    rows.extend(drift(face, preview));
    rows.push(Row::new());
    rows.push(Row::heading("Steps"));
    for (at, step) in preview.steps.iter().enumerate() {
        rows.extend(step_lines(at, step, calls, columns));
    }
    rows.extend(warnings(face, preview));
    rows.extend(gate(face, preview));
    rows
}

/// Writes how long it takes, where that is known: it is asked before anything else in a hurry.
fn takes(preview: &Preview) -> Option<Row> {
    let last = preview.last_took.map(|took| format!("took {} the last time", spoken(took.duration())));
    let about = preview.takes.map(|takes| format!("about {}", spoken(takes.duration())));
    let says = match (about, last) {
        (Some(about), Some(last)) => format!("{about}; {last}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => return None,
    };
    Some(Row::labelled("time", says))
}

/// Writes what moves: the versions first, their digests behind them, in a line of their own where they do not fit.
fn moved(moved: &Move, columns: usize) -> Vec<Row> {
    let digest = |d: &Delivered| d.digest.as_ref().map(tminus_core::names::Digest::short);
    let label = Row::label(moved.artifact.as_str());
    let arrow = || Row::new().put(" → ", Role::Dim);
    let (to, to_digest) = (Row::new().put(moved.to.version.as_str(), Role::Strong), digest(&moved.to));
    if moved.from.as_ref() == Some(&moved.to) {
        let stays = Row::dim("  stays as it is");
        return beside(label.with(to).with(stays), Row::dim(to_digest.unwrap_or_default()), columns);
    }
    let from = moved.from.as_ref().map_or("nothing", |f| f.version.as_str());
    let versions = label.put(from, Role::Text).with(arrow()).with(to);
    let digests = match (moved.from.as_ref().and_then(digest), to_digest) {
        (Some(from), Some(to)) => Row::dim(from).with(arrow()).put(to, Role::Text),
        (Some(from), None) => Row::dim(from).with(arrow()).put("not known yet", Role::Dim),
        (None, Some(to)) => Row::new().put(to, Role::Text),
        (None, None) => Row::new(),
    };
    beside(versions, digests, columns)
}

/// Puts one thing behind another, or in a line beneath where both do not fit.
fn beside(first: Row, second: Row, columns: usize) -> Vec<Row> {
    if second.width() == 0 {
        return vec![first];
    }
    if first.width() + 3 + second.width() <= columns {
        return vec![first.put("   ", Role::Text).with(second)];
    }
    let indent = if second.width() + 13 <= columns { "             " } else { "  " };
    vec![first, Row::text(indent).with(second)]
}

/// Writes what holds it, and what is not known: unknown is not held.
fn blockers(preview: &Preview, told: Option<&str>, columns: usize) -> Vec<Row> {
    let of = |blocker: &String| {
        let (word, role) = match preview.unknown.contains(blocker) {
            true => ("unknown", Role::Warn),
            false => ("blocked", Role::Fail),
        };
        let lines = fold_lines(blocker, columns.saturating_sub(13)).into_iter().enumerate();
        lines
            .map(|(at, line)| {
                let label = if at == 0 { word } else { "" };
                Row::new().put(format!("{label:<12} "), role).put(line, Role::Text)
            })
            .collect::<Vec<Row>>()
    };
    let rest = || preview.blockers.iter().filter(|b| Some(b.as_str()) != told);
    let sorted = rest().filter(|b| !preview.unknown.contains(b));
    sorted.chain(rest().filter(|b| preview.unknown.contains(b))).flat_map(of).collect()
}

/// Writes what tminus did not bring and would put something else in the place of; of a build, why what it makes is marked bad.
fn drift(face: &PreviewFace<'_>, preview: &Preview) -> Vec<Row> {
    let sign = face.palette.sign("≠", "!");
    let title = if matches!(preview.proposal.request, Request::Build { .. }) { "Marked bad" } else { "Drift" };
    let folded = preview.warnings.iter().flat_map(|line| fold_lines(line, face.columns.saturating_sub(2)));
    let rows: Vec<Row> = folded.map(|l| Row::new().put("  ", Role::Text).put(l, Role::Warn)).collect();
    let heading = (!rows.is_empty()).then(|| Row::new().put(format!("{sign} {title}"), Role::Warn));
    heading.into_iter().chain(rows).collect()
}

/// Writes what cannot be undone; of a rollback also what it leaves as it is.
fn warnings(face: &PreviewFace<'_>, preview: &Preview) -> Vec<Row> {
    let sign = face.palette.sign("▲", "!");
    let of = |heading: String, lines: &[String]| {
        let folded = lines.iter().flat_map(|line| fold_lines(line, face.columns.saturating_sub(2)));
        let rows = folded.map(|l| Row::text("  ").put(l, Role::Warn));
        let heading = [Row::new(), Row::new().put(heading, Role::Warn)];
        if lines.is_empty() { Vec::new() } else { heading.into_iter().chain(rows).collect() }
    };
    let mut rows = of(format!("{sign} Cannot be undone"), &preview.irreversible);
    rows.extend(of(format!("{sign} Not undone by the rollback"), &preview.keeps));
    rows
}

/// Returns what cannot be undone in as few lines as there are kinds of it.
pub(super) fn pinned(face: &PreviewFace<'_>, preview: &Preview) -> Vec<Row> {
    let sign = face.palette.sign("▲", "!");
    let of = |says: &str, things: &[String]| {
        let first = things.first()?;
        let more = if things.len() > 1 { format!(", {} more", things.len() - 1) } else { String::new() };
        let room = face.columns.saturating_sub(width(says) + width(&more) + 4);
        let first = cut(first, room, face.palette.signs).into_owned();
        Some(Row::new().put(format!("{sign} {says}: {first}{more}"), Role::Warn))
    };
    let gone = of("Cannot be undone", &preview.irreversible);
    gone.into_iter().chain(of("Not undone", &preview.keeps)).collect()
}

/// How many lines of why an item of the gate is not good are told.
const WHY: usize = 2;

fn gate(face: &PreviewFace<'_>, preview: &Preview) -> Vec<Row> {
    let Some(gate) = &preview.gate else { return Vec::new() };
    if gate.items.is_empty() && gate.approvals.is_none() {
        let none = fold_lines("none for this environment", face.columns.saturating_sub(13)).into_iter().enumerate();
        let rows = none.map(|(at, line)| Row::labelled(if at == 0 { "gate" } else { "" }, line));
        return std::iter::once(Row::new()).chain(rows).collect();
    }
    let good = gate.items.iter().filter(|i| i.verdict.is_good_enough()).count();
    let mut rows =
        vec![Row::new(), Row::heading("Gate").put(format!("  {good} of {} met", gate.items.len()), Role::Dim)];
    // What is good is counted; what is not is told.
    for item in gate.items.iter().filter(|i| i.verdict != Verdict::Pass) {
        let (sign, role) = face.palette.verdict(item.verdict);
        let runs = if preview.runs_first.contains(&item.item) { "  runs first" } else { "" };
        let row = Row::new().put(format!("{sign} "), role).put(&item.title, Role::Text);
        // What is needed is no check, and has no verdict of its own to be told.
        let word = match item.kind {
            ItemKind::Bad => format!("{} waives it", face.waives),
            ItemKind::After
            | ItemKind::Manual
            | ItemKind::Empty
            | ItemKind::Runnable
            | ItemKind::Rollback
            | ItemKind::Tag
            | ItemKind::Branch
            | ItemKind::Start => item.verdict.word().to_owned(),
        };
        let word = Row::new().put(word, role).put(runs, Role::Busy);
        rows.extend(close_by(row, word, face.columns));
        if item.verdict == Verdict::Pending && !runs.is_empty() {
            continue;
        }
        let why = fold_lines(&item.why, face.columns.saturating_sub(5));
        let cut = if why.len() > WHY { face.palette.sign("…", "~") } else { "" };
        let told = why.len().min(WHY);
        rows.extend(
            why[..told]
                .iter()
                .enumerate()
                .map(|(at, line)| Row::dim(format!("    {line}{}", if at + 1 == told { cut } else { "" }))),
        );
    }
    rows.extend(approvals(face, gate));
    rows
}

fn approvals(face: &PreviewFace<'_>, gate: &Gate) -> Option<Row> {
    let approvals = gate.approvals.as_ref()?;
    let names: Vec<&str> = approvals.given.iter().map(|p| p.as_str()).collect();
    let is_enough = gate.approvals_missing() == 0;
    let (sign, role) = if is_enough {
        (face.palette.sign("✓", "+"), Role::Pass)
    } else {
        (face.palette.sign("·", "."), Role::Warn)
    };
    let by = if names.is_empty() { String::new() } else { format!("  {}", names.join(", ")) };
    let count = format!("Approvals {} of {}", approvals.given.len(), approvals.needed);
    Some(Row::new().put(format!("{sign} "), role).put(count, Role::Text).put(by, Role::Dim))
}

/// Puts a word of state behind a title, or in a line beneath where both do not fit.
fn close_by(title: Row, word: Row, columns: usize) -> Vec<Row> {
    match title.width() + 2 + word.width() <= columns {
        true => vec![title.put("  ", Role::Text).with(word)],
        false => vec![title, Row::text("    ").with(word)],
    }
}

/// From so many columns on a text is no screen, and its digests are whole.
const WHOLE: usize = 1_000;

fn digests(text: &str, columns: usize) -> String {
    if columns < WHOLE { short_digests(text) } else { text.to_owned() }
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
            let text = digests(&call.display(), columns);
            // The first line of a call stands out, so that one sees where the next begins.
            let folded = fold_lines(&text, columns.saturating_sub(2)).into_iter().enumerate();
            folded
                .map(|(at, line)| match at {
                    0 => indented(Row::new().put("$ ", Role::Dim).put(line, Role::Accent)),
                    _ => indented(Row::dim("  ").put(line, Role::Dim)),
                })
                .collect()
        }
    }
}

fn step_lines(at: usize, step: &Step, shown: Calls, columns: usize) -> Vec<Row> {
    let mut rows: Vec<Row> = fold_lines(&step.title, columns.saturating_sub(3))
        .into_iter()
        .enumerate()
        .map(|(line, text)| {
            let number = if line == 0 { format!("{:>2} ", at + 1) } else { "   ".to_owned() };
            Row::new().put(number, Role::Dim).put(text, Role::Strong)
        })
        .collect();
    let title = rows.pop().unwrap_or_default();
    let counted = match (shown, step.calls.len()) {
        (Calls::Shown, _) | (Calls::Folded, 0) => Row::new(),
        (Calls::Folded, 1) => Row::dim("1 call"),
        (Calls::Folded, count) => Row::dim(format!("{count} calls")),
    };
    rows.extend(if counted.width() == 0 { vec![title] } else { close_by(title, counted, columns) });
    if shown == Calls::Shown {
        rows.extend(step.calls.iter().flat_map(|call| call_lines(call, columns.saturating_sub(5))));
    }
    let (undo, role) = match &step.undo {
        StepUndo::Nothing => return rows,
        StepUndo::By(how) => (format!("undone by: {}", digests(how, columns)), Role::Dim),
        StepUndo::Irreversible(why) => (format!("cannot be undone: {why}"), Role::Warn),
        StepUndo::Unsaid => ("the plan names no undo".to_owned(), Role::Warn),
    };
    let folded = fold_lines(&undo, columns.saturating_sub(3));
    rows.extend(folded.into_iter().map(|line| Row::new().put("   ", Role::Text).put(line, role)));
    rows
}

/// Returns the keys that waive something from a preview.
pub(super) fn waive_keys(look: &Look) -> String {
    let leave = look.chord_of(Action::Dialog(DialogAction::Cancel), &["dialog.confirm"]).unwrap_or_default();
    format!("{leave}, then {}", look.key_to(Action::Act(ActAction::Waive)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_a_digest_whole_and_a_screen_has_it_in_short() {
        let digest = format!("sha256:{}", "3815d55d".repeat(8));
        let line = format!("POST /images/create?fromImage=backend@{digest}");
        let call = Call::Request { service: "registry".to_owned(), line, body: None };
        let is_whole = |columns| call_lines(&call, columns).iter().any(|row| row.whole().contains(&digest));
        assert!(is_whole(usize::from(u16::MAX)));
        assert!(!is_whole(120));
    }
}
