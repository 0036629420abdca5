//! Commands whose outcome is settled before they run: no time limit, no way to fail, a status that is thrown away.

use super::commands::PlanCommand;
use super::shell::{Failing, Play, Script, ShellCall, Visits, Weight, loses, only_describes_itself, weight};
use super::trial::{Trial, TrialOutcome};
use super::{Finding, Rule};
use crate::plan::{Check, Expect, Plan};
use crate::touches::RunRole;

pub(super) fn findings(plan: &Plan, commands: &[PlanCommand<'_>]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = plan.checks.iter().filter_map(no_timeout).collect();
    findings.extend(commands.iter().filter_map(acts));
    for command in commands {
        let Some(check) = command.check() else { continue };
        findings.extend(exit(command, check));
    }
    findings
}

fn no_timeout(check: &Check) -> Option<Finding> {
    let (run, _) = check.way.command()?;
    let mut words = run.0.iter().map(|word| word.as_str());
    let is_timeout = words.next() == Some("timeout");
    // `timeout 0` sets no limit
    let limit = words.find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let limits_itself = is_timeout && limit.is_some_and(|word| word.contains(|c: char| matches!(c, '1'..='9')));
    (check.timeout.is_none() && !limits_itself).then(|| Finding {
        rule: Rule::NoTimeout,
        subject: format!("check.{}", check.name),
        says: if is_timeout {
            "`timeout 0` sets no limit".to_owned()
        } else {
            "runs a command without a timeout".to_owned()
        },
        why: "a command that hangs blocks the gate for ever, without a word".to_owned(),
        instead: "timeout = \"5m\", or as long as it may take".to_owned(),
    })
}

/// Finds a step, a delivery or an undo whose failure reaches nobody: the deploy goes on as if it had worked.
fn acts(command: &PlanCommand<'_>) -> Option<Finding> {
    let is_asked = match command.run.role {
        RunRole::Build | RunRole::Deliver | RunRole::Step(_) | RunRole::Undo => true,
        // what `current` prints is judged by itself
        RunRole::Current | RunRole::Check(_) | RunRole::Connect | RunRole::Log | RunRole::Runbook => false,
    };
    let outcome = Trial::of(&command.script, 0).outcome().filter(|_| is_asked)?;
    match outcome {
        TrialOutcome::Lost(_) => status(command, &command.script, &outcome),
        TrialOutcome::Decided | TrialOutcome::Settled => None,
    }
}

/// Finds a status that is thrown away, or that says nothing.
fn exit(command: &PlanCommand<'_>, check: &Check) -> Option<Finding> {
    let wanted = check.expect.exit.unwrap_or(0);
    if matches!(wanted, 126 | 127) {
        return Some(Finding {
            rule: Rule::CannotFail,
            subject: command.subject.clone(),
            says: format!("expects exit {wanted}"),
            why: "a shell exits with it for a program that it cannot find or may not run".to_owned(),
            instead: "expect the status of the program itself".to_owned(),
        });
    }
    let script = &command.script;
    if let Some(call) = script.calls().into_iter().find(|call| is_good_when_missing(script, call, wanted)) {
        return Some(Finding {
            rule: Rule::CannotFail,
            subject: command.subject.clone(),
            says: format!("takes every failure of `{}` for the good case", call.program()),
            why: "a missing program exits with 127, and one that gives up with 2: both pass".to_owned(),
            instead: format!("expect = {{ exit = 1 }} without the `!`, or command -v {} before it", call.program()),
        });
    }
    let outcome = Trial::of(script, wanted).outcome()?;
    if judges_output(&check.expect) { output(command, check, &outcome) } else { status(command, script, &outcome) }
}

/// Searchers that not every machine has; `grep` and `git` are taken to be there.
const SEARCHERS: [&str; 7] = ["rg", "ag", "ack", "ugrep", "pcregrep", "pcre2grep", "sift"];

/// Says whether a script ends well when a program is not there, and nothing has asked for it before.
fn is_good_when_missing(script: &Script, call: &ShellCall, wanted: i32) -> bool {
    let is_asked_for = |other: &&ShellCall| {
        matches!(other.program(), "command" | "which" | "type" | "hash") && other.has(call.program())
    };
    let ends = |status: Option<i32>| {
        let failing = status.map(|status| Failing { id: call.id, status, visits: Visits::All });
        Play::of(&script.root, failing, &[]) == Some(wanted)
    };
    SEARCHERS.contains(&call.program()) && !script.calls().iter().any(is_asked_for) && ends(Some(127)) && !ends(None)
}

fn status(command: &PlanCommand<'_>, script: &Script, outcome: &TrialOutcome<'_>) -> Option<Finding> {
    let calls = script.calls();
    let (says, why, instead) = match outcome {
        TrialOutcome::Decided => return None,
        TrialOutcome::Lost(call) => {
            let how = loses(&script.root, call.id);
            let is_pipe = how.starts_with("a pipe");
            let how = if !how.is_empty() {
                how
            } else if Play::reaches(&script.root, call.id) {
                "the script continues, and exits with the status of a later command"
            } else {
                "the script ends before it, or goes another way"
            };
            let instead =
                if is_pipe { "leave the pipe out, or set -o pipefail" } else { "leave the status alone, or set -e" };
            (format!("runs `{}`, and its status is lost", call.shown()), how, instead)
        }
        TrialOutcome::Settled => {
            let last = calls.iter().rfind(|call| call.inner.is_none());
            let shown = last.map(|call| call.shown()).unwrap_or_default();
            (format!("runs `{shown}` and looks only at its status"), reason(last.copied()), instead(last.copied()))
        }
    };
    Some(Finding {
        rule: Rule::CannotFail,
        subject: command.subject.clone(),
        says,
        why: why.to_owned(),
        instead: instead.to_owned(),
    })
}

/// Finds an output that is judged though the command may have failed, and one that is its own proof.
fn output(command: &PlanCommand<'_>, check: &Check, outcome: &TrialOutcome<'_>) -> Option<Finding> {
    let script = &command.script;
    let calls: Vec<&ShellCall> = script.calls().into_iter().filter(|call| call.inner.is_none()).collect();
    if let Some(text) = check.expect.has.as_ref().filter(|text| calls.iter().all(|c| prints_itself(c, text.as_str()))) {
        return Some(Finding {
            rule: Rule::CannotFail,
            subject: command.subject.clone(),
            says: format!("prints `{text}` and expects it"),
            why: "it expects its own words".to_owned(),
            instead: "ask what the words speak of".to_owned(),
        });
    }
    let hides = match outcome {
        TrialOutcome::Decided => false,
        TrialOutcome::Settled => check.expect.empty && calls.len() > 1,
        // what only shows a log or a list is judged by what it prints
        TrialOutcome::Lost(call) => {
            let is_piped = loses(&script.root, call.id).starts_with("a pipe");
            !is_piped || weight(call, false) == Weight::Judges || check.expect.empty
        }
    };
    hides.then(|| Finding {
        rule: Rule::ExitIgnored,
        subject: command.subject.clone(),
        says: "judges the output of a command whose status is thrown away".to_owned(),
        why: "a command that is missing or breaks off prints too little, and that passes too".to_owned(),
        instead: "leave the status alone, or set -e -o pipefail; expect = { exit = 1 } where 1 is the good one"
            .to_owned(),
    })
}

pub(super) fn judges_output(expect: &Expect) -> bool {
    expect.empty || expect.has.is_some() || expect.matches.is_some() || expect.tool.is_some()
}

fn prints_itself(call: &ShellCall, text: &str) -> bool {
    matches!(call.program(), "echo" | "printf") && call.arguments().join(" ").contains(text)
}

fn reason(last: Option<&ShellCall>) -> &'static str {
    if last.is_some_and(only_describes_itself) {
        return "it prints its help or its version, and ends with 0 wherever it is installed";
    }
    match last.map_or("", ShellCall::program) {
        "curl" => "without --fail, curl ends with 0 on a 404 and a 500 too",
        "git" | "find" | "trivy" | "grype" | "semgrep" | "gofmt" | "prettier" => "it ends with 0 whatever it finds",
        "test" | "[" => "what it compares is fixed before it runs",
        "make" | "gmake" => "with that option it ends with 0 whatever fails",
        "python" | "python3" | "py" | "node" | "perl" | "ruby" | "php" => {
            "the script drops the status of the command that it starts"
        }
        _ => "its status is 0 whatever happened before",
    }
}

fn instead(last: Option<&ShellCall>) -> &'static str {
    if last.is_some_and(only_describes_itself) {
        return "run what the program is for, or expect the version you need: matches = '…'";
    }
    match last.map_or("", ShellCall::program) {
        "curl" => "http = { get = \"…\" } with expect = { status = 200 }",
        "git" | "find" | "gofmt" => "expect = { empty = true }, or whatever it must print",
        "trivy" => "trivy … --exit-code 1",
        "prettier" | "black" | "isort" => "--check",
        "echo" | "printf" | "test" | "[" => {
            "dotenv = { file = \"…\", needs = [\"…\"] } for variables; otherwise ask what the words speak of"
        }
        _ => "leave the status alone, or expect what only the good case prints",
    }
}
