//! The dialog that is open, whichever it is.

use super::{
    Button, Buttons, ChooseDialog, ConfirmDialog, LeaveDialog, MeanwhileDialog, PaletteDialog, PreviewDialog, Prompt,
    SayingDialog, WriteDialog,
};
use crate::action::{Action, DialogAction, TextAction};
use crate::look::Look;
use crate::panes::logs::SourcesDialog;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// The dialog that is open.
#[derive(Clone, Debug)]
pub(crate) enum Dialog {
    Preview(Box<PreviewDialog>),
    Confirm(Box<ConfirmDialog>),
    Choose(Box<ChooseDialog>),
    Write(Box<WriteDialog>),
    Saying(SayingDialog),
    Prompt(Box<Prompt>),
    Palette(Box<PaletteDialog>),
    Sources(SourcesDialog),
    Leave(LeaveDialog),
    Meanwhile(MeanwhileDialog),
}

impl Dialog {
    /// Returns the two buttons, where the dialog has them.
    fn buttons(&self) -> Option<&Buttons> {
        match self {
            Self::Preview(dialog) => Some(&dialog.buttons),
            Self::Confirm(dialog) => Some(&dialog.buttons),
            Self::Choose(_)
            | Self::Write(_)
            | Self::Saying(_)
            | Self::Prompt(_)
            | Self::Palette(_)
            | Self::Leave(_)
            | Self::Meanwhile(_)
            | Self::Sources(_) => None,
        }
    }

    /// Returns the two buttons, where the dialog has them, to be changed.
    pub(crate) fn buttons_mut(&mut self) -> Option<&mut Buttons> {
        match self {
            Self::Preview(dialog) => Some(&mut dialog.buttons),
            Self::Confirm(dialog) => Some(&mut dialog.buttons),
            Self::Choose(_)
            | Self::Write(_)
            | Self::Saying(_)
            | Self::Prompt(_)
            | Self::Palette(_)
            | Self::Leave(_)
            | Self::Meanwhile(_)
            | Self::Sources(_) => None,
        }
    }

    /// Says why the other button cannot be gone to, where the dialog has two.
    pub(crate) fn why_no_other_button(&self) -> Option<String> {
        if matches!(self, Self::Preview(dialog) if !dialog.go().is_open()) {
            return Some("it cannot begin now: Cancel is the only choice".to_owned());
        }
        self.buttons()?.why_no_other()
    }

    /// Says whether the go button has the focus without that a name was typed for it.
    pub(crate) fn is_one_tab_away(&self) -> bool {
        self.buttons().is_some_and(|buttons| buttons.focus == Button::Go && buttons.must_type.is_none())
    }

    /// Returns the word for a key that its own box tells, so that the footer says the same.
    pub(crate) fn word(&self, action: Action) -> Option<&'static str> {
        match self {
            Self::Write(dialog) => (action == Action::Text(TextAction::Submit)).then(|| dialog.then.word()),
            Self::Choose(_) => ChooseDialog::word(action),
            Self::Saying(_) | Self::Meanwhile(_) => (action == Action::Dialog(DialogAction::Cancel)).then_some("close"),
            Self::Preview(dialog) if dialog.go().is_open() => dialog.buttons.word(action),
            Self::Confirm(dialog) => dialog.buttons.word(action),
            Self::Preview(_) | Self::Prompt(_) | Self::Palette(_) | Self::Leave(_) | Self::Sources(_) => None,
        }
    }

    /// Says whether it tells something and asks nothing.
    pub(crate) const fn is_only_read(&self) -> bool {
        matches!(self, Self::Saying(_) | Self::Meanwhile(_))
    }

    pub(crate) fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        match self {
            Self::Preview(dialog) => dialog.draw(look, area, buffer),
            Self::Confirm(dialog) => dialog.draw(look, area, buffer),
            Self::Choose(dialog) => dialog.draw(look, area, buffer),
            Self::Write(dialog) => dialog.draw(look, area, buffer),
            Self::Saying(dialog) => dialog.draw(look, area, buffer),
            Self::Palette(dialog) => dialog.draw(look, area, buffer),
            Self::Sources(dialog) => dialog.draw(look, area, buffer),
            Self::Leave(dialog) => dialog.draw(look, area, buffer),
            Self::Meanwhile(dialog) => dialog.draw(look, area, buffer),
            Self::Prompt(prompt) => prompt.draw(look, buffer.area, buffer),
        }
    }
}
