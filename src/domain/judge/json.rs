//! Whether an answer holds the fields that a plan expects of it; other fields do not matter.

use super::judgement::{Finding, short};
use crate::domain::plan::{Placeholder, Template, UnknownPlaceholder};
use serde_json::Value;
use std::collections::BTreeMap;

/// Compares field by field, and names the first that is missing or says something else.
///
/// A missing field is no data, another value fails. Of an array every expected element must be there, in any place;
/// an empty array expects an empty one, because otherwise it would always hold.
pub(super) fn compare(expected: &Value, found: &Value) -> Finding {
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

fn at(path: &str, expected: &Value, found: &Value) -> Finding {
    match (expected, found) {
        (Value::Object(wanted), Value::Object(there)) => {
            let fields = wanted.iter().map(|(key, value)| {
                let inner = if path == "the answer" { key.clone() } else { format!("{path}.{key}") };
                match there.get(key) {
                    Some(found) => at(&inner, value, found),
                    None => Finding::no_data(format!("the answer has no field {inner}")),
                }
            });
            worst(fields)
        }
        (Value::Array(wanted), Value::Array(there)) if !wanted.is_empty() => {
            let elements = wanted.iter().map(|value| {
                let is_there = there.iter().any(|found| at(path, value, found).verdict == Finding::pass("").verdict);
                if is_there { Finding::pass("") } else { differs(path, value, found) }
            });
            worst(elements)
        }
        (Value::Number(wanted), Value::Number(there)) if wanted.as_f64() == there.as_f64() => Finding::pass(""),
        (wanted, there) if wanted == there => Finding::pass(""),
        (wanted, there) => differs(path, wanted, there),
    }
}

fn differs(path: &str, wanted: &Value, there: &Value) -> Finding {
    Finding::fail(format!("{path} is {}, not {}", short(&there.to_string()), short(&wanted.to_string())))
}

fn worst(findings: impl Iterator<Item = Finding>) -> Finding {
    let worse = |a: Finding, b: Finding| if a.verdict.and(b.verdict) == a.verdict { a } else { b };
    findings.reduce(worse).unwrap_or_else(|| Finding::pass(""))
}
