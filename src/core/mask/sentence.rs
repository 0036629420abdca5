//! A failure whose causes are lines from outside: they are shown as one sentence, so a secret that is folded over them is
//! hidden as in one text.

use super::Mask;
use super::safe::SafeFailure;
use crate::failure::Failure;
use std::ops::Range;

/// What stands between what we say of a line and the line itself: `log: `, `health check failed with 1: `.
const HEADED: &str = ": ";

impl Mask {
    /// Makes the words of a failure safe, each text alone and all of them as lines of one, with and without their headings.
    pub fn failure(&self, failure: Failure) -> SafeFailure {
        let Failure { kind, summary, causes } = failure;
        let (whole, mut spans) = self.read_lines(std::iter::once(&*summary).chain(causes.iter().map(String::as_str)));
        self.find(&whole, &mut spans);
        let lines = ranges(&whole);
        spans.extend(self.found_below_headings(&whole, &lines));
        let mut safe = lines.into_iter().map(|line| {
            let own = spans.iter().filter_map(|span| common(span, &line));
            let own = own.map(|span| span.start - line.start..span.end - line.start).collect();
            self.conceal_also(&whole[line], own).into_owned()
        });
        let summary = safe.next().unwrap_or_default();
        SafeFailure(Failure { kind, summary, causes: safe.collect() })
    }

    /// Finds what is folded over lines that each have a heading.
    fn found_below_headings(&self, whole: &str, lines: &[Range<usize>]) -> Vec<Range<usize>> {
        let bodies = lines.iter().map(|line| {
            let heading = whole[line.clone()].find(HEADED).map_or(0, |at| at + HEADED.len());
            line.start + heading..line.end
        });
        let bodies: Vec<Range<usize>> = bodies.collect();
        let joined = bodies.iter().map(|body| &whole[body.clone()]).collect::<Vec<_>>().join("\n");
        let mut found = Vec::new();
        self.find(&joined, &mut found);
        let places: Vec<(Range<usize>, Range<usize>)> = ranges(&joined).into_iter().zip(bodies).collect();
        let back = |span: &Range<usize>| {
            let own = |(line, body): &(Range<usize>, Range<usize>)| {
                let part = common(span, line)?;
                Some(part.start - line.start + body.start..part.end - line.start + body.start)
            };
            places.iter().filter_map(own).collect::<Vec<_>>()
        };
        found.iter().flat_map(back).collect()
    }
}

/// Returns where the lines of a text stand.
fn ranges(text: &str) -> Vec<Range<usize>> {
    let mut at = 0;
    let range = |line: &str| {
        let range = at..at + line.len();
        at = range.end + 1;
        range
    };
    text.split('\n').map(range).collect()
}

/// Returns what two ranges have in common.
fn common(one: &Range<usize>, other: &Range<usize>) -> Option<Range<usize>> {
    let both = one.start.max(other.start)..one.end.min(other.end);
    (!both.is_empty()).then_some(both)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::FailureKind;
    use proptest::prelude::*;

    const SECRET: &str = "Wk55qqTrZx0091xxM";

    fn told(heading: &str, lines: &[&str]) -> String {
        let mask = Mask::new();
        mask.learn(SECRET);
        let failure =
            Failure::new(FailureKind::Rejected, "web did not get healthy").because("up, its health check fails");
        let causes = lines.iter().map(|line| format!("{heading}{line}"));
        mask.failure(causes.fold(failure, Failure::because)).sentence()
    }

    #[test]
    fn a_secret_that_is_folded_over_the_causes_of_a_failure_shows_no_piece_of_itself() {
        let before = "web did not get healthy: up, its health check fails";
        for heading in ["", "log: ", "health check failed with 1: "] {
            for width in 2..=SECRET.len() {
                let lines: Vec<&str> =
                    (0..SECRET.len()).step_by(width).map(|at| &SECRET[at..(at + width).min(17)]).collect();
                let shown = told(heading, &lines);
                let rest =
                    shown.strip_prefix(before).unwrap().replace(heading, "").replace("•••", "").replace(": ", "");
                assert_eq!(rest, "", "{width}: {shown}");
            }
        }
        assert_eq!(told("log: ", &["listening on 8000", "bye"]), format!("{before}: log: listening on 8000: log: bye"));
    }

    #[test]
    fn a_key_whose_beginning_is_not_among_the_last_lines_shows_nothing_of_itself() {
        let body = "MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu";
        let shown = told("log: ", &[body, "Q==", "-----END PRIVATE KEY-----", "bye"]);
        assert!(!shown.contains("MzEf") && !shown.contains("Q==") && shown.ends_with("bye"), "{shown}");
    }

    proptest! {
        #[test]
        fn what_holds_no_secret_stays_as_it_is(lines in prop::collection::vec("[a-z :]{0,12}", 0..6)) {
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            let failure = Failure::new(FailureKind::Rejected, "web did not get healthy").because("up, its health check fails");
            let plain = lines.iter().map(|line| format!("log: {line}")).fold(failure, Failure::because);
            prop_assert_eq!(told("log: ", &lines), plain.sentence());
        }
    }
}
