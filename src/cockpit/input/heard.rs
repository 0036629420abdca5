//! What a terminal sends, once its bytes are understood.

use crate::message::{Pointed, Repeat, TerminalReply};
use crate::settings::keymap::{Key, Stroke};

/// What a terminal sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    Key(Stroke, Repeat),
    Paste(String),
    Pointer {
        what: Pointed,
        column: u16,
        line: u16,
    },
    FocusGained,
    FocusLost,
    /// An answer to something that it was asked.
    Told(TerminalReply),
}

/// What the front of the bytes is.
pub(super) enum InputFront {
    /// So many bytes mean something, or nothing.
    Took(usize, Option<Heard>),
    /// A text is pasted from here on.
    PasteBegins(usize),
    /// More bytes are needed to tell.
    Short,
}

pub(super) const fn key(key: Key) -> Heard {
    Heard::Key(Stroke { key, ctrl: false, alt: false }, Repeat::Fresh)
}
