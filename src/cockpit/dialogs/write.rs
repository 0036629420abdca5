//! A text that a person writes: a reason, a note.

use super::shape::{Sheet, text_width};
use crate::cockpit::state::State;
use crate::cockpit::widgets::{Row, fold_lines, safe};
use crate::config::keymap::{Key, Stroke};
use crate::config::theme::Role;
use crate::domain::names::{ActionId, CheckName, EnvName};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;
use tui_textarea::{Input, TextArea};

/// A text that a person writes.
#[derive(Clone, Debug)]
pub(crate) struct WriteDialog {
    pub(crate) title: String,
    pub(crate) lines: Vec<String>,
    pub(crate) text: TextArea<'static>,
    pub(crate) need: Need,
    pub(crate) then: Writing,
}

/// Whether something must be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    Required,
    Optional,
}

/// What the text is for.
#[derive(Clone, Debug)]
pub(crate) enum Writing {
    RollBack(EnvName),
    Waive { env: EnvName, item: String },
    Answer { check: CheckName, yes: bool },
    Approve(ActionId),
    Accept(ActionId),
}

impl WriteDialog {
    pub(crate) fn new(title: impl Into<String>, lines: Vec<String>, need: Need, then: Writing) -> Self {
        Self { title: title.into(), lines, text: TextArea::default(), need, then }
    }

    pub(crate) fn written(&self) -> String {
        self.text.lines().join("\n").trim().to_owned()
    }

    pub(crate) fn stroke(&mut self, stroke: Stroke) {
        if let Some(key) = key_of(stroke.key) {
            self.text.input(Input { key, ctrl: stroke.ctrl, alt: stroke.alt, shift: false });
        }
    }

    pub(crate) fn paste(&mut self, text: &str) {
        let clean: Vec<_> = text.lines().map(safe).collect();
        self.text.insert_str(clean.join("\n"));
    }

    /// Takes another text for the one that is written.
    pub(crate) fn rewrite(&mut self, text: &str) {
        self.text = TextArea::default();
        self.paste(text);
    }

    pub(super) fn draw(&self, state: &State, area: Rect, buffer: &mut Buffer) {
        let columns = text_width(area);
        let mut body: Vec<Row> = self.lines.iter().flat_map(|l| fold_lines(l, columns)).map(Row::dim).collect();
        if !body.is_empty() {
            body.push(Row::new());
        }
        let says = match self.need {
            Need::Required if self.written().is_empty() => "a reason must be written · Esc cancels",
            Need::Required | Need::Optional => "Enter goes on · Alt-Enter new line · Esc cancels",
        };
        let written = self.text.lines().len().clamp(1, 5);
        let mut foot = vec![Row::new(); written + 1];
        foot.push(Row::dim(says));
        let heading = Row::new().put(format!(" {} ", self.title), Role::Title);
        let place = Sheet { heading, body: &body, first: 0, foot: &foot }.draw(state, area, buffer);
        let lines = Rect { height: place.height.saturating_sub(2), ..place };
        let mut text = self.text.clone();
        text.set_cursor_line_style(ratatui::style::Style::default());
        text.set_style(state.palette.style(Role::Strong));
        (&text).render(lines.intersection(buffer.area), buffer);
    }
}

const fn key_of(key: Key) -> Option<tui_textarea::Key> {
    use tui_textarea::Key as Out;
    Some(match key {
        Key::Char(letter) => Out::Char(letter),
        Key::Enter => Out::Enter,
        Key::Backspace => Out::Backspace,
        Key::Delete => Out::Delete,
        Key::Up => Out::Up,
        Key::Down => Out::Down,
        Key::Left => Out::Left,
        Key::Right => Out::Right,
        Key::Home => Out::Home,
        Key::End => Out::End,
        Key::PageUp => Out::PageUp,
        Key::PageDown => Out::PageDown,
        Key::Tab | Key::BackTab | Key::Esc | Key::F(_) => return None,
    })
}
