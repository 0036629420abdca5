//! An action while it runs, stands still, or after: its steps, the output of one, and what can be done.

use super::tasks;
use crate::cockpit::action::{ActAction, Action, RunAction};
use crate::cockpit::live::StepLive;
use crate::cockpit::state::State;
use crate::cockpit::widgets::{Attention, Cursor, Row, bar, draw_list, fold_lines, frame};
use crate::config::theme::Role;
use crate::domain::names::ActionId;
use crate::domain::order::Progress;
use crate::domain::release::{ActionState, StepPhase, StepState};
use crate::domain::time::{age, brief};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub(crate) fn count(state: &State, id: &ActionId) -> usize {
    state.action(id).map_or(0, |a| a.steps.len())
}

pub(crate) fn draw(state: &State, id: &ActionId, area: Rect, buffer: &mut Buffer) {
    let Some(action) = state.action(id) else {
        let heading = Row::new().put(format!(" {id} "), Role::Title);
        let inside = frame(area, &heading, Attention::Here, buffer, &state.palette);
        return Row::dim("the journal does not know it yet").draw(inside, buffer, &state.palette);
    };
    let verdict = verdict_rows(state, action, usize::from(area.width.saturating_sub(4)));
    let tall = (action.steps.len() as u16 + 2).clamp(3, (area.height / 2).max(3)).min(area.height);
    let low = if verdict.is_empty() { 0 } else { (verdict.len() as u16 + 2).min(area.height - tall) };
    let steps = Rect { height: tall, ..area };
    let output = Rect { y: area.y + tall, height: area.height - tall - low, ..area };
    let ending = Rect { y: area.bottom() - low, height: low, ..area };
    draw_steps(state, action, steps, buffer);
    draw_output(state, action, output, buffer);
    if low > 0 {
        draw_verdict(state, action, &verdict, ending, buffer);
    }
}

fn draw_steps(state: &State, action: &ActionState, area: Rect, buffer: &mut Buffer) {
    let (sign, role, word) = tasks::standing(action, &state.palette);
    let heading =
        Row::new().put(format!(" {} ", tasks::what(action)), Role::Title).put(format!("· {} ", action.id), Role::Dim);
    let heading =
        heading.right(format!(" {sign} {word} "), role).right(format!("{} ", elapsed(state, action)), Role::Dim);
    let inside = frame(area, &heading, Attention::Here, buffer, &state.palette);
    let wide = usize::from(inside.width);
    let rows: Vec<Row> =
        action.steps.iter().enumerate().map(|(at, step)| step_row(state, action, (at, step), wide)).collect();
    let attention = if shown_step(state, action).1 { Attention::Here } else { Attention::Elsewhere };
    draw_list(&rows, Cursor { row: shown_step(state, action).0, attention }, inside, buffer, &state.palette);
    if rows.is_empty() {
        Row::dim("it has not begun").draw(inside, buffer, &state.palette);
    }
}

fn elapsed(state: &State, action: &ActionState) -> String {
    let Some((began, _)) = &action.started else { return String::new() };
    let until = action.ended.as_ref().map_or(state.now, |e| e.at);
    brief(age(until, *began))
}

/// Returns the step whose output is shown: the one that a person went to, else the one that runs.
fn shown_step(state: &State, action: &ActionState) -> (usize, bool) {
    let current = action.current().map_or(action.steps.len().saturating_sub(1), |(at, _)| at);
    let row = state.spot().row;
    if row == 0 { (current, false) } else { (row.min(action.steps.len().saturating_sub(1)), true) }
}

fn step_row(state: &State, action: &ActionState, (at, step): (usize, &StepState), wide: usize) -> Row {
    // A step that measured something bad is done, and is not green.
    let measured = step.verdict.map(|verdict| state.palette.verdict(verdict));
    let (sign, role) = measured.unwrap_or_else(|| state.palette.phase(step.phase));
    let title = if step.phase == StepPhase::Waiting { Role::Dim } else { Role::Text };
    let row = Row::new().put(format!("{sign} "), role).put(&step.step.title, title);
    let row = if step.attempts > 1 { row.put(format!("  attempt {}", step.attempts), Role::Warn) } else { row };
    let live = state.live.step(&action.id, at).filter(|_| step.phase == StepPhase::Running);
    let row = match live.and_then(|l| l.share.as_ref()) {
        Some((done, total, of)) => {
            let (filled, rest) = bar(*done, *total, if wide >= 100 { 24 } else { 12 }, &state.palette);
            row.put("  ", Role::Text)
                .put(filled, Role::Busy)
                .put(rest, Role::Frame)
                .put(format!("  {}", Progress::amount(*done, *total, of)), Role::Dim)
        }
        None if step.phase != StepPhase::Waiting && !step.summary.is_empty() => {
            row.put(format!("  {}", step.summary), Role::Dim)
        }
        None => row,
    };
    let time = step.began.map(|began| brief(age(step.ended.unwrap_or(state.now), began))).unwrap_or_default();
    let row = match step.verdict {
        Some(verdict) => {
            let (sign, role) = state.palette.verdict(verdict);
            row.right(format!("{sign} {}  ", verdict.word()), role)
        }
        None => row,
    };
    row.right(format!("{time:>5}"), Role::Dim)
}

fn draw_output(state: &State, action: &ActionState, area: Rect, buffer: &mut Buffer) {
    let (at, _) = shown_step(state, action);
    let title = action.steps.get(at).map(|s| s.step.title.as_str()).unwrap_or_default();
    let heading = Row::new().put(" Output ", Role::Title).put(format!("· {title} "), Role::Dim);
    let inside = frame(area, &heading, Attention::Elsewhere, buffer, &state.palette);
    let height = usize::from(inside.height);
    let live = state.live.step(&action.id, at);
    let lines: Vec<&String> = live.into_iter().flat_map(|l: &StepLive| &l.output).collect();
    let calls: Vec<String> = action
        .steps
        .get(at)
        .map(|s| s.step.calls.iter().map(|c| format!("$ {}", c.display())).collect())
        .unwrap_or_default();
    let mut rows: Vec<Row> = calls.iter().map(|c| Row::new().put(c, Role::Accent)).collect();
    rows.extend(lines.into_iter().map(Row::text));
    let first = rows.len().saturating_sub(height);
    for (line, row) in rows.iter().skip(first).enumerate() {
        row.draw(Rect { y: inside.y + line as u16, height: 1, ..inside }, buffer, &state.palette);
    }
}

/// Returns what a person must read: why it stands still and what can be done, or how it ended.
fn verdict_rows(state: &State, action: &ActionState, columns: usize) -> Vec<Row> {
    if let Some(ending) = &action.ended {
        let (sign, role, word) = tasks::outcome(ending.outcome, &state.palette);
        let mut rows = vec![Row::new().put(format!("{sign} {word}"), role)];
        rows.extend(fold_lines(&ending.summary, columns).into_iter().map(Row::text));
        return rows;
    }
    let Some((_, step)) = action.current().filter(|_| action.is_stuck()) else { return Vec::new() };
    let mut rows = match &step.failure {
        Some(failure) => {
            let mut rows: Vec<Row> =
                fold_lines(&failure.summary, columns).into_iter().map(|l| Row::new().put(l, Role::Fail)).collect();
            let causes = failure.causes.iter().flat_map(|c| fold_lines(c, columns.saturating_sub(2)));
            rows.extend(causes.map(|c| Row::new().put("  ", Role::Text).put(c, Role::Text)));
            rows
        }
        None => fold_lines(&step.summary, columns).into_iter().map(|l| Row::new().put(l, Role::Warn)).collect(),
    };
    rows.push(Row::new());
    rows.push(choices(state));
    rows
}

/// Offers what can be done now, by the live keymap.
fn choices(state: &State) -> Row {
    let contexts = ["view.run", "list", "global"];
    let all = [
        Action::Run(RunAction::Retry),
        Action::Act(ActAction::RollBack),
        Action::Run(RunAction::Accept),
        Action::Run(RunAction::Leave),
    ];
    let possible = all.into_iter().filter(|a| state.why_not(*a).is_none());
    possible
        .filter_map(|a| Some((state.chord_of(a, &contexts)?, a.word())))
        .fold(Row::new(), |row, (chord, word)| row.put(chord, Role::Key).put(format!(" {word}    "), Role::Text))
}

fn draw_verdict(state: &State, action: &ActionState, rows: &[Row], area: Rect, buffer: &mut Buffer) {
    let title = if action.ended.is_some() { " How it ended " } else { " It stands still until somebody decides " };
    let role = if action.ended.is_some() { Role::Title } else { Role::Fail };
    let inside = frame(area, &Row::new().put(title, role), Attention::Elsewhere, buffer, &state.palette);
    crate::cockpit::widgets::draw_page(rows, 0, inside, buffer, &state.palette);
}
