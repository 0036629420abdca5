//! Counts that stand before their words, as test runners print them, and what follows from them.

use super::kind::{ToolReading, ToolReport};
use std::collections::BTreeMap;

/// What a test runner counted, by the words that it uses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts(BTreeMap<String, u64>);

impl Counts {
    /// Reads `1 failed, 2 passed` or `1 failed | 2 passed (3)`: each part is a number and a word, or the line is another one.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut counts = BTreeMap::new();
        for part in text.split([',', '|', ';']).map(str::trim).filter(|part| !part.is_empty()) {
            let part = part.split_once(" (").map_or(part, |(before, _)| before);
            let (number, word) = part.split_once(' ')?;
            let is_word = word.chars().all(|c| c.is_ascii_alphabetic() || c == ' ');
            *counts.entry(is_word.then(|| word.trim().to_owned())?).or_insert(0) += number.parse::<u64>().ok()?;
        }
        (!counts.is_empty()).then_some(Self(counts))
    }

    /// Returns how many there are of any of these words.
    pub(super) fn of(&self, words: &[&str]) -> u64 {
        words.iter().filter_map(|word| self.0.get(*word)).sum()
    }

    /// Adds those of another summary.
    pub(super) fn add(&mut self, other: Self) {
        for (word, count) in other.0 {
            *self.0.entry(word).or_insert(0) += count;
        }
    }

    /// Adds up the summaries of several runs; nothing where there is none.
    pub(super) fn sum(all: impl IntoIterator<Item = Self>) -> Option<Self> {
        all.into_iter().reduce(|mut sum, one| {
            sum.add(one);
            sum
        })
    }
}

/// A count as a number that is compared; so many that it does not hold them exactly, no tool counts.
pub(super) fn value(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// What a run of tests comes to: where nothing passed and nothing failed, nothing is known.
pub(super) fn tests(numbers: Vec<(&'static str, u64)>) -> ToolReading {
    let of = |name: &str| numbers.iter().find(|(known, _)| *known == name).map_or(0, |(_, count)| *count);
    let broken: u64 = ["failed", "errors", "failed-suites"].into_iter().map(of).sum();
    if broken == 0 && of("passed") == 0 {
        let skipped = of("skipped");
        let none = "no test ran".to_owned();
        return ToolReading::Unable(if skipped == 0 {
            none
        } else {
            format!("no test passed, {skipped} were skipped")
        });
    }
    ToolReading::Report(ToolReport { numbers: numbers.into_iter().map(|(name, n)| (name, value(n))).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_is_a_number_and_a_word_or_the_line_is_another_one() {
        let counts = Counts::read("1 failed, 2 passed, 1 skipped").unwrap();
        assert_eq!((counts.of(&["failed"]), counts.of(&["passed", "skipped"])), (1, 3));
        assert_eq!(Counts::read("1 passed | 1 todo (3)").unwrap().of(&["todo"]), 1);
        for other in ["", "2 passed, and more", "passed 2", "x passed", "2 passed1"] {
            assert_eq!(Counts::read(other), None, "{other}");
        }
    }

    #[test]
    fn where_nothing_passed_nothing_is_known() {
        assert_eq!(tests(vec![("passed", 0), ("skipped", 2)]), {
            ToolReading::Unable("no test passed, 2 were skipped".to_owned())
        });
        assert_eq!(tests(vec![("passed", 0)]), ToolReading::Unable("no test ran".to_owned()));
    }
}
