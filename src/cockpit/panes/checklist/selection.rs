//! What the checklist shows now, in its pane or as a whole view, and the selected line.

use super::lines::{ChecklistLine, SectionFold, fold_key, gating, group_of};
use super::{pane, whole};
use crate::look::Look;
use crate::panes::page::{CursorPlace, Enter};
use crate::view::View;
use crate::widgets::{Focus, Row};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_core::names::CheckName;
use tminus_core::plan::Check;
use tminus_core::verdict::Verdict;

/// Draws the overview's pane, or the whole checklist where it has the whole screen.
pub(crate) fn draw(look: &Look, attention: Focus, area: Rect, buffer: &mut Buffer) {
    match look.is_whole_checklist() {
        true => whole::draw(look, area, buffer),
        false => pane::draw(look, attention, area, buffer),
    }
}

/// Returns every line as text, for a search.
pub(crate) fn texts(look: &Look) -> Vec<Row> {
    if !look.is_whole_checklist() {
        return pane::lines(look).iter().map(|line| pane::row(look, line)).collect();
    }
    let columns = whole::ChecklistColumns::of(usize::from(look.size.0));
    whole::lines(look).iter().map(|line| whole::row(look, line, &columns)).collect()
}

fn shown(look: &Look) -> Vec<ChecklistLine<'_>> {
    if look.is_whole_checklist() { whole::lines(look) } else { pane::lines(look) }
}

fn row(look: &Look) -> usize {
    if look.is_whole_checklist() { look.looking.check } else { look.panes.check }
}

/// Returns the line that is selected.
pub(crate) fn selected_line(look: &Look) -> Option<ChecklistLine<'_>> {
    let all = shown(look);
    let at = row(look).min(all.len().saturating_sub(1));
    all.into_iter().nth(at)
}

/// Returns the check that is selected; on a group's own line, the first that is shown under it.
pub(crate) fn selected(look: &Look) -> Option<&Check> {
    let all = shown(look);
    let at = row(look).min(all.len().saturating_sub(1));
    let mut from = all.into_iter().skip(at);
    match from.next()? {
        ChecklistLine::Check { check, .. } => Some(check),
        ChecklistLine::Group { fold: SectionFold::Folded, .. }
        | ChecklistLine::Phase { fold: SectionFold::Folded, .. } => None,
        ChecklistLine::Phase { .. } | ChecklistLine::Group { .. } => from.find_map(|line| match line {
            ChecklistLine::Check { check, .. } => Some(check),
            ChecklistLine::Phase { .. } | ChecklistLine::Group { .. } => None,
        }),
    }
}

/// Opens the page of the selected check; a phase or a group has none, and is folded where it can be.
pub(crate) fn enter(look: &Look) -> Enter {
    let is_whole = look.is_whole_checklist();
    let is_heading = !matches!(selected_line(look), Some(ChecklistLine::Check { .. }));
    match selected(look).filter(|_| !(is_whole && is_heading)) {
        Some(check) => Enter::View(View::Check(check.name.clone())),
        None if is_whole => Enter::Fold,
        None => Enter::Nothing,
    }
}

/// Says where the cursor is kept.
pub(crate) fn cursor(look: &Look) -> CursorPlace {
    if look.is_whole_checklist() { CursorPlace::WholeCheck } else { CursorPlace::Check }
}

/// Returns the row where a check is shown.
pub(crate) fn row_of(look: &Look, name: &CheckName) -> Option<usize> {
    shown(look).iter().position(|line| match line {
        ChecklistLine::Check { check, .. } => &check.name == name,
        ChecklistLine::Phase { .. } | ChecklistLine::Group { .. } => false,
    })
}

/// Returns the name under which a phase or a group is folded, and the row of its own line.
pub(crate) fn key_of(look: &Look) -> Option<(String, usize)> {
    if !look.is_whole_checklist() {
        return None;
    }
    let all = whole::lines(look);
    let at = look.looking.check.min(all.len().saturating_sub(1));
    // A check folds the group that it stands in.
    all.iter().enumerate().take(at + 1).rev().find_map(|(row, line)| match line {
        ChecklistLine::Phase { phase, .. } if row == at => Some((phase.as_str().to_owned(), row)),
        ChecklistLine::Group { phase, name, .. } => Some((fold_key(phase, name), row)),
        ChecklistLine::Phase { .. } | ChecklistLine::Check { .. } => None,
    })
}

/// Returns the checks that can be run and are not good, of the phases that gate something.
pub(crate) fn lacking(look: &Look) -> Vec<CheckName> {
    let Some(situation) = look.situation() else { return Vec::new() };
    let phases = gating(situation);
    let checks = phases.into_iter().flat_map(|phase| situation.plan.checks_of(phase));
    let wanted = checks.filter(|c| {
        let verdict = situation.standing(c, None).verdict;
        c.way.is_runnable() && verdict != Verdict::Pass && verdict != Verdict::Running
    });
    wanted.map(|c| c.name.clone()).collect()
}

/// Returns the checks that tminus can run of the selected group, or of the selected phase.
pub(crate) fn group_to_run(look: &Look) -> Vec<CheckName> {
    let (Some(situation), Some(line)) = (look.situation(), selected_line(look)) else { return Vec::new() };
    let (phase, group) = match line {
        ChecklistLine::Phase { phase, .. } => (phase, None),
        ChecklistLine::Group { phase, name, .. } => (phase, Some(name)),
        ChecklistLine::Check { check, .. } => (&check.phase, Some(group_of(check))),
    };
    let of_phase = situation.plan.checks_of(phase).filter(|check| check.way.is_runnable());
    of_phase.filter(|check| group.is_none_or(|group| group_of(check) == group)).map(|c| c.name.clone()).collect()
}

/// Says whether a check of the release runs now; one of a verification is stopped with its action.
pub(crate) fn is_running(look: &Look, name: &CheckName) -> bool {
    let of = look.situation().and_then(|s| s.release.checks.get(s.version)?.get(name));
    of.is_some_and(|state| matches!(state.running, Some((_, None))))
}

/// Says whether any check of the release runs now.
pub(crate) fn is_any_running(look: &Look) -> bool {
    look.situation().is_some_and(|s| s.plan.checks.iter().any(|check| is_running(look, &check.name)))
}
