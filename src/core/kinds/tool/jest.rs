//! `jest`: the lines `Test Suites:` and `Tests:`, which it writes to standard error, and the coverage table.

use super::counts::{Counts, tests};
use super::istanbul::coverage;
use super::kind::{Tool, ToolOutput, ToolReading};

pub(super) static JEST: Tool = Tool {
    word: "jest",
    about: "At least one test passed, and no test and no suite failed.",
    numbers: &["passed", "failed", "failed-suites", "skipped", "todo", "statements", "branches", "functions", "lines"],
    failing: &["failed", "failed-suites"],
    usual: None,
    read,
};

fn read(output: &ToolOutput<'_>) -> ToolReading {
    of_runner(output, ("Test Suites:", "Tests:"))
}

/// Reads the summary of a runner that has one line for files and one for tests.
pub(super) fn of_runner(output: &ToolOutput<'_>, (files, each): (&str, &str)) -> ToolReading {
    let sum = |label: &str| Counts::sum(output.lines().filter_map(|line| Counts::read(labelled(line, label)?)));
    // A package without tests is as unknown among others as alone.
    let is_none = |line: &&str| ["No tests found", "No test files found"].iter().any(|none| line.starts_with(none));
    if let Some(line) = output.lines().map(str::trim).find(is_none) {
        return ToolReading::Unable(line.to_owned());
    }
    let Some(suites) = sum(files) else { return ToolReading::Silent };
    let ran = sum(each).unwrap_or_default();
    let reading = tests(vec![
        ("passed", ran.of(&["passed"])),
        ("failed", ran.of(&["failed"])),
        ("failed-suites", suites.of(&["failed"])),
        ("skipped", ran.of(&["skipped"])),
        ("todo", ran.of(&["todo"])),
    ]);
    match (reading, coverage(output.stdout)) {
        (ToolReading::Report(_), Err(why)) => ToolReading::Unable(why),
        (ToolReading::Report(mut report), Ok(columns)) => {
            report.numbers.extend(columns);
            ToolReading::Report(report)
        }
        (other @ (ToolReading::Unable(_) | ToolReading::Silent), _) => other,
    }
}

/// Returns what follows a label at the beginning of a line, without its total.
fn labelled<'t>(line: &'t str, label: &str) -> Option<&'t str> {
    let counts = line.trim_start().strip_prefix(label)?;
    if !counts.starts_with(' ') {
        return None;
    }
    Some(counts.rsplit_once(", ").filter(|(_, total)| total.ends_with(" total")).map_or(counts, |(before, _)| before))
}

#[cfg(test)]
mod specimens {
    use super::*;

    const GOOD: &str = "PASS ./sum.test.js\n\nTest Suites: 1 passed, 1 total\n\
        Tests:       1 skipped, 1 todo, 1 passed, 3 total\nSnapshots:   0 total\nTime:        0.88 s\n";
    const TABLE: &str = "File      | % Stmts | % Branch | % Funcs | % Lines | Uncovered Line #s \n\
        ----------|---------|----------|---------|---------|-------------------\n\
        All files |      40 |        0 |      50 |     100 |                   \n \
        sum.js   |      41 |        1 |      51 |      99 | 1                 \n";

    fn reading(stdout: &str, stderr: &str) -> ToolReading {
        read(&ToolOutput { exit: 0, stdout, stderr })
    }

    #[test]
    fn tests_and_coverage_are_read_by_their_names() {
        let ToolReading::Report(report) = reading(TABLE, GOOD) else { panic!("not read") };
        assert_eq!((report.number("passed"), report.number("skipped")), (Some(1.0), Some(1.0)));
        assert_eq!((report.number("lines"), report.number("statements")), (Some(100.0), Some(40.0)));
        assert_eq!(report.faults(JEST.failing), None);
    }

    #[test]
    fn a_suite_that_could_not_start_is_a_failure_though_no_test_failed() {
        let text = GOOD.replace("Suites: 1 passed, 1 total", "Suites: 1 failed, 1 passed, 2 total");
        let ToolReading::Report(report) = reading("", &text) else { panic!("not read") };
        assert_eq!(report.faults(JEST.failing).as_deref(), Some("failed-suites 1"));
    }

    #[test]
    fn no_tests_is_never_green() {
        let none = reading("No tests found, exiting with code 0\n", "");
        assert_eq!(none, ToolReading::Unable("No tests found, exiting with code 0".to_owned()));
        assert!(matches!(reading("No tests found, exiting with code 0\n", GOOD), ToolReading::Unable(_)));
        assert_eq!(reading("Tests are fine", ""), ToolReading::Silent);
    }

    #[test]
    fn packages_whose_coverage_differs_have_no_one_coverage() {
        let two = format!("{TABLE}{}", TABLE.replace("40", "80"));
        assert!(matches!(reading(&two, GOOD), ToolReading::Unable(_)));
    }
}
