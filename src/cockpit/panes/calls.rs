//! The exact calls that were made, step by step, the newest first; the selected one whole beneath.

use super::framing::{nothing, sifted};
use super::offers::{FILTER, OPEN, and_ways};
use super::page::{Enter, Page, Sifting};
use crate::action::Action;
use crate::look::Look;
use crate::settings::theme::Role;
use crate::view::View;
use crate::widgets::{Focus, ListCursor, Row, draw_list, draw_page, fold_lines, frame, short_digests};
use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_core::order::Call;
use tminus_core::release::{ActionState, StepState};

/// Every call that was made.
pub(crate) struct CallsPage;

impl Page for CallsPage {
    fn name(&self) -> String {
        "calls".to_owned()
    }

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        let made = made(look);
        let low = if area.height >= TALL { DETAIL } else { 0 };
        let above = Rect { height: area.height - low, ..area };
        let heading = sifted(look, &View::Calls, Row::new().put(" Calls ", Role::Title));
        let heading = heading.right(format!(" {} ", made.len()), Role::Dim);
        let inside = frame(above, &heading, Focus::Here, buffer, &look.palette);
        let rows: Vec<Row> = made.iter().map(|m| row(look, m, usize::from(inside.width))).collect();
        if rows.is_empty() {
            return Row::dim(nothing(look, &View::Calls, "no calls yet")).draw(inside, buffer, &look.palette);
        }
        draw_list(&rows, ListCursor { row: look.spot().row, attention: Focus::Here }, inside, buffer, &look.palette);
        let Some(selected) = made.get(look.spot().row.min(made.len() - 1)).filter(|_| low > 0) else { return };
        let beneath = Rect { y: above.bottom(), height: low, ..area };
        let heading = Row::new().put(" The call ", Role::Title);
        let inside = frame(beneath, &heading, Focus::Elsewhere, buffer, &look.palette);
        draw_page(&detail(look, selected, usize::from(inside.width)), 0, inside, buffer, &look.palette);
    }

    fn keys(&self, _: &Look) -> Vec<Action> {
        and_ways([OPEN, FILTER])
    }

    fn rows(&self, look: &Look) -> Vec<Row> {
        made(look).iter().map(|m| Row::text(m.call.display())).collect()
    }

    // The action of the selected call, at its step.
    fn enter(&self, look: &Look) -> Enter {
        let made = made(look);
        let selected = made.get(look.spot().row.min(made.len().saturating_sub(1)));
        selected.map_or(Enter::Nothing, |made| Enter::At(View::Run(made.action.id.clone()), made.at))
    }

    fn sifting(&self, _: &Look) -> Sifting {
        Sifting::Rows
    }
}

/// From this many columns on, the action and the step have columns of their own.
const WIDE: usize = 90;
/// The heights of the screen that leave room for the whole call, and how high it is then.
const TALL: u16 = 14;
const DETAIL: u16 = 7;

/// One call that was made, and what for.
pub(crate) struct MadeCall<'a> {
    pub(crate) action: &'a ActionState,
    pub(crate) at: usize,
    step: &'a StepState,
    call: &'a Call,
    began: Timestamp,
}

impl MadeCall<'_> {
    /// Writes it in words, as a filter reads it.
    fn words(&self) -> String {
        format!("{}  {}  {}", self.action.id, self.step.step.title, self.call.display())
    }
}

/// Returns the calls that are shown of every step that was begun, the newest step first, in it the first call first.
pub(crate) fn made(look: &Look) -> Vec<MadeCall<'_>> {
    let Some(world) = &look.world else { return Vec::new() };
    let mut steps: Vec<_> = world
        .release
        .actions
        .iter()
        .flat_map(|action| action.steps.iter().enumerate().map(move |(at, step)| (action, at, step)))
        .filter_map(|(action, at, step)| Some((action, at, step, step.began?)))
        .collect();
    steps.sort_by_key(|(_, at, _, began)| std::cmp::Reverse((*began, *at)));
    steps
        .into_iter()
        .flat_map(|(action, at, step, began)| {
            step.step.calls.iter().map(move |call| MadeCall { action, at, step, call, began })
        })
        .filter(|made| look.sieve(&View::Calls).is_none_or(|sieve| sieve.is_in(&made.words())))
        .collect()
}

fn row(look: &Look, made: &MadeCall<'_>, columns: usize) -> Row {
    let (sign, role) = look.palette.phase(made.step.phase);
    let row = Row::new().put(format!("{}  ", look.time_of_day(made.began)), Role::Dim).put(format!("{sign} "), role);
    let row = match columns >= WIDE {
        true => row.column(made.action.id.as_str(), Role::Accent, 26).column(&made.step.step.title, Role::Dim, 26),
        false => row,
    };
    let (condition, call) = bare(made.call);
    let row = if condition.is_empty() { row } else { row.put(format!("({condition}) "), Role::Dim) };
    row.put(short_digests(&call), Role::Text)
}

/// Parts a call from the condition under which it is made.
fn bare(call: &Call) -> (String, String) {
    match call {
        Call::When { condition, call } => (condition.clone(), call.display()),
        Call::Process { .. } | Call::Request { .. } => (String::new(), call.display()),
    }
}

fn detail(look: &Look, made: &MadeCall<'_>, columns: usize) -> Vec<Row> {
    let (sign, role) = look.palette.phase(made.step.phase);
    let (condition, call) = bare(made.call);
    let mut rows: Vec<Row> = Vec::new();
    let step = format!("step {}, {}", made.at + 1, made.step.step.title);
    let head = Row::new().put(made.action.id.as_str(), Role::Accent).put(format!("  {step}"), Role::Text);
    rows.push(head);
    if !condition.is_empty() {
        rows.push(Row::dim(format!("only {condition}")));
    }
    rows.extend(fold_lines(&call, columns).into_iter().map(|l| Row::new().put(l, Role::Accent)));
    let summary = if made.step.summary.is_empty() { "not over yet" } else { &made.step.summary };
    let folded = fold_lines(summary, columns.saturating_sub(2)).into_iter().enumerate();
    rows.extend(folded.map(|(at, line)| {
        Row::new().put(if at == 0 { format!("{sign} ") } else { "  ".to_owned() }, role).put(line, Role::Text)
    }));
    rows
}
