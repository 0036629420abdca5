//! One message, whole: what the engine refused, in its words, or what was said before; read when it is closed.

use super::dialog::{Dialog, Keepsake};
use super::shape::{DialogSheet, body_height, scrolled, text_width};
use crate::action::{ActAction, Action, AppAction};
use crate::look::Look;
use crate::notices::{NoticeLine, Tone};
use crate::panes::messages;
use crate::settings::theme::Role;
use crate::widgets::{Focus, Row, fold_lines};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_core::notation::counted;
use tminus_core::release::ActionState;

/// One message, whole.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SayingDialog {
    /// The number of the message.
    pub(crate) number: u64,
    pub(crate) first: usize,
}

impl SayingDialog {
    pub(crate) const fn new(number: u64) -> Self {
        Self { number, first: 0 }
    }
}

impl Dialog for SayingDialog {
    fn context(&self) -> &'static str {
        "dialog.message"
    }

    fn is_only_read(&self) -> bool {
        true
    }

    fn reach(&self, look: &Look, area: Rect) -> Option<usize> {
        let Some(entry) = look.said.entry(self.number) else { return Some(0) };
        let (_, body) = page(look, entry, text_width(area));
        Some(body.len().saturating_sub(body_height(area, 1)))
    }

    fn turn(&mut self, _: &Look, by: isize, reach: usize) {
        self.first = scrolled(self.first, by, reach);
    }

    fn closed(&self) -> Keepsake {
        Keepsake::Message(self.number)
    }

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        let Some(entry) = look.said.entry(self.number) else { return };
        let (heading, body) = page(look, entry, text_width(area));
        let more = look.said.unread().saturating_sub(1);
        let foot = Row::new().put(" OK ", Role::Button);
        let foot = [if more > 0 { foot.put(format!("   {more} more unread"), Role::Dim) } else { foot }];
        let attention = Focus::Here;
        DialogSheet { heading, body: &body, first: self.first, foot: &foot, attention }.draw(look, area, buffer);
    }
}

fn flat(rows: &[Row]) -> Vec<String> {
    rows.iter().map(|row| row.whole().trim().to_owned()).filter(|text| !text.is_empty()).collect()
}

/// Returns what was refused, and what can be done now, for a line: the first reasons of many, and where the others stand.
pub(crate) fn in_a_line(look: &Look, entry: &NoticeLine) -> String {
    const TOLD: usize = 2;
    if let Some(proposed) = entry.proposes.as_ref().and_then(|env| look.proposed_words(env)) {
        return proposed;
    }
    let mut pieces = vec![format!("{}: {}", entry.what, entry.says)];
    pieces.extend(entry.reasons.iter().take(TOLD).cloned());
    let more = entry.reasons.len().saturating_sub(TOLD);
    let key = look.key_to(Action::App(AppAction::Messages));
    pieces.extend((more > 0).then(|| format!("{more} more reasons: {key}")));
    pieces.extend(flat(&what_now(look)));
    pieces.join(" · ")
}

fn page(look: &Look, entry: &NoticeLine, columns: usize) -> (Row, Vec<Row>) {
    if let Some(proposed) = proposed(look, entry, columns) {
        return proposed;
    }
    let mut body: Vec<Row> = fold_lines(&entry.says, columns).iter().map(Row::text).collect();
    if !entry.reasons.is_empty() {
        body.push(Row::new());
    }
    for reason in &entry.reasons {
        for (at, line) in fold_lines(reason, columns.saturating_sub(2)).iter().enumerate() {
            let sign = if at == 0 { "· " } else { "  " };
            body.push(Row::new().put(sign, Role::Warn).put(line, Role::Text));
        }
    }
    if entry.tone == Tone::Refused {
        body.extend(what_now(look));
    }
    let (sign, role, word) = messages::tone(entry.tone, &look.palette);
    let heading = Row::new().put(format!(" {sign} "), role).put(format!("{word}: {} ", entry.what), Role::Title);
    (heading.right(format!(" {} ", look.time_of_day(entry.at)), Role::Dim), body)
}

/// Says what waits, where the refusal is the answer to a proposal and has left it open.
fn proposed(look: &Look, entry: &NoticeLine, columns: usize) -> Option<(Row, Vec<Row>)> {
    let env = entry.proposes.as_ref()?;
    let waiting = look.world.as_ref()?.release.proposals(env).next()?;
    if look.is_approved(waiting) {
        return Some(approved(look, waiting, columns));
    }
    let missing = look.gate_of(waiting)?.approvals_missing();
    let count = counted(missing as u64, "approval");
    let heading = Row::new()
        .put(format!(" {} ", look.palette.sign("◌", "o")), Role::Busy)
        .put(format!("proposed: {} ", entry.what), Role::Title);
    let key = look.key_to(Action::Act(ActAction::Deploy));
    let says =
        format!("{} waits for {count}. Nothing has started; once they are given, {key} here deploys it.", waiting.id);
    let mut body: Vec<Row> = fold_lines(&says, columns).iter().map(Row::text).collect();
    body.extend(what_now(look));
    Some((heading, body))
}

/// Says that what was proposed has every yes that it needs, and may begin.
fn approved(look: &Look, waiting: &ActionState, columns: usize) -> (Row, Vec<Row>) {
    let names: Vec<String> = waiting.approvals.iter().map(|a| a.who.label()).collect();
    let heading = Row::new()
        .put(format!(" {} ", look.palette.sign("✓", "+")), Role::Pass)
        .put(format!("approved: {} ", crate::panes::actions::what(waiting)), Role::Title);
    let says = format!("{} is approved by {}. Nothing has started yet.", waiting.id, names.join(", "));
    let body = fold_lines(&says, columns).iter().map(Row::text).chain(what_now(look)).collect();
    (heading, body)
}

/// Returns what can be done about a proposal that waits here, each with its words.
fn offers(look: &Look) -> Vec<(Action, &'static str)> {
    let Some((world, environment)) = look.world.as_ref().zip(look.environment()) else { return Vec::new() };
    let Some(waiting) = world.release.proposals(&environment.name).next() else { return Vec::new() };
    if look.is_approved(waiting) {
        let go_on = Action::Act(ActAction::Deploy);
        return if go_on.why_not(look).is_none() { vec![(go_on, "continues with it")] } else { Vec::new() };
    }
    let approve = (Action::Act(ActAction::Approve), "approves what waits here");
    let approve = Some(approve).filter(|_| look.why_not_approve(waiting).is_none());
    let other = look.rehearsal.as_ref().map(|_| (Action::App(AppAction::ActAs), "plays another person"));
    approve.into_iter().chain(other).collect()
}

/// Says which keys go on, where the refusal left a proposal that waits.
fn what_now(look: &Look) -> Vec<Row> {
    let piece = |(action, says): (Action, &str)| {
        Row::new().put(look.key_to(action), Role::Key).put(format!(" {says}"), Role::Text)
    };
    let rows = offers(look).into_iter().map(piece).reduce(|row, next| row.put("   ", Role::Text).with(next));
    rows.into_iter().flat_map(|row| [Row::new(), row]).collect()
}
