//! What a dialog says of itself. Nothing outside knows which dialogs there are: a new one is a file that implements this, and a
//! line in the folder's list.

use super::buttons::Buttons;
use super::entries::PaletteEntry;
use crate::action::{Action, DialogAction};
use crate::look::Look;
use crate::settings::keymap::Stroke;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::any::Any;
use std::fmt::Debug;
use tminus_core::names::{EnvName, Person};
use tminus_core::question::AfterAnswer;

/// What lies over the screen and has the keys. It reads the look; a key changes only the dialog itself.
pub(crate) trait Dialog: Any + Debug {
    /// Returns the context of its keys.
    fn context(&self) -> &'static str;

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer);

    /// Returns the two buttons, where it has them.
    fn buttons(&self) -> Option<&Buttons> {
        None
    }

    fn buttons_mut(&mut self) -> Option<&mut Buttons> {
        None
    }

    /// Says whether its go button can be used now.
    fn is_open(&self) -> bool {
        true
    }

    /// Says whether it shows something and asks nothing.
    fn is_only_read(&self) -> bool {
        false
    }

    /// Says whether an action works here that works nowhere else.
    fn allows(&self, _: Action) -> bool {
        false
    }

    /// Returns the word for a key that its own box shows, so that the footer says the same.
    fn word(&self, action: Action) -> Option<&'static str> {
        if self.is_only_read() {
            return (action == Action::Dialog(DialogAction::Cancel)).then_some("close");
        }
        self.buttons().filter(|_| self.is_open())?.word(action)
    }

    /// Says what becomes of letters.
    fn letters(&self) -> LetterUse {
        if self.buttons().is_some() { LetterUse::Name } else { LetterUse::Unused }
    }

    /// Returns what the other seats see one look at, where that is not the view beneath.
    fn name(&self) -> Option<String> {
        None
    }

    /// Returns how far down it can be scrolled; nothing where it has a cursor instead.
    fn reach(&self, _: &Look, _: Rect) -> Option<usize> {
        None
    }

    /// Moves its cursor, or scrolls it as far as it reaches.
    fn turn(&mut self, _: &Look, _by: isize, _reach: usize) {}

    /// Takes a key that is bound to nothing here, where the text has so many columns.
    fn stroke(&mut self, stroke: Stroke, _columns: usize) {
        if let Some(buttons) = self.buttons_mut() {
            buttons.stroke(stroke);
        }
    }

    /// Takes a pasted text, and returns how much of it fitted.
    fn paste(&mut self, _: &str) -> Option<String> {
        None
    }

    /// Takes the key that presses its button, or chooses its row.
    fn press(&mut self, _: &Look) -> Pressed {
        if self.is_only_read() { Pressed::Closes } else { Pressed::Stays }
    }

    /// Says what is kept once it is closed.
    fn closed(&self) -> Keepsake {
        Keepsake::Nothing
    }
}

impl dyn Dialog {
    /// Returns it where it is the dialog that is meant.
    pub(crate) fn of<D: Dialog>(&self) -> Option<&D> {
        (self as &dyn Any).downcast_ref()
    }

    pub(crate) fn of_mut<D: Dialog>(&mut self) -> Option<&mut D> {
        (self as &mut dyn Any).downcast_mut()
    }

    /// Returns the name that a person must type now.
    pub(crate) fn must_type(&self) -> Option<&String> {
        self.buttons()?.must_type.as_ref().filter(|_| self.is_open())
    }

    /// Says why the other button cannot be gone to, where the dialog has two.
    pub(crate) fn why_no_other_button(&self) -> Option<String> {
        match self.is_open() {
            true => self.buttons()?.why_no_other(),
            false => Some("it cannot begin now: Cancel is the only choice".to_owned()),
        }
    }
}

/// What becomes of letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LetterUse {
    Unused,
    /// A person types a name with them, letter by letter: it stands for a consent, and is not pasted.
    Name,
    /// They are written.
    Text,
}

/// What pressing came to.
#[derive(Debug)]
pub(crate) enum Pressed {
    /// Nothing; the dialog stays open.
    Stays,
    /// The dialog stays open and shows this message.
    Says(String),
    /// The dialog stays open: what was chosen cannot be done now.
    NotNow {
        what: String,
        why: String,
    },
    Closes,
    /// Closed, and nothing was done.
    Cancelled,
    /// What a question leads to.
    Leads(AfterAnswer),
    /// One acts under this name from now on.
    ActsAs(Person),
    /// What the palette found is done.
    Takes(Box<PaletteEntry>),
    Leaves(Way),
}

/// A way to leave the cockpit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Leave now.
    Leave,
    /// Leave once it is over.
    Wait,
    /// Stop it at the next step boundary, and stay.
    Stop,
    /// Stay.
    Stay,
}

/// What is kept of a dialog that is closed.
#[derive(Clone, Debug)]
pub(crate) enum Keepsake {
    Nothing,
    /// The message was read.
    Message(u64),
    /// What happened meanwhile was read.
    Meanwhile,
    /// Somebody's own words on why to roll back an environment: they find them there again.
    Reason {
        env: EnvName,
        words: Option<String>,
    },
}
