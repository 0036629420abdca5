//! The checklist: each group with how much of it is good, and what is not, named.

use crate::cockpit::state::{State, Zoom};
use crate::cockpit::widgets::{Attention, Cursor, Row, bar, draw_list, frame};
use crate::config::theme::Role;
use crate::domain::names::{CheckName, EnvName, Phase};
use crate::domain::plan::Check;
use crate::domain::situation::{Situation, Standing};
use crate::domain::time::{age, brief};
use crate::domain::verdict::Verdict;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// A line of the checklist.
pub(crate) enum Line<'a> {
    /// A phase, shown where there is more than one.
    Phase { phase: &'a Phase, good: usize, total: usize },
    /// A group of checks.
    Group { name: &'a str, good: usize, total: usize, verdict: Verdict },
    /// A check.
    Check { check: &'a Check, standing: Standing<'a> },
}

/// Returns the check that is selected, where a check is.
pub(crate) fn selected(state: &State) -> Option<&Check> {
    let all = rows(state);
    let at = state.panes.check.min(all.len().saturating_sub(1));
    // On a group's own line, the keys are about the first check that is shown under it.
    all.into_iter().skip(at).find_map(|line| match line {
        Line::Check { check, .. } => Some(check),
        Line::Phase { .. } | Line::Group { .. } => None,
    })
}

/// Returns the checks that can be run and are not good, of the phases that gate something.
pub(crate) fn lacking(state: &State) -> Vec<CheckName> {
    let Some(situation) = state.situation() else { return Vec::new() };
    let phases = gating(situation);
    let checks = phases.into_iter().flat_map(|phase| situation.plan.checks_of(phase));
    let wanted = checks.filter(|c| {
        let verdict = situation.standing(c, None).verdict;
        c.way.is_runnable() && verdict != Verdict::Pass && verdict != Verdict::Running
    });
    wanted.map(|c| c.name.clone()).collect()
}

/// Returns the lines: what is not good by name, or all of them when the pane has the whole screen.
pub(crate) fn rows(state: &State) -> Vec<Line<'_>> {
    let Some(situation) = state.situation() else { return Vec::new() };
    let all = state.panes.zoom == Zoom::Alone;
    let phases: Vec<&Phase> = if all { situation.plan.phases.iter().collect() } else { gating(situation) };
    let phases: Vec<&Phase> = phases.into_iter().filter(|p| situation.plan.checks_of(p).next().is_some()).collect();
    let mut lines = Vec::new();
    for phase in &phases {
        let env = asked_about(state, situation, phase);
        let standings: Vec<_> = situation.plan.checks_of(phase).map(|c| (c, situation.standing(c, env))).collect();
        if phases.len() > 1 {
            let good = standings.iter().filter(|(_, s)| s.verdict.is_good_enough()).count();
            lines.push(Line::Phase { phase, good, total: standings.len() });
        }
        push_groups(&mut lines, standings, all);
    }
    lines
}

fn push_groups<'a>(lines: &mut Vec<Line<'a>>, standings: Vec<(&'a Check, Standing<'a>)>, all: bool) {
    let mut names: Vec<&str> = Vec::new();
    for (check, _) in &standings {
        let name = group_of(check);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    for name in names {
        let of_group = || standings.iter().filter(move |(c, _)| group_of(c) == name);
        let good = of_group().filter(|(_, s)| s.verdict.is_good_enough()).count();
        let verdict = of_group().map(|(_, s)| s.verdict).fold(Verdict::Pass, Verdict::and);
        lines.push(Line::Group { name, good, total: of_group().count(), verdict });
        let shown = of_group().filter(|(_, s)| all || (s.verdict != Verdict::Pass && s.verdict != Verdict::Pending));
        lines.extend(shown.map(|(check, standing)| Line::Check { check, standing: standing.clone() }));
    }
}

fn group_of(check: &Check) -> &str {
    check.group.as_deref().unwrap_or(check.phase.as_str())
}

/// Returns the phases that some environment's gate waits for, in the plan's order; every phase where none does.
fn gating(situation: Situation<'_>) -> Vec<&Phase> {
    let plan = situation.plan;
    let gated: Vec<&Phase> =
        plan.phases.iter().filter(|p| plan.environments.iter().any(|e| e.gate.contains(p))).collect();
    if gated.is_empty() { plan.phases.iter().collect() } else { gated }
}

/// The checks of a verification are about the selected environment, where it has them.
fn asked_about<'a>(state: &'a State, situation: Situation<'_>, phase: &Phase) -> Option<&'a EnvName> {
    if gating(situation).contains(&phase) {
        return None;
    }
    let environment = state.environment()?;
    let is_verified = |c: &Check| environment.verify.iter().any(|v| v == c.name.as_str());
    situation.plan.checks_of(phase).any(is_verified).then_some(&environment.name)
}

pub(crate) fn draw(state: &State, attention: Attention, area: Rect, buffer: &mut Buffer) {
    let inside = frame(area, &heading(state), attention, buffer, &state.palette);
    let lines: Vec<Row> = rows(state).iter().map(|line| row(state, line)).collect();
    if lines.is_empty() {
        let empty = if state.world.is_some() { "the plan has no checks" } else { "reading the journal…" };
        return Row::dim(empty).draw(inside, buffer, &state.palette);
    }
    draw_list(&lines, Cursor { row: state.panes.check, attention }, inside, buffer, &state.palette);
}

fn heading(state: &State) -> Row {
    let row = Row::new().put(" Checklist ", Role::Title);
    let Some(situation) = state.situation() else { return row };
    let phases = gating(situation);
    let row = match phases.as_slice() {
        [one] => row.put(format!("· {} ", title_of(one)), Role::Title),
        _ => row,
    };
    let checks = || phases.iter().flat_map(|p| situation.plan.checks_of(p));
    let (total, good) =
        (checks().count(), checks().filter(|c| situation.standing(c, None).verdict.is_good_enough()).count());
    let (done, rest) = bar(good as u64, total as u64, 10, &state.palette);
    let role = if good == total { Role::Pass } else { Role::Accent };
    row.right(format!(" {good}/{total} "), Role::Strong)
        .right(done, role)
        .right(rest, Role::Frame)
        .right(" ", Role::Text)
}

/// Returns how people call a phase.
pub(crate) fn title_of(phase: &Phase) -> &str {
    match phase.as_str() {
        "pre-deploy" => "before deploy",
        "post-deploy" => "after deploy",
        other => other,
    }
}

fn row(state: &State, line: &Line<'_>) -> Row {
    match line {
        Line::Phase { phase, good, total } => {
            Row::new().put(title_of(phase), Role::Title).right(format!("{good}/{total}"), Role::Dim)
        }
        Line::Group { name, good, total, verdict } => {
            let (sign, role) = state.palette.verdict(*verdict);
            let weight = if *verdict == Verdict::Fail { Role::Strong } else { Role::Text };
            let row = Row::new().put(format!("{sign} "), role).put(name, weight);
            let row = if matches!(verdict, Verdict::Pass | Verdict::Fail) {
                row
            } else {
                row.right(format!("{}  ", verdict.word()), role)
            };
            row.right(format!("{good}/{total}"), if good == total { Role::Dim } else { Role::Text })
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
