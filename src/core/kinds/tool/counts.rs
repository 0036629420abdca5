//! Counts that stand before their words, as test runners print them, and what follows from them.

use super::kind::ToolReading;
use super::trouble::Troubles;
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

    /// Returns how many there are of all words.
    pub(super) fn all(&self) -> u64 {
        self.0.values().sum()
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

/// The numbers of a run of tests that must be zero.
const BROKEN: [&str; 4] = ["failed", "errors", "failed-suites", "failed-snapshots"];

/// What a run of tests comes to: where nothing passed and nothing failed, nothing is known.
pub(super) fn tests(numbers: Vec<(&'static str, u64)>, mut troubles: Troubles) -> ToolReading {
    let of = |name: &str| numbers.iter().find(|(known, _)| *known == name).map_or(0, |(_, count)| *count);
    if of("passed") == 0 {
        troubles.doubt(match of("skipped") {
            0 => "no test ran".to_owned(),
            skipped => format!("no test passed, {skipped} were skipped"),
        });
    }
    troubles.report(numbers.into_iter().map(|(name, n)| (name, value(n))).collect(), &BROKEN)
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
        let reading = |numbers: &[(&'static str, u64)]| super::tests(numbers.to_vec(), Troubles::default());
        assert_eq!(reading(&[("passed", 0), ("skipped", 2)]), {
            ToolReading::Unable("no test passed, 2 were skipped".to_owned())
        });
        assert_eq!(reading(&[("passed", 0)]), ToolReading::Unable("no test ran".to_owned()));
        assert!(matches!(reading(&[("passed", 0), ("failed-snapshots", 1)]), ToolReading::Report(_)));
    }
}
