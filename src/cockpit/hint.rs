//! A key with its word in the footer, and which of them give way where not all have room.

use super::widgets::{Row, width};
use crate::settings::theme::Role;

/// The air between two keys.
const BETWEEN: usize = 3;

/// A key and its word.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Hint {
    pub(super) chord: String,
    pub(super) word: String,
    pub(super) scope: KeyScope,
    pub(super) rank: Rank,
}

/// What gives way first where not all has room; of those of one rank the last one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Other,
    /// The way back.
    Back,
    /// What matters most now.
    First,
    /// All keys: whoever sees this one finds every other.
    Help,
    /// The answers to somebody who waits for one.
    Answer,
}

impl Hint {
    pub(super) const fn new(chord: String, word: String) -> Self {
        Self { chord, word, scope: KeyScope::Everywhere, rank: Rank::Other }
    }

    /// Returns the columns that it takes with the air behind it.
    pub(super) fn needed(&self) -> usize {
        self.width() + BETWEEN
    }

    fn width(&self) -> usize {
        width(&self.chord) + 1 + width(&self.word)
    }
}

/// Where a key works.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyScope {
    /// Here alone: it stands out.
    Here,
    Everywhere,
}

/// Puts as many of the keys as fit; what does not is told by a sign.
pub(super) fn fitting(mut row: Row, mut hints: Vec<Hint>, room: usize) -> Row {
    let count = hints.len();
    let needs = |hints: &[Hint]| {
        let keys: usize = hints.iter().map(Hint::needed).sum();
        // The last one needs no air behind it, but room for the sign that something is left out.
        keys.saturating_sub(BETWEEN) + if hints.len() < count { 2 } else { 0 }
    };
    while row.width() + needs(&hints) > room && hints.len() > 1 {
        let least = hints.iter().map(|hint| hint.rank).min();
        let Some(at) = hints.iter().rposition(|hint| Some(hint.rank) == least) else { break };
        hints.remove(at);
    }
    let is_whole = hints.len() == count;
    for (at, hint) in hints.iter().enumerate() {
        let key = if hint.scope == KeyScope::Here { Role::Accent } else { Role::Key };
        let air = if at > 0 { "   " } else { "" };
        row = row.put(air, Role::Text).put(&hint.chord, key).put(format!(" {}", hint.word), Role::Dim);
    }
    let sign = if row.width() + BETWEEN < room { "   …" } else { " …" };
    if is_whole { row } else { row.put(sign, Role::Dim) }
}
