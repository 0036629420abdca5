//! `bandit`: the counts by severity, as it prints them or as JSON. What it skipped was not looked at.

use super::counts::value;
use super::kind::{Tool, ToolOutput, ToolReading, ToolReport};
use serde_json::Value;

pub(super) static BANDIT: Tool = Tool {
    word: "bandit",
    about: "It looked at every file, and ended well.",
    numbers: &["high", "medium", "low", "undefined"],
    failing: &[],
    usual: None,
    read,
};

const SEVERITIES: [&str; 4] = ["high", "medium", "low", "undefined"];

fn read(output: &ToolOutput<'_>) -> ToolReading {
    let found = match output.json() {
        Some(json) => of_json(&json),
        None => of_text(output.stdout),
    };
    let Some(Scan { lines, skipped, counts }) = found else { return ToolReading::Silent };
    match (lines, skipped) {
        (0, _) => ToolReading::Unable("it looked at no line of code".to_owned()),
        (_, 0) => ToolReading::Report(ToolReport { numbers: counts }),
        (_, skipped) => ToolReading::Unable(format!("it skipped {skipped} files, which nobody has looked at")),
    }
}

struct Scan {
    lines: u64,
    skipped: u64,
    counts: Vec<(&'static str, f64)>,
}

fn of_json(json: &Value) -> Option<Scan> {
    let totals = json.get("metrics")?.get("_totals")?;
    let count = |severity: &str| totals.get(format!("SEVERITY.{}", severity.to_uppercase()))?.as_u64();
    let counts =
        SEVERITIES.into_iter().map(|severity| Some((severity, value(count(severity)?)))).collect::<Option<_>>()?;
    let skipped = u64::try_from(json.get("errors")?.as_array()?.len()).ok()?;
    Some(Scan { lines: totals.get("loc")?.as_u64()?, skipped, counts })
}

/// The report's own end: what is quoted of the code above it may look the same.
fn of_text(text: &str) -> Option<Scan> {
    let end = text.rfind("\nCode scanned:")?;
    let after = |label: &str| {
        let text = text.get(end..)?;
        text.get(text.find(label)? + label.len()..)
    };
    let number = |text: &str| text.trim_start().lines().next()?.trim().parse::<u64>().ok();
    let severities = after("Total issues (by severity):")?;
    let count = |severity: &str| {
        let line = severities.lines().find(|line| line.trim().to_lowercase().starts_with(severity))?;
        number(line.split_once(':')?.1)
    };
    let counts =
        SEVERITIES.into_iter().map(|severity| Some((severity, value(count(severity)?)))).collect::<Option<_>>()?;
    let skipped = after("Files skipped (")?.split_once(')')?.0.parse::<u64>().ok()?;
    Some(Scan { lines: number(after("Total lines of code:")?)?, skipped, counts })
}

#[cfg(test)]
mod specimens {
    use super::*;

    const END: &str = "\nCode scanned:\n\tTotal lines of code: 3\n\tTotal lines skipped (#nosec): 0\n\nRun metrics:\n\
        \tTotal issues (by severity):\n\t\tUndefined: 0\n\t\tLow: 4\n\t\tMedium: 0\n\t\tHigh: 1\n\
        \tTotal issues (by confidence):\n\t\tUndefined: 0\n\t\tLow: 0\n\t\tMedium: 1\n\t\tHigh: 3\nFiles skipped (0):\n";

    fn reading(stdout: &str) -> ToolReading {
        read(&ToolOutput { exit: 0, stdout, stderr: "" })
    }

    #[test]
    fn the_counts_are_those_by_severity() {
        let ToolReading::Report(report) = reading(END) else { panic!("not read") };
        assert_eq!(
            (report.number("low"), report.number("high"), report.number("medium")),
            (Some(4.0), Some(1.0), Some(0.0))
        );
        let json = r#"{"errors": [], "metrics": {"_totals": {"SEVERITY.HIGH": 1, "SEVERITY.MEDIUM": 0, "SEVERITY.LOW": 4, "SEVERITY.UNDEFINED": 0, "loc": 3}}, "results": []}"#;
        assert_eq!(reading(json), reading(END));
    }

    #[test]
    fn what_was_not_looked_at_is_never_green() {
        for not in [END.replace("code: 3", "code: 0"), END.replace("skipped (0)", "skipped (2)")] {
            assert!(matches!(reading(&not), ToolReading::Unable(_)), "{not}");
        }
        // `-q` says nothing where it found nothing.
        assert_eq!(reading(""), ToolReading::Silent);
    }
}
