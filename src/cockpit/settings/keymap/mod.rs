//! Keymap files to validated bindings: `{ on = "g g", run = "list.top" }`, by context.
//!
//! What a binding runs is known here only by its name; the cockpit says which names there are.

mod binding;
mod built_in;
mod file;
mod lay;
pub mod layout;
mod stroke;

pub use binding::Binding;
pub use built_in::{BUILT_IN, BuiltInKeymap};
pub use file::{Keymap, KeymapNames, KeymapNote, KeymapProblem};
pub use stroke::{Key, Stroke, chord_text, parse_chord};
