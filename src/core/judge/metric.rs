//! The rules for a number over time: its limit, the samples that it rests on, and the release before.

use super::judgement::{ExpectationResult, Judgement};
use super::share::{Bounds, bounds};
use crate::evidence::MeasuredNumber;
use crate::measurement::{Measurement, Reading};
use crate::notation::in_thousands;
use crate::plan::{Limit, Metric};
use crate::verdict::Verdict;

/// A number as it was measured.
struct MetricSample {
    value: f64,
    /// How many it rests on.
    count: Option<f64>,
    bounds: Option<Bounds>,
}

/// Which side of a limit is the good one.
#[derive(Clone, Copy)]
enum GoodSide {
    Below,
    Above,
}

/// Judges a metric by its limits, then against the release before at the same age.
///
/// - No value, NaN, infinity, or a share outside 0 to 1: no data.
/// - A share passes when the 95 % bound is on the good side of the limit, fails when the whole interval is on the bad
///   side, else it is inconclusive; so it is without `count`. Other numbers are compared as they are.
/// - A baseline objects when the number is worse than allowed: proved worse fails, not proved is inconclusive. Where
///   there is none yet, or it was zero, it says so and blocks nothing.
pub fn judge_metric(metric: &Metric, measurement: &Measurement) -> Judgement {
    let expected = expected(metric);
    let (value, count, baseline) = match &measurement.reading {
        Reading::Metric { value, count, baseline } => (*value, *count, *baseline),
        Reading::Unmeasured(why) => return Judgement::no_data(expected.join(", "), why.clone()),
        Reading::Rehearsed { verdict, found } => return rehearsed(expected, *verdict, found),
        Reading::Process { .. }
        | Reading::Http(_)
        | Reading::Versions(_)
        | Reading::Ignored(_)
        | Reading::Dotenv { .. }
        | Reading::File { .. }
        | Reading::Changelog(_)
        | Reading::Log { .. }
        | Reading::Image(_)
        | Reading::Own(_)
        | Reading::Said { .. } => {
            return Judgement::no_data(expected.join(", "), "the measurement is not a number over time");
        }
    };
    let Some(value) = value.filter(|v| v.is_finite()) else {
        return Judgement::no_data(expected.join(", "), "the answer is empty, or not a number");
    };
    let count = count.filter(|c| c.is_finite() && *c >= 0.0);
    if let Some(why) = unfounded(metric, value, count) {
        return Judgement::no_data(expected.join(", "), why);
    }
    let baseline = baseline.filter(|b| b.is_finite());
    let sample = MetricSample { value, count, bounds: count.and_then(|count| bounds(value, count)) };
    let mut findings = limits(metric).map(|(side, limit)| against(side, limit, &sample)).collect::<Vec<_>>();
    findings.extend(compared(metric, &sample, baseline));
    let numbers = vec![number(metric, value, count, baseline)];
    Judgement::of(expected, findings, numbers)
}

/// Says between which bounds the true share is, as far as that decides; nothing for what is no share.
pub fn how_sure(metric: &Metric, number: &MeasuredNumber) -> Option<String> {
    let (side, limit) = limits(metric).find(|(_, limit)| matches!(limit, Limit::Share(_)))?;
    let bounds = bounds(number.value, number.samples? as f64)?;
    Some(sure(side, limit, bounds))
}

/// Returns about how many more samples would tell, if the share stays as it is; nothing where they are not what is missing.
pub fn samples_missing(metric: &Metric, measurement: &Measurement) -> Option<f64> {
    let Reading::Metric { value: Some(value), count: Some(count), .. } = measurement.reading else { return None };
    let tells = |count: f64| {
        let sample = MetricSample { value, count: Some(count), bounds: bounds(value, count) };
        limits(metric).all(|(side, limit)| against(side, limit, &sample).verdict != Verdict::Inconclusive)
    };
    if !is_share(metric) || !value.is_finite() || !count.is_finite() || count < 1.0 || tells(count) {
        return None;
    }
    let mut enough = count * 2.0;
    while !tells(enough) {
        enough *= 2.0;
        if enough > MOST_SAMPLES {
            return None;
        }
    }
    let mut few = enough / 2.0;
    while enough - few > 1.0 {
        let middle = few.midpoint(enough);
        if tells(middle) { enough = middle } else { few = middle }
    }
    Some((enough - count).ceil())
}

/// So many samples nobody waits for.
const MOST_SAMPLES: f64 = 1e9;

fn rehearsed(expected: Vec<String>, verdict: Verdict, found: &str) -> Judgement {
    match verdict {
        Verdict::Pass => Judgement::of(expected, vec![ExpectationResult::pass(found)], Vec::new()),
        Verdict::Fail => Judgement::of(expected, vec![ExpectationResult::fail(found)], Vec::new()),
        Verdict::Inconclusive => Judgement::of(expected, vec![ExpectationResult::inconclusive(found)], Vec::new()),
        Verdict::NoData | Verdict::Stale | Verdict::Waived | Verdict::Running | Verdict::Pending => {
            Judgement::no_data(expected.join(", "), found)
        }
    }
}

/// Says why the number rests on nothing, where it does.
fn unfounded(metric: &Metric, value: f64, count: Option<f64>) -> Option<String> {
    if metric.count.is_some() && count.is_none() {
        return Some("the number of samples did not come back".to_owned());
    }
    if count.is_some_and(|count| count < 1.0) {
        return Some("it is based on no samples".to_owned());
    }
    let is_share = limits(metric).any(|(_, limit)| matches!(limit, Limit::Share(_)));
    (is_share && !(0.0..=1.0).contains(&value)).then(|| format!("{value} is not a share between 0 and 1"))
}

fn limits(metric: &Metric) -> impl Iterator<Item = (GoodSide, Limit)> {
    metric
        .below
        .map(|limit| (GoodSide::Below, limit))
        .into_iter()
        .chain(metric.above.map(|limit| (GoodSide::Above, limit)))
}

fn against(side: GoodSide, limit: Limit, sample: &MetricSample) -> ExpectationResult {
    let shown = limit.display(sample.value);
    let Limit::Share(share) = limit else {
        let holds = match side {
            GoodSide::Below => sample.value < limit.value(),
            GoodSide::Above => sample.value > limit.value(),
        };
        return if holds { ExpectationResult::pass(shown) } else { ExpectationResult::fail(shown) };
    };
    let Some(bounds) = sample.bounds else {
        return ExpectationResult::inconclusive(format!("{shown}, of an unknown number: the metric has no `count`"));
    };
    let samples =
        sample.count.map(|count| format!(" in {} samples", in_thousands(count.round() as u64))).unwrap_or_default();
    let found = format!("{shown}{samples} ({})", sure(side, limit, bounds));
    match holds_or_breaks(side, share, bounds) {
        (true, _) => ExpectationResult::pass(found),
        (false, true) => ExpectationResult::fail(found),
        (false, false) => ExpectationResult::inconclusive(format!("{found}: too few samples to say")),
    }
}

/// Says whether a share is proved to keep its limit, and whether it is proved to break it.
fn holds_or_breaks(side: GoodSide, share: f64, Bounds { lower, upper }: Bounds) -> (bool, bool) {
    match side {
        GoodSide::Below => (upper < share, lower > share),
        GoodSide::Above => (lower > share, upper < share),
    }
}

/// Writes the bound that decides; both where neither does.
fn sure(side: GoodSide, limit: Limit, bounds: Bounds) -> String {
    let (lower, upper) = (limit.display(bounds.lower), limit.display(bounds.upper));
    match (holds_or_breaks(side, limit.value(), bounds), side) {
        ((true, _), GoodSide::Below) | ((false, true), GoodSide::Above) => format!("95 % confidence: below {upper}"),
        ((true, _), GoodSide::Above) | ((false, true), GoodSide::Below) => format!("95 % confidence: above {lower}"),
        ((false, false), _) => format!("between {lower} and {upper}"),
    }
}

/// Compares with the release before; `None` where the plan does not ask.
fn compared(metric: &Metric, sample: &MetricSample, baseline: Option<f64>) -> Option<ExpectationResult> {
    let worse_by = metric.baseline?.worse_by;
    let Some(before) = baseline else {
        return Some(ExpectationResult::pass("previous release: no number yet"));
    };
    if before == 0.0 {
        return Some(ExpectationResult::pass("the previous release had 0, so no share of it can be allowed"));
    }
    let side = if metric.below.is_none() && metric.above.is_some() { GoodSide::Above } else { GoodSide::Below };
    let allowed = match side {
        GoodSide::Below => before + before.abs() * worse_by,
        GoodSide::Above => before - before.abs() * worse_by,
    };
    let is_worse = |value: f64| match side {
        GoodSide::Below => value > allowed,
        GoodSide::Above => value < allowed,
    };
    let best = sample.bounds.filter(|_| is_share(metric)).map(|bounds| match side {
        GoodSide::Below => bounds.lower,
        GoodSide::Above => bounds.upper,
    });
    let found = format!("the previous release had {}", shown(metric, before));
    Some(match (is_worse(sample.value), best.is_none_or(is_worse)) {
        (false, _) => ExpectationResult::pass(found),
        (true, true) => ExpectationResult::fail(format!("{}, and {found}", shown(metric, sample.value))),
        (true, false) => ExpectationResult::inconclusive(format!("looks worse, and {found}: too few samples to say")),
    })
}

fn is_share(metric: &Metric) -> bool {
    limits(metric).any(|(_, limit)| matches!(limit, Limit::Share(_)))
}

fn shown(metric: &Metric, value: f64) -> String {
    limits(metric).next().map_or_else(|| value.to_string(), |(_, limit)| limit.display(value))
}

fn number(metric: &Metric, value: f64, count: Option<f64>, baseline: Option<f64>) -> MeasuredNumber {
    let limit = limits(metric).map(|(side, limit)| limit_words(side, limit)).collect::<Vec<_>>().join(" and ");
    MeasuredNumber {
        name: metric.name.to_string(),
        value,
        shown: shown(metric, value),
        limit: (!limit.is_empty()).then_some(limit),
        samples: count.map(|count| count.floor() as u64),
        baseline,
    }
}

fn limit_words(side: GoodSide, limit: Limit) -> String {
    match side {
        GoodSide::Below => format!("below {}", limit.display(limit.value())),
        GoodSide::Above => format!("above {}", limit.display(limit.value())),
    }
}

fn expected(metric: &Metric) -> Vec<String> {
    let baseline = metric.baseline.map(|baseline| {
        format!("at most {} worse than the previous release", Limit::Share(0.0).display(baseline.worse_by))
    });
    limits(metric).map(|(side, limit)| limit_words(side, limit)).chain(baseline).collect()
}
