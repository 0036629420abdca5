//! The preview: what an action would do, before it does it. Opens on cancel.

use super::buttons::{Buttons, Face, Standing};
use super::preview_lines::{Calls, lines};
use super::shape::{Sheet, body_height, text_width};
use crate::cockpit::action::{Action, DialogAction};
use crate::cockpit::state::State;
use crate::cockpit::widgets::{Attention, Row, fold_lines, width};
use crate::config::theme::Role;
use crate::domain::action::Request;
use crate::domain::situation::{ItemKind, Preview};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// The preview of an action.
#[derive(Clone, Debug)]
pub(crate) struct PreviewDialog {
    /// The question that the engine answers with the preview.
    pub(crate) ticket: u64,
    pub(crate) request: Request,
    /// Absent until the engine has answered.
    pub(crate) preview: Option<Preview>,
    pub(crate) buttons: Buttons,
    pub(crate) first: usize,
    /// Whether the exact calls are shown; where nobody asked, when everything fits with them.
    pub(crate) calls: Option<Calls>,
}

/// What the go button would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Go {
    /// It begins.
    Start,
    /// So many checks run, then it begins.
    StartAfterChecks(usize),
    /// It is proposed, and waits for so many approvals.
    Propose(usize),
    /// Nothing: it cannot begin, and why.
    Held(String),
    /// Nothing: something could not be found out, and what.
    Unknown(String),
}

impl Go {
    /// Says whether the button can be pressed.
    pub(crate) const fn is_open(&self) -> bool {
        match self {
            Self::Start | Self::StartAfterChecks(_) | Self::Propose(_) => true,
            Self::Held(_) | Self::Unknown(_) => false,
        }
    }
}

impl PreviewDialog {
    pub(crate) fn new(ticket: u64, request: Request) -> Self {
        Self { ticket, request, preview: None, buttons: Buttons::default(), first: 0, calls: None }
    }

    /// Takes the engine's answer in.
    pub(crate) fn fill(&mut self, preview: Preview) {
        let asks_for_name = !matches!(go_of(&preview), Go::Propose(_));
        self.buttons.must_type = preview.type_name.clone().filter(|_| asks_for_name);
        self.request = preview.proposal.request.clone();
        self.preview = Some(preview);
    }

    /// Returns what the go button would do now.
    pub(crate) fn go(&self) -> Go {
        self.preview.as_ref().map_or_else(|| Go::Held("tminus looks at the targets first".to_owned()), go_of)
    }

    /// Shows the exact calls, or folds them away.
    pub(crate) fn turn_calls(&mut self, state: &State, area: Rect) {
        let (_, shown) = self.body(state, area, self.foot(state, area).len());
        self.calls = Some(if shown == Calls::Shown { Calls::Folded } else { Calls::Shown });
    }

    /// Returns how far down it can be scrolled.
    pub(crate) fn reach(&self, state: &State, area: Rect) -> usize {
        let feet = self.foot(state, area).len();
        self.body(state, area, feet).0.len().saturating_sub(body_height(area, feet))
    }

    /// Returns the lines that scroll: with the exact calls where they fit, or where somebody asked for them.
    fn body(&self, state: &State, area: Rect, feet: usize) -> (Vec<Row>, Calls) {
        let columns = text_width(area);
        let Some(preview) = &self.preview else { return (vec![Row::dim("looking at the targets…")], Calls::Shown) };
        let of = |calls| lines(state, preview, calls, columns);
        match self.calls {
            Some(calls) => (of(calls), calls),
            None => {
                let whole = of(Calls::Shown);
                match whole.len() <= body_height(area, feet) {
                    true => (whole, Calls::Shown),
                    false => (of(Calls::Folded), Calls::Folded),
                }
            }
        }
    }

    fn foot(&self, state: &State, area: Rect) -> Vec<Row> {
        let columns = text_width(area);
        let go = self.go();
        let mut foot = match &go {
            Go::Held(why) => why_not(("held", Role::Fail), why, columns, area),
            Go::Unknown(why) => why_not(("unknown", Role::Warn), why, columns, area),
            Go::Start | Go::StartAfterChecks(_) | Go::Propose(_) => Vec::new(),
        };
        let standing = if go.is_open() { Standing::Open } else { Standing::Held };
        let text = self.button(&go, columns);
        foot.extend(self.buttons.rows(Face { cancel: "Cancel", go: &text, standing, columns }, &state.palette));
        foot
    }

    pub(super) fn draw(&self, state: &State, area: Rect, buffer: &mut Buffer) {
        let heading = self.heading(state, &self.request.subject());
        let attention = if self.is_protected(state) { Attention::Guarded } else { Attention::Here };
        let foot = self.foot(state, area);
        let (body, calls) = self.body(state, area, foot.len());
        // On a narrow screen the footer alone names the key.
        let key = state.chord_of(Action::Dialog(DialogAction::Calls), &["dialog.confirm"]);
        let key = key.filter(|_| text_width(area) >= 50);
        let has_calls = self.preview.iter().flat_map(|p| &p.steps).any(|s| !s.calls.is_empty());
        let heading = match (key, calls) {
            (Some(key), Calls::Folded) if has_calls => {
                heading.right(format!(" {key} "), Role::Key).right("calls ", Role::Dim)
            }
            (Some(_) | None, _) => heading,
        };
        Sheet { heading, body: &body, first: self.first, foot: &foot, attention }.draw(state, area, buffer);
    }

    fn is_protected(&self, state: &State) -> bool {
        let plan = state.world.as_ref().map(|w| &w.plan);
        let environment = plan.zip(self.request.env()).and_then(|(plan, env)| plan.environment(env));
        environment.is_some_and(|e| e.protected)
    }

    fn heading(&self, state: &State, env: &str) -> Row {
        let verb = capital(self.request.verb());
        match self.is_protected(state) {
            true => {
                Row::new().put(format!(" {} protected · {verb} {env} ", state.palette.protected()), Role::Protected)
            }
            false => Row::new().put(format!(" {verb} {env} "), Role::Title),
        }
    }

    /// Writes what the go button does; the title names the place too, and it is named whole or not at all.
    fn button(&self, go: &Go, columns: usize) -> String {
        let (verb, env) = (self.request.verb(), self.request.subject());
        let after = |checks: &str| {
            let long = format!("Run {checks}, then {verb} {env}");
            if width(&long) + 2 <= columns { long } else { format!("Run {checks}, then {verb}") }
        };
        match go {
            Go::Start | Go::Held(_) | Go::Unknown(_) => format!("{} {env}", capital(verb)),
            Go::StartAfterChecks(1) => after("1 check"),
            Go::StartAfterChecks(count) => after(&format!("{count} checks")),
            Go::Propose(1) => "Propose, and wait for 1 approval".to_owned(),
            Go::Propose(count) => format!("Propose, and wait for {count} approvals"),
        }
    }
}

/// Writes why the button is closed; on a low screen as much of it as leaves room for what changes.
fn why_not((word, role): (&str, Role), why: &str, columns: usize, area: Rect) -> Vec<Row> {
    let most = if area.height < 16 { 2 } else { 4 };
    let indent = word.len() + 2;
    let mut lines = fold_lines(why, columns.saturating_sub(indent));
    if lines.len() > most {
        let rest = lines.split_off(most - 1).join(" ");
        lines.push(rest);
    }
    let label = |at: usize| if at == 0 { format!("{word}  ") } else { " ".repeat(indent) };
    lines.into_iter().enumerate().map(|(at, line)| Row::new().put(label(at), role).put(line, Role::Text)).collect()
}

fn go_of(preview: &Preview) -> Go {
    if let Some(blocker) = preview.blockers.iter().find(|b| !preview.unknown.contains(b)) {
        return Go::Held(blocker.clone());
    }
    if let Some(untold) = preview.blockers.first() {
        return Go::Unknown(untold.clone());
    }
    let Some(gate) = &preview.gate else { return Go::Start };
    let closed = gate.blocking().find(|item| !preview.runs_first.contains(&item.item));
    if let Some(item) = closed {
        return Go::Held(format!("the gate waits for \"{}\"; {}", item.title, way_on(item.kind)));
    }
    match (gate.approvals_missing(), preview.runs_first.len()) {
        (0, 0) => Go::Start,
        (0, checks) => Go::StartAfterChecks(checks),
        (missing, _) => Go::Propose(missing),
    }
}

/// Says what opens a gate that waits for this.
const fn way_on(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::After => "verify there, or W waives it with a reason",
        ItemKind::Manual => "answer it on the checklist, or W waives it with a reason",
        ItemKind::Runnable | ItemKind::Bad => "W waives it with a reason",
    }
}

pub(super) fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
