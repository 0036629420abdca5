//! One check: what it asks, what was found, the evidence, and its earlier runs.

use super::page::page;
use crate::cockpit::state::State;
use crate::cockpit::widgets::{Row, fold_lines};
use crate::config::theme::Role;
use crate::domain::names::CheckName;
use crate::domain::plan::{Check, Way};
use crate::domain::release::CheckRun;
use crate::domain::time::{age, brief};
use crate::domain::verdict::Evidence;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub(crate) fn draw(state: &State, name: &CheckName, area: Rect, buffer: &mut Buffer) {
    let heading = Row::new().put(format!(" Check · {name} "), Role::Title);
    page(state, &heading, &rows(state, name), area, buffer);
}

pub(crate) fn rows(state: &State, name: &CheckName) -> Vec<Row> {
    let Some(situation) = state.situation() else { return Vec::new() };
    let Some(check) = situation.plan.check(name) else { return vec![Row::text("the plan no longer has it")] };
    let runs = situation.release.checks.get(situation.version).and_then(|c| c.get(name));
    let newest = runs.and_then(|r| r.newest());
    let standing = situation.standing(check, newest.and_then(|r| r.env.as_ref()));
    let (sign, role) = state.palette.verdict(standing.verdict);
    let wide = usize::from(state.size.0.saturating_sub(18));
    let mut rows = vec![
        Row::new().put(&check.title, Role::Strong),
        Row::new()
            .put(format!("{sign} {}", standing.verdict.word()), role)
            .put(format!("  {}", standing.why), Role::Text),
        Row::new(),
    ];
    if let Some(line) =
        state.live.checks.get(name).filter(|_| standing.verdict == crate::domain::verdict::Verdict::Running)
    {
        rows.push(Row::labelled("output", line));
    }
    rows.extend(rules(check));
    if let Some(run) = newest {
        rows.push(Row::new());
        rows.extend(evidence(state, run, wide));
    }
    rows.extend(history(state, runs.map(|r| r.runs.as_slice()).unwrap_or_default()));
    rows
}

fn rules(check: &Check) -> Vec<Row> {
    let mut rows = vec![Row::labelled("phase", check.phase.as_str())];
    rows.extend(check.owner.as_ref().map(|o| Row::labelled("owner", o)));
    rows.extend(check.fresh.map(|f| Row::labelled("holds for", f.to_string())));
    let how = match &check.way {
        Way::Manual { four_eyes: true } => "two people say so (m)",
        Way::Manual { four_eyes: false } => "a person says so (m)",
        way => way.word(),
    };
    rows.push(Row::labelled("found by", how));
    rows.extend((!check.required).then(|| Row::labelled("required", "no: shown, does not gate")));
    rows
}

fn evidence(state: &State, run: &CheckRun, wide: usize) -> Vec<Row> {
    let Evidence {
        asked,
        expected,
        found,
        numbers,
        tail,
        sha256,
        bytes,
        by,
        host,
        began,
        took,
        commit,
        env,
        digest,
        ..
    } = &run.evidence;
    let mut rows = vec![Row::heading("Evidence")];
    for (label, text) in [("asked", asked), ("expected", expected), ("found", found)] {
        rows.extend(
            fold_lines(text, wide)
                .iter()
                .enumerate()
                .map(|(at, line)| Row::labelled(if at == 0 { label } else { "" }, line)),
        );
    }
    for number in numbers {
        let limit = number.limit.as_deref().map(|l| format!("  ({l})")).unwrap_or_default();
        let samples = number.samples.map(|s| format!("  from {s}")).unwrap_or_default();
        rows.push(Row::labelled(&number.name, format!("{}{limit}{samples}", number.shown)));
    }
    rows.push(Row::labelled("when", format!("{}, took {took}", state.date_and_time(*began))));
    rows.push(Row::labelled("by", format!("{by} on {host}")));
    rows.extend(commit.as_ref().map(|c| Row::labelled("commit", c.short())));
    rows.extend(env.as_ref().map(|e| Row::labelled("environment", e.as_str())));
    rows.extend(digest.as_ref().map(|d| Row::labelled("digest", d.short())));
    if !tail.trim().is_empty() {
        let short = sha256.get(..12).unwrap_or(sha256);
        rows.push(Row::labelled("came back", format!("{bytes} bytes, sha256 {short}…, its end:")));
        rows.extend(tail.lines().map(|line| Row::new().put("  ", Role::Text).put(line, Role::Dim)));
    }
    rows
}

fn history(state: &State, runs: &[CheckRun]) -> Vec<Row> {
    if runs.len() < 2 {
        return Vec::new();
    }
    let mut rows = vec![Row::new(), Row::heading("Earlier")];
    rows.extend(runs.iter().rev().skip(1).map(|run| {
        let (sign, role) = state.palette.verdict(run.verdict);
        let row = Row::new().put(format!("{sign} "), role).column(run.verdict.word(), role, 13);
        row.put(format!("{} ago by {}  ", brief(age(state.now, run.at)), run.who.name), Role::Dim)
            .put(&run.evidence.found, Role::Text)
    }));
    rows
}
