//! Expectations that hold whatever comes back, or that the bad case meets too.

use super::shell::Script;
use super::{Finding, Rule};
use crate::notation::counted;
use crate::plan::{Check, Expect, Limit, Metric, Plan, Template};
use regex::Regex;
use serde_json::Value;

pub(super) fn findings(plan: &Plan) -> Vec<Finding> {
    let checks = plan.checks.iter().flat_map(|check| [always_holds(plan, check), one_for_all(check), few_tries(check)]);
    checks.chain(plan.metrics.iter().map(no_limit)).flatten().collect()
}

/// Finds a question that asks nothing, or an expectation that no answer can break.
fn always_holds(plan: &Plan, check: &Check) -> Option<Finding> {
    let expectation = || Some(("expect", accepts_all(&check.expect)?));
    let (key, says) =
        check.way.asks_nothing(&plan.release).map(|says| (check.way.word(), says.to_owned())).or_else(expectation)?;
    Some(Finding {
        rule: Rule::CannotFail,
        subject: format!("check.{}.{key}", check.name),
        says,
        why: "it is true whatever comes back".to_owned(),
        instead: "expect what only the good case prints".to_owned(),
    })
}

/// What commands print when they are not well.
const TROUBLE: [&str; 5] =
    ["error: it failed", "Traceback (most recent call last)", "0", "FAILED (failures=3)", "500 Internal Server Error"];

/// Says why every output or answer meets an expectation, if it does.
fn accepts_all(expect: &Expect) -> Option<String> {
    if is_empty(expect.has.as_ref()) || is_empty(expect.body_has.as_ref()) {
        return Some("expects an empty text, which any output contains".to_owned());
    }
    if let Some((name, _)) = expect.header.iter().find(|(_, text)| text.trim().is_empty()) {
        return Some(format!("expects an empty text in the header {name}, which any value contains"));
    }
    if expect.json.as_ref().is_some_and(|json| json.as_object().is_some_and(serde_json::Map::is_empty)) {
        return Some("expects JSON with no field in particular".to_owned());
    }
    let pattern = expect.matches.as_ref()?;
    if expect.is.is_some() || expect.above.is_some() || expect.below.is_some() {
        return endless(expect, pattern);
    }
    let compiled = Regex::new(pattern).ok()?;
    if compiled.is_match("") {
        return Some(format!("expects /{pattern}/, which matches an empty output too"));
    }
    let takes_trouble = TROUBLE.iter().all(|text| compiled.is_match(text));
    takes_trouble.then(|| format!("expects /{pattern}/, which matches whatever is printed, an error too"))
}

/// Says why no number breaks a limit, if none does.
fn endless(expect: &Expect, pattern: &str) -> Option<String> {
    let (group, after) = first_group(pattern)?;
    let is_number =
        group.chars().all(|c| "\\d0-9.,[]+*?{}".contains(c)) && !group.starts_with('-') && !group.contains("[-");
    let is_share = after.trim_start_matches("\\s").trim_start_matches(['*', '+', '?', ' ']).starts_with('%');
    let low = expect.above.filter(|limit| *limit < 0.0 && is_number && expect.below.is_none());
    let high = expect.below.filter(|limit| *limit > 100.0 && is_share && expect.above.is_none());
    match (low, high) {
        (Some(limit), _) => Some(format!("expects a number above {limit}, and /{pattern}/ finds no negative one")),
        (None, Some(limit)) => Some(format!("expects a share below {limit} %, and there is none over 100 %")),
        (None, None) => None,
    }
}

/// Returns the text of the first group of an expression, and what follows it.
fn first_group(pattern: &str) -> Option<(&str, &str)> {
    let mut is_escaped = false;
    let open = pattern.char_indices().find(|(at, c)| {
        let opens = *c == '(' && !is_escaped && !pattern[at + 1..].starts_with("?:");
        is_escaped = *c == '\\' && !is_escaped;
        opens
    });
    let rest = &pattern[open?.0 + 1..];
    let close = rest.find(')')?;
    Some((&rest[..close], &rest[close + 1..]))
}

fn is_empty(text: Option<&Template>) -> bool {
    text.is_some_and(|t| t.as_str().trim().is_empty())
}

/// How many requests say something of the slowest of them.
const TRIES: u32 = 5;

/// Finds a percentile of so few requests that it is one of them.
fn few_tries(check: &Check) -> Option<Finding> {
    let tries = check.way.tries().filter(|tries| *tries < TRIES)?;
    let limit = check.expect.p95_below?;
    let tries = counted(tries.into(), "request");
    Some(Finding {
        rule: Rule::TooFewSamples,
        subject: format!("check.{}.{}", check.name, check.way.word()),
        says: format!("expects 95 % of the tries below {limit}, and makes {tries}"),
        why: "with so few tries the slowest proves little: one lucky try passes".to_owned(),
        instead: "tries = 20, or more: with 59 that are all fast, 95 % are, with 95 % confidence".to_owned(),
    })
}

/// Finds an expected list that one good element among bad ones meets.
fn one_for_all(check: &Check) -> Option<Finding> {
    let shown = one_of_many(check.expect.json.as_ref()?)?;
    Some(Finding {
        rule: Rule::BadCasePasses,
        subject: format!("check.{}.expect", check.name),
        says: format!("expects {shown} in a list, but says nothing about the other elements"),
        why: "one element that is well is enough, whatever the others say".to_owned(),
        instead: "a field that speaks of all of them, or every element by its name".to_owned(),
    })
}

/// Returns an expected element that stands for all: the only one, with one field and no name beside it.
fn one_of_many(json: &Value) -> Option<String> {
    match json {
        Value::Array(items) => match items.as_slice() {
            [Value::Object(fields)] if fields.len() == 1 => Some(items[0].to_string()),
            [Value::String(_) | Value::Bool(_)] => Some(items[0].to_string()),
            _ => items.iter().find_map(one_of_many),
        },
        Value::Object(fields) => fields.values().find_map(one_of_many),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// Finds a metric whose limit no share breaks.
fn no_limit(metric: &Metric) -> Option<Finding> {
    let says = match (metric.below, metric.above) {
        (Some(Limit::Share(limit)), None) if limit >= 1.0 => "requires a share below 100 % or more, and every share is",
        (None, Some(Limit::Share(limit))) if limit <= 0.0 => "requires a share above 0 % or less, and every share is",
        (None, Some(limit)) if limit.value() < 0.0 => "requires a number above a negative one",
        _ => return None,
    };
    metric.baseline.is_none().then(|| Finding {
        rule: Rule::CannotFail,
        subject: format!("metric.{}", metric.name),
        says: says.to_owned(),
        why: "whatever is measured is good".to_owned(),
        instead: "a limit that a bad release breaks".to_owned(),
    })
}

/// Says whether a script looks at what a search found in another way than by its status: `[ -z "$(grep …)" ]`.
pub(super) fn asks_for_nothing(script: &Script, id: usize) -> bool {
    script.calls().into_iter().any(|call| {
        let is_test = matches!(call.program(), "test" | "[" | "[[");
        let wants_none = call.has("-z")
            || call.arguments().windows(2).any(|w| matches!(w[0].as_str(), "-eq" | "=" | "==") && w[1] == "0");
        let node_holds = || super::shell::ShellNode::Call(call.clone()).children().iter().any(|child| child.holds(id));
        is_test && wants_none && node_holds()
    })
}
