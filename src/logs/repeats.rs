//! Lines that come again: a source that is followed from a moment on tells once more what it told at that moment.

use jiff::Timestamp;
use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use tminus_core::telemetry::LogLine;

/// How many of the last lines may come again.
const KEPT: usize = 16_384;

/// The lines of one source that may come again, each as often as it came.
#[derive(Debug, Default)]
pub struct Repeats {
    last: VecDeque<(Timestamp, u64)>,
    expected: HashMap<(Timestamp, u64), usize>,
}

impl Repeats {
    /// Says whether a line has been told already, and counts once; else it is noted.
    pub fn is_told(&mut self, line: &LogLine) -> bool {
        let key = (line.at, hash(&line.text));
        if let Some(left) = self.expected.get_mut(&key).filter(|left| **left > 0) {
            *left -= 1;
            return true;
        }
        self.last.push_back(key);
        if self.last.len() > KEPT {
            self.last.pop_front();
        }
        false
    }

    /// Expects the lines from a moment on to come again; the next following begins there.
    pub fn begin_again(&mut self, since: Timestamp) {
        self.expected.clear();
        for key in self.last.iter().filter(|(at, _)| *at >= since) {
            *self.expected.entry(*key).or_default() += 1;
        }
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tminus_core::names::LogName;

    fn line(second: i64, text: &str) -> LogLine {
        LogLine {
            source: LogName::new("a"),
            at: Timestamp::from_second(second).unwrap(),
            text: tminus_core::mask::Mask::new().line(text),
        }
    }

    #[test]
    fn a_line_that_comes_again_from_its_moment_on_is_told_once() {
        let mut repeats = Repeats::default();
        let told = |repeats: &mut Repeats, lines: &[LogLine]| {
            lines.iter().filter(|line| !repeats.is_told(line)).map(|line| line.text.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(told(&mut repeats, &[line(1, "a"), line(2, "x"), line(2, "x"), line(2, "y")]), ["a", "x", "x", "y"]);
        repeats.begin_again(line(2, "").at);
        assert_eq!(
            told(&mut repeats, &[line(2, "x"), line(2, "x"), line(2, "y"), line(2, "x"), line(3, "z")]),
            ["x", "z"]
        );
    }
}
