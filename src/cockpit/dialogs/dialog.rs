//! The dialog that is open, whichever it is.

use super::{ChooseDialog, ConfirmDialog, PreviewDialog, RefusedDialog, WriteDialog};
use crate::cockpit::state::State;
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
