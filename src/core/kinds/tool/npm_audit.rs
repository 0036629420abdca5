//! `npm audit`: its JSON, or the line that counts by severity.

use super::counts::value;
use super::kind::{Tool, ToolOutput, ToolReading, ToolReport};
use serde_json::Value;

pub(super) static NPM_AUDIT: Tool = Tool {
    word: "npm-audit",
    about: "The registry answered, and npm ended well: what is below its `--audit-level` is counted and does not fail.",
    numbers: &["vulnerabilities", "critical", "high", "moderate", "low", "info"],
    failing: &[],
    usual: None,
    read,
};

const SEVERITIES: [&str; 5] = ["critical", "high", "moderate", "low", "info"];

fn read(output: &ToolOutput<'_>) -> ToolReading {
    let found = match output.json() {
        Some(json) => of_json(&json),
        None => output.stdout.lines().rev().find_map(|line| of_line(line.trim())),
    };
    match found {
        Some(counts) => {
            let sum = counts.iter().map(|(_, count)| count).sum();
            let all = std::iter::once(("vulnerabilities", sum)).chain(counts);
            ToolReading::Report(ToolReport { numbers: all.map(|(name, n)| (name, value(n))).collect() })
        }
        None => output.unable(),
    }
}

fn of_json(json: &Value) -> Option<Vec<(&'static str, u64)>> {
    let counts = json.get("metadata")?.get("vulnerabilities")?;
    SEVERITIES.into_iter().map(|severity| Some((severity, counts.get(severity)?.as_u64()?))).collect()
}

/// Reads `found 0 vulnerabilities`, `3 high severity vulnerabilities` and `5 vulnerabilities (2 low, 3 high)`.
fn of_line(line: &str) -> Option<Vec<(&'static str, u64)>> {
    let counts = |of: &dyn Fn(&str) -> Option<u64>| SEVERITIES.into_iter().map(|s| (s, of(s).unwrap_or(0))).collect();
    if line == "found 0 vulnerabilities" {
        return Some(counts(&|_| None));
    }
    let (number, rest) = line.split_once(' ')?;
    let number: u64 = number.parse().ok()?;
    if let Some((severity, "severity vulnerability" | "severity vulnerabilities")) = rest.split_once(' ') {
        return SEVERITIES.contains(&severity).then(|| counts(&|name| (name == severity).then_some(number)));
    }
    let listed = rest.strip_prefix("vulnerabilities (")?.strip_suffix(')')?;
    let parts: Vec<(u64, &str)> = listed
        .split(", ")
        .map(|part| part.split_once(' ').and_then(|(n, s)| Some((n.parse().ok()?, s))))
        .collect::<Option<_>>()?;
    let is_whole = parts.iter().map(|(n, _)| n).sum::<u64>() == number;
    is_whole.then(|| counts(&|name| parts.iter().find(|(_, severity)| *severity == name).map(|(n, _)| *n)))
}

#[cfg(test)]
mod specimens {
    use super::*;

    fn reading(stdout: &str) -> ToolReading {
        read(&ToolOutput {
            exit: 1,
            stdout,
            stderr: "npm error audit endpoint returned an error\nnpm error A complete log of this run can be found in: /x\n",
        })
    }

    #[test]
    fn severities_are_counted_in_each_form() {
        for (text, high, all) in [
            ("found 0 vulnerabilities\n", 0.0, 0.0),
            ("1 high severity vulnerability\n\nTo address all issues, run:\n  npm audit fix\n", 1.0, 1.0),
            ("5 vulnerabilities (2 low, 3 high)\n", 3.0, 5.0),
            (
                r#"{"metadata": {"vulnerabilities": {"info": 0, "low": 0, "moderate": 1, "high": 2, "critical": 0, "total": 3}}}"#,
                2.0,
                3.0,
            ),
        ] {
            let ToolReading::Report(report) = reading(text) else { panic!("{text} is not read") };
            assert_eq!((report.number("high"), report.number("vulnerabilities")), (Some(high), Some(all)), "{text}");
        }
    }

    #[test]
    fn a_registry_that_does_not_answer_is_no_finding() {
        for text in ["", "undefined\n", r#"{"message": "request failed", "error": {"summary": "", "detail": ""}}"#] {
            let ToolReading::Unable(why) = reading(text) else { panic!("{text} is a report") };
            assert_eq!(why, "it ended with 1 and no summary: npm error audit endpoint returned an error");
        }
    }
}
