//! Checks whose outcome is settled before they run: no time limit, no way to fail, a status that is thrown away.

use super::commands::Command;
use super::shell::{Call, Join, Script, Shell, Strictness};
use super::{Finding, Rule};
use crate::domain::plan::{Check, Expect, Plan, Template, Way};
use regex::Regex;

pub(super) fn findings(plan: &Plan, commands: &[Command<'_>]) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        plan.checks.iter().flat_map(|c| [no_timeout(c), always_holds(plan, c)]).flatten().collect();
    for command in commands {
        let Some(check) = command.check() else { continue };
        findings.extend(exit(command, check));
        findings.extend(no_audit(command, check));
    }
    findings
}

fn no_timeout(check: &Check) -> Option<Finding> {
    let Way::Run { run, .. } = &check.way else { return None };
    let limits_itself = run.0.first().is_some_and(|word| word.as_str() == "timeout");
    (check.timeout.is_none() && !limits_itself).then(|| Finding {
        rule: Rule::NoTimeout,
        subject: format!("check.{}", check.name),
        says: "runs a command without a timeout".to_owned(),
        why: "a command that hangs holds the gate for ever, and says nothing".to_owned(),
        instead: "timeout = \"5m\", or as long as it may take".to_owned(),
    })
}

/// Finds a question that asks nothing, or an expectation that no answer can break.
fn always_holds(plan: &Plan, check: &Check) -> Option<Finding> {
    let expectation = || Some(("expect", accepts_all(&check.expect)?));
    let (key, says) = asks_nothing(plan, check).map(|says| (check.way.word(), says.to_owned())).or_else(expectation)?;
    Some(Finding {
        rule: Rule::CannotFail,
        subject: format!("check.{}.{key}", check.name),
        says,
        why: "it holds whatever comes back".to_owned(),
        instead: "expect what only the good case prints".to_owned(),
    })
}

fn asks_nothing(plan: &Plan, check: &Check) -> Option<&'static str> {
    match &check.way {
        Way::Ignored(paths) => paths.is_empty().then_some("asks about no path"),
        Way::Dotenv(dotenv) => dotenv.needs.is_empty().then_some("needs no variable"),
        Way::Versions => {
            plan.release.versions.is_empty().then_some("compares the versions of no file: [release] versions is empty")
        }
        Way::Log(log) => log.has.is_empty().then_some("looks for an empty text, which every line holds"),
        Way::File(file) => is_empty(file.has.as_ref()).then_some("looks for an empty text, which every file holds"),
        Way::Run { .. }
        | Way::Http(_)
        | Way::Secrets(_)
        | Way::Changelog
        | Way::Connects(_)
        | Way::Tls(_)
        | Way::Dns(_)
        | Way::Image(_)
        | Way::Metric(_)
        | Way::Manual { .. } => None,
    }
}

/// Says why every output or answer meets an expectation, if it does.
fn accepts_all(expect: &Expect) -> Option<String> {
    if is_empty(expect.has.as_ref()) || is_empty(expect.body_has.as_ref()) {
        return Some("expects an empty text, which everything holds".to_owned());
    }
    let compares = expect.is.is_some() || expect.above.is_some() || expect.below.is_some();
    let pattern = expect.matches.as_ref().filter(|_| !compares)?;
    let takes_nothing = Regex::new(pattern).is_ok_and(|p| p.is_match(""));
    takes_nothing.then(|| format!("expects /{pattern}/, which matches an empty output too"))
}

fn is_empty(text: Option<&Template>) -> bool {
    text.is_some_and(|t| t.as_str().is_empty())
}

/// Finds a status that is thrown away, or that says nothing.
fn exit(command: &Command<'_>, check: &Check) -> Option<Finding> {
    let wants_failure = check.expect.exit.is_some_and(|status| status != 0);
    if wants_failure || may_fail(&command.script) {
        return None;
    }
    let calls = &command.script.calls;
    let is_swallowed = calls.len() > 1 && calls.last().is_some_and(|c| c.join != Join::Pipe && is_always_good(c));
    if !judges_output(&check.expect) {
        let last = calls.last().map(|c| c.words.join(" ")).unwrap_or_default();
        return Some(Finding {
            rule: Rule::CannotFail,
            subject: command.subject.clone(),
            says: if is_swallowed {
                format!("ends with `{last}`")
            } else {
                format!("runs `{last}` and looks only at its status")
            },
            why: reason(calls.last()).to_owned(),
            instead: instead(calls.last()).to_owned(),
        });
    }
    if let Some(text) = check.expect.has.as_ref().filter(|text| calls.iter().all(|c| prints_itself(c, text.as_str()))) {
        return Some(Finding {
            rule: Rule::CannotFail,
            subject: command.subject.clone(),
            says: format!("prints `{text}` and expects it"),
            why: "it expects its own words".to_owned(),
            instead: "ask what the words speak of".to_owned(),
        });
    }
    let hides = is_swallowed || (check.expect.empty && calls.len() > 1);
    hides.then(|| Finding {
        rule: Rule::ExitIgnored,
        subject: command.subject.clone(),
        says: "judges the output of a command whose status is thrown away".to_owned(),
        why: "a command that is missing or breaks off prints too little, and that passes too".to_owned(),
        instead: "leave the status alone, or set -e -o pipefail; expect = { exit = 1 } where 1 is the good one"
            .to_owned(),
    })
}

fn judges_output(expect: &Expect) -> bool {
    expect.empty || expect.has.is_some() || expect.matches.is_some() || expect.tool.is_some()
}

fn prints_itself(call: &Call, text: &str) -> bool {
    matches!(call.program(), "echo" | "printf") && call.arguments().join(" ").contains(text)
}

/// Says whether the status of a script can be anything but 0, as far as that can be seen.
fn may_fail(script: &Script) -> bool {
    let strict = match script.shell {
        Shell::None => Strictness::default(),
        Shell::Runs(strict) => strict,
    };
    // an explicit `exit 1` or a branch is a decision of its own
    let leaves = |c: &Call| c.program() == "exit" && !c.has("0");
    if strict.branches || script.calls.is_empty() || script.calls.iter().any(leaves) {
        return true;
    }
    let mut lists = script.calls.chunk_by(|_, next| next.join != Join::Then).map(|list| list_may_fail(list, strict));
    if strict.stops { lists.any(|may| may) } else { lists.next_back().unwrap_or(true) }
}

/// Follows `&&` and `||` from the left.
fn list_may_fail(list: &[Call], strict: Strictness) -> bool {
    let mut may = true;
    for (at, pipe) in list.chunk_by(|_, next| next.join == Join::Pipe).enumerate() {
        let own = if strict.pipefail {
            pipe.iter().any(|c| !is_always_good(c))
        } else {
            pipe.last().is_some_and(|c| !is_always_good(c))
        };
        may = match pipe[0].join {
            _ if at == 0 => own,
            Join::Or => may && own,
            Join::And | Join::Then | Join::Pipe => may || own,
        };
    }
    may
}

/// Says whether a call ends with 0 whatever it finds.
fn is_always_good(call: &Call) -> bool {
    match call.program() {
        "true" | ":" | "echo" | "printf" | "date" | "pwd" | "sleep" | "exit" => true,
        "tail" | "head" | "tee" | "sort" | "cat" | "wc" | "cut" | "tr" | "sed" | "awk" | "column" | "uniq" | "less" => {
            call.join == Join::Pipe
        }
        "git" => only_reports(call),
        "curl" => !is_failing_curl(call),
        _ => false,
    }
}

fn only_reports(call: &Call) -> bool {
    let judges = call.has("--exit-code") || call.has("--quiet") || call.has("--check");
    !judges && call.arguments().first().is_some_and(|w| matches!(w.as_str(), "log" | "status" | "diff" | "branch"))
}

/// Says whether curl was told to fail on an error status.
fn is_failing_curl(call: &Call) -> bool {
    call.arguments().iter().any(|w| {
        matches!(w.as_str(), "--fail" | "--fail-with-body" | "--fail-early")
            || (w.starts_with('-') && !w.starts_with("--") && w.contains('f'))
    })
}

const fn reason_of_report() -> &'static str {
    "it ends with 0 whatever it finds"
}

fn reason(last: Option<&Call>) -> &'static str {
    match last.map_or("", Call::program) {
        "curl" => "without --fail, curl ends with 0 on a 404 and a 500 too",
        "git" => reason_of_report(),
        "tail" | "head" | "tee" | "sort" | "cat" => {
            "a pipe ends with the status of its last command, and that one is always 0"
        }
        _ => "its status is 0 whatever happened before",
    }
}

fn instead(last: Option<&Call>) -> &'static str {
    match last.map_or("", Call::program) {
        "curl" => "http = { get = \"…\" } with expect = { status = 200 }",
        "git" => "expect = { empty = true }, or whatever it must print",
        "echo" | "printf" => {
            "dotenv = { file = \"…\", needs = [\"…\"] } for variables; otherwise ask what the words speak of"
        }
        _ => "leave the status alone, or expect what only the good case prints",
    }
}

/// Finds a comparison of files that is taken for a search for vulnerabilities.
fn no_audit(command: &Command<'_>, check: &Check) -> Option<Finding> {
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
    let call = command.script.calls.iter().find(|c| checks_files.iter().any(|words| c.is(words)))?;
    claims.then(|| Finding {
        rule: Rule::LockIsNotAudit,
        subject: command.subject.clone(),
        says: format!("takes `{}` for a search for vulnerabilities", call.words.join(" ")),
        why: "it compares files with each other and asks no list of known vulnerabilities".to_owned(),
        instead: match call.program() {
            "npm" => "npm audit --omit=dev --audit-level=high".to_owned(),
            _ => "pip-audit, or safety check".to_owned(),
        },
    })
}
