//! Runs that are taken for tests or for an audit, and are none: no test has to be there, none is run, or only files are
//! compared.

use super::commands::PlanCommand;
use super::shell::{Failing, ShellCall, Visits, Weight, weight};
use super::trial::Trial;
use super::{Finding, Rule};
use crate::plan::Check;

pub(super) fn findings(commands: &[PlanCommand<'_>]) -> Vec<Finding> {
    let of = |command: &PlanCommand<'_>| {
        let check = command.check()?;
        Some([no_tests(command, check), no_audit(command, check)])
    };
    commands.iter().filter_map(of).flatten().flatten().collect()
}

/// Options with which a run of no tests is good, or that run none.
const NO_TESTS: [(&str, &str); 27] = [
    ("--if-present", NO_SCRIPT),
    ("--passWithNoTests", NONE_FOUND),
    ("--pass-with-no-tests", NONE_FOUND),
    ("--passWithNoTests=true", NONE_FOUND),
    ("--pass-on-no-tests", NONE_FOUND),
    ("--no-tests=pass", NONE_FOUND),
    ("--no-tests=ignore", NONE_FOUND),
    ("--suppress-no-test-exit-code", NONE_FOUND),
    ("-DfailIfNoTests=false", NONE_FOUND),
    ("--allow-no-tests", NONE_FOUND),
    ("--no-error-on-unmatched-pattern", "it ends with 0 when it finds no file"),
    ("--pass-on-unpruned-suppressions", "it ends with 0 when it finds no file"),
    ("--allow-empty-input", "it ends with 0 when it finds no file"),
    ("--collect-only", LISTED),
    ("--co", LISTED),
    ("--listTests", LISTED),
    ("--list-tests", LISTED),
    ("--list", LISTED),
    ("--show-only", LISTED),
    ("--setup-plan", LISTED),
    ("--no-run", "it compiles the tests and runs none"),
    ("--notest", "it prepares the tests and runs none"),
    ("-DskipTests", "it skips the tests"),
    ("-DskipITs", "it skips the tests"),
    ("-Dmaven.test.skip=true", "it skips the tests"),
    ("--dry-run", REHEARSED),
    ("--dryrun", REHEARSED),
];

const NO_SCRIPT: &str = "it ends with 0 when there is no such script";
const NONE_FOUND: &str = "it ends with 0 when it finds no test";
const LISTED: &str = "it lists the tests and runs none";
const REHEARSED: &str = "it lists what it would run, and runs nothing";

/// Returns the option by which a call runs no test, or does not mind that there is none, and why.
fn runs_none(call: &ShellCall) -> Option<(String, &'static str)> {
    let shown = |option: &str| format!("runs the tests with `{option}`");
    if let Some((option, why)) = NO_TESTS.iter().find(|(option, _)| call.has(option)) {
        return Some((shown(option), why));
    }
    let words = call.arguments();
    let value = |names: &[&str]| {
        words.iter().enumerate().find_map(|(at, word)| match word.split_once('=') {
            Some((name, value)) if names.contains(&name) => Some(value),
            _ if names.contains(&word.as_str()) => words.get(at + 1).map(String::as_str),
            _ => None,
        })
    };
    let matches_none = |pattern: &str| {
        matches!(pattern.trim_matches(['"', '\'']), "^$" | "$^" | "NONE" | "none" | "XXX" | "^NONE$" | "a^")
    };
    match call.program() {
        "go" if call.has("-c") => Some((shown("-c"), "it compiles the tests and runs none")),
        "go" if words.iter().any(|word| word == "-list" || word.starts_with("-list=")) => {
            Some((shown("-list"), LISTED))
        }
        // Benchmarks are run without the tests.
        "go" if !words.iter().any(|word| word.starts_with("-bench")) => {
            let pattern = value(&["-run", "-test.run"]).filter(|pattern| matches_none(pattern))?;
            Some((shown(&format!("-run {pattern}")), "no test has such a name"))
        }
        "jest" | "vitest" | "npm" | "yarn" | "pnpm" | "mocha" => {
            let pattern =
                value(&["-t", "--testNamePattern", "-g", "--grep"]).filter(|pattern| matches_none(pattern))?;
            Some((shown(&format!("-t {pattern}")), "no test has such a name"))
        }
        "ctest" if call.has("-N") => Some((shown("-N"), LISTED)),
        "tox" if call.has("-l") => Some((shown("-l"), LISTED)),
        "gradle" | "gradlew" if call.has("-m") => Some((shown("-m"), REHEARSED)),
        "gradle" | "gradlew" if value(&["-x", "--exclude-task"]) == Some("test") => {
            Some((shown("-x test"), "it skips the tests"))
        }
        _ => None,
    }
}

/// Says whether a call runs tests, by its name.
fn is_test(call: &ShellCall) -> bool {
    call.words.iter().any(|word| {
        word.to_lowercase()
            .split(|c: char| !c.is_ascii_alphanumeric())
            .any(|part| part.contains("test") && part != "latest")
    })
}

/// Finds a test run that is good although no test ran. A linter that need not be there does not matter beside tests that do.
fn no_tests(command: &PlanCommand<'_>, check: &Check) -> Option<Finding> {
    let calls = command.script.calls();
    let judges = |call: &ShellCall| weight(call, false) == Weight::Judges;
    let is_heard = |call: &&&ShellCall| judges(call) && runs_none(call).is_none();
    let is_covered = calls.iter().any(|call| is_heard(&call));
    let by_option = calls.iter().filter(|call| judges(call) || call.has("--if-present"));
    let by_option = by_option.filter(|call| is_test(call) || !is_covered).find_map(|call| runs_none(call));
    let accepts_five = || {
        let trial = Trial::of(&command.script, check.expect.exit.unwrap_or(0));
        let pytest = calls.iter().find(|call| matches!(call.program(), "pytest" | "py.test"))?;
        let ends = |status| trial.is_good(Some(Failing { id: pytest.id, status, visits: Visits::All }), &[]);
        let is_so = ends(5)? && !ends(1)?;
        is_so.then(|| ("takes exit 5 of pytest for good".to_owned(), "5 says that no test was found"))
    };
    let (says, why) = by_option.or_else(accepts_five)?;
    Some(Finding {
        rule: Rule::NoTests,
        subject: command.subject.clone(),
        says,
        why: format!("{why}: a wrong folder or a renamed script is green"),
        instead: "leave it out, and expect a number of tests: matches = '(\\d+) passed', above = 0".to_owned(),
    })
}

/// Finds a comparison of files that is taken for a search for vulnerabilities.
fn no_audit(command: &PlanCommand<'_>, check: &Check) -> Option<Finding> {
    let text = format!("{} {}", check.name, check.title).to_lowercase();
    let claims = ["vulnerab", "cve", "audit", "advisor", "secur"].iter().any(|word| text.contains(word));
    let checks_files: [&[&str]; 6] = [
        &["poetry", "check"],
        &["poetry", "lock"],
        &["pip", "check"],
        &["npm", "ls"],
        &["npm", "ci"],
        &["npm", "install"],
    ];
    let calls = command.script.calls();
    let call = calls.iter().find(|c| checks_files.iter().any(|words| c.is(words)))?;
    let audits = calls.iter().any(|c| c.words.iter().any(|word| word.contains("audit") || word == "safety"));
    (claims && !audits).then(|| Finding {
        rule: Rule::LockIsNotAudit,
        subject: command.subject.clone(),
        says: format!("takes `{}` for a search for vulnerabilities", call.shown()),
        why: "it compares files with each other and asks no list of known vulnerabilities".to_owned(),
        instead: match call.program() {
            "npm" => "npm audit --omit=dev --audit-level=high".to_owned(),
            _ => "pip-audit, or safety check".to_owned(),
        },
    })
}
