//! What happened while nobody was here: each thing that matters as one sentence, the newest last, and what is true now.

use super::dialog::{Dialog, Keepsake};
use super::shape::{DialogSheet, body_height, scrolled, text_width};
use crate::look::Look;
use crate::panes::actions;
use crate::settings::theme::Role;
use crate::widgets::{Focus, Row, fold_lines};
use crate::words;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_core::catch_up::Away;
use tminus_core::time::{age, brief};

/// What happened meanwhile, opened once when one comes back, and again by its key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MeanwhileDialog {
    pub(crate) first: usize,
}

impl MeanwhileDialog {
    /// Makes it open at its newest lines: they are what one comes back for.
    pub(crate) fn at_the_end(look: &Look, area: Rect) -> Self {
        Self { first: reach(look, area) }
    }
}

impl Dialog for MeanwhileDialog {
    fn context(&self) -> &'static str {
        "dialog.message"
    }

    fn is_only_read(&self) -> bool {
        true
    }

    fn reach(&self, look: &Look, area: Rect) -> Option<usize> {
        Some(reach(look, area))
    }

    fn turn(&mut self, _: &Look, by: isize, reach: usize) {
        self.first = scrolled(self.first, by, reach);
    }

    fn closed(&self) -> Keepsake {
        Keepsake::Meanwhile
    }

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        let Some(meanwhile) = &look.meanwhile else { return };
        let Away { since, .. } = meanwhile.away;
        let heading = format!(" {}, {} ago ", meanwhile.away.words(), brief(age(look.now, since)));
        let heading = Row::new().put(heading, Role::Title).right(format!(" {} ", look.moment(since)), Role::Dim);
        let foot = [Row::new().put(" OK ", Role::Button)];
        let body = body(look, text_width(area));
        let attention = Focus::Here;
        DialogSheet { heading, body: &body, first: self.first, foot: &foot, attention }.draw(look, area, buffer);
    }
}

fn reach(look: &Look, area: Rect) -> usize {
    body(look, text_width(area)).len().saturating_sub(body_height(area, 1))
}

fn body(look: &Look, columns: usize) -> Vec<Row> {
    let (Some(world), Some(meanwhile)) = (&look.world, &look.meanwhile) else { return Vec::new() };
    let (release, away) = (&world.release, &meanwhile.away);
    let mut rows = Vec::new();
    if release.story.first().is_some_and(|first| first.seq > away.after + 1) {
        rows.push(Row::dim("Older entries are in the journal."));
    }
    for record in release.catch_up(away.after, meanwhile.upto) {
        let (sign, role) = words::sign(&record.fact, Some(release), &look.palette);
        let time = look.time_of_day(record.at);
        let says = format!("{}: {}", record.who.label(), record.sentence(release));
        let head = Row::new().put(format!("{time} "), Role::Dim).put(format!("{sign} "), role);
        let indent = " ".repeat(head.width());
        for (at, line) in fold_lines(&says, columns.saturating_sub(head.width())).iter().enumerate() {
            let begin = if at == 0 { head.clone() } else { Row::new().put(&indent, Role::Text) };
            rows.push(begin.put(line, Role::Text));
        }
    }
    if rows.is_empty() {
        rows.push(Row::dim("Nothing that matters."));
    }
    let active: Vec<_> = release.active_actions().collect();
    if !active.is_empty() {
        rows.extend([Row::new(), Row::heading("Now")]);
    }
    for action in active {
        let (sign, role, word) = actions::standing(action, look);
        let row = Row::new().put(format!("{sign} {word} "), role).put(actions::what(action), Role::Text);
        let step = action.current().map(|(at, _)| format!(", step {} of {}", at + 1, action.steps.len()));
        rows.push(row.put(step.unwrap_or_default(), Role::Dim));
    }
    rows
}
