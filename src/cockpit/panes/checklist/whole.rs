//! The whole checklist: every phase with its groups and checks, and beside them the selected one's evidence.

use super::heading::{empty, heading};
use super::lines::{
    ChecklistLine, SectionFold, asked_about, failing, fold_key, gating, group_of, groups, sift, standings, tally,
    title_of,
};
use crate::action::{Action, AppAction};
use crate::look::Look;
use crate::panes::{check, evidence};
use crate::settings::theme::Role;
use crate::widgets::{Focus, ListCursor, Row, bar, draw_long_list, draw_page, frame};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_core::names::Phase;
use tminus_core::plan::Check;
use tminus_core::situation::{CheckStanding, Situation};
use tminus_core::time::{age, brief};
use tminus_core::verdict::Verdict;

/// From this many columns on, the evidence stands beside the list.
const BESIDE: u16 = 120;

/// Returns every line that is not folded or left out; a filter opens what is folded.
pub(super) fn lines(look: &Look) -> Vec<ChecklistLine<'_>> {
    let Some(situation) = look.situation() else { return Vec::new() };
    let mut lines = failing(look, situation);
    for phase in &situation.plan.phases {
        let all = standings(look, situation, phase);
        let shown = sift(look, &all);
        if shown.is_empty() {
            continue;
        }
        let fold = fold(look, phase.as_str());
        lines.push(ChecklistLine::Phase { phase, tally: tally(&all), fold });
        if fold != SectionFold::Folded {
            push_groups(look, &mut lines, phase, (&all, &shown));
        }
    }
    lines
}

type Standings<'a> = [(&'a Check, CheckStanding<'a>)];

fn push_groups<'a>(
    look: &Look,
    lines: &mut Vec<ChecklistLine<'a>>,
    phase: &'a Phase,
    (all, shown): (&Standings<'a>, &Standings<'a>),
) {
    for name in groups(shown) {
        let of_group = all.iter().filter(|(c, _)| group_of(c) == name).cloned();
        let fold = fold(look, &fold_key(phase, name));
        lines.push(ChecklistLine::Group { phase, name, tally: tally(&of_group.collect::<Vec<_>>()), fold });
        if fold != SectionFold::Folded {
            let checks = shown.iter().filter(|(c, s)| group_of(c) == name && s.verdict != Verdict::Fail);
            lines.extend(checks.map(|(check, standing)| ChecklistLine::Check { check, standing: standing.clone() }));
        }
    }
}

fn fold(look: &Look, key: &str) -> SectionFold {
    let is_folded = look.looking.checks.is_none() && look.looking.folded.contains(key);
    if is_folded { SectionFold::Folded } else { SectionFold::Open }
}

/// How wide each column is; those at the right give way first.
pub(super) struct ChecklistColumns {
    /// The word of the verdict; without a column it stands at the right edge, and the title has the room.
    word: usize,
    title: usize,
    owner: usize,
    due: usize,
    age: usize,
    left: usize,
}

impl ChecklistColumns {
    pub(super) fn of(room: usize) -> Self {
        let wide = |least: usize, columns: usize| if room >= least { columns } else { 0 };
        let (owner, due, age, left) = (wide(70, 13), wide(84, 8), wide(56, 6), wide(56, 7));
        let word = wide(56, 13);
        // Six columns of indent and sign.
        let title = room.saturating_sub(6 + word + owner + due + age + left);
        Self { word, title, owner, due, age, left }
    }

    fn head(&self) -> Row {
        let row = Row::new().column("", Role::Dim, 6).column("verdict", Role::Dim, self.word);
        let row = row.column("check", Role::Dim, self.title).column("owner", Role::Dim, self.owner);
        let row = row.column("due", Role::Dim, self.due).column(" age", Role::Dim, self.age);
        row.column(" left", Role::Dim, self.left)
    }
}

pub(super) fn row(look: &Look, line: &ChecklistLine<'_>, columns: &ChecklistColumns) -> Row {
    let mark = |fold: &SectionFold| match fold {
        SectionFold::Folded => look.palette.sign("▸ ", "> "),
        SectionFold::Open | SectionFold::Fixed => look.palette.sign("▾ ", "v "),
    };
    match line {
        ChecklistLine::Phase { phase, tally, fold } => {
            let (done, rest) = bar(tally.good as u64, tally.total as u64, 10, &look.palette);
            let role = if tally.is_good() { Role::Pass } else { Role::Accent };
            let row = Row::new().put(mark(fold), Role::Dim).put(title_of(phase), Role::Title);
            let row = row.right(format!("{} ", tally.words()), Role::Text).right(done, role);
            row.right(rest, Role::Frame)
        }
        ChecklistLine::Group { name, tally, fold, .. } => {
            let (verdict, (sign, role)) = (tally.verdict, look.palette.verdict(tally.verdict));
            let weight = if verdict == Verdict::Fail { Role::Strong } else { Role::Text };
            let row = Row::new().put("  ", Role::Text).put(mark(fold), Role::Dim);
            let row = row.put(format!("{sign} "), role).put(name, weight);
            row.right(format!("{} ", verdict.word()), role).right(tally.words(), Role::Dim)
        }
        ChecklistLine::Check { check, standing } => check_row(look, check, standing, columns),
    }
}

fn check_row(look: &Look, check: &Check, standing: &CheckStanding<'_>, columns: &ChecklistColumns) -> Row {
    let (sign, role) = look.palette.verdict(standing.verdict);
    let text = if standing.verdict == Verdict::Fail { Role::Fail } else { Role::Text };
    let title = if check.required { check.title.clone() } else { format!("{} (optional)", check.title) };
    let row = Row::new().put(format!("    {sign} "), role);
    if columns.word == 0 {
        return row.put(title, text).right(standing.verdict.word(), role);
    }
    let row = row.column(standing.verdict.word(), role, columns.word);
    let owner = check.owner.clone().unwrap_or_default();
    let (due, due_role) = look.situation().map_or((String::new(), Role::Dim), |s| due(look, s, check, standing));
    let age = standing.run.map(|run| format!("{:>4}", brief(age(look.now, run.at))));
    let left = look.situation().and_then(|s| check::left(s, check, standing)).map(|left| format!("{:>5}", brief(left)));
    let cells = [
        (owner, Role::Text, columns.owner),
        (due, due_role, columns.due),
        (age.unwrap_or_default(), Role::Dim, columns.age),
        (left.unwrap_or_default(), Role::Dim, columns.left),
    ];
    // A title that is too long for its column goes on over the empty ones behind it.
    let (empty, told): (Vec<_>, Vec<_>) = (
        cells.iter().take_while(|(cell, ..)| cell.is_empty()).collect(),
        cells.iter().skip_while(|(cell, ..)| cell.is_empty()).collect(),
    );
    let room = columns.title + empty.iter().map(|(_, _, wide)| wide).sum::<usize>();
    told.into_iter().fold(row.column(title, text, room), |row, (cell, role, wide)| row.column(cell, *role, *wide))
}

/// Says when a check that is not good is due: what gates a deploy at T-0, what verifies one at its next horizon.
fn due(look: &Look, situation: Situation<'_>, check: &Check, standing: &CheckStanding<'_>) -> (String, Role) {
    if standing.verdict.is_good_enough() {
        return (String::new(), Role::Dim);
    }
    let at = match asked_about(look, situation, &check.phase) {
        Some(env) => situation.due(env).into_iter().find(|d| d.is_open(situation.now)).map(|d| d.at),
        None if gating(situation).contains(&&check.phase) => situation.opening().and_then(|o| o.zero),
        None => None,
    };
    match at {
        Some(at) if at > look.now => (format!("in {}", brief(age(at, look.now))), Role::Text),
        Some(_) => ("now".to_owned(), Role::Warn),
        None => (String::new(), Role::Dim),
    }
}

pub(super) fn draw(look: &Look, area: Rect, buffer: &mut Buffer) {
    let is_beside = area.width >= BESIDE;
    let wide = if is_beside { area.width * 3 / 5 } else { area.width };
    let left = Rect { width: wide, ..area };
    let mut heading = heading(look, usize::from(left.width.saturating_sub(4)));
    if let Some(filter) = &look.looking.checks {
        heading = heading.put(format!("· only {} ", filter.text), Role::Accent);
    }
    let inside = frame(left, &heading, Focus::Here, buffer, &look.palette);
    let columns = ChecklistColumns::of(usize::from(inside.width));
    let rows: Vec<Row> = lines(look).iter().map(|line| row(look, line, &columns)).collect();
    if rows.is_empty() {
        let key = look.key_to(Action::App(AppAction::Back));
        let lifts = look.looking.checks.as_ref().map(|_| format!("no check matches; {key} clears the filter"));
        return Row::dim(lifts.as_deref().unwrap_or_else(|| empty(look))).draw(inside, buffer, &look.palette);
    }
    let head = u16::from(inside.height > 8 && inside.width >= 56);
    if head > 0 {
        columns.head().draw(inside, buffer, &look.palette);
    }
    let list = Rect { y: inside.y + head, height: inside.height - head, ..inside };
    let cursor = ListCursor { row: look.looking.check, attention: Focus::Here };
    // A sign of the cursor beside that of what is folded would say nothing.
    draw_long_list(rows.len(), cursor, |at| rows[at].clone(), (list, buffer, &look.palette));
    if is_beside {
        draw_beside(look, Rect { x: area.x + wide, width: area.width - wide, ..area }, buffer);
    }
}

fn draw_beside(look: &Look, area: Rect, buffer: &mut Buffer) {
    let (Some(situation), Some(line)) = (look.situation(), lines(look).into_iter().nth(look.looking.check)) else {
        return;
    };
    let columns = usize::from(area.width.saturating_sub(4));
    let (name, rows) = match &line {
        ChecklistLine::Check { check, standing } => {
            (check.name.as_str(), beside_check(look, (check, standing), columns))
        }
        ChecklistLine::Group { phase, name, .. } => {
            let all = standings(look, situation, phase);
            let of: Vec<Verdict> = all.iter().filter(|(c, _)| group_of(c) == *name).map(|(_, s)| s.verdict).collect();
            (*name, counts(look, &of))
        }
        ChecklistLine::Phase { phase, .. } => {
            let all = standings(look, situation, phase);
            (title_of(phase), counts(look, &all.iter().map(|(_, s)| s.verdict).collect::<Vec<_>>()))
        }
    };
    let heading = Row::new().put(format!(" {name} "), Role::Title);
    let inside = frame(area, &heading, Focus::Elsewhere, buffer, &look.palette);
    draw_page(&rows, 0, inside, buffer, &look.palette);
}

fn beside_check(look: &Look, (check, standing): (&Check, &CheckStanding<'_>), columns: usize) -> Vec<Row> {
    let Some(situation) = look.situation() else { return Vec::new() };
    let mut rows = check::about(look, situation, check, columns);
    rows.extend(standing.run.into_iter().flat_map(|run| evidence::lines(look, &run.evidence, columns)));
    rows
}

/// Returns how many there are of each verdict.
fn counts(look: &Look, verdicts: &[Verdict]) -> Vec<Row> {
    let count = |verdict: Verdict| verdicts.iter().filter(|v| **v == verdict).count();
    let present = Verdict::ALL.iter().copied().filter(|v| count(*v) > 0);
    present
        .map(|verdict| {
            let (sign, role) = look.palette.verdict(verdict);
            let row = Row::new().put(format!("{:>3} ", count(verdict)), Role::Strong);
            row.put(format!("{sign} "), role).put(verdict.word(), role)
        })
        .collect()
}
