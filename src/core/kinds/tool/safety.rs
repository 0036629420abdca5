//! `safety check`: its JSON, or the lines that count.

use super::counts::value;
use super::kind::{Tool, ToolOutput, ToolReading, ToolReport};
use serde_json::Value;

pub(super) static SAFETY: Tool = Tool {
    word: "safety",
    about: "`safety check` looked at packages, and found nothing that is known to be vulnerable.",
    numbers: &["vulnerabilities", "ignored"],
    failing: &["vulnerabilities"],
    usual: None,
    read,
};

fn read(output: &ToolOutput<'_>) -> ToolReading {
    let found = match output.json() {
        Some(json) => of_json(&json),
        None => of_text(output.stdout),
    };
    let Some((packages, vulnerabilities, ignored)) = found else { return output.unable() };
    if packages == 0 {
        return ToolReading::Unable("it looked at no package".to_owned());
    }
    let numbers = vec![("vulnerabilities", value(vulnerabilities)), ("ignored", value(ignored))];
    ToolReading::Report(ToolReport { numbers })
}

fn of_json(json: &Value) -> Option<(u64, u64, u64)> {
    let count = |key: &str| json.get("report_meta")?.get(key)?.as_u64();
    Some((count("packages_found")?, count("vulnerabilities_found")?, count("vulnerabilities_ignored")?))
}

/// Its lines stand in a frame: ` Found and scanned 12 packages`, ` 0 vulnerabilities reported`.
fn of_text(text: &str) -> Option<(u64, u64, u64)> {
    let count = |before: &str, after: [&str; 2]| {
        text.lines().find_map(|line| {
            let line = line.trim_matches(|c: char| c.is_whitespace() || "│|".contains(c)).strip_prefix(before)?;
            let (number, rest) = line.split_once(' ')?;
            after.contains(&rest).then(|| number.parse::<u64>().ok()).flatten()
        })
    };
    let of = |what: &str| {
        let (one, more) = (format!("vulnerability {what}"), format!("vulnerabilities {what}"));
        count("", [&one, &more])
    };
    Some((count("Found and scanned ", ["package", "packages"])?, of("reported")?, of("ignored")?))
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
}
