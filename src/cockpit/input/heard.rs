//! What a terminal sends, once its bytes are understood.

use crate::cockpit::message::{Pointed, Repeat, Told};
use crate::config::keymap::Stroke;

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
    Told(Told),
}
