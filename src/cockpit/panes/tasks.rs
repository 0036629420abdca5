//! The actions: what runs, what waits, what ran, the newest first.

use super::actions::{standing, what, what_shortly};
use super::framing::{nothing, sifted};
use super::offers::{FILTER, OPEN, and_ways, of_run};
use super::page::{Enter, Page, Sifting};
use crate::action::Action;
use crate::look::Look;
use crate::settings::theme::Role;
use crate::view::View;
use crate::widgets::{Focus, ListCursor, Row, draw_list, frame, width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_core::action::Request;
use tminus_core::release::{ActionState, StepPhase};
use tminus_core::time::{age, brief};

/// Every action.
pub(crate) struct TasksPage;

impl Page for TasksPage {
    fn name(&self) -> String {
        "tasks".to_owned()
    }

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        let all = newest_first(look);
        let stuck = all.iter().filter(|a| a.is_stuck()).count();
        let running = all.iter().filter(|a| a.is_active()).count() - stuck;
        let waiting = all.iter().filter(|a| a.is_open_proposal()).count();
        let counts = [(stuck, "to decide"), (running, "running"), (waiting, "waiting")];
        let counts: Vec<String> =
            counts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
        let counts = if counts.is_empty() { String::new() } else { format!("· {} ", counts.join(", ")) };
        let heading =
            Row::new().put(" Tasks ", Role::Title).put(counts, if stuck > 0 { Role::Fail } else { Role::Busy });
        let heading = sifted(look, &View::Tasks, heading).right(format!(" {} ", all.len()), Role::Dim);
        let inside = frame(area, &heading, Focus::Here, buffer, &look.palette);
        if all.is_empty() {
            return Row::dim(nothing(look, &View::Tasks, "nothing was begun yet")).draw(inside, buffer, &look.palette);
        }
        let rows: Vec<Row> = all.iter().map(|a| row(look, a, usize::from(inside.width))).collect();
        draw_list(&rows, ListCursor { row: look.spot().row, attention: Focus::Here }, inside, buffer, &look.palette);
    }

    fn keys(&self, look: &Look) -> Vec<Action> {
        and_ways(std::iter::once(OPEN).chain(of_run(look)).chain([FILTER]))
    }

    fn rows(&self, look: &Look) -> Vec<Row> {
        newest_first(look).into_iter().map(|action| Row::text(words(look, action).trim_end())).collect()
    }

    fn enter(&self, look: &Look) -> Enter {
        selected(look).map(|action| View::Run(action.id.clone())).into()
    }

    fn sifting(&self, _: &Look) -> Sifting {
        Sifting::Rows
    }

    fn action<'l>(&self, look: &'l Look) -> Option<&'l ActionState> {
        selected(look)
    }
}

/// From so many columns on, how it ended in words stands beside.
const WIDE: usize = 90;
const ROOMY: usize = 60;
/// From so many on, the longest word of where one stands is whole.
const WHOLE: usize = 74;

/// Returns the selected action.
fn selected(look: &Look) -> Option<&ActionState> {
    let all = newest_first(look);
    all.get(look.beneath().row.min(all.len().saturating_sub(1))).copied()
}

/// What runs first, then what waits, then what ran; in each the newest first.
fn newest_first(look: &Look) -> Vec<&ActionState> {
    let Some(world) = &look.world else { return Vec::new() };
    let is_shown = |action: &&ActionState| look.lets_through(&View::Tasks, &words(look, action));
    let mut all: Vec<&ActionState> = world.release.actions.iter().rev().filter(is_shown).collect();
    all.sort_by_key(|a| (!a.is_active(), !a.is_open_proposal()));
    all
}

pub(crate) fn count(look: &Look) -> usize {
    newest_first(look).len()
}

/// Writes an action in words, as a filter and a search read it.
fn words(look: &Look, action: &ActionState) -> String {
    let (_, _, word) = standing(action, look);
    format!("{}  {}  {word}  {}  {}", action.id, what(action), action.by().label(), now(look, action))
}

fn row(look: &Look, action: &ActionState, columns: usize) -> Row {
    let (sign, role, word) = standing(action, look);
    let row = Row::new().put(format!("{sign} "), role);
    if columns < ROOMY {
        let what = what(action);
        let fits = row.width() + width(&what) + 1 + width(word) <= columns;
        return row.put(if fits { what } else { what_shortly(action) }, Role::Text).right(word, role);
    }
    // A word that its column would cut has a shorter one: the count above calls it so, too.
    let (title, wide, counted) =
        if columns < WHOLE { (34, 15, 11) } else { (32, 21, if columns < WIDE { 6 } else { 11 }) };
    let word = if columns < WHOLE && action.is_stuck() { "to decide" } else { word };
    let row = row.column(what(action), Role::Text, title).column(word, role, wide);
    let done = action.steps.iter().filter(|s| s.phase == StepPhase::Succeeded).count();
    let at = action.current().filter(|_| action.ended.is_none()).map_or(done, |(at, _)| at + 1);
    let label = if counted < 11 { "" } else { "step " };
    let is_verified = action.ended.is_some() && matches!(action.proposal.request, Request::Verify { .. });
    let steps = match action.good_of_verified() {
        _ if action.steps.is_empty() => String::new(),
        // As its summary counts.
        (good, all) if is_verified && all > 0 => format!("{good}/{all}"),
        (..) => format!("{label}{at}/{}", action.steps.len()),
    };
    let row = row.column(steps, Role::Dim, counted);
    // Who began it did it; what nobody began is whoever's it was who proposed it.
    let who = action.by().label();
    let row = row.right(format!("{who}  {} ago", brief(age(look.now, action.since()))), Role::Dim);
    if columns < WIDE { row } else { row.put(now(look, action), Role::Dim) }
}

/// Writes what it does now, what it waits for, or how it ended.
fn now(look: &Look, action: &ActionState) -> String {
    if let Some(ending) = &action.ended {
        return ending.summary.clone();
    }
    let Some((_, step)) = action.current() else { return String::new() };
    match (&step.failure, step.began) {
        (Some(failure), _) => failure.sentence(),
        (None, Some(began)) => format!("{}, {}", step.step.title, brief(age(look.now, began))),
        (None, None) => step.step.title.clone(),
    }
}
