//! `eslint`: the line that counts the problems, which is missing where there are none, or its JSON.

use super::counts::value;
use super::kind::{Tool, ToolOutput, ToolReading, ToolReport};
use serde_json::Value;

pub(super) static ESLINT: Tool = Tool {
    word: "eslint",
    about: "It looked, and found no error.",
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
        None if output.exit == 0 && output.stdout.lines().all(is_said_by_runner) => report(0, 0),
        None => ToolReading::Silent,
    }
}

/// Says whether a line is none of eslint's own: a script's runner says first what it runs.
fn is_said_by_runner(line: &str) -> bool {
    line.trim().is_empty() || line.starts_with("> ")
}

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
    fn problems_are_counted_and_no_output_at_the_end_of_a_good_run_is_none() {
        let ToolReading::Report(bad) = reading(0, "\n✖ 3 problems (1 error, 2 warnings)\n\n") else {
            panic!("not read")
        };
        assert_eq!((bad.number("warnings"), bad.faults(ESLINT.failing).as_deref()), (Some(2.0), Some("errors 1")));
        for clean in ["", "\n> app@1.0.0 lint\n> eslint .\n\n"] {
            let ToolReading::Report(good) = reading(0, clean) else { panic!("not read") };
            assert_eq!((good.number("errors"), good.faults(ESLINT.failing)), (Some(0.0), None));
        }
        assert_eq!(reading(2, ""), ToolReading::Silent);
        assert_eq!(reading(0, "All clean!"), ToolReading::Silent);
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
