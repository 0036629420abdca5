//! `pytest` and `pytest-cov`: the line that ends a run, and the total of the coverage table.

use super::counts::{Counts, tests};
use super::kind::{Tool, ToolOutput, ToolReading, unprefixed};
use super::trouble::Trouble::{Doubt, Failure};
use super::trouble::{TroubleSign, Troubles};

/// Tests alone.
pub(super) static PYTEST: Tool = Tool {
    word: "pytest",
    about: "At least one test passed, and none failed.",
    numbers: &["passed", "failed", "errors", "skipped", "xfailed", "xpassed"],
    failing: &["failed", "errors"],
    usual: None,
    read: of_tests,
};

/// Tests with the coverage.
pub(super) static PYTEST_COV: Tool = Tool {
    word: "pytest-cov",
    about: "As `pytest`, and the coverage table has one total.",
    numbers: &["coverage", "passed", "failed", "errors", "skipped", "xfailed", "xpassed"],
    failing: &["failed", "errors"],
    usual: Some("coverage"),
    read: of_coverage,
};

/// What stands against a good summary: `!!! KeyboardInterrupt !!!`, `!!! Interrupted: 1 error during collection !!!`.
const SIGNS: [TroubleSign; 4] = [
    ("!!!", " !!!", Doubt),
    ("INTERNALERROR>", "", Failure),
    ("FAIL Required test coverage of ", " not reached", Failure),
    ("Coverage failure: ", "", Failure),
];

fn of_tests(output: &ToolOutput<'_>) -> ToolReading {
    let mut troubles = Troubles::of(output, &SIGNS);
    let ends: Vec<&str> = output.read_lines(end).collect();
    if ends.is_empty() {
        return troubles.alone();
    }
    // One that ran nothing is as unknown among others as alone.
    if ends.contains(&NONE) {
        troubles.doubt(NONE.to_owned());
    }
    let runs: Vec<Counts> = ends.into_iter().filter_map(Counts::read).collect();
    let is_empty = |run: &Counts| run.of(&["passed", "failed", "error", "errors"]) == 0;
    if runs.len() > 1 && runs.iter().any(is_empty) {
        troubles.doubt(format!("in one of its {} runs, no test passed", runs.len()));
    }
    let counts = Counts::sum(runs).unwrap_or_default();
    tests(
        vec![
            ("passed", counts.of(&["passed"])),
            ("failed", counts.of(&["failed"])),
            ("errors", counts.of(&["error", "errors"])),
            ("skipped", counts.of(&["skipped"])),
            ("xfailed", counts.of(&["xfailed"])),
            ("xpassed", counts.of(&["xpassed"])),
        ],
        troubles,
    )
}

/// How a run without any test ends.
const NONE: &str = "no tests ran";

fn of_coverage(output: &ToolOutput<'_>) -> ToolReading {
    let mut report = match of_tests(output) {
        ToolReading::Report(report) => report,
        other @ (ToolReading::Unable(_) | ToolReading::Silent) => return other,
    };
    let total = totals(output.stdout).and_then(|totals| match totals.as_slice() {
        [total, rest @ ..] if rest.iter().all(|other| other == total) => Ok(*total),
        [] => Err("it printed no coverage table with a total".to_owned()),
        [..] => Err(format!("it printed {} coverage tables, and their totals differ", totals.len())),
    });
    match total {
        Ok(total) => report.numbers.insert(0, ("coverage", total)),
        Err(_) if report.faults(PYTEST.failing).is_some() => {}
        Err(why) => return ToolReading::Unable(why),
    }
    ToolReading::Report(report)
}

/// Returns the counts of the line that ends a run: `== 2 passed, 1 skipped in 0.08s ==`, with `-q` without its frame.
fn end(line: &str) -> Option<&str> {
    let line = line.trim().trim_matches('=').trim();
    let (counts, took) = line.rsplit_once(" in ")?;
    let seconds = took.split_once(" (").map_or(took, |(seconds, _)| seconds).strip_suffix('s')?;
    seconds.parse::<f64>().ok()?;
    (counts == NONE || Counts::read(counts).is_some()).then_some(counts)
}

/// Returns the total of each coverage table, in percent: the row under a head whose column is named `Cover`.
///
/// # Errors
/// Where a table is about no statement: coverage calls that 100 %.
fn totals(text: &str) -> Result<Vec<f64>, String> {
    let (mut all, mut column) = (Vec::new(), None);
    for line in text.lines() {
        let mut forms = unprefixed(line).map(|line| line.split_whitespace().collect::<Vec<_>>());
        let Some(cells) = forms.find(|cells| matches!(cells.first(), Some(&("Name" | "TOTAL")))) else {
            continue;
        };
        if cells.first() == Some(&"Name") {
            column = cells.iter().position(|cell| *cell == "Cover");
        } else if let (Some(at), Some(&"TOTAL")) = (column, cells.first()) {
            if cells.get(1) == Some(&"0") {
                return Err("its coverage table is about no statement".to_owned());
            }
            all.extend(cells.get(at).and_then(|cell| cell.strip_suffix('%')).and_then(|cell| cell.parse::<f64>().ok()));
            column = None;
        }
    }
    Ok(all)
}

#[cfg(test)]
mod specimens {
    use super::*;
    use crate::kinds::tool::ToolReport;

    fn read(tool: &Tool, stdout: &str) -> ToolReading {
        (tool.read)(&ToolOutput { exit: 0, stdout, stderr: "" })
    }

    fn report(tool: &Tool, stdout: &str) -> ToolReport {
        match read(tool, stdout) {
            ToolReading::Report(report) => report,
            other => panic!("{other:?}"),
        }
    }

    const TABLE: &str = "Name              Stmts   Miss Branch BrPart  Cover   Missing\n\
         -------------------------------------------------------------\n\
         app/__init__.py       6      3      2      0    38%   4-6\n\
         -------------------------------------------------------------\n\
         TOTAL                 6      3      2      0    38%\n";

    #[test]
    fn the_line_that_ends_a_run_is_read_with_its_frame_and_without() {
        for end in [
            "=================== 2 passed, 1 skipped, 1 xfailed in 0.08s ====================",
            "2 passed, 1 skipped, 1 xfailed, 3 warnings in 75.05s (0:01:15)",
        ] {
            let report = report(&PYTEST, end);
            assert_eq!((report.number("passed"), report.number("skipped")), (Some(2.0), Some(1.0)));
            assert_eq!(report.faults(PYTEST.failing), None);
        }
        let bad = report(&PYTEST, "=== 1 failed, 2 passed, 1 error in 0.07s ===");
        assert_eq!(bad.faults(PYTEST.failing).as_deref(), Some("failed 1, errors 1"));
    }

    #[test]
    fn a_run_without_tests_or_without_a_last_line_is_not_green() {
        let none = read(&PYTEST, "=== no tests ran in 0.01s ===");
        assert_eq!(none, ToolReading::Unable("no tests ran".to_owned()));
        // `-qq`, and a test that prints a sentence of its own.
        for text in ["..sx                    [100%]", "2 passed in a hurry", "I passed 2 in 3s"] {
            assert_eq!(read(&PYTEST, text), ToolReading::Silent, "{text}");
        }
    }

    #[test]
    fn coverage_is_the_total_under_the_column_cover_and_no_other_number() {
        let text = format!("TOTAL 9 9 99%\n{TABLE}== 2 passed in 0.18s ==\n");
        assert_eq!(report(&PYTEST_COV, &text).number("coverage"), Some(38.0));
        let twice = format!("{TABLE}{}== 2 passed in 0.18s ==\n", TABLE.replace("38%", "90%"));
        assert!(matches!(read(&PYTEST_COV, &twice), ToolReading::Unable(_)));
        assert!(matches!(read(&PYTEST_COV, "== 2 passed in 0.18s =="), ToolReading::Unable(_)));
        let none = "Name  Stmts   Miss  Cover\n---\nTOTAL 0 0 100%\n== 2 passed in 0.18s ==\n";
        assert_eq!(read(&PYTEST_COV, none), ToolReading::Unable("its coverage table is about no statement".to_owned()));
    }

    #[test]
    fn a_run_that_was_stopped_is_not_green_and_what_failed_in_words_fails() {
        let good = "== 2 passed in 0.18s ==\n";
        for trouble in [
            "!!!!!!!!!! KeyboardInterrupt !!!!!!!!!!\n",
            "!!!!!!!! Interrupted: 1 error during collection !!!!!!!!\n",
            "!!!!!!!! _pytest.outcomes.Exit: the database is away !!!!!!!!\n",
            "== 3 deselected in 0.01s ==\n",
            "== 1 skipped in 0.01s ==\n",
            "== no tests ran in 0.01s ==\n",
        ] {
            assert!(matches!(read(&PYTEST, &format!("{trouble}{good}")), ToolReading::Unable(_)), "{trouble}");
        }
        assert_eq!(read(&PYTEST, "== 3 deselected in 0.01s =="), ToolReading::Unable("no test ran".to_owned()));
        for failure in [
            "INTERNALERROR> Traceback (most recent call last):",
            "Fatal Python error: Segmentation fault",
            "Segmentation fault (core dumped)",
            "FAIL Required test coverage of 90% not reached. Total coverage: 50.00%",
            "Coverage failure: total of 50 is less than fail-under=90",
        ] {
            for tool in [&PYTEST, &PYTEST_COV] {
                let report = report(tool, &format!("{TABLE}{failure}\n{good}"));
                assert_eq!(report.faults(tool.failing).as_deref(), Some(failure));
            }
        }
        assert!(report(&PYTEST, "Fatal Python error: Aborted\n").faults(PYTEST.failing).is_some());
    }

    #[test]
    fn a_run_after_a_prefix_counts_with_the_others() {
        let good = "== 2 passed in 0.18s ==\n";
        for prefix in ["api_1  | ", "api: "] {
            let both = format!("{good}{prefix}=== 1 failed, 2 passed in 0.07s ===\n");
            assert_eq!(report(&PYTEST, &both).faults(PYTEST.failing).as_deref(), Some("failed 1"));
            let other: String = TABLE.replace("38%", "90%").lines().map(|line| format!("{prefix}{line}\n")).collect();
            assert!(matches!(read(&PYTEST_COV, &format!("{TABLE}{other}{good}")), ToolReading::Unable(_)));
        }
    }
}
