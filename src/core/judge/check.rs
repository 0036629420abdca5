//! The judge's front door: a check judges by its kind, whatever that is. It only routes.

use super::judgement::Judgement;
use crate::failure::Failure;
use crate::kinds::check::JudgedBy;
use crate::measurement::{Measurement, Reading};
use crate::plan::{Check, Placeholder};
use crate::verdict::Verdict;
use std::collections::BTreeMap;

/// Judges a check by what a probe read. `values` fill the plan's texts, as they did for the probe.
///
/// A check of a metric is judged by [`super::judge_metric`], which knows the limit.
pub fn judge(check: &Check, measurement: &Measurement, values: &BTreeMap<Placeholder, String>) -> Judgement {
    let Check { title, expect, way, .. } = check;
    match &measurement.reading {
        Reading::Unmeasured(why) => return Judgement::no_data(title.clone(), why.clone()),
        Reading::Rehearsed { verdict, found } => return rehearsed(check, *verdict, found),
        Reading::Process { .. } | Reading::Http(_) | Reading::Versions(_) | Reading::Ignored(_) => {}
        Reading::Dotenv { .. } | Reading::File { .. } | Reading::Changelog(_) | Reading::Log { .. } => {}
        Reading::Image(_) | Reading::Own(_) | Reading::Metric { .. } | Reading::Said { .. } => {}
    }
    let by = JudgedBy { title, expect, values, notes: &measurement.tail };
    way.judge(&measurement.reading, &by).unwrap_or_else(|| {
        let why = format!("what was measured says nothing about a check by `{}`", way.word());
        Judgement::no_data(title.clone(), why)
    })
}

/// Judges a measurement that failed: no data, with the reason.
pub fn judge_failure(failure: &Failure) -> Judgement {
    Judgement::no_data("an answer", failure.sentence())
}

fn rehearsed(check: &Check, verdict: Verdict, found: &str) -> Judgement {
    let verdict = match verdict {
        Verdict::Pass | Verdict::Fail | Verdict::Inconclusive | Verdict::NoData => verdict,
        Verdict::Stale | Verdict::Waived | Verdict::Running | Verdict::Pending => Verdict::NoData,
    };
    Judgement { verdict, expected: check.title.clone(), found: found.to_owned(), numbers: Vec::new() }
}
