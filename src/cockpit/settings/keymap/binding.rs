//! One binding: a chord, and the action that it runs. How a chord is written is the story of `stroke`.

use super::Stroke;

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
