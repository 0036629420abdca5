//! The preview: what an action would do, before it does it. Opens on cancel.

use super::buttons::Buttons;
use super::preview_lines::lines;
use super::shape::{Sheet, text_width};
use crate::cockpit::state::State;
use crate::cockpit::widgets::Row;
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
}

impl PreviewDialog {
    pub(crate) fn new(ticket: u64, request: Request) -> Self {
        Self { ticket, request, preview: None, buttons: Buttons::default(), first: 0 }
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

    pub(super) fn draw(&self, state: &State, area: Rect, buffer: &mut Buffer) {
        let columns = text_width(area);
        let env = self.request.subject();
        let heading = self.heading(state, &env);
        let body = match &self.preview {
            None => vec![Row::dim("looking at the targets…")],
            Some(preview) => lines(state, preview, columns),
        };
        let go = self.go();
        let mut foot = Vec::new();
        if let Go::Held(why) = &go {
            foot.push(Row::new().put("held  ", Role::Fail).put(why, Role::Text));
        }
        let is_open = !matches!(go, Go::Held(_));
        foot.extend(self.buttons.rows(&self.button(&go, &env), is_open, &state.palette));
        Sheet { heading, body: &body, first: self.first, foot: &foot }.draw(state, area, buffer);
    }

    fn heading(&self, state: &State, env: &str) -> Row {
        let verb = capital(self.request.verb());
        let plan = state.world.as_ref().map(|w| &w.plan);
        let environment = plan.zip(self.request.env()).and_then(|(plan, env)| plan.environment(env));
        match environment.is_some_and(|e| e.protected) {
            true => {
                Row::new().put(format!(" {} {verb} {env} · protected ", state.palette.protected()), Role::Protected)
            }
            false => Row::new().put(format!(" {verb} {env} "), Role::Title),
        }
    }

    fn button(&self, go: &Go, env: &str) -> String {
        let verb = capital(self.request.verb());
        match go {
            Go::Start | Go::Held(_) => format!("{verb} {env}"),
            Go::StartAfterChecks(1) => format!("Run 1 check, then {} {env}", self.request.verb()),
            Go::StartAfterChecks(count) => format!("Run {count} checks, then {} {env}", self.request.verb()),
            Go::Propose(1) => "Propose, and wait for 1 approval".to_owned(),
            Go::Propose(count) => format!("Propose, and wait for {count} approvals"),
        }
    }
}

fn go_of(preview: &Preview) -> Go {
    if let Some(blocker) = preview.blockers.first() {
        return Go::Held(blocker.clone());
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
