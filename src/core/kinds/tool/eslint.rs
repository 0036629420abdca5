//! `eslint`: its JSON, or the line that counts the problems. Where that is missing nobody knows whether it looked at anything.

use super::counts::value;
use super::kind::{Tool, ToolOutput, ToolReading, ToolReport};
use serde_json::Value;

pub(super) static ESLINT: Tool = Tool {
    word: "eslint",
    about: "It looked, and found no error. Where it finds nothing, it says that it looked with `--format json` alone.",
    numbers: &["errors", "warnings"],
    failing: &["errors"],
    usual: None,
    read,
};

fn read(output: &ToolOutput<'_>) -> ToolReading {
    if let Some(Value::Array(files)) = output.json() {
        return of_json(&files);
    }
    match output.stdout.lines().rev().find_map(problems) {
        Some((errors, warnings)) => report(errors, warnings),
        None if output.exit == 0 => ToolReading::Unable(UNCOUNTED.to_owned()),
        None => ToolReading::Silent,
    }
}

/// What is said of silence: that of an eslint that looked at no file, or was not run, is the same.
const UNCOUNTED: &str = "where it finds nothing it does not say that it looked: add `--format json`";

fn of_json(files: &[Value]) -> ToolReading {
    if files.is_empty() {
        return ToolReading::Unable("it looked at no file".to_owned());
    }
    let count = |key: &str| files.iter().map(|file| file.get(key)?.as_u64()).sum::<Option<u64>>();
    match (count("errorCount"), count("warningCount")) {
        (Some(errors), Some(warnings)) => report(errors, warnings),
        (Some(_) | None, Some(_) | None) => ToolReading::Silent,
    }
}

fn report(errors: u64, warnings: u64) -> ToolReading {
    ToolReading::Report(ToolReport { numbers: vec![("errors", value(errors)), ("warnings", value(warnings))] })
}

/// Reads `✖ 3 problems (1 error, 2 warnings)`.
fn problems(line: &str) -> Option<(u64, u64)> {
    let inner = line.trim().strip_prefix('✖')?.split_once('(')?.1.strip_suffix(')')?;
    let (errors, warnings) = inner.split_once(", ")?;
    let count = |text: &str, word: &str| {
        let (number, name) = text.split_once(' ')?;
        (name.trim_end_matches('s') == word).then(|| number.parse::<u64>().ok()).flatten()
    };
    Some((count(errors, "error")?, count(warnings, "warning")?))
}

#[cfg(test)]
mod specimens {
    use super::*;

    fn reading(exit: i32, stdout: &str) -> ToolReading {
        read(&ToolOutput { exit, stdout, stderr: "" })
    }

    #[test]
    fn problems_are_counted_and_silence_does_not_say_that_anything_was_looked_at() {
        let ToolReading::Report(bad) = reading(0, "\n✖ 3 problems (1 error, 2 warnings)\n\n") else {
            panic!("not read")
        };
        assert_eq!((bad.number("warnings"), bad.faults(ESLINT.failing).as_deref()), (Some(2.0), Some("errors 1")));
        for silent in ["", "\n> app@1.0.0 lint\n> eslint .\n\n", "All clean!"] {
            assert_eq!(reading(0, silent), ToolReading::Unable(UNCOUNTED.to_owned()));
        }
        assert_eq!(reading(2, ""), ToolReading::Silent);
    }

    #[test]
    fn its_json_counts_the_same_and_no_file_is_no_green() {
        let ToolReading::Report(bad) = reading(1, r#"[{"errorCount": 2, "warningCount": 1}]"#) else {
            panic!("not read")
        };
        assert_eq!(bad.faults(ESLINT.failing).as_deref(), Some("errors 2"));
        assert!(matches!(reading(0, "[]"), ToolReading::Unable(_)));
        assert_eq!(reading(0, r#"[{"path": 2}]"#), ToolReading::Silent);
    }
}
