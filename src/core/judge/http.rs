//! The rules for requests: every try that was answered must hold, and a try without an answer is no data.

use super::json;
use super::judgement::{ExpectationResult, Judgement, short};
use super::text::holds;
use crate::evidence::MeasuredNumber;
use crate::json_tree::JsonTree;
use crate::mask::hides;
use crate::measurement::{HttpAnswer, HttpTry};
use crate::plan::{Expect, Placeholder, Template, UnknownPlaceholder};
use std::collections::BTreeMap;
use std::time::Duration;

/// Judges the tries of one check, all of them.
///
/// - Without `status` in the plan any 2xx holds.
/// - One answer that is wrong fails the check, even beside tries that got no answer: it was measured.
/// - A try that got no answer (refused, timed out, TLS) proves nothing about the service: no data.
/// - A header that is missing fails, because the answer was complete without it; a missing field of a body is no data.
pub(crate) fn judge_http(expect: &Expect, values: &BTreeMap<Placeholder, String>, tries: &[HttpTry]) -> Judgement {
    let expect = match filled(expect, values) {
        Ok(filled) => filled,
        Err(unknown) => return Judgement::no_data("the expected text", unknown.to_string()),
    };
    let mut findings = Vec::new();
    for one in tries {
        match &one.answer {
            Ok(answer) => findings.extend(judge_answer(&expect, answer)),
            Err(why) => findings.push(ExpectationResult::no_data(format!("no answer: {why}"))),
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

fn judge_answer(expect: &Expect, answer: &HttpAnswer) -> Vec<ExpectationResult> {
    let status_holds = expect.status.map_or((200..300).contains(&answer.status), |wanted| wanted == answer.status);
    let status = format!("status {}", answer.status);
    let mut findings =
        vec![if status_holds { ExpectationResult::pass(status) } else { ExpectationResult::fail(status) }];
    if let Some(wanted) = &expect.json {
        findings.push(body_json(wanted, answer));
    }
    for (name, text) in &expect.header {
        findings.push(header(name, text, answer));
    }
    if let Some(text) = expect.body_has.as_ref().map(Template::as_str) {
        findings.push(match (holds(&answer.body, text), answer.cut) {
            (true, _) => ExpectationResult::pass(""),
            (false, _) if hides(&answer.body) => ExpectationResult::no_data(format!(
                "{text:?} is not in the visible part of the body, and a secret is masked there"
            )),
            (false, true) => {
                ExpectationResult::no_data(format!("{text:?} is not in the part of the body that was read"))
            }
            (false, false) => match unread(answer, text) {
                Some(why) => ExpectationResult::no_data(format!("{text:?} cannot be looked for: {why}")),
                None => ExpectationResult::fail(format!("the body does not have {text:?}")),
            },
        });
    }
    findings
}

/// Says why a text cannot be looked for in the body of an answer.
fn unread(answer: &HttpAnswer, text: &str) -> Option<String> {
    let of_name = answer.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case("content-encoding"));
    let mut packed = of_name
        .map(|(_, value)| value.trim())
        .filter(|value| !value.is_empty() && !value.eq_ignore_ascii_case("identity"));
    match packed.next() {
        Some(encoding) => Some(format!("the body is encoded as {}", short(encoding))),
        // What is not UTF-8 may still be ASCII around what is asked for; UTF-16 and packed bytes are not.
        None => {
            let is_lossy = answer.body.contains(char::REPLACEMENT_CHARACTER);
            let is_other = answer.body.contains('\0') || (is_lossy && !text.is_ascii());
            (is_other || answer.body.starts_with("\u{1f}\u{fffd}")).then(|| "the body is not UTF-8".to_owned())
        }
    }
}

fn body_json(wanted: &serde_json::Value, answer: &HttpAnswer) -> ExpectationResult {
    if answer.cut {
        return ExpectationResult::no_data("the body is too long to read as JSON");
    }
    if answer.body.trim().is_empty() {
        return ExpectationResult::no_data("the body is empty");
    }
    match JsonTree::parse(&answer.body).and_then(JsonTree::into_value) {
        Ok(there) => json::compare(wanted, &there),
        Err(why) => ExpectationResult::no_data(format!("the body is not JSON: {why}")),
    }
}

/// Compares the whole value: 1.0.0 is not "not 1.0.0". Of a list every element must be what is expected, because who reads it
/// takes the first, the last, or all of them; it may come as several headers of one name.
fn header(name: &str, text: &str, answer: &HttpAnswer) -> ExpectationResult {
    let of_name = answer.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
    let there: Vec<&str> = of_name.map(|(_, value)| value.trim()).collect();
    let wanted = text.trim();
    if there.is_empty() {
        return ExpectationResult::fail(format!("the answer has no header {name}"));
    }
    let is_value = |value: &str| is_value(value, wanted, is_media_type(name));
    if wanted.is_empty() || there.iter().all(|value| is_value(value)) {
        return ExpectationResult::pass("");
    }
    let elements: Vec<&str> = there.iter().flat_map(|value| elements(value)).collect();
    let of_wanted = elements.iter().filter(|element| is_value(element)).count();
    let shown = short(&there.join(", "));
    match of_wanted {
        _ if there.iter().any(|value| hides(value)) => {
            ExpectationResult::no_data(format!("the header {name} is {shown:?}: a secret is hidden there"))
        }
        0 => ExpectationResult::fail(format!("the header {name} is {shown:?}, not {wanted:?}")),
        all if all == elements.len() => ExpectationResult::pass(""),
        some => ExpectationResult::no_data(format!(
            "the header {name} is {shown:?}, and {some} of its {} values is {wanted:?}",
            elements.len()
        )),
    }
}

/// Whether the values of a header are media types.
#[derive(Clone, Copy, PartialEq, Eq)]
enum MediaType {
    Yes,
    No,
}

fn is_media_type(header: &str) -> MediaType {
    match header.eq_ignore_ascii_case("content-type") || header.eq_ignore_ascii_case("accept-post") {
        true => MediaType::Yes,
        false => MediaType::No,
    }
}

/// Says whether a value is the expected one. What stands behind a media type describes it further: `; charset=utf-8`.
fn is_value(value: &str, wanted: &str, of: MediaType) -> bool {
    let bare = value.split(';').next().unwrap_or(value).trim();
    value == wanted || (of == MediaType::Yes && !wanted.contains(';') && bare.eq_ignore_ascii_case(wanted))
}

/// Returns the elements of a value that is a list; a comma within quotes is none between elements.
fn elements(value: &str) -> Vec<&str> {
    let mut is_quoted = false;
    let at_comma = |c: char| {
        is_quoted ^= c == '"';
        c == ',' && !is_quoted
    };
    value.split(at_comma).map(str::trim).filter(|element| !element.is_empty()).collect()
}

/// Holds the tries themselves against the limit: 95 of 100 of those made were faster (nearest rank).
///
/// It is a statement about these tries, not an estimate of all requests: with fewer than 20 every one must be faster.
/// The number carries how many tries it rests on; a share of real traffic is a metric's business.
fn slowness(limit: Duration, tries: &[HttpTry], numbers: &mut Vec<MeasuredNumber>) -> Option<ExpectationResult> {
    let mut took: Vec<Duration> = tries.iter().filter(|t| t.answer.is_ok()).map(|t| t.took.duration()).collect();
    took.sort_unstable();
    let rank = (took.len() * 95).div_ceil(100);
    let p95 = *took.get(rank.checked_sub(1)?)?;
    let shown = format!("{} ms", p95.as_millis());
    numbers.push(MeasuredNumber {
        name: "p95".to_owned(),
        value: p95.as_secs_f64(),
        shown: shown.clone(),
        limit: Some(format!("below {} ms", limit.as_millis())),
        samples: u64::try_from(took.len()).ok(),
        baseline: None,
    });
    let found = format!("p95 of {} tries {shown}", took.len());
    Some(if p95 < limit { ExpectationResult::pass(found) } else { ExpectationResult::fail(found) })
}

fn expected(expect: &Expect) -> Vec<String> {
    let mut words = vec![expect.status.map_or("status 2xx".to_owned(), |status| format!("status {status}"))];
    words.extend(expect.json.as_ref().map(|json| format!("JSON with {json}")));
    words.extend(expect.header.iter().map(|(name, text)| format!("header {name}: {text:?}")));
    words.extend(expect.body_has.as_ref().map(|text| format!("body with {:?}", text.as_str())));
    words.extend(expect.p95_below.map(|limit| format!("p95 below {limit}")));
    words
}
