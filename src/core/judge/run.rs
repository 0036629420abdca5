//! The rules for a command: its exit status, and what it printed.

use super::judgement::{ExpectationResult, Judgement, short};
use super::output::{CommandOutput, limits};
use super::text::{TextSearch, held, is_part_of_number};
use super::tool::{ToolResult, expected_of, judge_tool};
use crate::evidence::MeasuredNumber;
use crate::mask::{hides, hides_at_end, hides_at_start};
use crate::plan::{Expect, Placeholder, Template};
use regex::{Captures, Regex};
use std::collections::BTreeMap;
use std::ops::Range;

type FilledPlaceholders = BTreeMap<Placeholder, String>;

/// Judges a command by every expectation that the plan states; exit status 0 is always one of them.
///
/// A run that a signal ended was cut off, and says nothing. Another exit status than expected fails, whatever was printed.
pub(crate) fn judge_run(expect: &Expect, values: &FilledPlaceholders, output: &CommandOutput<'_>) -> Judgement {
    let mut expected = vec![format!("exit {}", expect.exit.unwrap_or(0))];
    let Some(exit) = output.exit else {
        return Judgement::no_data(expected.join(", "), "a signal ended it before it finished");
    };
    let mut findings = vec![exit_status(exit, expect.exit.unwrap_or(0))];
    let mut numbers = Vec::new();
    if expect.empty {
        expected.push("nothing printed".to_owned());
        findings.push(emptiness(output));
    }
    if let Some(has) = &expect.has {
        expected.push(format!("prints {:?}", has.as_str()));
        findings.push(presence(has, values, output));
    }
    if let Some(pattern) = &expect.matches {
        expected.push(comparison(expect, pattern));
        findings.push(matching(expect, pattern, values, output, &mut numbers));
    }
    if let Some(word) = &expect.tool {
        expected.push(expected_of(expect, word));
        match judge_tool(expect, word, output, exit) {
            ToolResult::Judged(finding, counted) => {
                findings.push(finding);
                numbers.extend(counted);
            }
            ToolResult::Unable(why) => return Judgement::no_data(expected.join(", "), why),
        }
    }
    Judgement::of(expected, findings, numbers)
}

fn exit_status(exit: i32, wanted: i32) -> ExpectationResult {
    let found = match exit {
        126 => "exit 126: a shell's answer for a program that it may not run".to_owned(),
        127 => "exit 127: a shell's answer for a program that it does not find".to_owned(),
        status => format!("exit {status}"),
    };
    if exit == wanted { ExpectationResult::pass(found) } else { ExpectationResult::fail(found) }
}

fn emptiness(output: &CommandOutput<'_>) -> ExpectationResult {
    match output.text.trim().is_empty() && !output.cut {
        true => ExpectationResult::pass("nothing printed"),
        false => ExpectationResult::fail(format!("it printed {:?}", short(output.text))),
    }
}

fn presence(has: &Template, values: &FilledPlaceholders, output: &CommandOutput<'_>) -> ExpectationResult {
    let Ok(text) = has.fill(values) else {
        return ExpectationResult::no_data(format!("{:?} cannot be filled in here", has.as_str()));
    };
    let is_nowhere_clear = |wanted: &str| {
        let mut all = output.text.match_indices(wanted).peekable();
        !wanted.is_empty()
            && all.peek().is_some()
            && all.all(|(at, one)| touches_hidden(output.text, at..at + one.len()))
    };
    match (held(output.text, &text), output.cut) {
        (TextSearch::Whole, _) if is_nowhere_clear(&text) => {
            ExpectationResult::no_data(format!("{text:?} is next to a masked secret, so it may be cut off"))
        }
        (TextSearch::Part(_) | TextSearch::Nowhere, false) if hides(output.text) => ExpectationResult::no_data(
            format!("{text:?} is not in the visible part of the output, and a secret is masked there"),
        ),
        (TextSearch::Whole, _) => ExpectationResult::pass(format!("it printed {text:?}")),
        (TextSearch::Part(longer), false) => ExpectationResult::fail(format!(
            "it did not print {text:?}, only {:?}, which is something else",
            short(&longer)
        )),
        (TextSearch::Part(_) | TextSearch::Nowhere, true) => ExpectationResult::no_data(format!(
            "{text:?} is not at the end of the output; the rest was too long to keep"
        )),
        (TextSearch::Nowhere, false) => ExpectationResult::fail(format!("it did not print {text:?}")),
    }
}

/// Says whether what was found at a place holds a secret that is hidden, or touches one: nobody can see how it goes on.
fn touches_hidden(text: &str, Range { start, end }: Range<usize>) -> bool {
    hides(&text[start..end]) || hides_at_end(&text[..start]) || hides_at_start(&text[end..])
}

/// How many matches are looked at.
const MATCHES: usize = 10_000;

/// A number that is held against a limit needs every match: where several are found, they must not disagree.
fn matching(
    expect: &Expect,
    pattern: &str,
    values: &FilledPlaceholders,
    output: &CommandOutput<'_>,
    numbers: &mut Vec<MeasuredNumber>,
) -> ExpectationResult {
    let Ok(regex) = Regex::new(pattern) else {
        return ExpectationResult::no_data(format!("/{pattern}/ is not a regular expression"));
    };
    let compares = expect.above.is_some() || expect.below.is_some() || expect.is.is_some();
    let all: Vec<Captures<'_>> = regex.captures_iter(output.text).take(MATCHES).collect();
    let Some(first) = all.first() else {
        if hides(output.text) {
            return ExpectationResult::no_data(format!(
                "nothing that is shown matches /{pattern}/, and a secret is hidden there"
            ));
        }
        return match output.cut || compares {
            true => ExpectationResult::no_data(format!("nothing in the output matches /{pattern}/")),
            false => ExpectationResult::fail(format!("nothing that was printed matches /{pattern}/")),
        };
    };
    if !compares {
        let seen = all.iter().filter_map(|one| one.get(0)).find(|one| !touches_hidden(output.text, one.range()));
        return match seen {
            Some(one) => ExpectationResult::pass(format!("it printed {:?}", short(one.as_str()))),
            None => ExpectationResult::no_data(format!("what /{pattern}/ matches contains or touches a masked secret")),
        };
    }
    if output.cut {
        return ExpectationResult::no_data("the output was too long to keep, so the first match may be missing");
    }
    if all.len() == MATCHES {
        return ExpectationResult::no_data(format!("/{pattern}/ matches more than {MATCHES} times"));
    }
    let judged: Vec<ExpectationResult> =
        all.iter().map(|one| group(expect, pattern, values, (output.text, one))).collect();
    if let Some(other) = judged.iter().find(|finding| finding.verdict != judged[0].verdict) {
        let (one, other) = (&judged[0].found, &other.found);
        return ExpectationResult::no_data(format!(
            "/{pattern}/ matches {} times, and not all agree: {one}; {other}",
            all.len()
        ));
    }
    numbers.extend(first.get(1).and_then(|group| number(expect, group.as_str())));
    judged.into_iter().next().unwrap_or_else(|| ExpectationResult::no_data("nothing was measured"))
}

/// Holds the first group of one match against what is expected of it.
fn group(
    expect: &Expect,
    pattern: &str,
    values: &FilledPlaceholders,
    (text, one): (&str, &Captures<'_>),
) -> ExpectationResult {
    let (Some(whole), Some(group)) = (one.get(0), one.get(1)) else {
        return ExpectationResult::no_data(format!("/{pattern}/ matched without its first group"));
    };
    if touches_hidden(text, whole.range()) {
        return ExpectationResult::no_data(format!("what /{pattern}/ matches contains or touches a masked secret"));
    }
    let is_number = expect.above.is_some() || expect.below.is_some();
    if is_number && is_part_of_number(text, whole.range(), group.range()) {
        let says = format!("/{pattern}/ finds {:?}, which is only a part of the number there", short(group.as_str()));
        return ExpectationResult::no_data(says);
    }
    compare(expect, group.as_str(), values)
}

fn compare(expect: &Expect, group: &str, values: &FilledPlaceholders) -> ExpectationResult {
    if let Some(is) = &expect.is {
        let Ok(wanted) = is.fill(values) else {
            return ExpectationResult::no_data(format!("{:?} cannot be filled in here", is.as_str()));
        };
        if group != wanted {
            return ExpectationResult::fail(format!("it says {:?}, not {wanted:?}", short(group)));
        }
    }
    if expect.above.is_none() && expect.below.is_none() {
        return ExpectationResult::pass(format!("it says {:?}", short(group)));
    }
    let Some(value) = finite(group) else {
        return ExpectationResult::no_data(format!("{:?} is not a number", short(group)));
    };
    let holds = expect.above.is_none_or(|limit| value > limit) && expect.below.is_none_or(|limit| value < limit);
    let found = value.to_string();
    if holds {
        ExpectationResult::pass(found)
    } else {
        ExpectationResult::fail(format!("{found}, not {}", limits(expect).unwrap_or_default()))
    }
}

fn finite(group: &str) -> Option<f64> {
    group.trim().parse::<f64>().ok().filter(|value| value.is_finite())
}

fn number(expect: &Expect, group: &str) -> Option<MeasuredNumber> {
    let limit = limits(expect)?;
    let value = finite(group)?;
    let shown = value.to_string();
    Some(MeasuredNumber { name: "value".to_owned(), value, shown, limit: Some(limit), samples: None, baseline: None })
}

fn comparison(expect: &Expect, pattern: &str) -> String {
    let is = expect.is.as_ref().map(|is| format!("is {:?}", is.as_str()));
    let words: Vec<String> = is.into_iter().chain(limits(expect)).collect();
    match words.is_empty() {
        true => format!("prints what matches /{pattern}/"),
        false => format!("the first group of /{pattern}/ {}", words.join(" and ")),
    }
}
