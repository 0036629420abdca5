//! `jest`: the lines `Test Suites:` and `Tests:`, which it writes to standard error, and the coverage table.

use super::counts::{Counts, tests};
use super::istanbul::coverage;
use super::kind::{Tool, ToolOutput, ToolReading};
use super::trouble::Trouble::{Doubt, Failure};
use super::trouble::{TroubleSign, Troubles};

pub(super) static JEST: Tool = Tool {
    word: "jest",
    about: "At least one test passed, and no test, no suite and no snapshot failed.",
    numbers: &[
        "passed",
        "failed",
        "failed-suites",
        "failed-snapshots",
        "skipped",
        "todo",
        "statements",
        "branches",
        "functions",
        "lines",
    ],
    failing: &["failed", "failed-suites", "failed-snapshots"],
    usual: None,
    read,
};

fn read(output: &ToolOutput<'_>) -> ToolReading {
    of_runner(output, &RunnerLabels { files: "Test Suites:", each: "Tests:", snapshots: "Snapshots:", errors: &[] })
}

/// The words before the lines of a runner's summary.
pub(super) struct RunnerLabels {
    pub(super) files: &'static str,
    pub(super) each: &'static str,
    pub(super) snapshots: &'static str,
    /// Lines for what went wrong outside the tests.
    pub(super) errors: &'static [&'static str],
}

/// What stands against a good summary. A package without tests is as unknown among others as alone.
const SIGNS: [TroubleSign; 10] = [
    ("No tests found", "", Doubt),
    ("No test files found", "", Doubt),
    ("Test run was interrupted", "", Doubt),
    ("Jest: ", " not met", Failure),
    ("ERROR: Coverage for ", " does not meet ", Failure),
    ("npm ERR! Test failed", "", Failure),
    ("npm error Lifecycle script ", " failed with error", Failure),
    ("npm ERR! Lifecycle script ", " failed with error", Failure),
    ("ELIFECYCLE", " failed", Failure),
    ("error Command failed with exit code", "", Failure),
];

/// Reads the summary of a runner that has one line for files and one for tests.
pub(super) fn of_runner(output: &ToolOutput<'_>, labels: &RunnerLabels) -> ToolReading {
    let mut troubles = Troubles::of(output, &SIGNS);
    let mut sum = |label: &str| {
        let lines: Vec<SummaryLine> = output.read_lines(|line| SummaryLine::read(line, label)).collect();
        for SummaryLine { counts, total } in &lines {
            if let Some(total) = total.filter(|total| counts.all() < *total) {
                troubles.doubt(format!("{label} {} of {total} are counted, so it did not end", counts.all()));
            }
        }
        Counts::sum(lines.into_iter().map(|line| line.counts))
    };
    let (suites, ran) = (sum(labels.files), sum(labels.each).unwrap_or_default());
    let of = |label: &str, words: &[&str]| {
        let all = output.read_lines(|line| SummaryLine::read(line, label));
        Counts::sum(all.map(|line| line.counts)).map_or(0, |counts| counts.of(words))
    };
    let snapshots = of(labels.snapshots, &["failed"]);
    let errors: u64 = labels.errors.iter().map(|label| of(label, &["error", "errors", "failed"])).sum();
    let Some(suites) = suites else { return troubles.alone() };
    let columns = coverage(output.stdout).unwrap_or_else(|why| {
        troubles.doubt(why);
        Vec::new()
    });
    let mut numbers = vec![
        ("passed", ran.of(&["passed"])),
        ("failed", ran.of(&["failed"])),
        ("failed-suites", suites.of(&["failed"])),
        ("failed-snapshots", snapshots),
        ("skipped", ran.of(&["skipped"])),
        ("todo", ran.of(&["todo"])),
    ];
    if !labels.errors.is_empty() {
        numbers.push(("errors", errors));
    }
    match tests(numbers, troubles) {
        ToolReading::Report(mut report) => {
            report.numbers.extend(columns);
            ToolReading::Report(report)
        }
        other @ (ToolReading::Unable(_) | ToolReading::Silent) => other,
    }
}

/// A line of a summary, and its total: `1 passed, 1 total`, `2 passed, 2 of 5 total`, `1 passed | 1 skipped (2)`.
struct SummaryLine {
    counts: Counts,
    total: Option<u64>,
}

impl SummaryLine {
    fn read(line: &str, label: &str) -> Option<Self> {
        let text = line.trim_start().strip_prefix(label)?.strip_prefix(' ')?.trim();
        let (counts, total) = match (text.strip_suffix(" total"), text.strip_suffix(')')) {
            (Some(text), _) => text.rsplit_once(", ")?,
            (None, Some(text)) => text.rsplit_once(" (")?,
            (None, None) => (text, ""),
        };
        let total = total.rsplit(' ').next().and_then(|total| total.parse().ok());
        Some(Self { counts: Counts::read(counts)?, total })
    }
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

    #[test]
    fn a_failure_in_words_or_of_a_snapshot_is_one_though_no_test_failed() {
        let faults = |text: &str| match reading("", text) {
            ToolReading::Report(report) => report.faults(JEST.failing),
            other => panic!("{other:?}"),
        };
        let below = "Jest: \"global\" coverage threshold for lines (80%) not met: 40%";
        assert_eq!(faults(&format!("{GOOD}{below}\n")).as_deref(), Some(below));
        assert!(
            faults(&format!("{GOOD}ERROR: Coverage for lines (4%) does not meet global threshold (8%)\n")).is_some()
        );
        assert!(faults(&format!("{GOOD}npm error Lifecycle script `test` failed with error:\n")).is_some());
        let snapshot = GOOD.replace("Snapshots:   0 total", "Snapshots:   1 failed, 2 passed, 3 total");
        assert_eq!(faults(&snapshot).as_deref(), Some("failed-snapshots 1"));
        let obsolete = GOOD.replace("Snapshots:   0 total", "Snapshots:   1 obsolete, 2 passed, 2 total");
        assert_eq!(faults(&obsolete), None);
        // A suite that was skipped as a whole did not run, and is counted.
        assert_eq!(faults(&GOOD.replace("1 passed, 1 total", "1 skipped, 1 passed, 1 of 2 total")), None);
    }

    #[test]
    fn a_run_that_did_not_end_is_not_green() {
        for text in [
            GOOD.replace("1 skipped, 1 todo, 1 passed, 3 total", "2 passed, 2 of 5 total"),
            GOOD.replace("1 passed, 1 total", "1 passed, 1 of 2 total"),
            format!("{GOOD}Test run was interrupted.\n"),
        ] {
            assert!(matches!(reading("", &text), ToolReading::Unable(_)), "{text}");
        }
    }

    #[test]
    fn a_summary_after_a_prefix_counts_with_the_others() {
        for prefix in ["web:test: ", "web_1  | ", "packages/web test: "] {
            let bad = format!("{prefix}Test Suites: 1 failed, 1 total\n{prefix}Tests:       2 failed, 2 total\n");
            let ToolReading::Report(report) = reading("", &format!("{GOOD}{bad}")) else { panic!("not read") };
            assert_eq!(report.faults(JEST.failing).as_deref(), Some("failed 2, failed-suites 1"));
            let other: String = TABLE.replace("40", "80").lines().map(|line| format!("{prefix}{line}\n")).collect();
            assert!(matches!(reading(&format!("{TABLE}{other}"), GOOD), ToolReading::Unable(_)));
        }
    }
}
