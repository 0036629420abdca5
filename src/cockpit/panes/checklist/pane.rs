//! The overview's pane of the checklist: what fails, then each group with how much of it is good, and what is not, named.

use super::lines::{Fold, Line, failing, gating, group_of, groups, standings, tally, title_of};
use super::whole;
use crate::cockpit::state::State;
use crate::cockpit::widgets::{Attention, Cursor, Row, bar, draw_list, frame};
use crate::config::theme::Role;
use crate::domain::names::Phase;
use crate::domain::plan::Check;
use crate::domain::situation::{CheckTally, Standing};
use crate::domain::time::{age, brief};
use crate::domain::verdict::Verdict;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Returns the lines: what fails anywhere, then the phases that gate something, their groups, and what is not good by name.
pub(super) fn lines(state: &State) -> Vec<Line<'_>> {
    let Some(situation) = state.situation() else { return Vec::new() };
    let phases = gating(situation).into_iter().filter(|p| situation.plan.checks_of(p).next().is_some());
    let phases: Vec<&Phase> = phases.collect();
    let mut lines = failing(state, situation);
    for phase in &phases {
        let standings = standings(state, situation, phase);
        if phases.len() > 1 {
            lines.push(Line::Phase { phase, tally: tally(&standings), fold: Fold::Fixed });
        }
        push_groups(&mut lines, phase, &standings);
    }
    lines
}

fn push_groups<'a>(lines: &mut Vec<Line<'a>>, phase: &'a Phase, standings: &[(&'a Check, Standing<'a>)]) {
    for name in groups(standings) {
        let of_group = || standings.iter().filter(move |(c, _)| group_of(c) == name);
        let tally = tally(&of_group().cloned().collect::<Vec<_>>());
        lines.push(Line::Group { phase, name, tally, fold: Fold::Fixed });
        let is_told = |verdict| !matches!(verdict, Verdict::Pass | Verdict::Pending | Verdict::Fail);
        let shown = of_group().filter(|(_, s)| is_told(s.verdict));
        lines.extend(shown.map(|(check, standing)| Line::Check { check, standing: standing.clone() }));
    }
}

/// Draws the pane, or the whole checklist where it has the whole screen.
pub(crate) fn draw(state: &State, attention: Attention, area: Rect, buffer: &mut Buffer) {
    if state.is_whole_checklist() {
        return whole::draw(state, area, buffer);
    }
    let heading = heading(state, usize::from(area.width.saturating_sub(4)));
    let inside = frame(area, &heading, attention, buffer, &state.palette);
    let rows: Vec<Row> = lines(state).iter().map(|line| row(state, line)).collect();
    if rows.is_empty() {
        return Row::dim(empty(state)).draw(inside, buffer, &state.palette);
    }
    draw_list(&rows, Cursor { row: state.panes.check, attention }, inside, buffer, &state.palette);
}

pub(super) const fn empty(state: &State) -> &'static str {
    if state.world.is_some() { "the plan has no checks" } else { "reading the journal…" }
}

/// Writes how much of it is good and how old the oldest of what that rests on is; the bar gives way first.
pub(super) fn heading(state: &State, columns: usize) -> Row {
    let row = Row::new().put(" Checklist ", Role::Title);
    let Some(situation) = state.situation() else { return row };
    let phases = gating(situation);
    let row = match phases.as_slice() {
        [one] => row.put(format!("· {} ", title_of(one)), Role::Title),
        _ => row,
    };
    let checks = phases.iter().flat_map(|p| situation.plan.checks_of(p));
    let standings: Vec<(&Check, Standing<'_>)> = checks.map(|c| (c, situation.standing(c, None))).collect();
    let CheckTally { good, total, .. } = tally(&standings);
    let oldest = standings.iter().filter_map(|(_, s)| s.run).map(|run| run.at).min();
    let row = match oldest {
        Some(at) => row.right(format!(" oldest {} ", brief(age(state.now, at))), Role::Dim),
        None => row.right(" never run ", Role::Dim),
    };
    let row = row.right(format!(" {good}/{total} "), Role::Strong);
    let (done, rest) = bar(good as u64, total as u64, 10, &state.palette);
    let role = if good == total { Role::Pass } else { Role::Accent };
    let with_bar = row.clone().right(done, role).right(rest, Role::Frame).right(" ", Role::Text);
    if with_bar.needs() <= columns { with_bar } else { row }
}

pub(super) fn row(state: &State, line: &Line<'_>) -> Row {
    match line {
        Line::Phase { phase, tally, .. } => {
            Row::new().put(title_of(phase), Role::Title).right(tally.words(), Role::Dim)
        }
        Line::Group { name, tally, .. } => {
            let (verdict, (sign, role)) = (tally.verdict, state.palette.verdict(tally.verdict));
            let weight = if verdict == Verdict::Fail { Role::Strong } else { Role::Text };
            let row = Row::new().put(format!("{sign} "), role).put(name, weight);
            let row = if matches!(verdict, Verdict::Pass | Verdict::Fail) {
                row
            } else {
                row.right(format!("{}  ", verdict.word()), role)
            };
            row.right(tally.words(), if tally.is_good() { Role::Dim } else { Role::Text })
        }
        Line::Check { check, standing } => check_row(state, check, standing),
    }
}

fn check_row(state: &State, check: &Check, standing: &Standing<'_>) -> Row {
    let (sign, role) = state.palette.verdict(standing.verdict);
    let text = if standing.verdict == Verdict::Fail { Role::Fail } else { Role::Text };
    let row = Row::new().put(format!("  {sign} "), role).put(&check.title, text);
    let row = if check.required { row } else { row.put("  optional", Role::Dim) };
    let age = standing.run.map(|run| brief(age(state.now, run.at))).unwrap_or_default();
    row.right(format!("{} ", standing.verdict.word()), role).right(format!("{age:>4}"), Role::Dim)
}
