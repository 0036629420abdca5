//! Whether an answer holds the fields that a plan expects of it; other fields do not matter.

use super::judgement::{ExpectationResult, short};
use crate::mask::hides;
use crate::plan::{Placeholder, Template, UnknownPlaceholder};
use crate::verdict::Verdict;
use serde_json::{Number, Value};
use std::collections::BTreeMap;

/// Compares field by field, and names the first that is missing or says something else.
///
/// A missing field is no data, another value fails. Of an array every expected element must be there, in any place, and
/// one element counts for one expectation; an empty array expects an empty one, because otherwise it would always hold.
pub(super) fn compare(expected: &Value, found: &Value) -> ExpectationResult {
    at("the answer", expected, found)
}

/// Fills the placeholders of every text in an expected value; keys stay as they are.
pub(super) fn filled(expected: &Value, values: &BTreeMap<Placeholder, String>) -> Result<Value, UnknownPlaceholder> {
    Ok(match expected {
        Value::String(text) => Value::String(Template::new(text.clone()).fill(values)?),
        Value::Array(items) => Value::Array(items.iter().map(|item| filled(item, values)).collect::<Result<_, _>>()?),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(key, value)| Ok((key.clone(), filled(value, values)?)));
            Value::Object(fields.collect::<Result<_, UnknownPlaceholder>>()?)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => expected.clone(),
    })
}

fn at(path: &str, expected: &Value, found: &Value) -> ExpectationResult {
    match (expected, found) {
        (Value::Object(wanted), Value::Object(there)) => {
            let fields = wanted.iter().map(|(key, value)| {
                let inner = if path == "the answer" { key.clone() } else { format!("{path}.{key}") };
                match there.get(key) {
                    Some(found) => at(&inner, value, found),
                    None => ExpectationResult::no_data(format!("the answer has no field {inner}")),
                }
            });
            worst(fields)
        }
        (Value::Array(wanted), Value::Array(there)) if !wanted.is_empty() => elements(path, wanted, there, found),
        (Value::Number(wanted), Value::Number(there)) => number(path, wanted, there),
        (wanted, there) if wanted == there => ExpectationResult::pass(""),
        (wanted, there) => differs(path, wanted, there),
    }
}

/// Every expected element needs one of its own: two that are expected to be `up` are not there with one.
fn elements(path: &str, wanted: &[Value], there: &[Value], found: &Value) -> ExpectationResult {
    let holds = |value: &Value, one: &Value| at(path, value, one).verdict == Verdict::Pass;
    let fitting = |value: &Value| (0..there.len()).filter(|one| holds(value, &there[*one])).collect();
    let can_be: Vec<Vec<usize>> = wanted.iter().map(fitting).collect();
    let mut taken: Vec<Option<usize>> = vec![None; there.len()];
    for (place, value) in wanted.iter().enumerate() {
        let mut seen = vec![false; there.len()];
        if !is_placed(place, &can_be, &mut taken, &mut seen) {
            let lacks = if can_be[place].is_empty() { "has no element" } else { "has too few elements" };
            let says = || format!("{} and {lacks} {}", short(&found.to_string()), short(&value.to_string()));
            return hidden(path, found).unwrap_or_else(|| ExpectationResult::fail(format!("{path} is {}", says())));
        }
    }
    ExpectationResult::pass("")
}

/// Finds an element for an expectation; one that is taken moves on where it can (an augmenting path).
fn is_placed(place: usize, can_be: &[Vec<usize>], taken: &mut [Option<usize>], seen: &mut [bool]) -> bool {
    for one in &can_be[place] {
        if std::mem::replace(&mut seen[*one], true) {
            continue;
        }
        if taken[*one].is_none_or(|other| is_placed(other, can_be, taken, seen)) {
            taken[*one] = Some(place);
            return true;
        }
    }
    false
}

/// Compares exactly: beyond 2^53 a float no longer tells two whole numbers apart.
fn number(path: &str, wanted: &Number, there: &Number) -> ExpectationResult {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let is_same = if wanted.is_f64() || there.is_f64() {
        let (Some(a), Some(b)) = (wanted.as_f64(), there.as_f64()) else {
            return ExpectationResult::no_data(format!("{path} is {there}, which cannot be compared"));
        };
        if a == b && a.abs() >= EXACT {
            return ExpectationResult::no_data(format!("{path} is {there}, which is too large to be compared exactly"));
        }
        a == b
    } else {
        wanted == there
    };
    if is_same {
        ExpectationResult::pass("")
    } else {
        ExpectationResult::fail(format!("{path} is {there}, not {wanted}"))
    }
}

fn differs(path: &str, wanted: &Value, there: &Value) -> ExpectationResult {
    let says = || format!("{path} is {}, not {}", short(&there.to_string()), short(&wanted.to_string()));
    hidden(path, there).unwrap_or_else(|| ExpectationResult::fail(says()))
}

/// What a secret hides is not known to be another.
fn hidden(path: &str, there: &Value) -> Option<ExpectationResult> {
    let text = there.to_string();
    hides(&text).then(|| ExpectationResult::no_data(format!("{path} is {}: a secret is hidden there", short(&text))))
}

fn worst(findings: impl Iterator<Item = ExpectationResult>) -> ExpectationResult {
    let worse = |a: ExpectationResult, b: ExpectationResult| if a.verdict.and(b.verdict) == a.verdict { a } else { b };
    findings.reduce(worse).unwrap_or_else(|| ExpectationResult::pass(""))
}
