//! `safety check`: its JSON, or the lines that count.

use super::counts::value;
use super::kind::{MIXED, PrintedForm, Tool, ToolOutput, ToolReading};
use super::trouble::Troubles;
use serde_json::Value;

pub(super) static SAFETY: Tool = Tool {
    word: "safety",
    about: "`safety check` looked at packages, and found nothing that is known to be vulnerable.",
    numbers: &["vulnerabilities", "ignored"],
    failing: &["vulnerabilities"],
    usual: None,
    read,
};

/// Reads all reports, and adds them up.
fn read(output: &ToolOutput<'_>) -> ToolReading {
    let scans = match output.printed() {
        PrintedForm::Json(reports) => reports.iter().map(of_json).collect::<Option<Vec<_>>>(),
        PrintedForm::Words => of_words(output),
        PrintedForm::Mixed => return ToolReading::Unable(MIXED.to_owned()),
    };
    let Some(scans) = scans.filter(|scans| !scans.is_empty()) else { return output.unable() };
    let mut troubles = Troubles::default();
    if scans.iter().any(|scan| scan.packages == 0) {
        troubles.doubt("it looked at no package".to_owned());
    }
    if scans.iter().any(|scan| scan.listed > scan.vulnerabilities) {
        troubles.doubt("it lists more vulnerabilities than it counts".to_owned());
    }
    let sum = |of: fn(&SafetyScan) -> u64| value(scans.iter().map(of).sum());
    let numbers = vec![("vulnerabilities", sum(|scan| scan.vulnerabilities)), ("ignored", sum(|scan| scan.ignored))];
    troubles.report(numbers, SAFETY.failing)
}

struct SafetyScan {
    packages: u64,
    vulnerabilities: u64,
    ignored: u64,
    listed: u64,
}

fn of_json(json: &Value) -> Option<SafetyScan> {
    let count = |key: &str| json.get("report_meta")?.get(key)?.as_u64();
    let listed = json.get("vulnerabilities").and_then(Value::as_array).map_or(0, Vec::len);
    Some(SafetyScan {
        packages: count("packages_found")?,
        vulnerabilities: count("vulnerabilities_found")?,
        ignored: count("vulnerabilities_ignored")?,
        listed: u64::try_from(listed).ok()?,
    })
}

/// Its lines stand in a frame: ` Found and scanned 12 packages`, ` 0 vulnerabilities reported`. Each report has all of them.
fn of_words(output: &ToolOutput<'_>) -> Option<Vec<SafetyScan>> {
    let counts = |before: &str, after: [&str; 2]| {
        let read = |line: &str| {
            let line = line.trim_matches(|c: char| c.is_whitespace() || "│|".contains(c)).strip_prefix(before)?;
            let (number, rest) = line.split_once(' ')?;
            after.contains(&rest).then(|| number.parse::<u64>().ok()).flatten()
        };
        output.read_lines(read).collect::<Vec<u64>>()
    };
    let of = |what: &str| counts("", [&format!("vulnerability {what}"), &format!("vulnerabilities {what}")]);
    let packages = counts("Found and scanned ", ["package", "packages"]);
    let (reported, ignored) = (of("reported"), of("ignored"));
    (packages.len() == reported.len() && packages.len() == ignored.len()).then(|| {
        let all = packages.into_iter().zip(reported).zip(ignored);
        all.map(|((packages, vulnerabilities), ignored)| SafetyScan { packages, vulnerabilities, ignored, listed: 0 })
            .collect()
    })
}

#[cfg(test)]
mod specimens {
    use super::*;

    fn reading(stdout: &str) -> ToolReading {
        read(&ToolOutput { exit: 1, stdout, stderr: "httpx.ConnectError: [Errno -2] Name or service not known\n" })
    }

    #[test]
    fn it_counts_in_json_and_in_words() {
        let json =
            r#"{"report_meta": {"packages_found": 3, "vulnerabilities_found": 2, "vulnerabilities_ignored": 1}}"#;
        let text = "  Found and scanned 3 packages\n  2 vulnerabilities reported\n  1 vulnerability ignored\n";
        assert_eq!(reading(json), reading(text));
        let ToolReading::Report(report) = reading(text) else { panic!("not read") };
        assert_eq!(report.faults(SAFETY.failing).as_deref(), Some("vulnerabilities 2"));
    }

    #[test]
    fn no_package_and_no_service_are_never_green() {
        let none =
            r#"{"report_meta": {"packages_found": 0, "vulnerabilities_found": 0, "vulnerabilities_ignored": 0}}"#;
        assert!(matches!(reading(none), ToolReading::Unable(_)));
        let ToolReading::Unable(why) = reading("") else { panic!("not away") };
        assert!(why.ends_with("Name or service not known"), "{why}");
    }

    #[test]
    fn all_reports_are_added_up_and_each_looked_at_something() {
        let text = "Found and scanned 3 packages\n2 vulnerabilities reported\n0 vulnerabilities ignored\n";
        let clean = text.replace("2 vul", "0 vul");
        let prefixed: String = text.lines().map(|line| format!("api_1  | {line}\n")).collect();
        let json = |packages: u64, found: u64, list: &str| {
            format!(
                r#"{{"report_meta": {{"packages_found": {packages}, "vulnerabilities_found": {found}, "vulnerabilities_ignored": 0}}, "vulnerabilities": [{list}]}}"#
            )
        };
        for two in [
            format!("{text}{clean}"),
            format!("{clean}{text}"),
            format!("{clean}{prefixed}"),
            format!("{}\n{}\n", json(3, 2, ""), json(3, 0, "")),
        ] {
            let ToolReading::Report(report) = reading(&two) else { panic!("{two} is not read") };
            assert_eq!(report.faults(SAFETY.failing).as_deref(), Some("vulnerabilities 2"), "{two}");
        }
        for unknown in [
            format!("{clean}{}", clean.replace("scanned 3", "scanned 0")),
            format!("{}{}", json(3, 0, ""), json(0, 0, "")),
            json(3, 0, "{}"),
            format!("{}\n{clean}", json(3, 2, "")),
            format!("{clean}{}", json(3, 2, "")),
            format!("{clean}Found and scanned 3 packages\n"),
        ] {
            assert!(matches!(reading(&unknown), ToolReading::Unable(_)), "{unknown}");
        }
    }
}
