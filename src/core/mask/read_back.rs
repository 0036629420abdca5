//! A text that was read back from another one, each byte with the place that it came from.

use std::ops::Range;

/// A reading of a text.
pub(super) struct ReadBack {
    pub(super) text: String,
    /// Where each of its bytes came from.
    from: Vec<Range<usize>>,
}

impl ReadBack {
    pub(super) const fn new() -> Self {
        Self { text: String::new(), from: Vec::new() }
    }

    /// Returns it if something was read.
    pub(super) fn unless_empty(self) -> Option<Self> {
        (!self.text.is_empty()).then_some(self)
    }

    /// Returns the place in the text that a place in this reading came from.
    pub(super) fn origin(&self, found: Range<usize>) -> Range<usize> {
        // Pairs may be turned around, so the first byte need not be the first there.
        let places = self.from.get(found).unwrap_or_default();
        let first = places.iter().map(|from| from.start).min().unwrap_or_default();
        first..places.iter().map(|from| from.end).max().unwrap_or(first)
    }

    pub(super) fn put(&mut self, character: char, from: Range<usize>) {
        self.text.push(character);
        for _ in 1..character.len_utf8() {
            self.from.push(from.clone());
        }
        self.from.push(from);
    }

    /// Puts bytes that were spelled out: as text where they are UTF-8, else each as a character.
    pub(super) fn put_bytes(&mut self, bytes: &[(u8, Range<usize>)]) {
        let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return };
        let plain: Vec<u8> = bytes.iter().map(|(byte, _)| *byte).collect();
        match std::str::from_utf8(&plain) {
            Ok(text) if !text.is_ascii() => text.chars().for_each(|c| self.put(c, first.1.start..last.1.end)),
            Ok(_) | Err(_) => bytes.iter().for_each(|(byte, from)| self.put(char::from(*byte), from.clone())),
        }
    }

    /// Makes a reading of a reading one of the text itself.
    pub(super) fn within(self, outer: &Self) -> Self {
        let from = self.from.iter().map(|from| outer.origin(from.clone())).collect();
        Self { text: self.text, from }
    }
}
