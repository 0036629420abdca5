//! `tox`, from version 4: its report has a line for each environment.

use super::counts::tests;
use super::kind::{Tool, ToolOutput, ToolReading};
use super::trouble::Troubles;

pub(super) static TOX: Tool = Tool {
    word: "tox",
    about: "At least one environment passed, and none failed.",
    numbers: &["passed", "failed", "skipped"],
    failing: &["failed"],
    usual: None,
    read,
};

/// The report is what stands in two columns' indent above the last line; each run has one.
fn read(output: &ToolOutput<'_>) -> ToolReading {
    let mut troubles = Troubles::of(output, &[]);
    let lines: Vec<&str> = output.stdout.lines().collect();
    let ends: Vec<(usize, Ending<'_>)> =
        lines.iter().enumerate().filter_map(|(at, line)| Some((at, Ending::read(line)?))).collect();
    if ends.is_empty() {
        return troubles.alone();
    }
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for (at, Ending { prefix, is_good }) in &ends {
        let above = lines[..*at].iter().rev().filter_map(|line| line.strip_prefix(prefix));
        let words: Vec<&str> = above.map_while(environment).collect();
        let count = |wanted: &[&str]| words.iter().filter(|word| wanted.contains(word)).map(|_| 1).sum::<u64>();
        let (ok, bad) = (count(&["OK"]), count(&["FAIL"]));
        if !is_good && ok > 0 && bad == 0 {
            troubles.fail("evaluation failed".to_owned());
        }
        if ends.len() > 1 && ok == 0 && bad == 0 {
            troubles.doubt(format!("in one of its {} runs, no environment passed", ends.len()));
        }
        (passed, failed, skipped) = (passed + ok, failed + bad, skipped + count(&["SKIP", "IGNORED"]));
    }
    tests(vec![("passed", passed), ("failed", failed), ("skipped", skipped)], troubles)
}

/// The line that ends a report, and what stands before each of its lines.
struct Ending<'t> {
    prefix: &'t str,
    is_good: bool,
}

impl<'t> Ending<'t> {
    fn read(line: &'t str) -> Option<Self> {
        let before = |words: &str| line.find(words).and_then(|at| line.get(..at));
        let (prefix, is_good) = match (before("  congratulations :) ("), before("  evaluation failed :( (")) {
            (Some(prefix), _) => (prefix, true),
            (None, Some(prefix)) => (prefix, false),
            (None, None) => return None,
        };
        (prefix.is_empty() || prefix.ends_with("| ") || prefix.ends_with(": ")).then_some(Self { prefix, is_good })
    }
}

/// Returns how an environment ended: `  py311: OK (1.00=setup[0.97]+cmd[0.02] seconds)`, `  lint: IGNORED FAIL code 1 (…)`.
fn environment(line: &str) -> Option<&str> {
    let (_, ended) = line.strip_prefix("  ")?.split_once(": ")?;
    ended.split_whitespace().next().filter(|word| ["OK", "FAIL", "SKIP", "IGNORED"].contains(word))
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

    #[test]
    fn a_failure_that_is_ignored_counts_as_skipped() {
        let text =
            "  a: OK (0.2 seconds)\n  b: IGNORED FAIL code 1 (0.1 seconds)\n  congratulations :) (0.3 seconds)\n";
        let ToolReading::Report(report) = reading(text) else { panic!("not read") };
        assert_eq!(
            (report.number("passed"), report.number("skipped"), report.faults(TOX.failing)),
            (Some(1.0), Some(1.0), None)
        );
    }

    #[test]
    fn the_reports_of_all_runs_are_added_up_and_each_passes_something() {
        let good = "  a: OK (0.2 seconds)\n  congratulations :) (0.3 seconds)\n";
        let bad = "  b: FAIL code 3 (0.2 seconds)\n  evaluation failed :( (0.3 seconds)\n";
        let prefixed: String = bad.lines().map(|line| format!("api_1  | {line}\n")).collect();
        for both in [format!("{bad}{good}"), format!("{prefixed}{good}"), format!("{good}{prefixed}")] {
            let ToolReading::Report(report) = reading(&both) else { panic!("{both} is not read") };
            assert_eq!(report.faults(TOX.failing).as_deref(), Some("failed 1"), "{both}");
        }
        let skipped = good.replace("OK", "SKIP");
        assert!(matches!(reading(&format!("{good}{skipped}")), ToolReading::Unable(_)));
        let unnamed = good.replace("congratulations :)", "evaluation failed :(");
        let ToolReading::Report(report) = reading(&unnamed) else { panic!("not read") };
        assert_eq!(report.faults(TOX.failing).as_deref(), Some("evaluation failed"));
    }
}
