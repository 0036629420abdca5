//! Numbers that are looked at too early, or with too few samples to tell anything.

use super::{Finding, Rule};
use crate::plan::{Limit, Metric, Plan};
use crate::time::Span;

pub(super) fn findings(plan: &Plan) -> Vec<Finding> {
    plan.metrics
        .iter()
        .flat_map(|metric| [too_early(plan, metric), few_samples(metric), endless(metric), timeless(plan, metric)])
        .flatten()
        .collect()
}

/// Finds a crash rate within the first hour.
fn too_early(plan: &Plan, metric: &Metric) -> Option<Finding> {
    let early = metric.horizons.iter().find(|h| **h < Span::seconds(3_600))?;
    let text = format!("{} {} {}", metric.name, metric.title, metric.query).to_lowercase();
    let has_sessions = plan.connect(&metric.from).is_some_and(|c| c.kind.counts_sessions());
    let is_share = [metric.below, metric.above].into_iter().flatten().any(|limit| matches!(limit, Limit::Share(_)));
    let is_rate = is_share || text.contains("rate") || text.contains("crash-free") || text.contains("crash_free");
    let is_crash_rate = text.contains("crash") && is_rate;
    let counts_sessions = has_sessions && (text.contains("session") || text.contains("crash_free"));
    (is_crash_rate || counts_sessions).then(|| Finding {
        rule: Rule::CrashRateTooEarly,
        subject: format!("metric.{}.horizons", metric.name),
        says: format!("looks at {} after {early}", metric.title),
        why: "sessions are counted by the hour, and hardly anybody has the version by then".to_owned(),
        instead: "horizons = [\"24h\", \"7d\"], and for the first minutes a count of new issues".to_owned(),
    })
}

/// Finds a limit on a share that does not say how many samples it rests on.
fn few_samples(metric: &Metric) -> Option<Finding> {
    if metric.count.is_some() {
        return None;
    }
    let (key, limit) = metric.below.map(|l| ("below", l)).or_else(|| metric.above.map(|l| ("above", l)))?;
    let share = match limit {
        Limit::Share(share) => share,
        Limit::Plain(number) if is_called_a_share(metric) && number > 0.0 && number < 1.0 => number,
        Limit::Seconds(_) | Limit::Bytes(_) | Limit::Plain(_) => return None,
    };
    // above 95 % means that less than 5 % may be bad
    let bad = if key == "below" { share } else { 1.0 - share };
    let shown = Limit::Share(share).display(share);
    let why = match needed(bad) {
        Some(count) => format!("a limit of {shown} needs {count} samples without one failure; fewer tell nothing"),
        None => format!("no number of samples proves a limit of {shown}"),
    };
    Some(Finding {
        rule: Rule::TooFewSamples,
        subject: format!("metric.{}", metric.name),
        says: format!("wants {} {key} {shown} but does not ask how many samples that rests on", metric.title),
        why,
        instead: "count = \"…\", the query that says how many there were".to_owned(),
    })
}

fn is_called_a_share(metric: &Metric) -> bool {
    let text = format!("{} {}", metric.name, metric.title).to_lowercase();
    ["rate", "share", "ratio", "percent", "%"].iter().any(|word| text.contains(word))
}

/// Returns how many samples without a failure prove a share of failures, with 95 % confidence: the rule of three.
///
/// Source: Hanley and Lippman-Hand, "If nothing goes wrong, is everything all right?", JAMA 1983.
fn needed(share: f64) -> Option<String> {
    if share <= 0.0 {
        return None;
    }
    // 3/0.0005 is 5999.999…
    let count = (3.0 / share - 1e-6).ceil() as u64;
    let digits = count.to_string();
    let grouped = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect::<Vec<_>>();
    Some(grouped.join(","))
}

/// Finds a metric that no value would break.
fn endless(metric: &Metric) -> Option<Finding> {
    let has_limit = metric.below.is_some() || metric.above.is_some() || metric.baseline.is_some();
    (!has_limit).then(|| Finding {
        rule: Rule::CannotFail,
        subject: format!("metric.{}", metric.name),
        says: format!("measures {} but compares it with nothing", metric.title),
        why: "whatever is measured is good".to_owned(),
        instead: "below = …, above = …, or baseline = { worse-by = \"10%\" }".to_owned(),
    })
}

/// Finds a query that looks back over the same time at every horizon.
fn timeless(plan: &Plan, metric: &Metric) -> Option<Finding> {
    let asks_a_server = plan.connect(&metric.from).is_some_and(|c| c.kind.looks_back());
    let lacks = |text: &str| !text.contains("{horizon}");
    let key = match &metric.count {
        _ if lacks(metric.query.as_str()) => metric.form.key(),
        Some(count) if lacks(count.as_str()) => "count",
        Some(_) | None => return None,
    };
    (asks_a_server && !metric.horizons.is_empty()).then(|| Finding {
        rule: Rule::QueryWithoutHorizon,
        subject: format!("metric.{}.{key}", metric.name),
        says: format!("asks the same at every horizon: the {key} has no {{horizon}}"),
        why: "it covers the same period after 30 minutes and after a week, or reaches back before the deploy"
            .to_owned(),
        instead: "sum(increase(…[{horizon}]))".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_of_a_twentieth_of_a_percent_needs_six_thousand() {
        assert_eq!(needed(0.0005).as_deref(), Some("6,000"));
        assert_eq!(needed(0.001).as_deref(), Some("3,000"));
        assert_eq!(needed(0.05).as_deref(), Some("60"));
        assert_eq!(needed(0.0), None);
    }
}
