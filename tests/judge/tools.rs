//! What real runs of the tools printed, recorded, and the verdict of each.

use super::{check, measured, run_way, values};
use tminus_core::evidence::MeasuredNumber;
use tminus_core::judge::{Judgement, judge};
use tminus_core::kinds::tool::TOOLS;
use tminus_core::measurement::Reading;
use tminus_core::plan::Expect;
use tminus_core::verdict::Verdict::{self, Fail, NoData, Pass};

const BETWEEN: &str = "~~~~ standard error\n";

/// What a tool printed in a recorded run, and the status that it ended with.
fn recorded(name: &str, exit: i32) -> Reading {
    let path = format!("{}/tests/judge/tools/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let (stdout, stderr) = text.split_once(BETWEEN).expect("two streams");
    Reading::Process { exit: Some(exit), stdout: stdout.to_owned(), stderr: stderr.to_owned(), cut: false }
}

fn ran(tool: &str, name: &str, exit: i32) -> Judgement {
    judge(&check(run_way(), expects(tool)), &measured(recorded(name, exit)), &values())
}

fn expects(tool: &str) -> Expect {
    Expect { tool: Some(tool.to_owned()), ..Expect::default() }
}

fn number(judged: &Judgement, name: &str) -> Option<f64> {
    judged.numbers.iter().find(|number| number.name == name).map(|number| number.value)
}

#[test]
fn each_recorded_run_has_its_verdict() {
    let runs: &[(&str, &str, i32, Verdict)] = &[
        ("pytest", "pytest", 0, Pass),
        ("pytest", "pytest-color", 0, Pass),
        ("pytest", "pytest-q", 0, Pass),
        ("pytest", "pytest-xdist", 0, Pass),
        // It says nothing of its own, so nobody knows what ran.
        ("pytest", "pytest-qq", 0, NoData),
        ("pytest", "pytest-bad", 1, Fail),
        // The same, where a wrapper swallows the status.
        ("pytest", "pytest-bad", 0, Fail),
        ("pytest", "pytest-imp", 2, Fail),
        ("pytest", "pytest-none", 5, NoData),
        ("pytest-cov", "pytest-cov", 0, Pass),
        ("pytest-cov", "pytest-cov-branch", 0, Pass),
        ("pytest-cov", "pytest-cov-under", 1, Fail),
        ("pytest-cov", "pytest", 0, NoData),
        ("tox", "tox-ok", 0, Pass),
        ("tox", "tox-bad", 1, Fail),
        ("tox", "tox-skip", 1, NoData),
        ("jest", "jest", 0, Pass),
        ("jest", "jest-cov", 0, Pass),
        ("jest", "jest-color", 0, Pass),
        ("jest", "jest-bad", 1, Fail),
        ("jest", "jest-imp", 0, Fail),
        ("jest", "jest-none-ok", 0, NoData),
        ("vitest", "vitest", 0, Pass),
        ("vitest", "vitest-cov", 0, Pass),
        ("vitest", "vitest-color", 0, Pass),
        ("vitest", "vitest-bad", 1, Fail),
        ("vitest", "vitest-imp", 0, Fail),
        ("vitest", "vitest-none-ok", 0, NoData),
        ("cargo-test", "cargo-test", 0, Pass),
        ("cargo-test", "cargo-test-bad", 101, Fail),
        // It prints nothing, as it does where it looked at nothing.
        ("eslint", "eslint-ok", 0, NoData),
        ("eslint", "eslint-bad", 0, Pass),
        ("eslint", "eslint-json", 0, Pass),
        ("eslint", "eslint-none", 2, Fail),
        ("bandit", "bandit-ok", 0, Pass),
        ("bandit", "bandit-bad", 1, Fail),
        ("bandit", "bandit-json", 1, Fail),
        ("bandit", "bandit-none", 0, NoData),
        ("bandit", "bandit-q", 0, NoData),
        // "No known vulnerabilities found", of the one dependency that it could not audit.
        ("pip-audit", "pip-audit", 0, NoData),
        ("pip-audit", "pip-audit-json", 0, NoData),
        ("safety", "safety", 1, NoData),
        ("npm-audit", "npm-clean", 0, Pass),
        ("npm-audit", "npm-clean-json", 0, Pass),
        ("npm-audit", "npm-bad", 1, Fail),
        ("npm-audit", "npm-bad-json", 1, Fail),
        ("npm-audit", "npm-bad-crit", 0, Pass),
        // The registry refused, or was not there: that is no finding.
        ("npm-audit", "npm-audit", 1, NoData),
        ("npm-audit", "npm-away", 1, NoData),
        ("npm-audit", "npm-away-json", 1, NoData),
    ];
    let wrong: Vec<String> = runs
        .iter()
        .filter_map(|(tool, name, exit, verdict)| {
            let judged = ran(tool, name, *exit);
            (judged.verdict != *verdict).then(|| format!("{tool} on {name}: {judged:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for tool in TOOLS {
        assert!(runs.iter().any(|(word, ..)| *word == tool.word), "no run of {}", tool.word);
    }
}

#[test]
fn numbers_are_read_by_their_names() {
    for (tool, name, of, value) in [
        ("pytest", "pytest", "passed", 2.0),
        ("pytest", "pytest", "xfailed", 1.0),
        ("pytest-cov", "pytest-cov", "coverage", 50.0),
        ("pytest-cov", "pytest-cov-branch", "coverage", 38.0),
        ("jest", "jest-cov", "statements", 40.0),
        ("jest", "jest-color", "lines", 100.0),
        ("vitest", "vitest-cov", "functions", 50.0),
        ("vitest", "vitest-color", "functions", 50.0),
        ("cargo-test", "cargo-test", "passed", 2.0),
        ("eslint", "eslint-bad", "warnings", 1.0),
        ("bandit", "bandit-ok", "low", 0.0),
        ("npm-audit", "npm-bad-crit", "high", 3.0),
    ] {
        assert_eq!(number(&ran(tool, name, 0), of), Some(value), "{tool} on {name}: {of}");
    }
}

#[test]
fn a_number_of_a_tool_keeps_its_limit_or_fails_with_its_name() {
    let limited = |tool: &str, of: Option<&str>, above: f64, name: &str| {
        let expect = Expect { of: of.map(str::to_owned), above: Some(above), ..expects(tool) };
        judge(&check(run_way(), expect), &measured(recorded(name, 0)), &values())
    };
    assert_eq!(limited("pytest-cov", None, 49.0, "pytest-cov").verdict, Pass);
    let low = limited("pytest-cov", None, 87.0, "pytest-cov");
    assert_eq!((low.verdict, low.found.as_str()), (Fail, "coverage 50 %, not above 87"));
    let limit = |number: &MeasuredNumber| number.limit.clone();
    assert_eq!(low.numbers.first().and_then(limit).as_deref(), Some("above 87"));
    // 100 lines are covered, and 40 statements: each is compared by its name.
    assert_eq!(limited("jest", Some("lines"), 90.0, "jest-cov").verdict, Pass);
    assert_eq!(limited("jest", Some("statements"), 90.0, "jest-cov").verdict, Fail);
    assert_eq!(limited("jest", Some("lines"), 90.0, "jest").verdict, NoData);
}

#[test]
fn what_was_too_long_to_keep_has_no_summary_to_rely_on() {
    let Reading::Process { exit, stdout, stderr, .. } = recorded("pytest", 0) else { panic!("a process") };
    let reading = Reading::Process { exit, stdout, stderr, cut: true };
    assert_eq!(judge(&check(run_way(), expects("pytest")), &measured(reading), &values()).verdict, NoData);
}
