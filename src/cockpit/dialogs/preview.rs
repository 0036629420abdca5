//! The preview: what an action would do, before it does it. Opens on cancel.

use super::buttons::{Button, ButtonState, Buttons, Face};
use super::dialog::{Dialog, Pressed};
use super::preview_lines::{self, Calls, PreviewFace, lines};
use super::shape::{DialogSheet, body_height, scrolled, text_width};
use crate::action::{Action, DialogAction};
use crate::look::Look;
use crate::settings::theme::Role;
use crate::widgets::{Focus, Row, fold_lines, width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_core::action::Request;
use tminus_core::notation::counted;
use tminus_core::question::AfterAnswer;
use tminus_core::situation::{Gate, GateItem, Go, Preview};

/// The preview of an action.
#[derive(Clone, Debug)]
pub(crate) struct PreviewDialog {
    /// The question that the engine answers with the preview.
    pub(crate) ticket: u64,
    /// The last question that it has answered; while it has not answered the last, nothing more is asked.
    pub(crate) answered: u64,
    pub(crate) request: Request,
    /// What a person asked for, with what they left open.
    pub(crate) asked: Request,
    /// Absent until the engine has answered.
    pub(crate) preview: Option<Preview>,
    pub(crate) buttons: Buttons,
    pub(crate) first: usize,
    /// Whether the exact calls are shown: only where somebody asked.
    pub(crate) calls: Calls,
}

impl PreviewDialog {
    pub(crate) fn new(ticket: u64, request: Request) -> Self {
        let (asked, buttons) = (request.clone(), Buttons::default());
        Self { ticket, answered: 0, request, asked, preview: None, buttons, first: 0, calls: Calls::Folded }
    }

    /// Takes the engine's answer in.
    pub(crate) fn fill(&mut self, preview: Preview) {
        let asks_for_name = !matches!(preview.go(), Go::Propose(_));
        self.buttons = Buttons::default();
        self.buttons.must_type = preview.type_name.clone().filter(|_| asks_for_name);
        self.request = preview.proposal.request.clone();
        self.preview = Some(preview);
    }

    /// Takes a later answer in: where it says the same, nobody is disturbed.
    pub(crate) fn refill(&mut self, preview: Preview) -> PreviewChange {
        let before = self.preview.as_ref();
        let is_same = before.is_some_and(|b| is_alike(b, &preview) && b.steps == preview.steps);
        if is_same {
            self.preview = Some(preview);
            return PreviewChange::None;
        }
        self.fill(preview);
        PreviewChange::Seen
    }

    /// Names what is previewed.
    pub(crate) fn what(&self) -> String {
        format!("{} {}", self.request.verb(), self.request.subject())
    }

    /// Returns what the go button would do now.
    fn go(&self) -> Go {
        self.preview.as_ref().map_or_else(|| Go::Held("tminus looks at the targets first".to_owned()), Preview::go)
    }

    /// Shows the exact calls, or folds them away.
    pub(crate) const fn turn_calls(&mut self) {
        self.calls = match self.calls {
            Calls::Shown => Calls::Folded,
            Calls::Folded => Calls::Shown,
        };
    }

    /// Returns the lines that scroll.
    fn body(&self, look: &Look, area: Rect) -> Vec<Row> {
        let columns = text_width(area);
        let Some(preview) = &self.preview else { return vec![Row::dim("looking at the targets…")] };
        lines(&self.face(look, columns), preview, self.told(columns, area))
    }

    fn face<'a>(&self, look: &'a Look, columns: usize) -> PreviewFace<'a> {
        PreviewFace { palette: &look.palette, columns, calls: self.calls, waives: preview_lines::waive_keys(look) }
    }

    /// Returns the blocker that the foot tells whole: it is not told twice.
    fn told(&self, columns: usize, area: Rect) -> Option<&str> {
        let blockers = self.preview.iter().flat_map(|p| &p.blockers);
        let go = self.go();
        let (word, why) = match &go {
            Go::Held(why) => ("blocked", why),
            Go::Unknown(why) => ("unknown", why),
            Go::Start | Go::StartAfterChecks(_) | Go::Propose(_) | Go::Closed(_) => return None,
        };
        let is_whole = fold_lines(why, columns.saturating_sub(word.len() + 2)).len() <= most_lines(area);
        blockers.map(String::as_str).find(|b| b == why).filter(|_| is_whole)
    }

    fn foot(&self, look: &Look, area: Rect) -> Vec<Row> {
        let columns = text_width(area);
        let go = self.go();
        let mut foot = match &go {
            Go::Held(why) => why_not(("blocked", Role::Fail), why, columns, area),
            Go::Closed(item) => {
                let (waits, way) = (format!("the gate waits for \"{}\"", item.title), way_on(look, item));
                // Where not all of it has room, the way on is what stays.
                let why = if area.height < LOW { format!("{way}: {waits}") } else { format!("{waits}; {way}") };
                why_not(("blocked", Role::Fail), &why, columns, area)
            }
            Go::Unknown(why) => why_not(("unknown", Role::Warn), why, columns, area),
            Go::Start | Go::StartAfterChecks(_) | Go::Propose(_) => Vec::new(),
        };
        foot.splice(0..0, self.pinned(look, area, foot.len() + 2));
        let standing = if go.is_open() { ButtonState::Open } else { ButtonState::Held };
        let text = self.button(&go, columns);
        foot.extend(self.buttons.rows(Face { cancel: "Cancel", go: &text, standing, columns }, &look.palette));
        foot
    }

    /// Returns what cannot be undone, in a line each, where not all of the preview is in sight: nobody presses the button
    /// without having had that on the screen.
    fn pinned(&self, look: &Look, area: Rect, feet: usize) -> Vec<Row> {
        let columns = text_width(area);
        let Some(preview) = self.preview.as_ref().filter(|_| area.height > 6) else { return Vec::new() };
        let face = self.face(look, columns);
        let pinned = preview_lines::pinned(&face, preview);
        let all = lines(&face, preview, self.told(columns, area)).len();
        if all > body_height(area, feet + 1) { pinned } else { Vec::new() }
    }

    fn is_protected(&self, look: &Look) -> bool {
        let plan = look.world.as_ref().map(|w| &w.plan);
        let environment = plan.zip(self.request.env()).and_then(|(plan, env)| plan.environment(env));
        environment.is_some_and(|e| e.protected)
    }

    fn heading(&self, look: &Look, env: &str) -> Row {
        let verb = capital(self.request.verb());
        match self.is_protected(look) {
            true => Row::new().put(format!(" {} protected · {verb} {env} ", look.palette.protected()), Role::Protected),
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
            Go::Start | Go::Held(_) | Go::Closed(_) | Go::Unknown(_) => format!("{} {env}", capital(verb)),
            Go::StartAfterChecks(count) => after(&counted(*count as u64, "check")),
            Go::Propose(count) => format!("Propose, and wait for {}", counted(*count as u64, "approval")),
        }
    }
}

impl Dialog for PreviewDialog {
    fn context(&self) -> &'static str {
        "dialog.confirm"
    }

    fn buttons(&self) -> Option<&Buttons> {
        Some(&self.buttons)
    }

    fn buttons_mut(&mut self) -> Option<&mut Buttons> {
        Some(&mut self.buttons)
    }

    fn is_open(&self) -> bool {
        self.go().is_open()
    }

    fn allows(&self, action: Action) -> bool {
        action == Action::Dialog(DialogAction::Calls)
    }

    fn name(&self) -> Option<String> {
        Some(format!("preview of {}", self.what()))
    }

    fn reach(&self, look: &Look, area: Rect) -> Option<usize> {
        let feet = self.foot(look, area).len();
        Some(self.body(look, area).len().saturating_sub(body_height(area, feet)))
    }

    fn turn(&mut self, _: &Look, by: isize, reach: usize) {
        self.first = scrolled(self.first, by * 3, reach);
    }

    /// The only place where an action is started.
    fn press(&mut self, look: &Look) -> Pressed {
        let Some(preview) = &self.preview else { return Pressed::Closes };
        if let Some(amiss) = self.buttons.amiss_words(look).filter(|_| self.is_open()) {
            return Pressed::Says(amiss);
        }
        if self.buttons.focus == Button::Cancel || !self.is_open() {
            return Pressed::Cancelled;
        }
        let typed = self.buttons.must_type.as_ref().map(|_| self.buttons.typed.clone());
        Pressed::Leads(AfterAnswer::Ask(preview.consent(typed)))
    }

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        let heading = self.heading(look, &self.request.subject());
        let attention = if self.is_protected(look) { Focus::Guarded } else { Focus::Here };
        let foot = self.foot(look, area);
        let body = self.body(look, area);
        // On a narrow screen the footer alone names the key.
        let key = look.chord_of(Action::Dialog(DialogAction::Calls), &["dialog.confirm"]);
        let key = key.filter(|_| text_width(area) >= 50);
        let has_calls = self.preview.iter().flat_map(|p| &p.steps).any(|s| !s.calls.is_empty());
        let heading = match (key, self.calls) {
            (Some(key), Calls::Folded) if has_calls => {
                heading.right(format!(" {key} "), Role::Key).right("calls ", Role::Dim)
            }
            (Some(_) | None, _) => heading,
        };
        DialogSheet { heading, body: &body, first: self.first, foot: &foot, attention }.draw(look, area, buffer);
    }
}

/// Under this many lines the foot tells less.
const LOW: u16 = 16;

/// Returns how many lines the foot has for why the button is closed.
const fn most_lines(area: Rect) -> usize {
    if area.height < LOW { 2 } else { 4 }
}

/// Writes why the button is closed; on a low screen as much of it as leaves room for what changes.
fn why_not((word, role): (&str, Role), why: &str, columns: usize, area: Rect) -> Vec<Row> {
    let most = most_lines(area);
    let indent = word.len() + 2;
    let mut lines = fold_lines(why, columns.saturating_sub(indent));
    if lines.len() > most {
        let rest = lines.split_off(most - 1).join(" ");
        lines.push(rest);
    }
    let label = |at: usize| match at {
        // The word alone: in some themes its part has a ground of its own.
        0 => Row::new().put(word, role).put("  ", Role::Text),
        1.. => Row::text(" ".repeat(indent)),
    };
    lines.into_iter().enumerate().map(|(at, line)| label(at).put(line, Role::Text)).collect()
}

/// Says what opens a gate that waits for this.
fn way_on(look: &Look, item: &GateItem) -> String {
    let first = look.situation().and_then(|situation| situation.what_opens(item));
    let first = first.map(|first| format!("{first}, or ")).unwrap_or_default();
    format!("{first}{} waives it with a reason", preview_lines::waive_keys(look))
}

/// Whether a later answer changes what a person reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PreviewChange {
    None,
    Seen,
}

/// Says whether two previews of one request come to the same; why something holds may tell the time, and is not compared.
fn is_alike(one: &Preview, other: &Preview) -> bool {
    let holder = |preview: &Preview| preview.locked.as_ref().map(|lock| lock.holder.clone());
    one.proposal == other.proposal
        && blockers(one).eq(blockers(other))
        && holder(one) == holder(other)
        && one.runs_first == other.runs_first
        && is_gate_alike(one.gate.as_ref(), other.gate.as_ref())
}

/// Returns what holds it whoever asks: the lock of somebody else tells its age, and is compared by who holds it.
pub(crate) fn blockers(preview: &Preview) -> impl Iterator<Item = &String> {
    let lock = preview.locked.as_ref().map(|lock| &lock.words);
    preview.blockers.iter().filter(move |blocker| Some(*blocker) != lock)
}

/// Says whether two gates ask for the same, and found the same.
pub(crate) fn is_gate_alike(one: Option<&Gate>, other: Option<&Gate>) -> bool {
    let items = |gate: &Gate| gate.items.iter().map(|i| (i.item.clone(), i.verdict)).collect::<Vec<_>>();
    let given = |gate: &Gate| gate.approvals.as_ref().map(|a| a.given.clone());
    one.map(items) == other.map(items) && one.map(given) == other.map(given)
}

pub(super) fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
