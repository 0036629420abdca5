//! Lines with which a command that was started again repeats the end of what it printed before, in order. Whatever else it
//! prints is new, however often the same text came before.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use tminus_core::telemetry::LogLine;

/// The first lines of a run, compared with the last ones of the run before.
pub(super) struct Repetition {
    before: VecDeque<u64>,
    /// Where in the run before the repeated lines may begin.
    starts: Vec<usize>,
    /// How many lines were compared.
    count: usize,
    /// Lines that are repeated so far, and new ones if the next is another.
    held: Vec<LogLine<String>>,
}

impl Repetition {
    /// Begins with the lines of the run before, by their hashes.
    pub(super) fn of(before: VecDeque<u64>) -> Self {
        Self { starts: (0..before.len()).collect(), before, count: 0, held: Vec::new() }
    }

    /// Says whether the next line may belong to it.
    pub(super) fn may_go_on(&self) -> bool {
        !self.starts.is_empty()
    }

    /// Takes the next line; returns those that are new by now.
    pub(super) fn take(&mut self, hashed: u64, line: LogLine<String>) -> Vec<LogLine<String>> {
        self.starts.retain(|start| self.before.get(start + self.count) == Some(&hashed));
        self.held.push(line);
        if self.starts.is_empty() {
            return self.end();
        }
        self.count += 1;
        if self.starts.iter().any(|start| start + self.count == self.before.len()) {
            // All of the end was repeated. A longer end may begin with the same lines.
            self.held.clear();
        }
        Vec::new()
    }

    /// Ends it; returns the lines that turned out to be new.
    pub(super) fn end(&mut self) -> Vec<LogLine<String>> {
        self.starts.clear();
        std::mem::take(&mut self.held)
    }
}

/// Returns what stands for a line.
pub(super) fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use tminus_core::names::LogName;

    /// Returns what is new of the lines of a run, and which of it only once nothing more comes.
    fn new(before: &str, run: &str) -> (String, String) {
        let mut repetition = Repetition::of(before.chars().map(|line| hash(&line.to_string())).collect());
        let line = |text: String| LogLine { source: LogName::new("a"), at: Timestamp::UNIX_EPOCH, text };
        let joined = |lines: Vec<LogLine<String>>| lines.into_iter().map(|line| line.text).collect::<String>();
        let told = run.chars().map(|c| joined(repetition.take(hash(&c.to_string()), line(c.to_string())))).collect();
        (told, joined(repetition.end()))
    }

    #[test]
    fn only_lines_that_repeat_the_end_of_a_run_in_order_are_told_once() {
        // The lines of the previous run, those of this one, what is sent at once, and what is sent after a pause.
        let cases = [
            ("", "ab", "ab", ""),
            ("abc", "abcd", "d", ""),
            ("abc", "bcd", "d", ""),
            ("abc", "c", "", ""),
            ("abc", "ccc", "cc", ""),
            ("abc", "x", "x", ""),
            // The same text as a line in the middle is new: nothing after it is repeated.
            ("axbxc", "xy", "xy", ""),
            ("axbxc", "x", "", "x"),
            ("axbxc", "xxx", "xxx", ""),
            ("abc", "bd", "bd", ""),
            // A short end and a longer one that begins alike.
            ("abab", "ab", "", ""),
            ("abab", "ababab", "ab", ""),
            ("abab", "abac", "ac", ""),
            ("aaa", "aaaaa", "aa", ""),
        ];
        for (before, run, at_once, then) in cases {
            assert_eq!(new(before, run), (at_once.to_owned(), then.to_owned()), "{before:?}, then {run:?}");
        }
    }
}
