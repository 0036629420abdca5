//! One of several: the gate's item to waive, the name to act under, yes or no.

use super::dialog::{Dialog, Pressed};
use super::shape::{DialogSheet, text_width};
use crate::action::{Action, DialogAction};
use crate::look::Look;
use crate::settings::theme::Role;
use crate::widgets::{Focus, Row};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// One of several.
#[derive(Debug)]
pub(crate) struct ChooseDialog {
    pub(crate) title: String,
    /// What can be chosen, and what comes of it.
    pub(crate) options: Vec<(String, Pressed)>,
    pub(crate) row: usize,
}

impl Dialog for ChooseDialog {
    fn context(&self) -> &'static str {
        "dialog.choose"
    }

    fn turn(&mut self, _: &Look, by: isize, _: usize) {
        let last = self.options.len().saturating_sub(1);
        self.row = self.row.saturating_add_signed(by).min(last);
    }

    fn press(&mut self, _: &Look) -> Pressed {
        let is_there = self.row < self.options.len();
        if is_there { self.options.swap_remove(self.row).1 } else { Pressed::Closes }
    }

    /// Returns what a key does here, in the words of the box and of the footer.
    fn word(&self, action: Action) -> Option<&'static str> {
        let Action::Dialog(action) = action else { return None };
        match action {
            DialogAction::Press => Some("chooses it"),
            DialogAction::Cancel => Some("cancels"),
            DialogAction::Next
            | DialogAction::Previous
            | DialogAction::Down
            | DialogAction::Up
            | DialogAction::Complete
            | DialogAction::Calls => None,
        }
    }

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        let columns = text_width(area);
        let option = |(at, (text, _)): (usize, &(String, Pressed))| match at == self.row {
            true => Row::new().column(format!("▸ {text}"), Role::Button, columns),
            false => Row::text(format!("  {text}")),
        };
        let body: Vec<Row> = self.options.iter().enumerate().map(option).collect();
        let keys = [DialogAction::Press, DialogAction::Cancel].map(Action::Dialog);
        let keys: Vec<(Action, &str)> = keys.into_iter().filter_map(|a| Some((a, self.word(a)?))).collect();
        let foot = [Row::dim(look.keys_say("dialog.choose", &keys))];
        let heading = Row::new().put(format!(" {} ", self.title), Role::Title);
        let first = self.row.saturating_sub(usize::from(area.height.saturating_sub(6)));
        let attention = Focus::Here;
        DialogSheet { heading, body: &body, first, foot: &foot, attention }.draw(look, area, buffer);
    }
}
