//! `vitest`: the lines `Test Files` and `Tests`, and the coverage table.

use super::jest::{RunnerLabels, of_runner};
use super::kind::{Tool, ToolOutput, ToolReading};

pub(super) static VITEST: Tool = Tool {
    word: "vitest",
    about: "At least one test passed, and no test, no file and no snapshot failed, and there was no error beside them.",
    numbers: &[
        "passed",
        "failed",
        "failed-suites",
        "failed-snapshots",
        "errors",
        "skipped",
        "todo",
        "statements",
        "branches",
        "functions",
        "lines",
    ],
    failing: &["failed", "failed-suites", "failed-snapshots", "errors"],
    usual: None,
    read,
};

fn read(output: &ToolOutput<'_>) -> ToolReading {
    let errors = &["Errors", "Type Errors"];
    of_runner(output, &RunnerLabels { files: "Test Files", each: "Tests", snapshots: "Snapshots", errors })
}

#[cfg(test)]
mod specimens {
    use super::*;

    fn reading(stdout: &str) -> ToolReading {
        read(&ToolOutput { exit: 0, stdout, stderr: "" })
    }

    #[test]
    fn files_and_tests_are_two_lines_and_one_report() {
        let good = " Test Files  1 passed (1)\n      Tests  1 passed | 1 skipped | 1 todo (3)\n   Start at  13:10:51\n";
        let ToolReading::Report(report) = reading(good) else { panic!("not read") };
        assert_eq!(
            (report.number("passed"), report.number("todo"), report.faults(VITEST.failing)),
            (Some(1.0), Some(1.0), None)
        );
        let ToolReading::Report(bad) = reading(&good.replace("1 passed (1)", "1 failed | 1 passed (2)")) else {
            panic!("not read")
        };
        assert_eq!(bad.faults(VITEST.failing).as_deref(), Some("failed-suites 1"));
    }

    #[test]
    fn no_test_files_is_never_green() {
        assert!(matches!(reading("No test files found, exiting with code 0\n"), ToolReading::Unable(_)));
    }

    #[test]
    fn errors_beside_the_tests_and_snapshots_fail() {
        let good = " Test Files  1 passed (1)\n      Tests  1 passed (1)\n";
        for (more, faults) in [
            ("     Errors  1 error\n", Some("errors 1")),
            ("Type Errors  2 errors\n", Some("errors 2")),
            ("Type Errors  2 failed\n", Some("errors 2")),
            ("Type Errors  no errors\n", None),
            ("  Snapshots  1 failed\n", Some("failed-snapshots 1")),
            ("  Snapshots  1 obsolete\n", None),
        ] {
            let text = format!("{good}{more}");
            let ToolReading::Report(report) = reading(&text) else { panic!("{more} is not read") };
            assert_eq!(report.faults(VITEST.failing).as_deref(), faults, "{more}");
        }
        let stopped = good.replace("1 passed (1)\n   ", "1 passed (4)\n   ");
        assert!(matches!(reading(&stopped), ToolReading::Unable(_)));
    }
}
