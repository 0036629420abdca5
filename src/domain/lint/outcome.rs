//! Commands whose outcome is settled before they run: no time limit, no way to fail, a status that is thrown away.

use super::commands::{Command, Role};
use super::shell::{Call, Failing, Node, Play, Script, Visits, Weight, loses, weight};
use super::{Finding, Rule};
use crate::domain::plan::{Check, Expect, Plan, Way};
use std::collections::BTreeSet;

pub(super) fn findings(plan: &Plan, commands: &[Command<'_>]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = plan.checks.iter().filter_map(no_timeout).collect();
    findings.extend(commands.iter().filter_map(acts));
    for command in commands {
        let Some(check) = command.check() else { continue };
        findings.extend(exit(command, check));
        findings.extend(no_tests(command, check));
        findings.extend(no_audit(command, check));
    }
    findings
}

fn no_timeout(check: &Check) -> Option<Finding> {
    let Way::Run { run, .. } = &check.way else { return None };
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
        why: "a command that hangs holds the gate for ever, and says nothing".to_owned(),
        instead: "timeout = \"5m\", or as long as it may take".to_owned(),
    })
}

/// Finds a step, a delivery or an undo whose failure reaches nobody: the deploy goes on as if it had worked.
fn acts(command: &Command<'_>) -> Option<Finding> {
    let is_asked = match command.role {
        Role::Step(_) | Role::Undo => true,
        // what `current` prints is judged by itself
        Role::Delivery => !command.subject.contains(".current["),
        Role::Check(_) | Role::Runbook => false,
    };
    let outcome = Trial::of(&command.script, 0).outcome().filter(|_| is_asked)?;
    match outcome {
        Outcome::Lost(_) => status(command, &command.script, &outcome),
        Outcome::Decided | Outcome::Settled => None,
    }
}

/// What the statuses of a script's calls come to.
enum Outcome<'a> {
    /// At least one call that matters decides.
    Decided,
    /// It ends as it should whatever happens.
    Settled,
    /// The status of this call reaches nobody.
    Lost(&'a Call),
}

/// How many other calls are let fail beside the one that is asked about.
const BESIDE: usize = 5;

/// How many calls of a script are asked about.
const ASKED: usize = 40;

/// A script, with what is asked of its calls.
struct Trial<'a> {
    root: &'a Node,
    wanted: i32,
    /// The calls whose status could say something, and how much.
    calls: Vec<(&'a Call, Weight)>,
}

impl<'a> Trial<'a> {
    fn of(script: &'a Script, wanted: i32) -> Self {
        let piped = piped(&script.root);
        let calls = script.calls().into_iter().filter(|call| call.inner.is_none());
        let calls = calls.map(|call| (call, weight(call, piped.contains(&call.id))));
        let calls = calls.filter(|(_, weight)| *weight != Weight::AlwaysGood).take(ASKED).collect();
        Self { root: &script.root, wanted, calls }
    }

    /// Says whether the script ends as it should; `None` where that is not known here.
    fn is_good(&self, failing: Option<Failing>, also: &[usize]) -> Option<bool> {
        Play::of(self.root, failing, also).map(|status| status == self.wanted)
    }

    /// Returns each set of calls that fail beside the one that is asked about.
    fn beside(&self, id: usize) -> Vec<Vec<usize>> {
        let others: Vec<usize> =
            self.calls.iter().map(|(call, _)| call.id).filter(|other| *other != id).take(BESIDE).collect();
        let chosen =
            |bits: u32| others.iter().enumerate().filter(move |(at, _)| bits & (1 << at) != 0).map(|(_, id)| *id);
        (0..1_u32 << others.len()).map(|bits| chosen(bits).collect()).collect()
    }

    /// Says whether the status of a call makes a difference to the end of the script.
    fn is_heard(&self, id: usize, visits: Visits) -> Option<bool> {
        for also in self.beside(id) {
            let failing = Failing { id, status: 1, visits };
            if self.is_good(None, &also)? != self.is_good(Some(failing), &also)? {
                return Some(true);
            }
        }
        Some(false)
    }

    /// Says whether the script can end as it should, or otherwise.
    fn may_end(&self, well: bool) -> Option<bool> {
        let mut all = self.beside(usize::MAX);
        all.extend(self.calls.iter().map(|(call, _)| vec![call.id]));
        for also in all {
            if self.is_good(None, &also)? == well {
                return Some(true);
            }
        }
        Some(false)
    }

    fn outcome(&self) -> Option<Outcome<'a>> {
        if !self.may_end(true)? {
            // it never passes, so nothing green comes of it
            return Some(Outcome::Decided);
        }
        if !self.may_end(false)? {
            let is_test = |call: &Call| matches!(call.program(), "test" | "[" | "[[" | "((");
            let first =
                self.calls.iter().filter(|(call, _)| !is_test(call)).max_by_key(|(_, weight)| importance(*weight));
            return Some(
                first
                    .filter(|(_, weight)| *weight != Weight::Prepares)
                    .map_or(Outcome::Settled, |(call, _)| Outcome::Lost(call)),
            );
        }
        let mut heard = Vec::new();
        let mut lost = Vec::new();
        for (call, weight) in &self.calls {
            let is_item = is_item_of_loop(self.root, call.id);
            let is_heard =
                self.is_heard(call.id, Visits::All)? && (!is_item || self.is_heard(call.id, Visits::First)?);
            if is_heard { heard.push(*weight) } else { lost.push((*call, *weight)) }
        }
        let judge = lost.iter().find(|(_, weight)| *weight == Weight::Judges);
        let only_prepares = heard.iter().all(|weight| *weight == Weight::Prepares);
        let unknown = lost.iter().find(|(call, weight)| {
            *weight == Weight::Unknown && (only_prepares || is_last_into_a_sink(self.root, call.id))
        });
        Some(judge.or(unknown).map_or(Outcome::Decided, |(call, _)| Outcome::Lost(call)))
    }
}

const fn importance(weight: Weight) -> u8 {
    match weight {
        Weight::Judges => 3,
        Weight::Unknown => 2,
        Weight::Prepares => 1,
        Weight::AlwaysGood => 0,
    }
}

/// Returns the calls that read what the one before them prints.
fn piped(root: &Node) -> BTreeSet<usize> {
    let mut piped = BTreeSet::new();
    root.visit(&mut |node| {
        if let Node::Pipe(all) = node {
            piped.extend(all[1..].iter().filter_map(|node| match node {
                Node::Call(call) => Some(call.id),
                _ => None,
            }));
        }
    });
    piped
}

/// Says whether a call looks at one item of a loop after the other, so that each of them counts.
fn is_item_of_loop(root: &Node, id: usize) -> bool {
    let mut is_item = false;
    root.visit(&mut |node| {
        let Node::For(name, words, body) = node else { return };
        if !body.holds(id) || (words.len() == 1 && !words[0].text().contains(['*', '$', '{', '?'])) {
            return;
        }
        let uses = |call: &Call| {
            call.words.iter().any(|w| w.contains(&format!("${name}")) || w.contains(&format!("${{{name}}}")))
        };
        let calls = body.calls();
        // a loop that tries again leaves as soon as one try is good
        let leaves =
            calls.iter().any(|c| c.program() == "break" || (matches!(c.program(), "exit" | "return") && c.has("0")));
        is_item |= !leaves && calls.iter().any(|call| uses(call));
    });
    is_item
}

/// Says whether a script ends with a pipe in which a call stands before what only passes its output on.
fn is_last_into_a_sink(node: &Node, id: usize) -> bool {
    match node {
        Node::Pipe(all) => {
            let is_sink = |node: &Node| matches!(node, Node::Call(call) if weight(call, true) == Weight::AlwaysGood);
            all.last().is_some_and(|last| is_sink(last) && !last.holds(id)) && node.holds(id)
        }
        Node::Call(call) => call.inner.as_ref().is_some_and(|inner| is_last_into_a_sink(&inner.node, id)),
        Node::List(all) => all.last().is_some_and(|last| is_last_into_a_sink(last, id)),
        Node::Subshell(one) | Node::And(_, one) => is_last_into_a_sink(one, id),
        Node::Not(_)
        | Node::Or(..)
        | Node::Background(_)
        | Node::If(..)
        | Node::While(..)
        | Node::Until(..)
        | Node::For(..)
        | Node::Case(..)
        | Node::Define(..) => false,
    }
}

/// Finds a status that is thrown away, or that says nothing.
fn exit(command: &Command<'_>, check: &Check) -> Option<Finding> {
    let wanted = check.expect.exit.unwrap_or(0);
    if matches!(wanted, 126 | 127) {
        return Some(Finding {
            rule: Rule::CannotFail,
            subject: command.subject.clone(),
            says: format!("expects exit {wanted}"),
            why: "that is what a shell answers for a program that it does not find, or may not run".to_owned(),
            instead: "expect the status of the program itself".to_owned(),
        });
    }
    let script = &command.script;
    let outcome = Trial::of(script, wanted).outcome()?;
    if judges_output(&check.expect) { output(command, check, &outcome) } else { status(command, script, &outcome) }
}

fn status(command: &Command<'_>, script: &Script, outcome: &Outcome<'_>) -> Option<Finding> {
    let calls = script.calls();
    let (says, why, instead) = match outcome {
        Outcome::Decided => return None,
        Outcome::Lost(call) => {
            let how = loses(&script.root, call.id);
            let is_pipe = how.starts_with("a pipe");
            let how = if how.is_empty() {
                "the script goes on, and ends with the status of what comes after it"
            } else {
                how
            };
            let instead =
                if is_pipe { "leave the pipe out, or set -o pipefail" } else { "leave the status alone, or set -e" };
            (format!("runs `{}`, and its status is lost", call.shown()), how, instead)
        }
        Outcome::Settled => {
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
fn output(command: &Command<'_>, check: &Check, outcome: &Outcome<'_>) -> Option<Finding> {
    let script = &command.script;
    let calls: Vec<&Call> = script.calls().into_iter().filter(|call| call.inner.is_none()).collect();
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
        Outcome::Decided => false,
        Outcome::Settled => check.expect.empty && calls.len() > 1,
        // what only shows a log or a list is judged by what it prints
        Outcome::Lost(call) => {
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

fn prints_itself(call: &Call, text: &str) -> bool {
    matches!(call.program(), "echo" | "printf") && call.arguments().join(" ").contains(text)
}

fn reason(last: Option<&Call>) -> &'static str {
    match last.map_or("", Call::program) {
        "curl" => "without --fail, curl ends with 0 on a 404 and a 500 too",
        "git" | "find" | "trivy" | "grype" | "semgrep" | "gofmt" | "prettier" => "it ends with 0 whatever it finds",
        "test" | "[" => "what it compares is settled before it runs",
        "make" | "gmake" => "with that option it ends with 0 whatever fails",
        _ => "its status is 0 whatever happened before",
    }
}

fn instead(last: Option<&Call>) -> &'static str {
    match last.map_or("", Call::program) {
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

/// Options with which a run of no tests is good, or that run none.
const NO_TESTS: [(&str, &str); 11] = [
    ("--if-present", "it ends with 0 when there is no such script"),
    ("--passWithNoTests", "it ends with 0 when it finds no test"),
    ("--pass-with-no-tests", "it ends with 0 when it finds no test"),
    ("--no-tests=pass", "it ends with 0 when it finds no test"),
    ("--suppress-no-test-exit-code", "it ends with 0 when it finds no test"),
    ("-DfailIfNoTests=false", "it ends with 0 when it finds no test"),
    ("--collect-only", "it lists the tests and runs none"),
    ("--co", "it lists the tests and runs none"),
    ("--no-run", "it compiles the tests and runs none"),
    ("--listTests", "it lists the tests and runs none"),
    ("--list-tests", "it lists the tests and runs none"),
];

/// Finds a test run that is good although no test ran.
fn no_tests(command: &Command<'_>, check: &Check) -> Option<Finding> {
    let calls = command.script.calls();
    let by_option = calls.iter().filter(|call| weight(call, false) == Weight::Judges || call.has("--if-present"));
    let by_option = by_option.flat_map(|call| NO_TESTS.iter().filter(|(option, _)| call.has(option)));
    let by_option = by_option.map(|(option, why)| (format!("runs the tests with `{option}`"), *why)).next();
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
