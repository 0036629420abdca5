//! `cargo test`: one line `test result:` for each binary, added up.

use super::counts::{Counts, tests};
use super::kind::{Tool, ToolOutput, ToolReading};
use super::trouble::Trouble::Failure;
use super::trouble::{TroubleSign, Troubles};

pub(super) static CARGO_TEST: Tool = Tool {
    word: "cargo-test",
    about: "At least one test passed, and none failed, over all binaries.",
    numbers: &["passed", "failed", "skipped"],
    failing: &["failed"],
    usual: None,
    read,
};

/// What cargo says where a binary was not built, or ended without a result.
const SIGNS: [TroubleSign; 7] = [
    ("error: could not compile", "", Failure),
    ("error: test failed", "", Failure),
    ("error: doctest failed", "", Failure),
    ("error: ", "target failed:", Failure),
    ("error: ", "targets failed:", Failure),
    ("process didn't exit successfully", "", Failure),
    ("(signal: ", "", Failure),
];

fn read(output: &ToolOutput<'_>) -> ToolReading {
    let mut troubles = Troubles::of(output, &SIGNS);
    let results: Vec<&str> = output.read_lines(|line| line.trim().strip_prefix("test result: ")).collect();
    if results.is_empty() {
        return troubles.alone();
    }
    let mut counts = Counts::default();
    for result in &results {
        let Some((word, one)) = counted(result) else {
            troubles.doubt(format!("it has a result that cannot be read: {result}"));
            continue;
        };
        if word != "ok" && one.of(&["failed"]) == 0 {
            troubles.fail(format!("test result: {word}"));
        }
        counts.add(one);
    }
    let begun = output.read_lines(|line| begins(line).then_some(())).count();
    if begun > results.len() {
        troubles.doubt(format!("{begun} binaries began, and {} had a result", results.len()));
    }
    tests(
        vec![
            ("passed", counts.of(&["passed"])),
            ("failed", counts.of(&["failed"])),
            ("skipped", counts.of(&["ignored"])),
        ],
        troubles,
    )
}

/// Reads `ok. 1 passed; 0 failed; finished in 0.00s`.
fn counted(result: &str) -> Option<(&str, Counts)> {
    let (word, numbers) = result.split_once(". ")?;
    Some((word, Counts::read(numbers.split_once("; finished").map_or(numbers, |(before, _)| before))?))
}

/// Says whether a line is the one with which a binary begins: `running 3 tests`.
fn begins(line: &str) -> bool {
    let number = |rest: &str| rest.strip_suffix(" tests").or_else(|| rest.strip_suffix(" test"))?.parse::<u64>().ok();
    line.trim().strip_prefix("running ").and_then(number).is_some()
}

#[cfg(test)]
mod specimens {
    use super::*;

    #[test]
    fn the_results_of_all_binaries_are_added_up() {
        let good = "test result: ok. 1 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
        let bad = "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 3 filtered out; finished in 0.25s\n";
        let reading = |stdout: &str| read(&ToolOutput { exit: 0, stdout, stderr: "" });
        let ToolReading::Report(report) = reading(&good.repeat(2)) else { panic!("not read") };
        assert_eq!(
            (report.number("passed"), report.number("skipped"), report.faults(CARGO_TEST.failing)),
            (Some(2.0), Some(2.0), None)
        );
        let ToolReading::Report(report) = reading(&[good, bad].concat()) else { panic!("not read") };
        assert_eq!(report.faults(CARGO_TEST.failing).as_deref(), Some("failed 2"));
        let none = "test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 9 filtered out; finished in 0.00s\n";
        assert_eq!(reading(none), ToolReading::Unable("no test ran".to_owned()));
        assert_eq!(reading("test a ... ok"), ToolReading::Silent);
    }

    const GOOD: &str =
        "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";

    fn faults(stderr: &str, stdout: &str) -> Option<String> {
        match read(&ToolOutput { exit: 0, stdout, stderr }) {
            ToolReading::Report(report) => report.faults(CARGO_TEST.failing),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_failure_in_words_is_one_though_none_is_counted() {
        assert_eq!(faults("", &GOOD.replace("ok", "FAILED")).as_deref(), Some("test result: FAILED"));
        for stderr in [
            "error: could not compile `x` (test \"y\") due to 1 previous error\n",
            "error: test failed, to rerun pass `--lib`\n",
            "error: 2 targets failed:\n    `-p x --lib`\n",
            "Caused by:\n  process didn't exit successfully: `/x/y-1` (signal: 11, SIGSEGV: invalid memory reference)\n",
        ] {
            assert!(faults(stderr, GOOD).is_some(), "{stderr}");
            assert!(faults(stderr, "").is_some(), "{stderr}");
        }
        assert_eq!(faults("warning: error: none\n", GOOD), None);
    }

    #[test]
    fn a_result_after_a_prefix_counts_and_one_that_is_missing_leaves_nothing_known() {
        let bad = GOOD.replace("ok. 3 passed; 0 failed", "FAILED. 1 passed; 2 failed");
        assert_eq!(faults("", &format!("{GOOD}api_1 | {bad}")).as_deref(), Some("failed 2"));
        // A test that ends its process with status 0 ends it without a result.
        for text in
            [format!("running 3 tests\n{GOOD}running 1 test\ntest a ... "), format!("{GOOD}test result: who knows\n")]
        {
            let reading = read(&ToolOutput { exit: 0, stdout: &text, stderr: "" });
            assert!(matches!(reading, ToolReading::Unable(_)), "{reading:?}");
        }
    }
}
