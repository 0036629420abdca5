//! `bandit`: the counts by severity, as it prints them or as JSON. What it skipped was not looked at.

use super::counts::value;
use super::kind::{PrintedForm, Tool, ToolOutput, ToolReading};
use super::trouble::Trouble::Doubt;
use super::trouble::{TroubleSign, Troubles};
use serde_json::Value;

pub(super) static BANDIT: Tool = Tool {
    word: "bandit",
    about: "It looked at every file, and ended well.",
    numbers: &["high", "medium", "low", "undefined"],
    failing: &[],
    usual: None,
    read,
};

const SEVERITIES: [&str; 4] = ["high", "medium", "low", "undefined"];

/// What it says of a test of its own that broke.
const SIGNS: [TroubleSign; 1] = [("[", "Bandit internal error", Doubt)];

/// Reads all reports, and adds them up.
fn read(output: &ToolOutput<'_>) -> ToolReading {
    let mut troubles = Troubles::of(output, &SIGNS);
    let scans = match output.printed() {
        PrintedForm::Json(reports) => reports.iter().map(of_json).collect::<Option<Vec<_>>>(),
        PrintedForm::Words => of_words(output, &mut troubles),
        PrintedForm::Mixed => None,
    };
    let Some(scans) = scans.filter(|scans| !scans.is_empty()) else { return ToolReading::Silent };
    for Scan { lines, skipped, listed, counts } in &scans {
        if *lines == 0 {
            troubles.doubt("it looked at no line of code".to_owned());
        }
        if *skipped > 0 {
            troubles.doubt(format!("it skipped {skipped} files, which nobody has looked at"));
        }
        if *listed > counts.iter().sum() {
            troubles.doubt("it lists more issues than it counts".to_owned());
        }
    }
    let sum = |at: usize| scans.iter().filter_map(|scan| scan.counts.get(at)).sum();
    let numbers = SEVERITIES.into_iter().enumerate().map(|(at, severity)| (severity, value(sum(at))));
    troubles.report(numbers.collect(), BANDIT.failing)
}

struct Scan {
    lines: u64,
    skipped: u64,
    listed: u64,
    /// By severity.
    counts: Vec<u64>,
}

fn of_json(json: &Value) -> Option<Scan> {
    let totals = json.get("metrics")?.get("_totals")?;
    let count = |severity: &str| totals.get(format!("SEVERITY.{}", severity.to_uppercase()))?.as_u64();
    let length = |key: &str| u64::try_from(json.get(key)?.as_array()?.len()).ok();
    Some(Scan {
        lines: totals.get("loc")?.as_u64()?,
        skipped: length("errors")?,
        listed: length("results")?,
        counts: SEVERITIES.into_iter().map(count).collect::<Option<_>>()?,
    })
}

/// How the numbers at the end of a report begin. Code that it quotes has the number of its line before it.
const END: &str = "\nCode scanned:";

fn of_words(output: &ToolOutput<'_>, troubles: &mut Troubles) -> Option<Vec<Scan>> {
    let mut parts = output.stdout.split(END);
    let mut list = parts.next()?;
    let mut scans = Vec::new();
    for end in parts {
        scans.push(of_end(list, end)?);
        list = end;
    }
    let all = output.read_lines(|line| line.starts_with(END.trim_start()).then_some(())).count();
    if all > scans.len() {
        troubles.doubt(format!("it printed {all} reports, and {} of them can be read", scans.len()));
    }
    Some(scans)
}

fn of_end(list: &str, end: &str) -> Option<Scan> {
    let after = |label: &str| end.get(end.find(label)? + label.len()..);
    let number = |text: &str| text.trim_start().lines().next()?.trim().parse::<u64>().ok();
    let severities = after("Total issues (by severity):")?;
    let count = |severity: &str| {
        let line = severities.lines().find(|line| line.trim().to_lowercase().starts_with(severity))?;
        number(line.split_once(':')?.1)
    };
    Some(Scan {
        lines: number(after("Total lines of code:")?)?,
        skipped: after("Files skipped (")?.split_once(')')?.0.parse::<u64>().ok()?,
        listed: u64::try_from(list.lines().filter(|line| line.starts_with(">> Issue: ")).count()).ok()?,
        counts: SEVERITIES.into_iter().map(count).collect::<Option<_>>()?,
    })
}

#[cfg(test)]
mod specimens {
    use super::*;

    const REPORT: &str = "\nCode scanned:\n\tTotal lines of code: 3\n\tTotal lines skipped (#nosec): 0\n\nRun metrics:\n\
        \tTotal issues (by severity):\n\t\tUndefined: 0\n\t\tLow: 4\n\t\tMedium: 0\n\t\tHigh: 1\n\
        \tTotal issues (by confidence):\n\t\tUndefined: 0\n\t\tLow: 0\n\t\tMedium: 1\n\t\tHigh: 3\nFiles skipped (0):\n";

    fn reading(stdout: &str) -> ToolReading {
        read(&ToolOutput { exit: 0, stdout, stderr: "" })
    }

    #[test]
    fn the_counts_are_those_by_severity() {
        let ToolReading::Report(report) = reading(REPORT) else { panic!("not read") };
        assert_eq!(
            (report.number("low"), report.number("high"), report.number("medium")),
            (Some(4.0), Some(1.0), Some(0.0))
        );
        let json = r#"{"errors": [], "metrics": {"_totals": {"SEVERITY.HIGH": 1, "SEVERITY.MEDIUM": 0, "SEVERITY.LOW": 4, "SEVERITY.UNDEFINED": 0, "loc": 3}}, "results": [{}, {}]}"#;
        assert_eq!(reading(json), reading(REPORT));
    }

    #[test]
    fn what_was_not_looked_at_is_never_green() {
        for not in [REPORT.replace("code: 3", "code: 0"), REPORT.replace("skipped (0)", "skipped (2)")] {
            assert!(matches!(reading(&not), ToolReading::Unable(_)), "{not}");
        }
        // `-q` says nothing where it found nothing.
        assert_eq!(reading(""), ToolReading::Silent);
    }

    #[test]
    fn all_reports_are_added_up_and_each_looked_at_everything() {
        let clean = REPORT.replace("High: 1", "High: 0");
        let ToolReading::Report(report) = reading(&format!("{REPORT}{clean}")) else { panic!("not read") };
        assert_eq!((report.number("high"), report.number("low")), (Some(1.0), Some(8.0)));
        assert!(matches!(reading(&format!("{}{clean}", REPORT.replace("code: 3", "code: 0"))), ToolReading::Unable(_)));
        let prefixed: String = REPORT.lines().map(|line| format!("api_1  | {line}\n")).collect();
        assert!(matches!(reading(&format!("{prefixed}{clean}")), ToolReading::Unable(_)));
        let json = |high: u64, results: &str| {
            format!(
                r#"{{"errors": [], "metrics": {{"_totals": {{"SEVERITY.HIGH": {high}, "SEVERITY.MEDIUM": 0, "SEVERITY.LOW": 0, "SEVERITY.UNDEFINED": 0, "loc": 3}}}}, "results": [{results}]}}"#
            )
        };
        let ToolReading::Report(report) = reading(&format!("{}\n{}\n", json(1, ""), json(2, ""))) else {
            panic!("not read")
        };
        assert_eq!(report.number("high"), Some(3.0));
        assert!(matches!(reading(&json(0, r#"{"issue_severity": "HIGH"}"#)), ToolReading::Unable(_)));
        assert_eq!(reading(&format!("{}{clean}", json(1, ""))), ToolReading::Silent);
    }

    #[test]
    fn what_is_listed_and_not_counted_or_broke_inside_is_not_green() {
        let clean = REPORT.replace("Low: 4", "Low: 0").replace("High: 1", "High: 0");
        assert!(matches!(reading(&clean), ToolReading::Report(_)));
        assert!(matches!(reading(&format!(">> Issue: [B404:blacklist] no\n{clean}")), ToolReading::Unable(_)));
        let stderr = "[tester]\tERROR\tBandit internal error running: b404 on file a.py at line 1: no\n";
        assert!(matches!(read(&ToolOutput { exit: 0, stdout: &clean, stderr }), ToolReading::Unable(_)));
    }
}
