//! Commands of git that prove less than they seem to: searches of the history, ignored files, tags.

use super::commands::PlanCommand;
use super::shell::ShellCall;
use super::{Finding, Rule};
use crate::plan::Plan;

pub(super) fn findings(plan: &Plan, commands: &[PlanCommand<'_>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for command in commands {
        findings.extend(command.script.calls().into_iter().find_map(|call| pickaxe(command, call)));
        if command.check().is_some_and(|check| check.expect.matches.is_none()) {
            findings.extend(command.script.calls().into_iter().find_map(|call| check_ignore(command, call)));
        }
    }
    findings.extend(tags(plan, commands));
    findings
}

/// Returns the words after `git`'s own options and its subcommand.
pub(super) fn git_arguments<'a>(call: &'a ShellCall, subcommand: &str) -> Option<&'a [String]> {
    if call.program() != "git" {
        return None;
    }
    let mut rest = call.arguments();
    while let Some(first) = rest.first() {
        match first.as_str() {
            "-C" | "-c" | "--git-dir" | "--work-tree" => rest = rest.get(2..)?,
            word if word.starts_with('-') => rest = &rest[1..],
            word => return (word == subcommand).then(|| &rest[1..]),
        }
    }
    None
}

fn pickaxe(command: &PlanCommand<'_>, call: &ShellCall) -> Option<Finding> {
    let arguments = git_arguments(call, "log")
        .or_else(|| git_arguments(call, "rev-list"))
        .or_else(|| git_arguments(call, "diff"))
        .or_else(|| git_arguments(call, "show"))?;
    let is_regex = arguments.iter().any(|w| w == "--pickaxe-regex");
    let value_of = |flag: &str| {
        let at = arguments.iter().position(|w| w.starts_with(flag) && !w.starts_with("--"))?;
        let own = &arguments[at][flag.len()..];
        if own.is_empty() { arguments.get(at + 1).map(String::as_str) } else { Some(own) }
    };
    let literal = value_of("-S").filter(|_| !is_regex).filter(|text| text.contains('|') || text.contains(".*"));
    // git reads both as extended expressions, where a backslash makes the bar an ordinary letter
    let regex = value_of("-G").or_else(|| value_of("-S").filter(|_| is_regex)).filter(|text| text.contains(r"\|"));
    let (flag, text) = literal.map(|text| ("-S", text)).or_else(|| regex.map(|text| ("-G", text)))?;
    let plain = text.replace(r"\|", "|");
    Some(Finding {
        rule: Rule::PickaxeLiteral,
        subject: command.subject.clone(),
        says: format!("searches the history with {flag} for `{text}`"),
        why: match flag {
            "-S" => format!("-S looks for that very text, `{text}`, and finds nothing whatever was committed"),
            _ => format!("here `\\|` is the letter |, so only the very text `{plain}` is found"),
        },
        instead: format!("secrets = {{ since = \"{{previous-tag}}\" }}, or git log -G '{plain}'"),
    })
}

fn check_ignore(command: &PlanCommand<'_>, call: &ShellCall) -> Option<Finding> {
    let arguments = git_arguments(call, "check-ignore")?;
    let paths: Vec<&str> = arguments.iter().map(String::as_str).filter(|w| !w.starts_with('-')).collect();
    if paths.len() < 2 {
        return None;
    }
    let listed = paths.iter().map(|p| format!("{p:?}")).collect::<Vec<_>>().join(", ");
    Some(Finding {
        rule: Rule::CheckIgnoreAny,
        subject: command.subject.clone(),
        says: format!("asks git about {} paths at once", paths.len()),
        why: "it ends with 0 when any one of them is ignored".to_owned(),
        instead: format!("ignored = [{listed}]"),
    })
}

/// Finds commands that create the release's own tag, and tags that two commands create.
fn tags(plan: &Plan, commands: &[PlanCommand<'_>]) -> Vec<Finding> {
    let created: Vec<(&PlanCommand<'_>, &str)> = commands
        .iter()
        .flat_map(|command| {
            command.script.calls().into_iter().filter_map(move |call| Some((command, created_tag(call)?)))
        })
        .collect();
    created
        .iter()
        .enumerate()
        .filter_map(|(at, (command, tag))| {
            let earlier = created[..at].iter().find(|(_, other)| is_same_tag(plan, tag, other));
            let by = match earlier {
                _ if is_release_tag(plan, tag) => "`tminus release tag` creates it".to_owned(),
                Some((other, _)) => format!("{} creates it too", other.subject),
                None => return None,
            };
            let also =
                earlier.filter(|_| is_release_tag(plan, tag)).map(|(c, _)| format!(", and so does {}", c.subject));
            Some(Finding {
                rule: Rule::TagTwice,
                subject: command.subject.clone(),
                says: format!("creates the tag {tag}"),
                why: format!(
                    "{by}{}: the second time git refuses, or moves a tag that is published",
                    also.unwrap_or_default()
                ),
                instead: "leave the tag to `tminus release tag`".to_owned(),
            })
        })
        .collect()
}

/// Returns the name that a `git tag` creates.
fn created_tag(call: &ShellCall) -> Option<&str> {
    let arguments = git_arguments(call, "tag")?;
    let only_looks = |w: &String| {
        matches!(
            w.as_str(),
            "-l" | "--list"
                | "-d"
                | "--delete"
                | "-v"
                | "--verify"
                | "--contains"
                | "--no-contains"
                | "--points-at"
                | "--merged"
                | "--no-merged"
                | "--column"
                | "--sort"
                | "--format"
        ) || w.starts_with("-n")
            || w.starts_with("--sort=")
            || w.starts_with("--format=")
            || w.starts_with("--points-at=")
    };
    if arguments.iter().any(only_looks) {
        return None;
    }
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "-m" | "-F" | "-u" | "--message" | "--file" | "--local-user" | "--cleanup" | "-am" | "-sm" => {
                words.next();
            }
            word if word.starts_with('-') => {}
            name => return Some(name),
        }
    }
    None
}

fn is_same_tag(plan: &Plan, one: &str, other: &str) -> bool {
    one == other || (is_release_tag(plan, one) && is_release_tag(plan, other))
}

/// Says whether a text is the release's tag: its template, `{tag}`, or the template with some version in it.
fn is_release_tag(plan: &Plan, text: &str) -> bool {
    let template = plan.release.tag.as_str();
    if text == template || text == "{tag}" {
        return true;
    }
    let version = plan.release.tag.version_in(text);
    let is_numbered = |version: &str| version.starts_with(|c: char| c.is_ascii_digit()) && version.contains('.');
    version.is_some_and(|version| is_numbered(version.as_str()))
}
