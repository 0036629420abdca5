//! Words by their first bytes: a line costs about the same whether one secret is known or two hundred.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// How many bytes of a secret are a piece; a word that is at least as long is found by so many.
pub(super) const PIECE: usize = 8;

/// A shorter word is found by so many bytes.
const START: usize = 4;

/// Words that are looked for in a text.
#[derive(Default)]
pub(super) struct SecretWords {
    known: HashSet<String>,
    long: ByStart<PIECE>,
    short: ByStart<START>,
}

/// Words by their first `N` bytes.
#[derive(Default)]
struct ByStart<const N: usize> {
    sieve: BloomFilter,
    words: HashMap<u64, Vec<String>>,
}

impl SecretWords {
    /// Learns a word of at least four bytes.
    pub(super) fn learn(&mut self, word: String) {
        if word.len() < START || !self.known.insert(word.clone()) {
            return;
        }
        if word.len() < PIECE { self.short.learn(word) } else { self.long.learn(word) }
    }

    /// Says whether no word is known.
    pub(super) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Finds every word, also where two of them overlap.
    pub(super) fn find(&self, text: &str, mut found: impl FnMut(Range<usize>)) {
        self.long.find(text, &mut found);
        self.short.find(text, &mut found);
    }
}

impl<const N: usize> ByStart<N> {
    fn learn(&mut self, word: String) {
        let start = number(&word.as_bytes()[..N]);
        self.sieve.put(start);
        self.words.entry(start).or_default().push(word);
    }

    fn find(&self, text: &str, found: &mut impl FnMut(Range<usize>)) {
        if self.words.is_empty() {
            return;
        }
        for (at, start) in text.as_bytes().windows(N).enumerate() {
            let start = number(start);
            if !self.sieve.may_hold(start) {
                continue;
            }
            let words = self.words.get(&start).into_iter().flatten();
            let here = words.filter(|word| text.as_bytes()[at..].starts_with(word.as_bytes()));
            here.for_each(|word| found(at..at + word.len()));
        }
    }
}

/// Returns up to eight bytes as a number.
pub(super) fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// A set of numbers that may hold more than was put into it: it says quickly of most that they were not.
pub(super) struct BloomFilter(Box<[u64]>);

impl BloomFilter {
    /// 32 KiB: the pieces of two hundred secrets fill an eighth of it.
    const WORDS: usize = 4096;

    const fn place(number: u64) -> (usize, u64) {
        // Fibonacci hashing: the upper bits of the product depend on all of the number.
        let bit = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 46;
        ((bit >> 6) as usize, 1 << (bit & 63))
    }

    pub(super) fn put(&mut self, number: u64) {
        let (word, bit) = Self::place(number);
        self.0[word] |= bit;
    }

    pub(super) fn may_hold(&self, number: u64) -> bool {
        let (word, bit) = Self::place(number);
        self.0[word] & bit != 0
    }
}

impl Default for BloomFilter {
    fn default() -> Self {
        Self(vec![0; Self::WORDS].into_boxed_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found_also_within_another_one() {
        let mut words = SecretWords::default();
        ["abcdefghi", "abcdefgh", "cdef", "no", "ghijklmn"].iter().for_each(|word| words.learn((*word).to_owned()));
        let mut found = Vec::new();
        words.find("no abcdefghijklmn", |range| found.push(range));
        found.sort_by_key(|range| (range.start, range.end));
        assert_eq!(found, [3..11, 3..12, 5..9, 9..17]);
    }
}
