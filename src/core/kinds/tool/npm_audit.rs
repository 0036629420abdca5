//! `npm audit`: its JSON, or the line that counts by severity.

use super::counts::value;
use super::kind::{MIXED, PrintedForm, Tool, ToolOutput, ToolReading};
use super::trouble::Trouble::Doubt;
use super::trouble::{TroubleSign, Troubles};
use serde_json::Value;

pub(super) static NPM_AUDIT: Tool = Tool {
    word: "npm-audit",
    about: "The registry answered, and npm ended well: what is below its `--audit-level` is counted and does not fail.",
    numbers: &["vulnerabilities", "critical", "high", "moderate", "low", "info"],
    failing: &[],
    usual: None,
    read,
};

const SEVERITIES: [&str; 5] = ["critical", "high", "moderate", "low", "info"];

/// What it says of a registry that did not answer.
const SIGNS: [TroubleSign; 2] = [("npm error audit", "", Doubt), ("npm ERR! audit", "", Doubt)];

type BySeverity = Vec<(&'static str, u64)>;

/// Reads all reports, and adds them up.
///
/// Without a lock file npm refuses to audit, so its words say that there was one; how many packages they are about, JSON says.
fn read(output: &ToolOutput<'_>) -> ToolReading {
    let mut troubles = Troubles::of(output, &SIGNS);
    let found: Option<Vec<BySeverity>> = match output.printed() {
        PrintedForm::Json(reports) => reports.iter().map(|json| of_json(json, &mut troubles)).collect(),
        PrintedForm::Words => {
            if output.read_lines(audited).any(|packages| packages == 0) {
                troubles.doubt(NOTHING.to_owned());
            }
            Some(output.read_lines(|line| of_line(line.trim())).collect())
        }
        PrintedForm::Mixed => return ToolReading::Unable(MIXED.to_owned()),
    };
    let Some(reports) = found.filter(|reports| !reports.is_empty()) else { return output.unable() };
    let of = |wanted: &str| reports.iter().flatten().filter(|(name, _)| *name == wanted).map(|(_, n)| n).sum::<u64>();
    let counts: BySeverity = SEVERITIES.into_iter().map(|severity| (severity, of(severity))).collect();
    let sum = counts.iter().map(|(_, count)| count).sum();
    if sum == 0 && output.lines().any(|line| line.starts_with("Severity: ")) {
        troubles.doubt("it describes a vulnerability and counts none".to_owned());
    }
    let all = std::iter::once(("vulnerabilities", sum)).chain(counts);
    troubles.report(all.map(|(name, n)| (name, value(n))).collect(), NPM_AUDIT.failing)
}

const NOTHING: &str = "it looked at no package";

fn of_json(json: &Value, troubles: &mut Troubles) -> Option<BySeverity> {
    let metadata = json.get("metadata")?;
    let counts = metadata.get("vulnerabilities")?;
    let counts: BySeverity = SEVERITIES
        .into_iter()
        .map(|severity| Some((severity, counts.get(severity)?.as_u64()?)))
        .collect::<Option<_>>()?;
    if json.get("error").is_some() {
        troubles.doubt("it reports an error beside its counts".to_owned());
    }
    // npm 6 has the total beside the counts of its kinds.
    let total = metadata.get("dependencies").and_then(|all| all.get("total"));
    match total.or_else(|| metadata.get("totalDependencies")).and_then(Value::as_u64) {
        Some(0) => troubles.doubt(NOTHING.to_owned()),
        Some(_) => {}
        None => troubles.doubt("it does not say how many packages it looked at".to_owned()),
    }
    let listed = json.get("vulnerabilities").and_then(Value::as_object);
    let severity = |one: &Value| one.get("severity").and_then(Value::as_str).map(str::to_owned);
    for (name, count) in &counts {
        let is_it = |one: &&Value| severity(one).as_deref() == Some(*name);
        if listed.is_some_and(|all| u64::try_from(all.values().filter(is_it).count()).ok() != Some(*count)) {
            troubles.doubt(format!("its list and its count of {name} vulnerabilities differ"));
        }
    }
    Some(counts)
}

/// Reads `in 78 scanned packages` and `audited 79 packages in 1s`.
fn audited(line: &str) -> Option<u64> {
    let line = line.trim();
    let words =
        |rest: &str, after: &str| rest.split_once(' ').filter(|(_, rest)| rest.starts_with(after))?.0.parse().ok();
    line.strip_prefix("in ").and_then(|rest| words(rest, "scanned package")).or_else(|| {
        let at = line.find("audited ")?;
        words(line.get(at + "audited ".len()..)?, "package")
    })
}

/// Reads `found 0 vulnerabilities`, `3 high severity vulnerabilities` and `5 vulnerabilities (2 low, 3 high)`.
fn of_line(line: &str) -> Option<BySeverity> {
    let counts = |of: &dyn Fn(&str) -> Option<u64>| SEVERITIES.into_iter().map(|s| (s, of(s).unwrap_or(0))).collect();
    if line == "found 0 vulnerabilities" {
        return Some(counts(&|_| None));
    }
    let (number, rest) = line.split_once(' ')?;
    let number: u64 = number.parse().ok()?;
    if let Some((severity, "severity vulnerability" | "severity vulnerabilities")) = rest.split_once(' ') {
        return SEVERITIES.contains(&severity).then(|| counts(&|name| (name == severity).then_some(number)));
    }
    let listed = rest.strip_prefix("vulnerabilities (")?.strip_suffix(')')?;
    let parts: Vec<(u64, &str)> = listed
        .split(", ")
        .map(|part| part.split_once(' ').and_then(|(n, s)| Some((n.parse().ok()?, s))))
        .collect::<Option<_>>()?;
    let is_whole = parts.iter().map(|(n, _)| n).sum::<u64>() == number;
    is_whole.then(|| counts(&|name| parts.iter().find(|(_, severity)| *severity == name).map(|(n, _)| *n)))
}

#[cfg(test)]
mod specimens {
    use super::*;

    const AWAY: &str =
        "npm error audit endpoint returned an error\nnpm error A complete log of this run can be found in: /x\n";

    fn reading(stdout: &str) -> ToolReading {
        read(&ToolOutput { exit: 1, stdout, stderr: "" })
    }

    /// A report of so many packages, which counts and lists so many high ones.
    fn json(packages: u64, counted: u64, listed: usize) -> String {
        let one = |at: usize| (format!("p{at}"), serde_json::json!({"severity": "high"}));
        let all: serde_json::Map<String, Value> = (0..listed).map(one).collect();
        let counts = serde_json::json!({"info": 0, "low": 0, "moderate": 0, "high": counted, "critical": 0});
        let metadata = serde_json::json!({"vulnerabilities": counts, "dependencies": {"total": packages}});
        serde_json::json!({"vulnerabilities": all, "metadata": metadata}).to_string()
    }

    #[test]
    fn severities_are_counted_in_each_form() {
        for (text, high, all) in [
            ("found 0 vulnerabilities\n", 0.0, 0.0),
            ("1 high severity vulnerability\n\nTo address all issues, run:\n  npm audit fix\n", 1.0, 1.0),
            ("5 vulnerabilities (2 low, 3 high)\n", 3.0, 5.0),
            (
                r#"{"metadata": {"vulnerabilities": {"info": 0, "low": 0, "moderate": 1, "high": 2, "critical": 0, "total": 3}, "dependencies": {"total": 9}}}"#,
                2.0,
                3.0,
            ),
        ] {
            let ToolReading::Report(report) = reading(text) else { panic!("{text} is not read") };
            assert_eq!((report.number("high"), report.number("vulnerabilities")), (Some(high), Some(all)), "{text}");
        }
    }

    #[test]
    fn a_registry_that_does_not_answer_is_no_finding() {
        for text in ["", "undefined\n", r#"{"message": "request failed", "error": {"summary": "", "detail": ""}}"#] {
            let reading = read(&ToolOutput { exit: 1, stdout: text, stderr: AWAY });
            let ToolReading::Unable(why) = reading else { panic!("{text} is a report") };
            assert_eq!(why, "it ended with 1 and no summary: npm error audit endpoint returned an error");
        }
    }

    #[test]
    fn one_that_looked_at_nothing_or_contradicts_itself_is_not_green() {
        assert!(matches!(reading(&json(9, 0, 0)), ToolReading::Report(_)));
        for unknown in [
            json(0, 0, 0),
            json(9, 0, 2),
            json(9, 2, 0),
            json(9, 0, 0).replace("\"total\"", "\"of\""),
            json(9, 0, 0).replacen('{', "{\"error\": {}, ", 1),
            "found 0 vulnerabilities\n in 0 scanned packages\n".to_owned(),
            "up to date, audited 0 packages in 1s\nfound 0 vulnerabilities\n".to_owned(),
            "a  *\nSeverity: high\nfound 0 vulnerabilities\n".to_owned(),
        ] {
            assert!(matches!(reading(&unknown), ToolReading::Unable(_)), "{unknown}");
        }
        assert!(matches!(reading("found 0 vulnerabilities\n in 78 scanned packages\n"), ToolReading::Report(_)));
        let away = read(&ToolOutput { exit: 0, stdout: "found 0 vulnerabilities\n", stderr: AWAY });
        assert_eq!(away, ToolReading::Unable("npm error audit endpoint returned an error".to_owned()));
    }

    #[test]
    fn all_reports_are_added_up() {
        let (bad, good) = ("3 high severity vulnerabilities\n", "found 0 vulnerabilities\n");
        for text in [
            format!("{bad}{good}"),
            format!("{good}{bad}"),
            format!("web:audit: {bad}{good}"),
            format!("{}\n{}\n", json(9, 3, 3), json(9, 0, 0)),
        ] {
            let ToolReading::Report(report) = reading(&text) else { panic!("{text} is not read") };
            assert_eq!(report.number("high"), Some(3.0), "{text}");
        }
        for unknown in [
            format!("{}\n{}\n", json(9, 3, 3), json(0, 0, 0)),
            format!("{}\n{good}", json(9, 3, 3)),
            format!("{good}{}\n", json(9, 3, 3)),
        ] {
            assert!(matches!(reading(&unknown), ToolReading::Unable(_)), "{unknown}");
        }
    }
}
