//! Variables that a command, a compose file or an environment check counts on and that nobody sets.

use super::commands::PlanCommand;
use super::shell::Shell;
use super::{Finding, LintContext, Rule};
use crate::plan::{Check, Plan};
use crate::touches::{FileUse, Touch};
use std::collections::BTreeSet;

pub(super) fn findings(
    plan: &Plan,
    surroundings: &LintContext,
    (touches, commands): (&[Touch<'_>], &[PlanCommand<'_>]),
) -> Vec<Finding> {
    let mut findings: Vec<Finding> = commands.iter().filter_map(|command| in_command(command, surroundings)).collect();
    let compose = touches.iter().filter_map(|touch| Some((touch.at.clone(), touch.file(FileUse::Compose)?)));
    findings.extend(compose.filter_map(|(at, file)| in_compose(at, file, surroundings)));
    for check in &plan.checks {
        if let Some((file, needs)) = check.way.variables() {
            findings.extend(placeholders(check, (file, needs), surroundings));
            let Some(set) = surroundings.dotenv.get(file) else { continue };
            let missing = needs.iter().filter(|name| !set.contains(*name)).cloned().collect();
            let says = |names: &str| format!("needs {names}, and {file} sets no such thing");
            let found = finding(format!("check.{}.{}", check.name, check.way.word()), missing, says);
            findings.extend(
                found.map(|f| Finding { why: "the check can only fail until somebody sets it".to_owned(), ..f }),
            );
        }
    }
    findings
}

/// Finds variables whose value only says that one belongs there.
fn placeholders(check: &Check, (file, needs): (&str, &[String]), surroundings: &LintContext) -> Option<Finding> {
    let unset = surroundings.placeholders.get(file)?;
    let named: Vec<&str> = needs.iter().filter(|name| unset.contains(*name)).map(String::as_str).collect();
    (!named.is_empty()).then(|| Finding {
        rule: Rule::BadCasePasses,
        subject: format!("check.{}.{}", check.name, check.way.word()),
        says: format!("needs {}, and {file} has no value there that works", named.join(", ")),
        why: "a placeholder, a duplicate name or an address reserved for examples does not work".to_owned(),
        instead: "the value itself, and `connects` or http where a service can be asked".to_owned(),
    })
}

/// Variables that every shell and every login sets.
const EVERYWHERE: [&str; 21] = [
    "HOME", "PATH", "USER", "LOGNAME", "PWD", "OLDPWD", "SHELL", "TMPDIR", "LANG", "TERM", "HOSTNAME", "IFS", "RANDOM",
    "SECONDS", "UID", "EUID", "PPID", "LINENO", "SHLVL", "OPTARG", "OPTIND",
];

/// Programs whose words have variables of their own, or are read on another machine.
const READS_ITS_OWN: [&str; 12] =
    ["awk", "gawk", "perl", "jq", "ruby", "php", "ssh", "docker", "kubectl", "podman", "envsubst", "mongosh"];

fn in_command(command: &PlanCommand<'_>, surroundings: &LintContext) -> Option<Finding> {
    let script = &command.script;
    let reads_its_own = |at: &super::shell::ShellCall| READS_ITS_OWN.contains(&at.program());
    let without_shell = script.shell == Shell::None;
    if without_shell && script.calls().into_iter().any(reads_its_own) {
        return None;
    }
    let is_set = |name: &str| {
        let by_the_plan = command.run.env.iter().any(|(set, _)| set == name);
        by_the_plan || surroundings.variables.contains(name) || EVERYWHERE.contains(&name)
    };
    let is_tested = |name: &str| {
        let shapes = [format!("${name}"), format!("${{{name}}}")];
        script.calls().into_iter().any(|c| (c.has("-n") || c.has("-z")) && shapes.iter().any(|shape| c.has(shape)))
    };
    let missing =
        script.variables.iter().filter(|name| !is_tested(name) && (without_shell || !is_set(name))).cloned().collect();
    let found = finding(command.subject.clone(), missing, |names| format!("uses {names}"));
    let why = "no shell runs this command, so the program receives the name literally";
    found.map(|f| if without_shell { Finding { why: why.to_owned(), ..f } } else { f })
}

fn in_compose(subject: String, file: &str, surroundings: &LintContext) -> Option<Finding> {
    let text = surroundings.compose.get(file)?;
    let folder = file.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    // compose reads the `.env` beside its file
    let beside = surroundings.dotenv.get(&format!("{folder}.env"));
    let is_set = |name: &str| {
        surroundings.variables.contains(name)
            || EVERYWHERE.contains(&name)
            || beside.is_some_and(|set| set.contains(name))
    };
    let missing = compose_variables(text).into_iter().filter(|name| !is_set(name)).collect();
    let found = finding(subject, missing, |names| format!("{file} uses {names}"));
    let why = "nothing in the plan sets it: it comes from the shell of whoever acts, and where that does not set it, a deploy is blocked";
    let instead = "a value in `.env` beside the file, or `${NAME:-default}` in it";
    found.map(|f| Finding { why: why.to_owned(), instead: instead.to_owned(), ..f })
}

/// Returns the variables of a compose file that have no default: `$NAME`, `${NAME}`; not `$$NAME`, `${NAME:-x}`.
fn compose_variables(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        let mut rest = line;
        while let Some(at) = rest.find('$') {
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('$') {
                rest = after;
                continue;
            }
            let name = rest.strip_prefix('{').unwrap_or(rest);
            let length = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(name.len());
            let has_brace = rest.starts_with('{');
            let is_bare = !has_brace || name[length..].starts_with('}');
            if is_bare && length > 0 && !name.starts_with(|c: char| c.is_ascii_digit()) {
                found.push(name[..length].to_owned());
            }
        }
    }
    found
}

fn finding(subject: String, names: Vec<String>, says: impl Fn(&str) -> String) -> Option<Finding> {
    let names: BTreeSet<String> = names.into_iter().collect();
    let listed = names.iter().map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
    (!names.is_empty()).then(|| Finding {
        rule: Rule::VariableUnset,
        subject,
        says: says(&listed),
        why: "nothing in the plan sets it: it comes from the shell of whoever acts, and where that does not set it, it is empty"
            .to_owned(),
        instead: "env = { NAME = … } where it is used, `${NAME:?}` in a shell, or a dotenv check".to_owned(),
    })
}
