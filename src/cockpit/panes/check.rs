//! One check: what it asks, where it stands, who said what, and every run of it, the newest first, with its evidence.

use super::evidence;
use super::offers::{OPEN, WAIVE, and_ways};
use super::page::{Enter, Page};
use crate::action::{Action, CheckAction};
use crate::look::Look;
use crate::settings::theme::Role;
use crate::view::View;
use crate::widgets::{Focus, ListCursor, Row, draw_list, draw_page, fold_lines, frame, width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::time::Duration;
use tminus_core::names::{CheckName, Version};
use tminus_core::plan::Check;
use tminus_core::release::CheckRun;
use tminus_core::seat::is_one;
use tminus_core::situation::{CheckStanding, Situation};
use tminus_core::time::{age, brief};
use tminus_core::verdict::Verdict;

/// The page of a check.
pub(crate) struct CheckPage<'a>(pub(super) &'a CheckName);

impl Page for CheckPage<'_> {
    fn name(&self) -> String {
        format!("check {}", self.0)
    }

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        let name = self.0;
        let heading = Row::new().put(format!(" Check · {name} "), Role::Title);
        let found = look.situation().and_then(|s| Some((s, s.plan.check(name)?)));
        let Some((situation, check)) = found else {
            let inside = frame(area, &heading, Focus::Here, buffer, &look.palette);
            let says = if look.world.is_some() { "the plan no longer has it" } else { "reading the journal…" };
            return Row::text(says).draw(inside, buffer, &look.palette);
        };
        let shown = ShownCheck { look, situation, check, runs: runs(look, name) };
        if area.width < BESIDE {
            let inside = frame(area, &heading, Focus::Here, buffer, &look.palette);
            let rest = shown.draw_about(inside, buffer);
            let few = (shown.runs.len() as u16).min((rest.height / 3).max(3));
            shown.draw_runs(Rect { height: few.min(rest.height), ..rest }, buffer);
            return shown.draw_evidence(below(rest, few + 1), buffer);
        }
        let left = Rect { width: area.width * 11 / 20, ..area };
        let right = Rect { x: area.x + left.width, width: area.width - left.width, ..area };
        let inside = frame(left, &heading, Focus::Here, buffer, &look.palette);
        let rest = shown.draw_about(inside, buffer);
        shown.draw_runs(rest, buffer);
        let run = selected(look, &shown.runs);
        let which = run.map(|run| format!("· {} ", look.time_of_day(run.at))).unwrap_or_default();
        let heading = Row::new().put(" Evidence ", Role::Title).put(which, Role::Dim);
        let heading = heading.right(run.map(|r| format!(" fact {} ", r.seq)).unwrap_or_default(), Role::Dim);
        let inside = frame(right, &heading, Focus::Elsewhere, buffer, &look.palette);
        shown.draw_evidence(inside, buffer);
    }

    fn keys(&self, _: &Look) -> Vec<Action> {
        let answers = [CheckAction::Run, CheckAction::Answer].map(Action::Check);
        let cancel = Action::Check(CheckAction::Cancel);
        and_ways(answers.into_iter().chain([WAIVE, OPEN, cancel]))
    }

    fn rows(&self, look: &Look) -> Vec<Row> {
        runs(look, self.0).into_iter().map(|run| run_row(look, run)).collect()
    }

    fn enter(&self, look: &Look) -> Enter {
        selected(look, &runs(look, self.0)).map(|run| View::Evidence(run.seq)).into()
    }
}

/// From this many columns on, the evidence stands beside the runs.
const BESIDE: u16 = 120;

/// A run, and the release that it was of.
type ReleaseRun<'a> = (&'a Version, &'a CheckRun);

/// Returns the runs at hand of every release, the newest first.
fn runs<'a>(look: &'a Look, name: &CheckName) -> Vec<ReleaseRun<'a>> {
    look.world.as_ref().map(|world| world.release.runs_of(name).collect()).unwrap_or_default()
}

fn selected<'a>(look: &Look, runs: &[ReleaseRun<'a>]) -> Option<&'a CheckRun> {
    runs.get(look.spot().row.min(runs.len().saturating_sub(1))).map(|(_, run)| *run)
}

/// Returns the run on the screen whose output is kept in a file, with its release and its check.
pub(crate) fn output_in_sight(look: &Look) -> Option<(Version, CheckName, u64)> {
    let release = &look.world.as_ref()?.release;
    let has_file = |run: &CheckRun| run.evidence.output.as_ref().is_some_and(|kept| kept.file().is_some());
    let found = |name: &CheckName, (version, run): ReleaseRun<'_>| (version.clone(), name.clone(), run.seq);
    if let View::Evidence(seq) = look.view() {
        let names = release.checks.values().flat_map(|checks| checks.keys());
        return names
            .flat_map(|name| release.runs_of(name).map(move |of| (name, of)))
            .find(|(_, (_, run))| run.seq == *seq && has_file(run))
            .map(|(name, of)| found(name, of));
    }
    let name = look.view().check()?;
    let runs = runs(look, name);
    let of = *runs.get(look.spot().row.min(runs.len().saturating_sub(1)))?;
    has_file(of.1).then(|| found(name, of))
}

fn run_row(look: &Look, (version, run): ReleaseRun<'_>) -> Row {
    let (word, (sign, role)) = match evidence::is_changed(look, &run.evidence) {
        true => ("changed", look.palette.verdict(Verdict::NoData)),
        false => (run.verdict.word(), look.palette.verdict(run.verdict)),
    };
    let row = Row::new().put(format!("{sign} "), role).column(word, role, 13);
    let row = if *version == look.version { row } else { row.column(version.as_str(), Role::Dim, 10) };
    let row = row.put(format!("{:>4}  ", brief(age(look.now, run.at))), Role::Dim);
    let row = row.column(run.who.name.as_str(), Role::Accent, 9);
    let row = match (&run.env, &run.evidence.commit) {
        (Some(env), _) => row.column(env.as_str(), Role::Dim, 12),
        (None, Some(commit)) => row.column(commit.short(), Role::Dim, 12),
        (None, None) => row,
    };
    row.put(&*run.evidence.found, Role::Text)
}

/// What the page shows, and where its evidence stands.
struct ShownCheck<'a> {
    look: &'a Look,
    situation: Situation<'a>,
    check: &'a Check,
    runs: Vec<ReleaseRun<'a>>,
}

const fn below(area: Rect, by: u16) -> Rect {
    let by = if by > area.height { area.height } else { by };
    Rect { y: area.y + by, height: area.height - by, ..area }
}

impl ShownCheck<'_> {
    /// Draws what the check is, and returns what is left for its runs.
    fn draw_about(&self, area: Rect, buffer: &mut Buffer) -> Rect {
        let palette = &self.look.palette;
        let about = about(self.look, self.situation, self.check, usize::from(area.width));
        // The selected run stays to be seen on the smallest screen: a heading and three of them at least.
        let least = 1 + self.runs.len().clamp(1, 3) as u16;
        let tall = (about.len() as u16).min(area.height.saturating_sub(least));
        let hidden = about.len() - usize::from(tall);
        about.iter().take(usize::from(tall)).enumerate().for_each(|(at, row)| {
            row.draw(Rect { y: area.y + at as u16, height: 1, ..area }, buffer, palette);
        });
        let rest = below(area, tall);
        let count = match self.runs.len() {
            1 => "One run".to_owned(),
            count => format!("{count} runs, the newest first"),
        };
        let more = if hidden > 1 { format!("{hidden} lines more on a taller screen") } else { String::new() };
        Row::heading(count).right(more, Role::Dim).draw(rest, buffer, palette);
        below(rest, 1)
    }

    fn draw_runs(&self, area: Rect, buffer: &mut Buffer) {
        let look = self.look;
        if self.runs.is_empty() {
            return Row::dim("not run yet").draw(area, buffer, &look.palette);
        }
        let rows: Vec<Row> = self.runs.iter().map(|run| run_row(look, *run)).collect();
        let cursor = ListCursor { row: look.spot().row, attention: Focus::Here };
        draw_list(&rows, cursor, area, buffer, &look.palette);
    }

    fn draw_evidence(&self, area: Rect, buffer: &mut Buffer) {
        let Some(run) = selected(self.look, &self.runs).filter(|_| area.height > 0) else { return };
        let lines = evidence::lines(self.look, &run.evidence, usize::from(area.width));
        draw_page(&lines, 0, area, buffer, &self.look.palette);
    }
}

/// Returns what the check is, where it stands, and what people decided about it.
pub(super) fn about(look: &Look, situation: Situation<'_>, check: &Check, columns: usize) -> Vec<Row> {
    let newest = situation.release.checks.get(situation.version).and_then(|c| c.get(&check.name)?.newest());
    let standing = situation.standing(check, newest.and_then(|r| r.env.as_ref()));
    let (sign, role) = look.palette.verdict(standing.verdict);
    let mut rows = vec![Row::new().put(&check.title, Role::Strong)];
    let word = format!("{sign} {}  ", standing.verdict.word());
    let indent = width(&word);
    let why = fold_lines(&standing.why, columns.saturating_sub(indent));
    rows.extend(why.iter().enumerate().map(|(at, line)| match at {
        0 => Row::new().put(&word, role).put(line, Role::Text),
        _ => Row::text(format!("{}{line}", " ".repeat(indent))),
    }));
    if let Some(line) = look.live.checks.get(&check.name).filter(|_| standing.verdict == Verdict::Running) {
        rows.push(Row::labelled("output", line));
    }
    rows.extend(waivers(situation, check, columns));
    rows.push(Row::new());
    rows.extend(rules(situation, check, &standing));
    rows.extend(people(look, situation, check));
    rows.push(Row::new());
    rows
}

fn rules(situation: Situation<'_>, check: &Check, standing: &CheckStanding<'_>) -> Vec<Row> {
    let group = check.group.as_ref().map(|g| format!(" · {g}")).unwrap_or_default();
    let mut rows = vec![Row::labelled("phase", format!("{}{group}", check.phase.as_str()))];
    rows.extend(check.owner.as_ref().map(|o| Row::labelled("owner", o)));
    if let Some(holds) = holds(situation, check, standing) {
        rows.push(Row::labelled("holds for", holds));
    }
    let how = match check.way.people() {
        0 => check.way.word(),
        1 => "a person says so (m)",
        _ => "two people say so (m)",
    };
    rows.push(Row::labelled("found by", how));
    if !check.needs.is_empty() {
        let names: Vec<&str> = check.needs.iter().map(CheckName::as_str).collect();
        rows.push(Row::labelled("after", names.join(", ")));
    }
    rows.extend((!check.required).then(|| Row::labelled("required", "no: shown, does not gate")));
    rows
}

/// Says for how long a verdict holds, and how much of that is left.
fn holds(situation: Situation<'_>, check: &Check, standing: &CheckStanding<'_>) -> Option<String> {
    let left = left(situation, check, standing).map(|left| format!(", {} left", brief(left))).unwrap_or_default();
    let fresh = match standing.run {
        Some(run) => situation.holds_for(check, run)?,
        None => check.fresh?,
    };
    Some(format!("{fresh}{left}"))
}

/// Returns for how long a verdict that counts now still holds; nothing where it holds for ever.
pub(super) fn left(situation: Situation<'_>, check: &Check, standing: &CheckStanding<'_>) -> Option<Duration> {
    let run = standing.run.filter(|_| matches!(standing.verdict, Verdict::Pass | Verdict::Fail))?;
    let until = situation.holds_for(check, run)?.after(run.at);
    Some(age(until, situation.now))
}

/// Returns the waivers that were given for it, with their reasons, and whether they count.
fn waivers(situation: Situation<'_>, check: &Check, columns: usize) -> Vec<Row> {
    let given = situation.release.waivers.iter().rev();
    let given = given.filter(|w| &w.release == situation.version && w.item == check.name.as_str());
    let says = given.map(|w| {
        let counts = situation.waiver(&w.env, &w.item).is_some_and(|counting| counting.seq == w.seq);
        let ended = if counts { "" } else { " (it no longer counts)" };
        let ago = brief(age(situation.now, w.at));
        (counts, format!("waived in {} by {}, {ago} ago{ended}: {}", w.env, w.who.label(), w.reason))
    });
    let rows = says.flat_map(|(counts, says)| {
        let role = if counts { Role::Warn } else { Role::Dim };
        let folded = fold_lines(&says, columns);
        folded.into_iter().map(move |line| Row::new().put(line, role)).collect::<Vec<_>>()
    });
    rows.collect()
}

/// Returns who said yes where two must, since anybody last said no, on this commit.
fn people(look: &Look, situation: Situation<'_>, check: &Check) -> Vec<Row> {
    if check.way.people() < 2 {
        return Vec::new();
    }
    let commit = situation.opening().map(|o| &o.commit);
    let runs = runs(look, &check.name).into_iter().filter(|(version, _)| *version == situation.version);
    let since_no = runs.map(|(_, run)| run).take_while(|run| run.verdict != Verdict::Fail);
    let mut said: Vec<&CheckRun> = Vec::new();
    for run in since_no.filter(|run| run.evidence.commit.as_ref() == commit) {
        if said.iter().all(|other| !is_one(&other.who, &run.who)) {
            said.push(run);
        }
    }
    let mut rows: Vec<Row> = said
        .iter()
        .rev()
        .map(|run| {
            let note = run.evidence.tail.trim();
            let note = if note.is_empty() { String::new() } else { format!(": {note}") };
            Row::labelled("said yes", format!("{} at {}{note}", run.who.label(), look.time_of_day(run.at)))
        })
        .collect();
    if said.len() < 2 {
        let missing = if said.is_empty() { "two people must look" } else { "another person must look too" };
        rows.push(Row::label("").put(missing, Role::Warn));
    }
    rows
}
