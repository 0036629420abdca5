//! `paths` that name nothing, or leave out the script that decides.

use super::{Finding, Rule, Surroundings};
use crate::domain::plan::{Check, Plan, Way};
use crate::domain::situation::path_pattern;

pub(super) fn findings(plan: &Plan, surroundings: &Surroundings) -> Vec<Finding> {
    let Some(files) = &surroundings.files else { return Vec::new() };
    let mut findings = Vec::new();
    for check in plan.checks.iter().filter(|check| !check.paths.is_empty()) {
        let globs: Vec<_> = check.paths.iter().map(|glob| (glob, path_pattern(glob))).collect();
        let dead = globs
            .iter()
            .find(|(_, glob)| glob.as_ref().is_some_and(|glob| !files.iter().any(|file| glob.is_match(file))));
        findings.extend(dead.map(|(glob, _)| Finding {
            rule: Rule::PathsMatchNothing,
            subject: format!("check.{}.paths", check.name),
            says: format!("names {glob}, and no file of the repository is there"),
            why: "a change to what was meant does not end the verdict: it stays green".to_owned(),
            instead: "the folder as git spells it: \"backend/**\"".to_owned(),
        }));
        let is_covered =
            |file: &str| globs.iter().any(|(_, glob)| glob.as_ref().is_none_or(|glob| glob.is_match(file)));
        let script = scripts(check).into_iter().find(|file| files.contains(file) && !is_covered(file));
        findings.extend(script.map(|file| Finding {
            rule: Rule::PathsLeaveOut,
            subject: format!("check.{}.paths", check.name),
            says: format!("leaves out {file}, which it runs"),
            why: "who changes the script changes what is checked, and the verdict of before stays green".to_owned(),
            instead: format!("\"{file}\" among the paths"),
        }));
    }
    findings
}

/// Returns the words of a command that could be files of the repository.
fn scripts(check: &Check) -> Vec<String> {
    let Way::Run { run, dir } = &check.way else { return Vec::new() };
    let script = super::shell::read(run);
    let dir = dir.as_ref().map(|dir| format!("{}/", dir.trim_end_matches('/'))).unwrap_or_default();
    let words = script.calls().into_iter().filter(|call| call.inner.is_none()).flat_map(|call| {
        // the program, and the script that an interpreter is given
        let program = call.words.first().cloned();
        let runs = matches!(
            call.program(),
            "python"
                | "python3"
                | "node"
                | "ruby"
                | "perl"
                | "php"
                | "source"
                | "."
                | "deno"
                | "bun"
                | "tsx"
                | "ts-node"
        );
        let runs = runs || super::shell::is_shell(call.program());
        program
            .into_iter()
            .chain(call.arguments().iter().find(|w| !w.starts_with('-')).cloned().filter(|_| runs))
            .collect::<Vec<_>>()
    });
    words.map(|word| format!("{dir}{}", word.trim_start_matches("./"))).collect()
}
