//! `pip-audit`: its JSON, or its tables with the line that sums them up. What it skipped was not audited.

use super::counts::value;
use super::kind::{MIXED, PrintedForm, Tool, ToolOutput, ToolReading};
use super::trouble::Trouble::Doubt;
use super::trouble::{TroubleSign, Troubles};
use serde_json::Value;

pub(super) static PIP_AUDIT: Tool = Tool {
    word: "pip-audit",
    about: "It audited every dependency, and found nothing that is known to be vulnerable. How many those were it says with \
            `--format json` alone.",
    numbers: &["vulnerabilities"],
    failing: &["vulnerabilities"],
    usual: None,
    read,
};

/// What it gives as the reason for a package that is the project itself.
const EDITABLE: &str = "distribution marked as editable";

/// What it says of a service that did not answer.
const SIGNS: [TroubleSign; 1] = [("ERROR:pip_audit", "", Doubt)];

/// Reads all reports, and adds them up.
fn read(output: &ToolOutput<'_>) -> ToolReading {
    let said: Vec<u64> = output.read_lines(|line| of_line(line.trim())).collect();
    let audits = match output.printed() {
        PrintedForm::Json(reports) => reports.iter().map(of_json).collect::<Option<Vec<_>>>(),
        PrintedForm::Words => (!said.is_empty()).then(|| vec![of_words(output, said.iter().sum())]),
        PrintedForm::Mixed => return ToolReading::Unable(MIXED.to_owned()),
    };
    let Some(audits) = audits.filter(|audits| !audits.is_empty()) else { return output.unable() };
    let mut troubles = Troubles::of(output, &SIGNS);
    let skipped: Vec<&String> = audits.iter().flat_map(|audit| &audit.skipped).collect();
    if let Some(first) = skipped.first() {
        troubles.doubt(format!("{} were not audited, the first: {first}", skipped.len()));
    }
    if audits.iter().any(|audit| audit.audited == Some(0)) {
        troubles.doubt("it audited no dependency".to_owned());
    }
    let found: u64 = audits.iter().map(|audit| audit.vulnerabilities).sum();
    if said.iter().sum::<u64>() > found {
        troubles.doubt("it says that it found more than it lists".to_owned());
    }
    if audits.iter().any(|audit| audit.audited.is_none()) {
        troubles.doubt(UNCOUNTED.to_owned());
    }
    troubles.report(vec![("vulnerabilities", value(found))], PIP_AUDIT.failing)
}

/// Said when the tables list no vulnerability: without any dependency they look the same.
const UNCOUNTED: &str = "it does not say how many dependencies it audited: add `--format json`";

/// What it audited.
struct Audit {
    /// How many dependencies; absent where it does not say so.
    audited: Option<u64>,
    vulnerabilities: u64,
    /// Why which others were skipped.
    skipped: Vec<String>,
}

fn of_json(json: &Value) -> Option<Audit> {
    let (mut audited, mut found, mut skipped) = (0, 0, Vec::new());
    for dependency in json.get("dependencies")?.as_array()? {
        match (dependency.get("vulns").and_then(Value::as_array), dependency.get("skip_reason").and_then(Value::as_str))
        {
            (_, Some(EDITABLE)) => {}
            (_, Some(reason)) => skipped.push(reason.to_owned()),
            (Some(vulnerabilities), None) => {
                audited += 1;
                found += u64::try_from(vulnerabilities.len()).ok()?;
            }
            (None, None) => return None,
        }
    }
    Some(Audit { audited: Some(audited), vulnerabilities: found, skipped })
}

/// Reads `No known vulnerabilities found, 1 ignored` and `Found 2 known vulnerabilities, ignored 1 in 1 package`.
fn of_line(line: &str) -> Option<u64> {
    if line.starts_with("No known vulnerabilities found") {
        return Some(0);
    }
    let (number, rest) = line.strip_prefix("Found ")?.split_once(' ')?;
    rest.starts_with("known vulnerabilit").then(|| number.parse().ok()).flatten()
}

fn of_words(output: &ToolOutput<'_>, vulnerabilities: u64) -> Audit {
    let table = output.stdout.lines().skip_while(|line| !is_head(line)).skip(1);
    let rows = table.filter(|line| !line.starts_with("--") && !line.trim().is_empty());
    let reasons = rows.filter_map(|line| Some(line.split_once(' ')?.1.trim().to_owned()));
    Audit { audited: None, vulnerabilities, skipped: reasons.filter(|reason| reason != EDITABLE).collect() }
}

fn is_head(line: &str) -> bool {
    line.starts_with("Name") && line.trim_end().ends_with("Skip Reason")
}

#[cfg(test)]
mod specimens {
    use super::*;

    const SKIPPED: &str =
        "Name Skip Reason\n---- -----\nidna Dependency not found on PyPI and could not be audited: idna (3.10)\n";

    fn reading(exit: i32, stdout: &str, stderr: &str) -> ToolReading {
        read(&ToolOutput { exit, stdout, stderr })
    }

    #[test]
    fn what_it_could_not_audit_is_not_green_though_it_says_that_nothing_was_found() {
        let reading = reading(0, SKIPPED, "No known vulnerabilities found\n");
        let ToolReading::Unable(why) = reading else { panic!("{reading:?}") };
        assert!(why.contains("idna (3.10)"), "{why}");
        let json = r#"{"dependencies": [{"name": "idna", "skip_reason": "Dependency not found"}], "fixes": []}"#;
        assert!(matches!(super::specimens::reading(0, json, ""), ToolReading::Unable(_)));
    }

    #[test]
    fn the_project_itself_is_not_missed_and_nothing_else_is_no_audit() {
        let own = r#"{"name": "myapp", "skip_reason": "distribution marked as editable"}"#;
        let json = |others: &str| format!(r#"{{"dependencies": [{own}{others}], "fixes": []}}"#);
        let audited = json(r#", {"name": "idna", "version": "3.10", "vulns": []}"#);
        let ToolReading::Report(report) = reading(0, &audited, "") else { panic!("not read") };
        assert_eq!((report.number("vulnerabilities"), report.faults(PIP_AUDIT.failing)), (Some(0.0), None));
        assert_eq!(reading(0, &json(""), ""), ToolReading::Unable("it audited no dependency".to_owned()));
    }

    #[test]
    fn tables_that_find_nothing_do_not_say_whether_anything_was_audited() {
        let reading = reading(0, "", "No known vulnerabilities found\n");
        assert_eq!(reading, ToolReading::Unable(UNCOUNTED.to_owned()));
    }

    #[test]
    fn what_it_found_fails_and_a_service_that_is_away_is_no_finding() {
        let ToolReading::Report(report) = reading(1, "", "Found 2 known vulnerabilities in 1 package\n") else {
            panic!("not read")
        };
        assert_eq!(report.faults(PIP_AUDIT.failing).as_deref(), Some("vulnerabilities 2"));
        let away = reading(1, "", "ERROR:pip_audit._cli:connection refused\n");
        assert_eq!(
            away,
            ToolReading::Unable("it ended with 1 and no summary: ERROR:pip_audit._cli:connection refused".to_owned())
        );
    }

    #[test]
    fn all_reports_are_added_up_and_each_audited_something() {
        let json =
            |vulns: &str| format!(r#"{{"dependencies": [{{"name": "idna", "vulns": [{vulns}]}}], "fixes": []}}"#);
        let (none, some) =
            ("No known vulnerabilities found, 1 ignored\n", "Found 2 known vulnerabilities, ignored 1 in 1 package\n");
        for (stdout, stderr) in [
            (String::new(), format!("{none}{some}")),
            (String::new(), format!("{none}api_1  | {some}")),
            (format!("{}\n{}\n", json("{}, {}"), json("")), String::new()),
            (json("{}, {}"), some.to_owned()),
        ] {
            let ToolReading::Report(report) = reading(0, &stdout, &stderr) else { panic!("{stdout}{stderr}") };
            assert_eq!(report.faults(PIP_AUDIT.failing).as_deref(), Some("vulnerabilities 2"), "{stdout}{stderr}");
        }
        assert_eq!(reading(0, "", none), ToolReading::Unable(UNCOUNTED.to_owned()));
        assert!(matches!(reading(0, &json(""), none), ToolReading::Report(_)));
        for (stdout, stderr) in [
            (format!("{}{}", json(""), r#"{"dependencies": [], "fixes": []}"#), ""),
            (json(""), some),
            (json(""), "ERROR:pip_audit._cli:connection refused\n"),
            (format!("{}{none}", json("")), ""),
        ] {
            assert!(matches!(reading(0, &stdout, stderr), ToolReading::Unable(_)), "{stdout}{stderr}");
        }
    }
}
