//! How far some checks have come, in words: how many are good, and what the others lack.

use crate::plan::Check;
use crate::verdict::Verdict;

/// How many of some checks have which verdict: those that are required count, and all of them where none is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckProgress {
    counted: Vec<Verdict>,
}

impl CheckProgress {
    /// Counts checks by where they stand.
    pub fn of<'c>(all: impl Iterator<Item = (&'c Check, Verdict)> + Clone) -> Self {
        let required: Vec<Verdict> = all.clone().filter(|(check, _)| check.required).map(|(_, v)| v).collect();
        let counted = if required.is_empty() { all.map(|(_, verdict)| verdict).collect() } else { required };
        Self { counted }
    }

    /// Returns how many have a verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.counted.iter().filter(|counted| **counted == verdict).count()
    }

    /// Writes it: `3 of 7 good, 1 failed, 1 stale, 2 not run`.
    pub fn words(&self) -> String {
        let good = self.counted.iter().filter(|verdict| verdict.is_good_enough()).count();
        let waived = match self.count(Verdict::Waived) {
            0 => String::new(),
            count => format!(" ({count} waived)"),
        };
        // Most urgent first.
        let others = [
            (Verdict::Fail, "failed"),
            (Verdict::NoData, "without data"),
            (Verdict::Inconclusive, "inconclusive"),
            (Verdict::Stale, "stale"),
            (Verdict::Running, "running"),
            (Verdict::Pending, "not run"),
        ];
        let others = others.into_iter().filter_map(|(verdict, word)| match self.count(verdict) {
            0 => None,
            count => Some(format!(", {count} {word}")),
        });
        format!("{good} of {} good{waived}{}", self.counted.len(), others.collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_good_is_counted_by_what_it_lacks() {
        use Verdict::{Fail, Inconclusive, NoData, Pass, Pending, Running, Stale, Waived};
        let of = |counted: &[Verdict]| CheckProgress { counted: counted.to_vec() }.words();
        assert_eq!(of(&[Pass, Pass, Pass, Stale, Pending, Pending, Fail]), "3 of 7 good, 1 failed, 1 stale, 2 not run");
        assert_eq!(of(&[Waived, Pass]), "2 of 2 good (1 waived)");
        let rest = "0 of 3 good, 1 without data, 1 inconclusive, 1 running";
        assert_eq!(of(&[Running, Inconclusive, NoData]), rest);
        assert_eq!(of(&[]), "0 of 0 good");
    }
}
