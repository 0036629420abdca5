//! An action while it runs, stands still, or after: its steps with their times, the output of one, and what can be done.

use super::offers::{and_ways, of_run};
use super::page::{Enter, Page};
use super::shown_step::{ShownStep, shown};
use super::silence::silence;
use super::{actions, ending, environment, output};
use crate::action::Action;
use crate::look::Look;
use crate::settings::theme::Role;
use crate::spot::Zoom;
use crate::widgets::{Focus, ListCursor, Row, bar, cut, draw_list, draw_page, frame};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_core::names::ActionId;
use tminus_core::order::Progress;
use tminus_core::release::{ActionState, StepPhase, StepState};
use tminus_core::time::{age, brief};

/// An action, its steps and the output of one.
pub(crate) struct RunPage<'a>(pub(super) &'a ActionId);

impl Page for RunPage<'_> {
    fn name(&self) -> String {
        self.0.to_string()
    }

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        let id = self.0;
        let Some(action) = look.action(id) else {
            let heading = Row::new().put(format!(" {id} "), Role::Title);
            let inside = frame(area, &heading, Focus::Here, buffer, &look.palette);
            return Row::dim("not in the journal yet").draw(inside, buffer, &look.palette);
        };
        if look.spot().zoom == Zoom::Alone {
            return output::draw(look, action, Focus::Here, area, buffer);
        }
        let ending = ending::rows(look, action, usize::from(area.width.saturating_sub(4)));
        let (tall, low) = heights(action, area, ending.len());
        let steps = Rect { height: tall, ..area };
        let between = Rect { y: area.y + tall, height: area.height.saturating_sub(tall + low), ..area };
        let beneath = Rect { y: area.bottom().saturating_sub(low), height: low, ..area };
        draw_steps(look, action, steps, buffer);
        let there = Rect { height: between.height - draw_there(look, action, between, buffer), ..between };
        output::draw(look, action, Focus::Elsewhere, there, buffer);
        if low > 0 {
            ending::draw(look, action, &ending, beneath, buffer);
        }
    }

    fn keys(&self, look: &Look) -> Vec<Action> {
        and_ways(of_run(look))
    }

    fn rows(&self, look: &Look) -> Vec<Row> {
        let steps = look.action(self.0).into_iter().flat_map(|action| &action.steps);
        steps.map(|s| Row::text(format!("{}  {}", s.step.title, s.summary).trim_end())).collect()
    }

    fn enter(&self, _: &Look) -> Enter {
        Enter::Alone
    }

    fn action<'l>(&self, look: &'l Look) -> Option<&'l ActionState> {
        look.action(self.0)
    }
}

/// From so many columns on, a step says when it began, and its bar has a number beside it.
const WIDE: usize = 100;
const ROOMY: usize = 60;
/// Under so many lines only what matters most is shown: what went wrong, else the steps.
const LOW: u16 = 14;

/// Draws what runs there now beneath the output, where that leaves lines empty; returns how many it took.
fn draw_there(look: &Look, action: &ActionState, area: Rect, buffer: &mut Buffer) -> u16 {
    let found = look.situation().zip(action.proposal.request.env());
    let Some((situation, environment)) = found.and_then(|(s, env)| Some((s, s.plan.environment(env)?))) else {
        return 0;
    };
    let columns = usize::from(area.width.saturating_sub(4));
    let rows = environment::running_now(look, situation, environment, columns);
    let needed = |lines: usize| u16::try_from(lines + 2).unwrap_or(u16::MAX);
    let (low, output) = (needed(rows.len()), needed(output::count(look, action, columns).max(1)));
    if rows.is_empty() || low.saturating_add(output) > area.height {
        return 0;
    }
    let place = Rect { y: area.bottom() - low, height: low, ..area };
    let heading = Row::new().put(format!(" {} now ", environment.name), Role::Title);
    let inside = frame(place, &heading, Focus::Elsewhere, buffer, &look.palette);
    draw_page(&rows, 0, inside, buffer, &look.palette);
    low
}

/// Parts the height among the steps, the output and the ending; on a low screen the output gives way first.
fn heights(action: &ActionState, area: Rect, ending: usize) -> (u16, u16) {
    let steps = u16::try_from(action.steps.len()).unwrap_or(u16::MAX).saturating_add(2).max(3);
    let ending = if ending == 0 { 0 } else { u16::try_from(ending).unwrap_or(u16::MAX).saturating_add(2) };
    if area.height < LOW {
        let low = if ending == 0 { 0 } else { ending.clamp(5, area.height.saturating_sub(3).max(5)).min(area.height) };
        let rest = area.height.saturating_sub(low);
        // With nothing to decide the steps leave some lines to the output.
        let tall = if low > 0 { rest } else { steps.min((rest / 2 + 1).max(3)).min(rest) };
        return (tall, low);
    }
    let tall = steps.clamp(3, (area.height / 2).max(3)).min(area.height);
    let low = ending.min(area.height - tall);
    // Too little for the output is the steps'.
    let left = area.height - tall - low;
    (if left < 3 { tall + left } else { tall }, low)
}

fn draw_steps(look: &Look, action: &ActionState, area: Rect, buffer: &mut Buffer) {
    let heading = heading(look, action, usize::from(area.width.saturating_sub(4)));
    let inside = frame(area, &heading, Focus::Here, buffer, &look.palette);
    let wide = usize::from(inside.width);
    let rows: Vec<Row> =
        action.steps.iter().enumerate().map(|(at, step)| step_row(look, action, (at, step), wide)).collect();
    let shown = shown(look, action);
    let attention = match shown {
        ShownStep::Chosen(_) => Focus::Here,
        ShownStep::Current(_) => Focus::Elsewhere,
    };
    draw_list(&rows, ListCursor { row: shown.at(), attention }, inside, buffer, &look.palette);
    if rows.is_empty() {
        Row::dim("it has not begun").draw(inside, buffer, &look.palette);
    }
}

/// Writes what is done and where it stands, as much of it as has room; where it is done stands in every title.
fn heading(look: &Look, action: &ActionState, room: usize) -> Row {
    let (sign, role, word) = actions::standing(action, look);
    let title = |what: String| Row::new().put(format!(" {what} "), Role::Title);
    let whole = || title(actions::what(action));
    let short = || title(actions::what_shortly(action));
    let (stands, sign) = (format!(" {sign} {word} "), format!(" {sign} "));
    let time = format!("{} ", elapsed(look, action));
    let quiet = silence(look, action);
    let quiet = |says: &str| quiet.as_ref().map(|quiet| format!("· {says} {quiet} ")).unwrap_or_default();
    let (told, briefly) = (quiet("no word for"), quiet("silent"));
    let all = [
        (whole().put(format!("· {} ", action.id), Role::Dim), &stands, &told, time.as_str()),
        (whole(), &stands, &told, &time),
        (short(), &stands, &told, &time),
        (short(), &stands, &briefly, &time),
        (short(), &stands, &briefly, ""),
        (short(), &sign, &briefly, ""),
    ];
    let all =
        all.map(|(row, stands, quiet, time)| row.right(stands, role).right(quiet, Role::Warn).right(time, Role::Dim));
    let [.., shortest] = &all;
    all.iter().find(|row| row.needs() <= room).unwrap_or(shortest).clone()
}

fn elapsed(look: &Look, action: &ActionState) -> String {
    let Some((began, _)) = &action.started else { return String::new() };
    let until = action.ended.as_ref().map_or(look.now, |e| e.at);
    brief(age(until, *began))
}

fn step_row(look: &Look, action: &ActionState, (at, step): (usize, &StepState), wide: usize) -> Row {
    // A step that measured something bad is done, and is not green.
    let measured = step.verdict.map(|verdict| look.palette.verdict(verdict));
    let (sign, role) = measured.unwrap_or_else(|| look.palette.phase(step.phase));
    let title = if step.phase == StepPhase::Waiting { Role::Dim } else { Role::Text };
    let begin = Row::new().put(format!("{sign} "), role);
    let row = begin.clone().put(&step.step.title, title);
    if wide < ROOMY {
        let is_measured = step.verdict.is_some() && !step.summary.is_empty();
        return match is_measured {
            true => measured_row(look, step, (begin, row), wide),
            false => narrow_row(look, action, (at, step), (row, wide)),
        };
    }
    let row = if step.attempts > 1 { row.put(format!("  attempt {}", step.attempts), Role::Warn) } else { row };
    let live = look.live.step(&action.id, at).filter(|_| step.phase == StepPhase::Running);
    let row = match live.and_then(|l| l.share()) {
        Some(counted) => share(look, row, counted, wide),
        None if step.phase != StepPhase::Waiting && !step.summary.is_empty() => {
            row.put(format!("  {}", step.summary), Role::Dim)
        }
        None => row,
    };
    let row = match step.verdict {
        Some(verdict) => {
            let (sign, role) = look.palette.verdict(verdict);
            row.right(format!("{sign} {}  ", verdict.word()), role)
        }
        None => row,
    };
    times(look, step, row, wide)
}

/// What was measured stands behind its title where it fits, else before it: what came out matters more.
fn measured_row(look: &Look, step: &StepState, (begin, titled): (Row, Row), wide: usize) -> Row {
    /// How much of a title is left in any case.
    const TITLE: usize = 10;
    let behind = titled.put(format!("  {}", step.summary), Role::Dim);
    if behind.needs() <= wide {
        return behind;
    }
    let room = wide.saturating_sub(begin.width() + 2 + TITLE);
    let found = cut(&step.summary, room, look.palette.signs);
    begin.put(found, Role::Strong).put("  ", Role::Text).put(&step.step.title, Role::Dim)
}

/// A narrow screen has room for what is done, and for how far it is or how long it took where that fits behind it.
fn narrow_row(look: &Look, action: &ActionState, (at, step): (usize, &StepState), (row, wide): (Row, usize)) -> Row {
    let live = look.live.step(&action.id, at).filter(|_| step.phase == StepPhase::Running);
    let with = match live.and_then(|l| l.share()) {
        Some(counted) => share(look, row.clone(), counted, wide),
        None => match step.verdict {
            Some(verdict) => {
                let (sign, role) = look.palette.verdict(verdict);
                row.clone().right(format!("{sign} {}  ", verdict.word()), role)
            }
            None => row.clone(),
        },
    };
    let timed = times(look, step, with.clone(), wide);
    let fitting = [timed, with].into_iter().find(|row| row.needs() <= wide);
    fitting.unwrap_or(row)
}

/// What is counted while a container crashes again and again: the more of them, the less has been done.
const RESTARTS: &str = "restarts";

/// Writes how far a step has come, and what is counted: a bar where there is room, a number anywhere.
fn share(look: &Look, row: Row, (done, total, of): (u64, u64, &str), wide: usize) -> Row {
    /// What the time at the right edge needs where it stands alone.
    const TIME: usize = 6;
    if of == RESTARTS {
        return row.put(format!("  {done} {of}"), Role::Warn);
    }
    let percent = (done.min(total) * 100).checked_div(total).unwrap_or(0);
    let amount = Progress::amount(done, total, of);
    if wide < ROOMY {
        return row.right(format!("{percent} %  "), Role::Busy);
    }
    let (filled, rest) = bar(done, total, if wide >= WIDE { 24 } else { 12 }, &look.palette);
    let barred = row.clone().put("  ", Role::Text).put(filled, Role::Busy).put(rest, Role::Frame);
    let barred = barred.put(format!(" {percent:>3} %"), Role::Busy);
    // What is counted is told whole, or not at all; the bar gives way before it.
    let counted = [barred.clone(), row].map(|row| row.put("  ", Role::Text).put(&amount, Role::Dim));
    counted.into_iter().find(|row| row.width() + TIME <= wide || wide >= WIDE).unwrap_or(barred)
}

/// Writes how long a step took, or since when it runs.
fn times(look: &Look, step: &StepState, row: Row, wide: usize) -> Row {
    let Some(began) = step.began else { return row };
    let time = brief(age(step.ended.unwrap_or(look.now), began));
    match (step.ended, wide >= WIDE) {
        (Some(_), true) => row.right(format!("{}  took {time:>5}", look.time_of_day(began)), Role::Dim),
        (None, true) => row.right(format!("{}  for  {time:>5}", look.time_of_day(began)), Role::Busy),
        (Some(_), false) => row.right(format!("{time:>5}"), Role::Dim),
        (None, false) => row.right(format!("{time:>5}"), Role::Busy),
    }
}
