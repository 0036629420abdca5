//! The overview's pane of the checklist: what fails, then each group with how much of it is good, and what is not, named.

use super::heading::{empty, heading};
use super::lines::{ChecklistLine, SectionFold, failing, gating, group_of, groups, standings, tally, title_of};
use crate::look::Look;
use crate::settings::theme::Role;
use crate::widgets::{Focus, ListCursor, Row, draw_list, frame};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_core::names::Phase;
use tminus_core::plan::Check;
use tminus_core::situation::CheckStanding;
use tminus_core::time::{age, brief};
use tminus_core::verdict::Verdict;

/// Returns the lines: what fails anywhere, then the phases that gate something, their groups, and what is not good by name.
pub(super) fn lines(look: &Look) -> Vec<ChecklistLine<'_>> {
    let Some(situation) = look.situation() else { return Vec::new() };
    let phases = gating(situation).into_iter().filter(|p| situation.plan.checks_of(p).next().is_some());
    let phases: Vec<&Phase> = phases.collect();
    let mut lines = failing(look, situation);
    for phase in &phases {
        let standings = standings(look, situation, phase);
        if phases.len() > 1 {
            lines.push(ChecklistLine::Phase { phase, tally: tally(&standings), fold: SectionFold::Fixed });
        }
        push_groups(&mut lines, phase, &standings);
    }
    lines
}

fn push_groups<'a>(lines: &mut Vec<ChecklistLine<'a>>, phase: &'a Phase, standings: &[(&'a Check, CheckStanding<'a>)]) {
    for name in groups(standings) {
        let of_group = || standings.iter().filter(move |(c, _)| group_of(c) == name);
        let tally = tally(&of_group().cloned().collect::<Vec<_>>());
        lines.push(ChecklistLine::Group { phase, name, tally, fold: SectionFold::Fixed });
        let is_told = |verdict| !matches!(verdict, Verdict::Pass | Verdict::Pending | Verdict::Fail);
        let shown = of_group().filter(|(_, s)| is_told(s.verdict));
        lines.extend(shown.map(|(check, standing)| ChecklistLine::Check { check, standing: standing.clone() }));
    }
}

pub(super) fn row(look: &Look, line: &ChecklistLine<'_>) -> Row {
    match line {
        ChecklistLine::Phase { phase, tally, .. } => {
            Row::new().put(title_of(phase), Role::Title).right(tally.words(), Role::Dim)
        }
        ChecklistLine::Group { name, tally, .. } => {
            let (verdict, (sign, role)) = (tally.verdict, look.palette.verdict(tally.verdict));
            let weight = if verdict == Verdict::Fail { Role::Strong } else { Role::Text };
            let row = Row::new().put(format!("{sign} "), role).put(name, weight);
            let row = if matches!(verdict, Verdict::Pass | Verdict::Fail) {
                row
            } else {
                row.right(format!("{}  ", verdict.word()), role)
            };
            row.right(tally.words(), if tally.is_good() { Role::Dim } else { Role::Text })
        }
        ChecklistLine::Check { check, standing } => check_row(look, check, standing),
    }
}

fn check_row(look: &Look, check: &Check, standing: &CheckStanding<'_>) -> Row {
    let (sign, role) = look.palette.verdict(standing.verdict);
    let text = if standing.verdict == Verdict::Fail { Role::Fail } else { Role::Text };
    let row = Row::new().put(format!("  {sign} "), role).put(&check.title, text);
    let row = if check.required { row } else { row.put("  optional", Role::Dim) };
    let age = standing.run.map(|run| brief(age(look.now, run.at))).unwrap_or_default();
    row.right(format!("{} ", standing.verdict.word()), role).right(format!("{age:>4}"), Role::Dim)
}

/// Draws the pane.
pub(super) fn draw(look: &Look, attention: Focus, area: Rect, buffer: &mut Buffer) {
    let heading = heading(look, usize::from(area.width.saturating_sub(4)));
    let inside = frame(area, &heading, attention, buffer, &look.palette);
    let rows: Vec<Row> = lines(look).iter().map(|line| row(look, line)).collect();
    if rows.is_empty() {
        return Row::dim(empty(look)).draw(inside, buffer, &look.palette);
    }
    draw_list(&rows, ListCursor { row: look.panes.check, attention }, inside, buffer, &look.palette);
}
