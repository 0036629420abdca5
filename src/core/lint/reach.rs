//! What the plan names and never reaches: checks that nobody runs, steps that nothing takes back, looks elsewhere.

use super::{Finding, Rule};
use crate::kinds::check::PlanPart;
use crate::names::LogName;
use crate::plan::{Check, Environment, Plan, RunbookTask, Undo, Verifier};
use std::collections::BTreeSet;

pub(super) fn findings(plan: &Plan) -> Vec<Finding> {
    let mut findings = Vec::new();
    for env in &plan.environments {
        findings.extend(steps(env));
        for name in &env.verify {
            if let Some(Verifier::Check(check)) = plan.verifier(name) {
                findings.extend(elsewhere(plan, env, check));
            }
        }
    }
    findings.extend(never_run(plan));
    findings.extend(never_read(plan));
    findings
}

/// Finds steps and deliveries that nothing takes back.
fn steps(env: &Environment) -> Vec<Finding> {
    let unsaid = env.steps.iter().enumerate().filter(|(_, step)| step.undo == Undo::Unsaid).map(|(at, step)| Finding {
        rule: Rule::StepWithoutUndo,
        subject: format!("env.{}.step[{at}]", env.name),
        says: format!("\"{}\" does not say how it is taken back", step.title),
        why: "when a later step fails, the plan does not say how to undo this one".to_owned(),
        instead: "undo = […], or irreversible = \"why\"".to_owned(),
    });
    let of_delivery = env.deliver.iter().filter_map(|deliver| {
        let subject = format!("env.{}.deliver.{}", env.name, deliver.artifact);
        deliver.kind.lint(&subject, deliver.artifact.as_str())
    });
    unsaid.chain(of_delivery).collect()
}

/// Finds metrics that no verification, no check and no runbook reads.
fn never_read(plan: &Plan) -> Vec<Finding> {
    let mut read: BTreeSet<&str> =
        plan.environments.iter().flat_map(|env| env.verify.iter().map(String::as_str)).collect();
    read.extend(plan.checks.iter().filter_map(|check| match check.way.leans_on()? {
        PlanPart::Metric(name) => Some(name.as_str()),
        PlanPart::VersionFiles | PlanPart::Changelog => None,
        PlanPart::Service(_) | PlanPart::Log(_) | PlanPart::Artifact(_) => None,
    }));
    for step in plan.runbooks.iter().flat_map(|runbook| &runbook.steps) {
        if let RunbookTask::Check(names) = &step.task {
            read.extend(names.iter().map(String::as_str));
        }
    }
    let lost = plan.metrics.iter().filter(|metric| !read.contains(metric.name.as_str()));
    lost.map(|metric| Finding {
        rule: Rule::CheckNeverRun,
        subject: format!("metric.{}", metric.name),
        says: "is in no verify".to_owned(),
        why: "it is never measured, so its limit has no effect".to_owned(),
        instead: format!("verify = [\"{}\"] in an environment", metric.name),
    })
    .collect()
}

/// Phases that follow the calendar; people work through them, no gate waits for them.
const BY_CALENDAR: [&str; 3] = ["daily", "weekly", "monthly"];

/// Finds required checks that no gate, no verification, no runbook and no other check leads to.
fn never_run(plan: &Plan) -> Vec<Finding> {
    let gates: BTreeSet<&str> = plan.environments.iter().flat_map(|e| e.gate.iter().map(|p| p.as_str())).collect();
    let mut reached: BTreeSet<&str> =
        plan.environments.iter().flat_map(|e| e.verify.iter().map(String::as_str)).collect();
    for step in plan.runbooks.iter().flat_map(|r| &r.steps) {
        if let RunbookTask::Check(names) = &step.task {
            reached.extend(names.iter().map(String::as_str));
        }
    }
    let is_gated = |check: &&Check| gates.contains(check.phase.as_str());
    reached.extend(plan.checks.iter().filter(is_gated).map(|c| c.name.as_str()));
    // whoever runs a check runs what it needs first
    let mut open: Vec<&Check> = plan.checks.iter().filter(|c| reached.contains(c.name.as_str())).collect();
    while let Some(check) = open.pop() {
        open.extend(check.needs.iter().filter_map(|name| plan.check(name)).filter(|c| reached.insert(c.name.as_str())));
    }
    let is_lost = |check: &&Check| {
        check.required && !reached.contains(check.name.as_str()) && !BY_CALENDAR.contains(&check.phase.as_str())
    };
    plan.checks
        .iter()
        .filter(is_lost)
        .map(|check| Finding {
            rule: Rule::CheckNeverRun,
            subject: format!("check.{}", check.name),
            says: format!("is required, and \"{}\" is in no gate and it is in no verify", check.phase),
            why: "it can fail for ever, and every deploy still goes through".to_owned(),
            instead: format!(
                "gate = [\"{}\"] or verify = [\"{}\"] in an environment, or required = false",
                check.phase, check.name
            ),
        })
        .collect()
}

/// Finds a verification of one environment that asks another one.
fn elsewhere(plan: &Plan, env: &Environment, check: &Check) -> Option<Finding> {
    let (says, instead) = match foreign_log(plan, env, check) {
        Some(log) => (
            format!("reads the log {log}, which is not one of {}'s", env.name),
            format!("a source that is in the logs of {}", env.name),
        ),
        None => {
            let asks = addresses(check).iter().find_map(|address| asks_another(plan, env, address));
            (asks?, "{url} instead of a fixed address".to_owned())
        }
    };
    Some(Finding {
        rule: Rule::VerifiesElsewhere,
        subject: format!("check.{}.{}", check.name, check.way.word()),
        says: format!("verifies {} and {says}", env.name),
        why: format!("{} is called good because another environment is", env.name),
        instead,
    })
}

/// Returns the log of another environment that a check reads.
fn foreign_log<'a>(plan: &Plan, env: &Environment, check: &'a Check) -> Option<&'a LogName> {
    let Some(PlanPart::Log(source)) = check.way.leans_on() else { return None };
    (!env.logs.contains(source) && is_foreign(plan, env, source)).then_some(source)
}

/// Returns the addresses that a check asks, as far as the plan says them.
fn addresses(check: &Check) -> Vec<String> {
    let Some((run, _)) = check.way.command() else {
        return check.way.address().map(|address| address.as_str().to_owned()).into_iter().collect();
    };
    let asks = |call: &super::shell::ShellCall| {
        matches!(call.program(), "curl" | "wget" | "http" | "https" | "xh" | "nc" | "ncat")
    };
    let script = super::shell::read(run);
    script.calls().into_iter().filter(|call| asks(call)).flat_map(|call| call.arguments().to_vec()).collect()
}

/// Says whether a log tells about something else: this environment has others, or another environment has this one.
fn is_foreign(plan: &Plan, env: &Environment, source: &LogName) -> bool {
    !env.logs.is_empty() || plan.environments.iter().any(|other| other.name != env.name && other.logs.contains(source))
}

/// Says so when an address is another environment's and not this one's.
fn asks_another(plan: &Plan, env: &Environment, address: &str) -> Option<String> {
    let asked = host(address).filter(|h| !h.contains(['{', '$']))?;
    let own = env.url.as_deref().and_then(host)?;
    let other = plan.environments.iter().find(|e| e.url.as_deref().and_then(host).as_deref() == Some(&asked))?;
    (asked != own).then(|| format!("asks {asked}, which is {}", other.name))
}

/// Returns host and port of a URL, or of a bare host: one spelling for what is the same place.
fn host(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
    let authority = rest.split(['/', '?', '#']).next()?.rsplit('@').next()?.to_lowercase();
    let (name, port) = match authority.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.chars().all(|c| c.is_ascii_digit()) => (name, port),
        _ => (authority.as_str(), if scheme == "http" { "80" } else { "443" }),
    };
    let name = match name.trim_end_matches('.') {
        "localhost" | "[::1]" | "0.0.0.0" | "ip6-localhost" => "127.0.0.1",
        name => name,
    };
    let shown = if matches!(port, "80" | "443") { name.to_owned() } else { format!("{name}:{port}") };
    (!name.is_empty()).then_some(shown)
}
