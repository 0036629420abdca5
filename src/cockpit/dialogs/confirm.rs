//! A question with cancel and go: retry, leave, waive, approve.

use super::buttons::{Button, ButtonState, Buttons, Face};
use super::dialog::{Dialog, Pressed};
use super::shape::{DialogSheet, body_height, scrolled, text_width};
use crate::look::Look;
use crate::settings::theme::Role;
use crate::widgets::{Focus, Row, cut, fold_lines};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_core::question::{AfterAnswer, QuestionCommand, QuestionLine};

/// A question with cancel and go; where a name must be typed, go opens only with it.
#[derive(Clone, Debug)]
pub(crate) struct ConfirmDialog {
    title: String,
    lines: Vec<QuestionLine>,
    /// What the button says that does it.
    go: &'static str,
    buttons: Buttons,
    first: usize,
    asks: QuestionCommand,
}

impl ConfirmDialog {
    pub(crate) fn new(title: String, lines: Vec<QuestionLine>, (go, asks): (&'static str, QuestionCommand)) -> Self {
        Self { title, lines, go, buttons: Buttons::default(), first: 0, asks }
    }

    /// Makes it open only with a name that is typed letter by letter.
    #[must_use]
    pub(crate) fn typing(mut self, name: Option<String>) -> Self {
        self.buttons.must_type = name;
        self
    }

    fn body(&self, look: &Look, columns: usize) -> Vec<Row> {
        self.lines.iter().flat_map(|line| line_rows(look, line, Role::Text, columns)).collect()
    }

    /// Returns what does not scroll: where not all is in sight, the first line of what cannot be undone, too.
    fn foot(&self, look: &Look, area: Rect) -> Vec<Row> {
        let columns = text_width(area);
        let face = Face { cancel: "Cancel", go: self.go, standing: ButtonState::Open, columns };
        let rows = self.buttons.rows(face, &look.palette);
        let is_whole = self.body(look, columns).len() <= body_height(area, rows.len());
        let warning = self.lines.iter().find(|line| matches!(line, QuestionLine::CannotBeUndone(_)));
        let warning = warning.filter(|_| !is_whole && area.height > 6);
        let pinned =
            warning.map(|line| Row::new().put(cut(&line_words(look, line), columns, look.palette.signs), Role::Warn));
        pinned.into_iter().chain(rows).collect()
    }
}

impl Dialog for ConfirmDialog {
    fn context(&self) -> &'static str {
        "dialog.confirm"
    }

    fn buttons(&self) -> Option<&Buttons> {
        Some(&self.buttons)
    }

    fn buttons_mut(&mut self) -> Option<&mut Buttons> {
        Some(&mut self.buttons)
    }

    fn reach(&self, look: &Look, area: Rect) -> Option<usize> {
        let columns = text_width(area);
        Some(self.body(look, columns).len().saturating_sub(body_height(area, self.foot(look, area).len())))
    }

    fn turn(&mut self, _: &Look, by: isize, reach: usize) {
        self.first = scrolled(self.first, by, reach);
    }

    fn press(&mut self, look: &Look) -> Pressed {
        match (self.buttons.amiss_words(look), self.buttons.focus) {
            (Some(amiss), _) => Pressed::Says(amiss),
            (None, Button::Cancel) => Pressed::Closes,
            (None, Button::Go) => Pressed::Leads(AfterAnswer::Ask(self.asks.clone())),
        }
    }

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        let columns = text_width(area);
        let (body, foot) = (self.body(look, columns), self.foot(look, area));
        let heading = Row::new().put(format!(" {} ", self.title), Role::Title);
        let attention = Focus::Here;
        DialogSheet { heading, body: &body, first: self.first, foot: &foot, attention }.draw(look, area, buffer);
    }
}

/// Draws a line of a question, folded; what cannot be undone stands out.
pub(super) fn line_rows(look: &Look, line: &QuestionLine, role: Role, columns: usize) -> Vec<Row> {
    let role = if matches!(line, QuestionLine::CannotBeUndone(_)) { Role::Warn } else { role };
    fold_lines(&line_words(look, line), columns).into_iter().map(|text| Row::new().put(text, role)).collect()
}

fn line_words(look: &Look, line: &QuestionLine) -> String {
    match line {
        QuestionLine::Says(says) => says.clone(),
        QuestionLine::CannotBeUndone(what) => format!("{} Cannot be undone: {what}", look.palette.sign("▲", "!")),
    }
}
