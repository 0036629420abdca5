//! `eslint`: its JSON, or the line that counts the problems. Where that is missing nobody knows whether it looked at anything.

use super::counts::value;
use super::kind::{PrintedForm, Tool, ToolOutput, ToolReading};
use super::trouble::Trouble::{Doubt, Failure};
use super::trouble::{TroubleSign, Troubles};
use serde_json::Value;

pub(super) static ESLINT: Tool = Tool {
    word: "eslint",
    about: "It looked, and found no error. Where it finds nothing, it says that it looked with `--format json` alone.",
    numbers: &["errors", "warnings"],
    failing: &["errors"],
    usual: None,
    read,
};

const SIGNS: [TroubleSign; 2] =
    [("Oops! Something went wrong", "", Doubt), ("ESLint found too many warnings", "", Failure)];

fn read(output: &ToolOutput<'_>) -> ToolReading {
    let mut troubles = Troubles::of(output, &SIGNS);
    let counted = match output.printed() {
        PrintedForm::Json(reports) => of_json(&reports, &mut troubles),
        PrintedForm::Words => of_words(output, &mut troubles),
        PrintedForm::Mixed => None,
    };
    match counted {
        Some((errors, warnings)) => {
            troubles.report(vec![("errors", value(errors)), ("warnings", value(warnings))], ESLINT.failing)
        }
        None if troubles.is_failure() => troubles.alone(),
        None if output.exit == 0 && output.printed() == PrintedForm::Words => {
            troubles.doubt(UNCOUNTED.to_owned());
            troubles.alone()
        }
        None => ToolReading::Silent,
    }
}

/// Said when eslint prints nothing: it prints nothing either when it looked at no file, or did not run.
const UNCOUNTED: &str = "where it finds nothing it does not say that it looked: add `--format json`";

/// How its warning about a file begins that its configuration excludes: it did not look at that one.
const IGNORED: &str = "File ignored ";

/// Adds up the files of all reports: errors and warnings.
fn of_json(reports: &[Value], troubles: &mut Troubles) -> Option<(u64, u64)> {
    let (mut errors, mut warnings) = (0, 0);
    for report in reports {
        let files = report.as_array()?;
        let mut looked = 0;
        for file in files {
            let counted = file.get("errorCount")?.as_u64()?;
            (errors, warnings) = (errors + counted, warnings + file.get("warningCount")?.as_u64()?);
            let messages = file.get("messages").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            let is_error = |message: &&Value| message.get("severity").and_then(Value::as_u64) == Some(2);
            if u64::try_from(messages.iter().filter(is_error).count()).ok()? > counted {
                troubles.doubt("it lists more errors than it counts".to_owned());
            }
            let text = |message: &Value| message.get("message").and_then(Value::as_str).map(str::to_owned);
            let is_ignored = messages.iter().filter_map(text).any(|message| message.starts_with(IGNORED));
            looked += u64::from(!is_ignored);
        }
        if looked == 0 {
            troubles.doubt(match files.is_empty() {
                true => "it looked at no file".to_owned(),
                false => "it looked at no file: its configuration excludes each that it was given".to_owned(),
            });
        }
    }
    Some((errors, warnings))
}

/// Adds up the lines that count. A file without problems is in none of them.
fn of_words(output: &ToolOutput<'_>, troubles: &mut Troubles) -> Option<(u64, u64)> {
    let counted: Vec<(u64, u64)> = output.read_lines(problems).collect();
    let ignored = output.lines().filter(|line| line.contains(" warning ") && line.contains(IGNORED)).count();
    let (errors, warnings) = counted.into_iter().reduce(|sum, one| (sum.0 + one.0, sum.1 + one.1))?;
    if errors == 0 && ignored > 0 && u64::try_from(ignored).ok()? >= warnings {
        troubles
            .doubt("it says of no file that it looked at it: its configuration excludes what it was given".to_owned());
    }
    Some((errors, warnings))
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

    #[test]
    fn a_file_that_is_ignored_was_not_looked_at() {
        let message = "File ignored because of a matching ignore pattern. Use \"--no-ignore\" to override.";
        let text = format!("\n/app/a.js\n  0:0  warning  {message}\n\n✖ 1 problem (0 errors, 1 warning)\n");
        assert!(matches!(reading(0, &text), ToolReading::Unable(_)));
        let two = text.replace("1 problem (0 errors, 1 warning)", "2 problems (0 errors, 2 warnings)");
        assert!(matches!(reading(0, &two), ToolReading::Report(_)));
        let file =
            serde_json::json!({"errorCount": 0, "warningCount": 1, "messages": [{"severity": 1, "message": message}]});
        assert!(matches!(reading(0, &format!("[{file}]")), ToolReading::Unable(_)));
        let looked = r#"{"errorCount": 0, "warningCount": 0, "messages": []}"#;
        assert!(matches!(reading(0, &format!("[{file}, {looked}]")), ToolReading::Report(_)));
        let unequal = r#"[{"errorCount": 0, "warningCount": 0, "messages": [{"severity": 2, "message": "no"}]}]"#;
        assert!(matches!(reading(0, unequal), ToolReading::Unable(_)));
    }

    #[test]
    fn all_reports_are_added_up_and_each_looked_at_something() {
        let (bad, good) = ("✖ 2 problems (2 errors, 0 warnings)\n", "✖ 1 problem (0 errors, 1 warning)\n");
        let json = r#"[{"errorCount": 2, "warningCount": 0}]"#;
        let clean = r#"[{"errorCount": 0, "warningCount": 0}]"#;
        for text in [format!("{bad}{good}"), format!("web:lint: {bad}{good}"), format!("{json}\n{clean}\n")] {
            let ToolReading::Report(report) = reading(0, &text) else { panic!("{text} is not read") };
            assert_eq!(report.faults(ESLINT.failing).as_deref(), Some("errors 2"), "{text}");
        }
        assert!(matches!(reading(0, &format!("{clean}\n[]\n")), ToolReading::Unable(_)));
        assert_eq!(reading(0, &format!("{clean}\n{bad}")), ToolReading::Silent);
        assert_eq!(reading(0, &format!("{good}{json}\n")), ToolReading::Silent);
    }

    #[test]
    fn one_that_broke_off_is_not_green_whatever_else_was_printed() {
        let with = |stdout: &str, stderr: &str| read(&ToolOutput { exit: 0, stdout, stderr });
        let oops = "\nOops! Something went wrong! :(\n\nESLint: 10.15.0\n";
        for stdout in ["", "✖ 1 problem (0 errors, 1 warning)\n", r#"[{"errorCount": 0, "warningCount": 0}]"#] {
            assert_eq!(with(stdout, oops), ToolReading::Unable("Oops! Something went wrong! :(".to_owned()));
        }
        let ToolReading::Report(many) = with("", "ESLint found too many warnings (maximum: 0).\n") else {
            panic!("not read")
        };
        assert_eq!(many.faults(ESLINT.failing).as_deref(), Some("ESLint found too many warnings (maximum: 0)."));
    }
}
