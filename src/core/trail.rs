//! What tells two journals apart: a number that every fact of a journal has gone into, and a few letters of it.
//!
//! Two journals of one project number their facts alike, so that an action's number alone could be another's. It is no
//! seal: the journal's chain of hashes is that.

use super::fact::Record;
use serde::{Deserialize, Serialize};

/// Digits and letters that a person reads out and types, without those that look alike (Crockford's base 32).
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// How many of them stand behind an action's number: of a million journals one has the same there.
const MARK: u32 = 4;

/// What has gone into a journal so far, as one number: FNV-1a, 64 bits (draft-eastlake-fnv).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Trail(u64);

impl Default for Trail {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Trail {
    /// Takes a fact in: which one it is, when it was recorded, and who brought it about.
    pub fn follow(&mut self, record: &Record) {
        let who = &record.who;
        self.take(&record.seq.to_be_bytes());
        self.take(&record.at.as_nanosecond().to_be_bytes());
        for text in [who.name.as_str(), &who.user, &who.host, record.fact.kind()] {
            self.take(text.as_bytes());
            // A byte that no text holds: what ends here does not begin the next one.
            self.take(&[0xff]);
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    /// Returns a few letters of it, for a name that a person types.
    pub fn mark(self) -> String {
        // The upper half has heard of every byte sooner than the lower one.
        let folded = self.0 ^ (self.0 >> 32);
        let letter = |at: u32| LETTERS.get(usize::try_from(folded >> (5 * at) & 31).unwrap_or(0)).copied();
        (0..MARK).rev().filter_map(letter).map(char::from).collect()
    }
}

/// Returns what stands before the mark in a name: all of a name that a person need type.
pub fn unmarked(name: &str) -> Option<&str> {
    let (before, mark) = name.rsplit_once('-')?;
    let is_mark = mark.len() == MARK as usize && mark.bytes().all(|byte| LETTERS.contains(&byte));
    is_mark.then_some(before)
}
