//! `cargo test`: one line `test result:` for each binary, added up.

use super::counts::{Counts, tests};
use super::kind::{Tool, ToolOutput, ToolReading};

pub(super) static CARGO_TEST: Tool = Tool {
    word: "cargo-test",
    about: "At least one test passed, and none failed, over all binaries.",
    numbers: &["passed", "failed", "skipped"],
    failing: &["failed"],
    usual: None,
    read,
};

fn read(output: &ToolOutput<'_>) -> ToolReading {
    let results = output.lines().filter_map(|line| line.trim().strip_prefix("test result: "));
    let mut counts = Counts::default();
    let mut is_any = false;
    for result in results {
        let Some((_, numbers)) = result.split_once(". ") else { continue };
        let numbers = numbers.split_once("; finished").map_or(numbers, |(before, _)| before);
        let Some(one) = Counts::read(numbers) else { continue };
        is_any = true;
        counts.add(one);
    }
    if !is_any {
        return ToolReading::Silent;
    }
    tests(vec![
        ("passed", counts.of(&["passed"])),
        ("failed", counts.of(&["failed"])),
        ("skipped", counts.of(&["ignored"])),
    ])
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
}
