//! What the judge says, and how single findings add up to it.

use crate::evidence::MeasuredNumber;
use crate::verdict::Verdict;

/// A verdict with its reasons, as evidence keeps them.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// `Pass`, `Fail`, `Inconclusive` or `NoData`; nothing else.
    pub verdict: Verdict,
    /// What was expected, in words.
    pub expected: String,
    /// What was found, in one sentence.
    pub found: String,
    /// The numbers, where there are any.
    pub numbers: Vec<MeasuredNumber>,
}

/// One expectation, and what came of it.
pub(crate) struct ExpectationResult {
    pub(crate) verdict: Verdict,
    pub(crate) found: String,
}

impl ExpectationResult {
    pub(crate) fn pass(found: impl Into<String>) -> Self {
        Self { verdict: Verdict::Pass, found: found.into() }
    }

    pub(crate) fn fail(found: impl Into<String>) -> Self {
        Self { verdict: Verdict::Fail, found: found.into() }
    }

    pub(crate) fn inconclusive(found: impl Into<String>) -> Self {
        Self { verdict: Verdict::Inconclusive, found: found.into() }
    }

    pub(crate) fn no_data(found: impl Into<String>) -> Self {
        Self { verdict: Verdict::NoData, found: found.into() }
    }
}

impl Judgement {
    /// Says that nothing was measured, and why.
    pub(crate) fn no_data(expected: impl Into<String>, why: impl Into<String>) -> Self {
        Self { verdict: Verdict::NoData, expected: expected.into(), found: why.into(), numbers: Vec::new() }
    }

    /// Adds findings up: one failure fails, one unknown leaves it unknown, none at all is no data.
    ///
    /// The sentence names only the findings that made the verdict.
    pub(crate) fn of(expected: Vec<String>, findings: Vec<ExpectationResult>, numbers: Vec<MeasuredNumber>) -> Self {
        let expected = expected.join(", ");
        let Some(verdict) = findings.iter().map(|f| f.verdict).reduce(Verdict::and) else {
            return Self { numbers, ..Self::no_data(expected, "nothing was measured") };
        };
        let mut reasons: Vec<String> = Vec::new();
        for finding in findings.into_iter().filter(|f| f.verdict == verdict) {
            if !finding.found.is_empty() && !reasons.contains(&finding.found) {
                reasons.push(finding.found);
            }
        }
        Self { verdict, expected, found: reasons.join("; "), numbers }
    }
}

/// Cuts a text from outside to a length that fits a sentence, with a sign.
pub(crate) fn short(text: &str) -> String {
    const MOST: usize = 120;
    let line = text.trim().lines().next().unwrap_or_default();
    match line.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line.to_owned(),
    }
}
