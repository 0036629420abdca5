//! `tox`, from version 4: its report has a line for each environment.

use super::counts::tests;
use super::kind::{Tool, ToolOutput, ToolReading};

pub(super) static TOX: Tool = Tool {
    word: "tox",
    about: "At least one environment passed, and none failed.",
    numbers: &["passed", "failed", "skipped"],
    failing: &["failed"],
    usual: None,
    read,
};

/// The report is what stands in two columns' indent above the last line.
fn read(output: &ToolOutput<'_>) -> ToolReading {
    let is_end =
        |line: &str| line.starts_with("  congratulations :) (") || line.starts_with("  evaluation failed :( (");
    let lines: Vec<&str> = output.stdout.lines().collect();
    let Some(end) = lines.iter().rposition(|line| is_end(line)) else { return ToolReading::Silent };
    let report = lines[..end].iter().rev().map_while(|line| environment(line));
    let words: Vec<&str> = report.collect();
    let count = |wanted: &str| u64::try_from(words.iter().filter(|word| **word == wanted).count()).unwrap_or(u64::MAX);
    tests(vec![("passed", count("OK")), ("failed", count("FAIL")), ("skipped", count("SKIP"))])
}

/// Returns how an environment ended: `  py311: OK (1.00=setup[0.97]+cmd[0.02] seconds)`.
fn environment(line: &str) -> Option<&str> {
    let (_, ended) = line.strip_prefix("  ")?.split_once(": ")?;
    ended.split_whitespace().next().filter(|word| ["OK", "FAIL", "SKIP"].contains(word))
}

#[cfg(test)]
mod specimens {
    use super::*;

    fn reading(stdout: &str) -> ToolReading {
        read(&ToolOutput { exit: 0, stdout, stderr: "" })
    }

    #[test]
    fn each_environment_of_the_report_counts() {
        let good = "hello\n  c: FAIL me\nend\n  a: OK (0.18=setup[0.12]+cmd[0.06] seconds)\n  b: SKIP (0.1 seconds)\n  congratulations :) (0.31 seconds)\n";
        let ToolReading::Report(report) = reading(good) else { panic!("not read") };
        assert_eq!(
            (report.number("passed"), report.number("skipped"), report.faults(TOX.failing)),
            (Some(1.0), Some(1.0), None)
        );
        let bad = good.replace("a: OK (", "a: FAIL code 3 (");
        let ToolReading::Report(report) = reading(&bad) else { panic!("not read") };
        assert_eq!(report.faults(TOX.failing).as_deref(), Some("failed 1"));
    }

    #[test]
    fn where_every_environment_was_skipped_nothing_is_known() {
        let skipped = "  py27: SKIP (1.74 seconds)\n  congratulations :) (1.84 seconds)\n";
        assert_eq!(reading(skipped), ToolReading::Unable("no test passed, 1 were skipped".to_owned()));
        assert_eq!(reading("congratulations"), ToolReading::Silent);
    }
}
