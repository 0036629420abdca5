//! What lies over the screen: the preview, a confirmation, a choice, a text, a refusal.

mod buttons;
mod choose;
mod confirm;
mod preview;
mod preview_lines;
mod refused;
mod shape;
mod write;

pub(crate) use buttons::{Button, Buttons};
pub(crate) use choose::{Choice, ChooseDialog};
pub(crate) use confirm::{ConfirmDialog, Then};
pub(crate) use preview::{Go, PreviewDialog};
pub(crate) use refused::RefusedDialog;
pub(crate) use write::{Need, WriteDialog, Writing};

use super::state::State;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// The dialog that is open.
#[derive(Clone, Debug)]
pub(crate) enum Dialog {
    Preview(Box<PreviewDialog>),
    Confirm(Box<ConfirmDialog>),
    Choose(Box<ChooseDialog>),
    Write(Box<WriteDialog>),
    Refused(RefusedDialog),
}

impl Dialog {
    pub(crate) fn draw(&self, state: &State, area: Rect, buffer: &mut Buffer) {
        match self {
            Self::Preview(dialog) => dialog.draw(state, area, buffer),
            Self::Confirm(dialog) => dialog.draw(state, area, buffer),
            Self::Choose(dialog) => dialog.draw(state, area, buffer),
            Self::Write(dialog) => dialog.draw(state, area, buffer),
            Self::Refused(dialog) => dialog.draw(state, area, buffer),
        }
    }
}
