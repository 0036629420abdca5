//! A question with cancel and go: retry, leave, quit while something runs.

use super::buttons::Buttons;
use super::shape::{Sheet, text_width};
use crate::cockpit::state::State;
use crate::cockpit::widgets::{Row, fold_lines};
use crate::config::theme::Role;
use crate::domain::command::Command;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// A question with cancel and go.
#[derive(Clone, Debug)]
pub(crate) struct ConfirmDialog {
    pub(crate) title: String,
    pub(crate) lines: Vec<String>,
    pub(crate) go: &'static str,
    pub(crate) buttons: Buttons,
    pub(crate) then: Then,
}

/// What go does.
#[derive(Clone, Debug)]
pub(crate) enum Then {
    /// Asks the engine; the words name it in the footer.
    Ask { what: String, command: Box<Command> },
    /// Ends the cockpit.
    Quit,
}

impl ConfirmDialog {
    pub(super) fn draw(&self, state: &State, area: Rect, buffer: &mut Buffer) {
        let columns = text_width(area);
        let body: Vec<Row> = self.lines.iter().flat_map(|l| fold_lines(l, columns)).map(Row::text).collect();
        let foot = self.buttons.rows(self.go, true, &state.palette);
        let heading = Row::new().put(format!(" {} ", self.title), Role::Title);
        Sheet { heading, body: &body, first: 0, foot: &foot }.draw(state, area, buffer);
    }
}
