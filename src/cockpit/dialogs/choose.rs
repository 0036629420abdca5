//! One of several: the gate's item to waive, the name to act under, yes or no.

use super::shape::{Sheet, text_width};
use crate::action::{Action, DialogAction};
use crate::look::Look;
use crate::settings::theme::Role;
use crate::widgets::{Attention, Row};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_core::names::{CheckName, EnvName, Person, SeatId};

/// One of several.
#[derive(Clone, Debug)]
pub(crate) struct ChooseDialog {
    pub(crate) title: String,
    pub(crate) options: Vec<String>,
    pub(crate) row: usize,
    pub(crate) then: Choice,
}

/// What is chosen.
#[derive(Clone, Debug)]
pub(crate) enum Choice {
    /// What a gate goes on without; the names as a waiver calls them.
    Waive { env: EnvName, items: Vec<String> },
    /// The name to act under.
    ActAs(Vec<Person>),
    /// Who is given the driver's seat.
    Give(Vec<SeatId>),
    /// Who is told that one goes on driving.
    Decline(Vec<SeatId>),
    /// Whether a manual check is true: yes first.
    Answer(CheckName),
}

impl ChooseDialog {
    pub(crate) fn turn(&mut self, by: isize) {
        let last = self.options.len().saturating_sub(1);
        self.row = self.row.saturating_add_signed(by).min(last);
    }

    /// Returns what a key does here, in the words of the box and of the footer.
    pub(super) const fn word(action: Action) -> Option<&'static str> {
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

    pub(super) fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        let columns = text_width(area);
        let option = |(at, text): (usize, &String)| match at == self.row {
            true => Row::new().column(format!("▸ {text}"), Role::Button, columns),
            false => Row::text(format!("  {text}")),
        };
        let body: Vec<Row> = self.options.iter().enumerate().map(option).collect();
        let keys = [DialogAction::Press, DialogAction::Cancel].map(Action::Dialog);
        let keys: Vec<(Action, &str)> = keys.into_iter().filter_map(|a| Some((a, Self::word(a)?))).collect();
        let foot = [Row::dim(look.keys_say("dialog.choose", &keys))];
        let heading = Row::new().put(format!(" {} ", self.title), Role::Title);
        let first = self.row.saturating_sub(usize::from(area.height.saturating_sub(6)));
        let attention = Attention::Here;
        Sheet { heading, body: &body, first, foot: &foot, attention }.draw(look, area, buffer);
    }
}
