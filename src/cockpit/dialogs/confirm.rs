//! A question with cancel and go: retry, leave, waive, approve.

use super::buttons::{Button, Buttons, Face, Standing};
use super::dialog::{Asks, Dialog, Pressed};
use super::shape::{Sheet, body_height, scrolled, text_width};
use crate::look::Look;
use crate::settings::theme::Role;
use crate::widgets::{Attention, Row, cut, fold_lines};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// A question with cancel and go.
#[derive(Clone, Debug)]
pub(crate) struct ConfirmDialog {
    pub(crate) title: String,
    pub(crate) lines: Vec<String>,
    /// What the button says that does nothing: `Cancel`, `Wait`.
    pub(crate) cancel: &'static str,
    pub(crate) go: &'static str,
    pub(crate) buttons: Buttons,
    pub(crate) first: usize,
    /// What the engine is asked on go.
    pub(crate) then: Asks,
}

impl ConfirmDialog {
    /// Makes a question that opens on the first of its two buttons.
    pub(crate) fn new(title: &str, lines: Vec<String>, buttons: (&'static str, &'static str), then: Asks) -> Self {
        let (cancel, go) = buttons;
        Self { title: title.to_owned(), lines, cancel, go, buttons: Buttons::default(), first: 0, then }
    }

    /// Makes it open only with a name that is typed letter by letter.
    #[must_use]
    pub(crate) fn typing(mut self, name: Option<String>) -> Self {
        self.buttons.must_type = name;
        self
    }

    fn body(&self, look: &Look, columns: usize) -> Vec<Row> {
        let role = |line: &str| if is_warning(look, line) { Role::Warn } else { Role::Text };
        let folded = |line: &String| {
            let role = role(line);
            fold_lines(line, columns).into_iter().map(move |text| Row::new().put(text, role))
        };
        self.lines.iter().flat_map(folded).collect()
    }

    /// Returns what does not scroll: where not all is in sight, the first line of what cannot be undone, too.
    fn foot(&self, look: &Look, area: Rect) -> Vec<Row> {
        let columns = text_width(area);
        let face = Face { cancel: self.cancel, go: self.go, standing: Standing::Open, columns };
        let rows = self.buttons.rows(face, &look.palette);
        let is_whole = self.body(look, columns).len() <= body_height(area, rows.len());
        let warning = self.lines.iter().find(|line| is_warning(look, line)).filter(|_| !is_whole && area.height > 6);
        let pinned = warning.map(|line| Row::new().put(cut(line, columns, look.palette.signs), Role::Warn));
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
            (None, Button::Go) => Pressed::Asks(self.then.clone()),
        }
    }

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        let columns = text_width(area);
        let (body, foot) = (self.body(look, columns), self.foot(look, area));
        let heading = Row::new().put(format!(" {} ", self.title), Role::Title);
        let attention = Attention::Here;
        Sheet { heading, body: &body, first: self.first, foot: &foot, attention }.draw(look, area, buffer);
    }
}

/// Says whether a line tells what cannot be undone.
fn is_warning(look: &Look, line: &str) -> bool {
    line.starts_with(look.palette.sign("▲", "!"))
}
