//! Commands about containers and images that prove less than they seem to.

use super::commands::PlanCommand;
use super::shell::ShellCall;
use super::{Finding, Rule};
use crate::plan::{Check, Expect, Plan, Template};
use regex::Regex;

pub(super) fn findings(plan: &Plan, commands: &[PlanCommand<'_>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for command in commands {
        let Some(check) = command.check() else { continue };
        findings.extend(pull(command));
        let listed = command.script.calls().into_iter().find_map(|call| up(command, check, call));
        let listed = listed.or_else(|| unhealthy_too(check, check.expect.has.as_ref()));
        let listed =
            listed.or_else(|| command.script.calls().into_iter().find_map(|call| search_for_healthy(command, call)));
        let listed = listed.or_else(|| alive(plan, command, check));
        findings.extend(listed);
    }
    findings.extend(plan.checks.iter().filter_map(|check| unhealthy_too(check, check.expect.body_has.as_ref())));
    findings
}

/// Finds a search for the word healthy that "unhealthy" meets too.
fn unhealthy_too(check: &Check, wanted: Option<&Template>) -> Option<Finding> {
    let text = wanted?.as_str();
    text.starts_with("healthy").then(|| Finding {
        rule: Rule::UpIsNotHealthy,
        subject: format!("check.{}.expect", check.name),
        says: format!("looks for `{text}` somewhere in the answer"),
        why: format!("`un{text}` contains it too"),
        instead: format!("the sign before it as well: '\"{text}', or for http json = {{ status = \"healthy\" }}"),
    })
}

/// Finds `grep healthy`, which finds "unhealthy" too.
fn search_for_healthy(command: &PlanCommand<'_>, call: &ShellCall) -> Option<Finding> {
    let is_whole = ['w', 'x', 'v'].into_iter().any(|letter| call.has_letter(letter));
    let pattern = call.arguments().iter().find(|word| !word.starts_with('-'))?;
    let is_search = matches!(call.program(), "grep" | "egrep" | "fgrep" | "rg");
    (is_search && !is_whole && pattern.starts_with("healthy")).then(|| Finding {
        rule: Rule::UpIsNotHealthy,
        subject: command.subject.clone(),
        says: format!("looks for `{pattern}` somewhere in the answer"),
        why: format!("`un{pattern}` contains it too"),
        instead: format!("grep -w {pattern}, or for http json = {{ status = \"healthy\" }}"),
    })
}

/// Finds a sign of life that is taken for health: an open port, a process, a page behind a redirect.
fn alive(plan: &Plan, command: &PlanCommand<'_>, check: &Check) -> Option<Finding> {
    let is_verifying = plan.environments.iter().any(|env| env.verify.iter().any(|name| name == check.name.as_str()));
    let claims = format!("{} {}", check.name, check.title).to_lowercase().contains("health");
    if !(is_verifying || claims) {
        return None;
    }
    let calls: Vec<ShellCall> =
        command.script.calls().into_iter().filter(|call| call.inner.is_none()).cloned().collect();
    // whatever else the script asks may be the proof
    let others = |sign: &ShellCall| calls.iter().any(|call| call.id != sign.id && is_proof(call));
    let (shown, why) = calls.iter().find_map(|call| sign_of_life(call).filter(|_| !others(call)))?;
    let is_judged = super::outcome::judges_output(&check.expect);
    (!is_judged).then(|| Finding {
        rule: Rule::UpIsNotHealthy,
        subject: command.subject.clone(),
        says: format!("takes `{shown}` for a sign of health"),
        why: why.to_owned(),
        instead: "http = { get = \"{url}/api/health\" } with expect = { status = 200, json = { … } }".to_owned(),
    })
}

fn sign_of_life(call: &ShellCall) -> Option<(&'static str, &'static str)> {
    match call.program() {
        "nc" | "ncat" | "netcat" if call.has_letter('z') => {
            Some(("nc -z", "a port is open while nothing behind it answers"))
        }
        "pgrep" | "pidof" => Some(("pgrep", "a process that hangs is a process")),
        "systemctl" if call.has("is-active") => {
            Some(("systemctl is-active", "a unit is active even while its program answers nothing"))
        }
        "service" if call.has("status") => Some(("service status", "a service runs while it answers nothing")),
        "ping" => Some(("ping", "the machine answers, whatever runs on it")),
        "curl" if call.has("--location") || call.has_letter('L') => {
            Some(("curl -L", "it follows a redirect to a login or an error page, which answers 200"))
        }
        _ => None,
    }
}

/// Says whether a call asks something itself, and is no preparation.
fn is_proof(call: &ShellCall) -> bool {
    use super::shell::{Weight, weight};
    matches!(weight(call, false), Weight::Unknown | Weight::Judges) && sign_of_life(call).is_none()
}

/// Finds a pull by tag that is taken for a proof.
fn pull(command: &PlanCommand<'_>) -> Option<Finding> {
    let calls = command.script.calls();
    let pulled = calls.iter().find_map(|call| pulled_image(call))?;
    let is_by_digest = pulled.contains("@sha256:") || pulled.contains("{digest}");
    let is_removed_first = calls.iter().any(|c| c.is(&["docker", "rmi"]) || c.is(&["docker", "image", "rm"]));
    if is_by_digest || is_removed_first {
        return None;
    }
    Some(Finding {
        rule: Rule::PullProvesNothing,
        subject: command.subject.clone(),
        says: format!("pulls {pulled} to prove that it was pushed"),
        why: "the machine that built it already has it, whatever is in the registry".to_owned(),
        instead: "image = { artifact = \"…\" }, which compares the digest in the registry with the one that was built"
            .to_owned(),
    })
}

fn pulled_image(call: &ShellCall) -> Option<&str> {
    if !matches!(call.program(), "docker" | "podman" | "nerdctl" | "docker-compose") {
        return None;
    }
    let at = call.arguments().iter().position(|w| w == "pull")?;
    // `docker push pull` would be an image of that name; only the subcommand counts
    let is_subcommand = at == 0
        || call.program() == "docker-compose"
        || matches!(call.arguments()[0].as_str(), "image" | "compose" | "--context");
    let image = call.arguments()[at + 1..].iter().find(|w| !w.starts_with('-'));
    is_subcommand.then(|| image.map_or("the images of the compose file", String::as_str))
}

/// Finds a list of containers or pods that is taken for their health.
fn up(command: &PlanCommand<'_>, check: &Check, call: &ShellCall) -> Option<Finding> {
    let listing = listing(call)?;
    let asks_health = call.words.iter().any(|w| {
        let word = w.to_lowercase();
        word.contains("health") || word.contains("ready") || word.contains("condition")
    });
    let compares = |other: &ShellCall| {
        let is_test = matches!(other.program(), "test" | "[" | "[[" | "grep");
        is_test && other.words.iter().any(|word| matches!(word.as_str(), "healthy" | "(healthy)" | "^healthy$"))
    };
    if asks_health && command.script.calls().into_iter().any(compares) {
        return None;
    }
    let why = match takes_for_healthy(&check.expect) {
        Some(wrong) => format!("it passes on `{wrong}` too"),
        None if speaks_of_health(&check.expect) || (asks_health && judges_output(&check.expect)) => return None,
        None => format!("it passes while {} runs and answers nothing", listing.what),
    };
    Some(Finding {
        rule: Rule::UpIsNotHealthy,
        subject: command.subject.clone(),
        says: format!("takes `{}` for a sign of health", listing.shown),
        why,
        instead: listing.instead.to_owned(),
    })
}

struct Listing {
    shown: &'static str,
    what: &'static str,
    instead: &'static str,
}

fn listing(call: &ShellCall) -> Option<Listing> {
    const HTTP: &str =
        "http = { get = \"{url}/api/health\" }, or has = \"(healthy)\" where the image has a health check";
    let container = |shown| Some(Listing { shown, what: "a container", instead: HTTP });
    let formats = |field: &str| call.words.iter().any(|w| w.contains(field));
    match call.program() {
        "docker-compose" if call.has("ps") => container("docker-compose ps"),
        "docker" | "podman" | "nerdctl" if call.is(&[call.program(), "compose"]) && call.has("ps") => {
            container("docker compose ps")
        }
        "docker" | "podman" | "nerdctl" if call.arguments().first().is_some_and(|w| w == "ps") => {
            container("docker ps")
        }
        "docker" | "podman" if call.has("container") && (call.has("ls") || call.has("list")) => {
            container("docker container ls")
        }
        "docker" | "podman" if call.has("inspect") && (formats(".State.Status") || formats(".State.Running")) => {
            container("docker inspect")
        }
        "docker" if call.is(&["docker", "inspect"]) && formats(".State.Health") => container("docker inspect"),
        "kubectl" | "oc" if call.has("get") && ["pods", "pod", "po"].iter().any(|w| call.has(w)) => Some(Listing {
            shown: "kubectl get pods",
            what: "a pod",
            instead: "kubectl rollout status deployment/NAME --timeout=60s, or http = { get = \"{url}/api/health\" }",
        }),
        _ => None,
    }
}

/// Returns a line of something that is not well, and that the expectation accepts.
fn takes_for_healthy(expect: &Expect) -> Option<&'static str> {
    const SICK: [&str; 4] = ["Up 2 minutes (unhealthy)", "unhealthy", "backend-7d4f 0/1 Running 0 2m", "running"];
    let pattern = expect.matches.as_deref().and_then(|m| Regex::new(m).ok());
    SICK.into_iter().find(|line| {
        let has = expect.has.as_ref().is_some_and(|has| line.contains(has.as_str()));
        let matches = pattern.as_ref().is_some_and(|p| p.is_match(line));
        let compares = expect.is.is_some() || expect.above.is_some() || expect.below.is_some();
        (has || matches) && !compares
    })
}

fn judges_output(expect: &Expect) -> bool {
    expect.empty || expect.has.is_some() || expect.matches.is_some()
}

fn speaks_of_health(expect: &Expect) -> bool {
    let texts =
        [expect.has.as_ref().map(|t| t.as_str()), expect.matches.as_deref(), expect.is.as_ref().map(|t| t.as_str())];
    texts.into_iter().flatten().any(|text| {
        text.to_lowercase().contains("health") || text.contains("1/1") || text.to_lowercase().contains("ready")
    })
}
