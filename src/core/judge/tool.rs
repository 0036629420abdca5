//! The rule for a tool whose output tminus reads: it ended as expected, says that it is well, and its number keeps the limit.

use super::judgement::ExpectationResult;
use super::output::{CommandOutput, limits};
use crate::clean;
use crate::evidence::MeasuredNumber;
use crate::kinds::tool::{Tool, ToolOutput, ToolReading, ToolReport, said, tool};
use crate::plan::Expect;

/// What a tool's output comes to.
pub(super) enum ToolResult {
    /// It is held against what is expected.
    Judged(ExpectationResult, Vec<MeasuredNumber>),
    /// It could not look, so that even its exit status says nothing.
    Unable(String),
}

/// Says what is expected of a tool.
pub(super) fn expected_of(expect: &Expect, word: &str) -> String {
    let limit = compared(expect, tool(word)).zip(limits(expect)).map(|(name, limit)| format!(", {name} {limit}"));
    format!("{word} is well{}", limit.unwrap_or_default())
}

/// Reads what a tool printed.
pub(super) fn judge_tool(expect: &Expect, word: &str, output: &CommandOutput<'_>, exit: i32) -> ToolResult {
    let unknown = |why: String| ToolResult::Judged(ExpectationResult::no_data(why), Vec::new());
    let Some(known) = tool(word) else {
        return unknown(format!("reading the output of {word} is not available in this build"));
    };
    if output.cut {
        return unknown(format!(
            "{word} printed more than is kept, so its summary may not be whole: have it print less"
        ));
    }
    let (stdout, stderr) = (clean::block(output.text), clean::block(output.stderr));
    // What is too long for a line is cut in a safe text, and JSON is often one line.
    let stdout = if output.text.trim_start().starts_with(['{', '[']) { output.text } else { &stdout };
    match (known.read)(&ToolOutput { exit, stdout, stderr: &stderr }) {
        ToolReading::Unable(why) => ToolResult::Unable(format!("{word}: {why}")),
        ToolReading::Silent => unknown(format!("it printed no summary of {word} that tminus can read")),
        ToolReading::Report(report) => {
            let (finding, limited) = held(expect, known, &report);
            ToolResult::Judged(finding, numbers(expect, &report, limited))
        }
    }
}

/// Returns the number that `above` and `below` are about.
fn compared<'e>(expect: &'e Expect, tool: Option<&Tool>) -> Option<&'e str> {
    expect.of.as_deref().or_else(|| tool?.usual)
}

fn held<'e>(expect: &'e Expect, known: &Tool, report: &ToolReport) -> (ExpectationResult, Option<&'e str>) {
    if let Some(faults) = report.faults(known.failing) {
        return (ExpectationResult::fail(faults), None);
    }
    let Some(limit) = limits(expect) else { return (ExpectationResult::pass(report.summary()), None) };
    let Some(name) = compared(expect, Some(known)) else {
        return (
            ExpectationResult::no_data(format!("`of` does not say which number of {} is compared", known.word)),
            None,
        );
    };
    let Some(value) = report.number(name) else {
        return (ExpectationResult::no_data(format!("{} printed no {name}", known.word)), None);
    };
    let holds = expect.above.is_none_or(|limit| value > limit) && expect.below.is_none_or(|limit| value < limit);
    let finding = match holds {
        true => ExpectationResult::pass(report.summary()),
        false => ExpectationResult::fail(format!("{}, not {limit}", said(name, value))),
    };
    (finding, Some(name))
}

fn numbers(expect: &Expect, report: &ToolReport, limited: Option<&str>) -> Vec<MeasuredNumber> {
    let number = |(name, value): &(&'static str, f64)| MeasuredNumber {
        name: (*name).to_owned(),
        value: *value,
        shown: value.to_string(),
        limit: limits(expect).filter(|_| limited == Some(*name)),
        samples: None,
        baseline: None,
    };
    report.numbers.iter().map(number).collect()
}
