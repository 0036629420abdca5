//! What of a container's log was sent, so that a log that is opened again goes on without losing or doubling a line.
//!
//! An engine gives lines *from* a moment, and those of two streams can come in another order than their stamps. So it is
//! asked again for a little more than is missing, and what was sent is left out, each line as often as it was sent.

use super::frames::StampedLine;
use jiff::{SignedDuration, Timestamp};
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher as _, RandomState};

/// How far apart the stamps of lines that come in the wrong order may be.
const OVERLAP: SignedDuration = SignedDuration::from_secs(1);

/// How many lines are remembered; where they come faster, less than [`OVERLAP`] is.
const REMEMBERED: usize = 1 << 16;

/// The newest lines of one container that were sent.
#[derive(Default)]
pub(super) struct Sent {
    lines: VecDeque<(Timestamp, u64)>,
    newest: Option<Timestamp>,
    /// Lines up to this moment are forgotten: they were sent.
    forgotten: Option<Timestamp>,
    /// Those that the log repeats since it was opened again, and how often.
    expected: HashMap<(Timestamp, u64), usize>,
    hasher: RandomState,
}

impl Sent {
    /// Returns from which moment the log has to be asked for again, and expects what was sent since then; `None` when
    /// nothing was sent.
    pub(super) fn again(&mut self) -> Option<Timestamp> {
        self.expected.clear();
        let from = self.newest?.saturating_sub(OVERLAP).ok()?;
        let after = self.forgotten.map(|moment| moment.saturating_add(SignedDuration::from_nanos(1)));
        let from = after.and_then(Result::ok).map_or(from, |after| after.max(from));
        for line in self.lines.iter().filter(|(at, _)| *at >= from) {
            *self.expected.entry(*line).or_default() += 1;
        }
        Some(from)
    }

    /// Says whether a line was not sent before, and remembers that it is now.
    pub(super) fn is_new(&mut self, at: Timestamp, line: &StampedLine) -> bool {
        let line = (at, self.hasher.hash_one(&line.text));
        if let Some(count) = self.expected.get_mut(&line).filter(|count| **count > 0) {
            *count -= 1;
            return false;
        }
        self.lines.push_back(line);
        self.newest = self.newest.max(Some(at));
        self.forget();
        true
    }

    fn forget(&mut self) {
        let old = self.newest.and_then(|newest| newest.checked_sub(OVERLAP).ok());
        while let Some((at, _)) = self.lines.front().copied() {
            let is_crowded = self.lines.len() > REMEMBERED;
            if !is_crowded && old.is_none_or(|old| at >= old) {
                return;
            }
            if is_crowded {
                self.forgotten = self.forgotten.max(Some(at));
            }
            self.lines.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(nanosecond: i128) -> Timestamp {
        Timestamp::from_nanosecond(1_795_351_267_000_000_000 + nanosecond).unwrap()
    }

    fn take(sent: &mut Sent, lines: &[(i128, &str)]) -> Vec<String> {
        let line = |text: &str, at| StampedLine { at: Some(at), text: text.to_owned() };
        let new = lines.iter().filter(|(nano, text)| sent.is_new(at(*nano), &line(text, at(*nano))));
        new.map(|(_, text)| (*text).to_owned()).collect()
    }

    #[test]
    fn a_log_that_is_opened_again_at_the_same_nanosecond_loses_and_doubles_nothing() {
        let mut sent = Sent::default();
        assert_eq!(sent.again(), None);
        assert_eq!(take(&mut sent, &[(5, "a"), (7, "b"), (7, "b"), (7, "c")]).len(), 4);
        assert_eq!(sent.again(), Some(at(7 - 1_000_000_000)));
        // A third "b" of that moment is new, and so is one that was stamped before and written after.
        let repeated = [(5, "a"), (7, "b"), (6, "late"), (7, "b"), (7, "c"), (7, "b"), (8, "d")];
        assert_eq!(take(&mut sent, &repeated), ["late", "b", "d"]);
        assert_eq!(take(&mut sent, &[(8, "d")]), ["d"]);
    }

    #[test]
    fn what_is_opened_twice_without_a_line_still_knows_what_was_sent() {
        let mut sent = Sent::default();
        take(&mut sent, &[(5, "a"), (6, "b")]);
        sent.again();
        assert!(take(&mut sent, &[(5, "a")]).is_empty());
        sent.again();
        assert_eq!(take(&mut sent, &[(5, "a"), (6, "b"), (7, "c")]), ["c"]);
    }

    #[test]
    fn more_lines_than_are_remembered_are_still_not_doubled() {
        let mut sent = Sent::default();
        let count = i128::try_from(REMEMBERED).unwrap() + 1000;
        let lines: Vec<_> = (0..count).map(|nano| (nano, "x")).collect();
        assert_eq!(take(&mut sent, &lines).len(), lines.len());
        let from = sent.again().unwrap();
        let repeated: Vec<_> = lines.iter().copied().filter(|(nano, _)| at(*nano) >= from).collect();
        assert!(repeated.len() <= REMEMBERED && take(&mut sent, &repeated).is_empty());
    }
}
