//! Keymap files to validated bindings: `{ on = "g g", run = "list.top" }`, by context.
//!
//! What a binding runs is known here only by its name; the cockpit says which names there are.

mod built_in;
mod file;
mod lay;
pub mod layout;
mod stroke;

pub use built_in::{BUILT_IN, BuiltIn};
pub use file::{Keymap, KeymapProblem, Names, Weight};
pub use stroke::{Key, Stroke, chord_text, parse_chord};

/// A chord and what it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The strokes, one after another.
    pub chord: Vec<Stroke>,
    /// The name of the action.
    pub run: String,
    /// A text that stands in the help instead of the action's own.
    pub desc: Option<String>,
    /// The line of its file, from 1.
    pub line: usize,
}

impl Binding {
    /// Says whether one chord begins with the other, so that both cannot be told apart while they are typed.
    pub fn collides_with(&self, other: &Self) -> bool {
        let shorter = self.chord.len().min(other.chord.len());
        self.chord[..shorter] == other.chord[..shorter]
    }
}
