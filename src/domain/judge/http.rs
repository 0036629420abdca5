//! The rules for requests: every try that was answered must hold, and a try without an answer is no data.

use super::json;
use super::judgement::{Finding, Judgement};
use super::text::holds;
use crate::domain::json_tree::JsonTree;
use crate::domain::measurement::{HttpAnswer, HttpTry};
use crate::domain::plan::{Expect, Placeholder, Template, UnknownPlaceholder};
use crate::domain::verdict::Number;
use std::collections::BTreeMap;
use std::time::Duration;

/// Judges the tries of one check, all of them.
///
/// - Without `status` in the plan any 2xx holds.
/// - One answer that is wrong fails the check, even beside tries that got no answer: it was measured.
/// - A try that got no answer (refused, timed out, TLS) proves nothing about the service: no data.
/// - A header that is missing fails, because the answer was complete without it; a missing field of a body is no data.
pub(super) fn judge_http(expect: &Expect, values: &BTreeMap<Placeholder, String>, tries: &[HttpTry]) -> Judgement {
    let expect = match filled(expect, values) {
        Ok(filled) => filled,
        Err(unknown) => return Judgement::no_data("the expected text", unknown.to_string()),
    };
    let mut findings = Vec::new();
    for one in tries {
        match &one.answer {
            Ok(answer) => findings.extend(judge_answer(&expect, answer)),
            Err(why) => findings.push(Finding::no_data(format!("no answer: {why}"))),
        }
    }
    let mut numbers = Vec::new();
    if let Some(limit) = expect.p95_below {
        findings.extend(slowness(limit.duration(), tries, &mut numbers));
    }
    Judgement::of(expected(&expect), findings, numbers)
}

/// Fills the placeholders of the texts that are looked for in an answer.
fn filled(expect: &Expect, values: &BTreeMap<Placeholder, String>) -> Result<Expect, UnknownPlaceholder> {
    let body_has = expect.body_has.as_ref().map(|text| text.fill(values).map(Template::new)).transpose()?;
    let json = expect.json.as_ref().map(|wanted| json::filled(wanted, values)).transpose()?;
    Ok(Expect { body_has, json, ..expect.clone() })
}

fn judge_answer(expect: &Expect, answer: &HttpAnswer) -> Vec<Finding> {
    let status_holds = expect.status.map_or((200..300).contains(&answer.status), |wanted| wanted == answer.status);
    let status = format!("status {}", answer.status);
    let mut findings = vec![if status_holds { Finding::pass(status) } else { Finding::fail(status) }];
    if let Some(wanted) = &expect.json {
        findings.push(body_json(wanted, answer));
    }
    for (name, text) in &expect.header {
        findings.push(header(name, text, answer));
    }
    if let Some(text) = expect.body_has.as_ref().map(Template::as_str) {
        findings.push(match (holds(&answer.body, text), answer.cut) {
            (true, _) => Finding::pass(""),
            (false, true) => Finding::no_data(format!("{text:?} is not in the part of the body that was read")),
            (false, false) => Finding::fail(format!("the body does not have {text:?}")),
        });
    }
    findings
}

fn body_json(wanted: &serde_json::Value, answer: &HttpAnswer) -> Finding {
    if answer.cut {
        return Finding::no_data("the body is too long to read as JSON");
    }
    if answer.body.trim().is_empty() {
        return Finding::no_data("the body is empty");
    }
    match JsonTree::parse(&answer.body).and_then(JsonTree::into_value) {
        Ok(there) => json::compare(wanted, &there),
        Err(why) => Finding::no_data(format!("the body is not JSON: {why}")),
    }
}

fn header(name: &str, text: &str, answer: &HttpAnswer) -> Finding {
    let there: Vec<&str> = answer
        .headers
        .iter()
        .filter(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
        .collect();
    let holding = there.iter().filter(|value| holds(value, text)).count();
    match (there.len(), holding) {
        (0, _) => Finding::fail(format!("the answer has no header {name}")),
        (all, holding) if all == holding => Finding::pass(""),
        (_, 0) => Finding::fail(format!("the header {name} does not have {text:?}")),
        // Who reads it takes the first, the last, or all of them together.
        (all, holding) => Finding::no_data(format!(
            "the answer has the header {name} {all} times, and {holding} of them with {text:?}"
        )),
    }
}

/// Holds the tries themselves against the limit: 95 of 100 of those made were faster (nearest rank).
///
/// It is a statement about these tries, not an estimate of all requests: with fewer than 20 every one must be faster.
/// The number carries how many tries it rests on; a share of real traffic is a metric's business.
fn slowness(limit: Duration, tries: &[HttpTry], numbers: &mut Vec<Number>) -> Option<Finding> {
    let mut took: Vec<Duration> = tries.iter().filter(|t| t.answer.is_ok()).map(|t| t.took.duration()).collect();
    took.sort_unstable();
    let rank = (took.len() * 95).div_ceil(100);
    let p95 = *took.get(rank.checked_sub(1)?)?;
    let shown = format!("{} ms", p95.as_millis());
    numbers.push(Number {
        name: "p95".to_owned(),
        value: p95.as_secs_f64(),
        shown: shown.clone(),
        limit: Some(format!("below {} ms", limit.as_millis())),
        samples: u64::try_from(took.len()).ok(),
        baseline: None,
    });
    let found = format!("p95 of {} tries {shown}", took.len());
    Some(if p95 < limit { Finding::pass(found) } else { Finding::fail(found) })
}

fn expected(expect: &Expect) -> Vec<String> {
    let mut words = vec![expect.status.map_or("status 2xx".to_owned(), |status| format!("status {status}"))];
    words.extend(expect.json.as_ref().map(|json| format!("JSON with {json}")));
    words.extend(expect.header.iter().map(|(name, text)| format!("header {name} with {text:?}")));
    words.extend(expect.body_has.as_ref().map(|text| format!("body with {:?}", text.as_str())));
    words.extend(expect.p95_below.map(|limit| format!("95 % of the tries faster than {limit}")));
    words
}
