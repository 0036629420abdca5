//! Searches that find nothing whatever is there: a bar that is read as a letter, a folder that does not exist.

use super::commands::PlanCommand;
use super::expects::asks_for_nothing;
use super::shell::{Failing, Play, ShellCall, Visits, Weight, weight};
use super::{Finding, LintContext, Rule};
use crate::plan::{Check, Plan};
use std::collections::BTreeSet;

pub(super) fn findings(surroundings: &LintContext, commands: &[PlanCommand<'_>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for command in commands {
        let Some(check) = command.check() else { continue };
        let searches = searches(command);
        findings.extend(searches.iter().find_map(|search| literal(command, check, search)));
        findings.extend(searches.iter().find_map(|search| nowhere(command, check, search, surroundings)));
    }
    findings
}

/// Returns every path that a check's search of files names, from the root: whoever lints looks which of them exist.
pub fn searched_paths(plan: &Plan) -> BTreeSet<String> {
    let commands = super::commands::commands_of(&plan.touches());
    let checks = commands.iter().filter(|command| command.check().is_some());
    checks.flat_map(searches).flat_map(|search| search.paths).collect()
}

/// How a pattern is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flavour {
    /// `\|` is a choice, `|` a letter.
    Basic,
    /// `|` is a choice, `\|` a letter.
    Extended,
    /// Every letter is a letter.
    Fixed,
}

/// A search in a script.
struct Search<'a> {
    call: &'a ShellCall,
    flavour: Flavour,
    patterns: Vec<&'a str>,
    /// Where it looks, from the root of the repository.
    paths: Vec<String>,
}

fn searches<'a>(command: &'a PlanCommand<'a>) -> Vec<Search<'a>> {
    let dir = command.check().and(command.run.dir).map(|dir| format!("{}/", dir.trim_end_matches('/')));
    let dir = dir.unwrap_or_default();
    let calls = command.script.calls();
    let moves = calls.iter().filter(|call| call.program() == "cd");
    let folder = moves.map(|call| call.words.get(1).map_or("", String::as_str)).collect::<Vec<_>>().join("/");
    let base = if folder.is_empty() { dir } else { format!("{dir}{folder}/") };
    calls.into_iter().filter_map(|call| search(call, &base)).collect()
}

/// Options of `grep` and its like whose value is a word of its own.
const WITH_VALUE: [&str; 18] = [
    "-e",
    "-f",
    "-m",
    "-A",
    "-B",
    "-C",
    "-d",
    "-D",
    "-g",
    "-t",
    "-T",
    "--include",
    "--exclude",
    "--exclude-dir",
    "--color",
    "--max-count",
    "--glob",
    "--type",
];

fn search<'a>(call: &'a ShellCall, base: &str) -> Option<Search<'a>> {
    let is_git = call.program() == "git";
    let words = if is_git { super::git::git_arguments(call, "grep")? } else { call.arguments() };
    let has = |letter: char, long: &str| {
        words.iter().any(|w| w == long || (w.starts_with('-') && !w.starts_with("--") && w.contains(letter)))
    };
    let usual = match call.program() {
        "grep" | "zgrep" | "bzgrep" | "xzgrep" | "git" => Flavour::Basic,
        "egrep" | "zegrep" | "rg" | "ag" | "ack" | "pcregrep" | "ugrep" => Flavour::Extended,
        "fgrep" | "zfgrep" => Flavour::Fixed,
        _ => return None,
    };
    let is_wide = matches!(call.program(), "grep" | "zgrep" | "git");
    let flavour = if has('F', "--fixed-strings") {
        Flavour::Fixed
    } else if is_wide && (has('E', "--extended-regexp") || has('P', "--perl-regexp")) {
        Flavour::Extended
    } else {
        usual
    };
    let (mut patterns, mut rest, mut is_over) = (Vec::new(), Vec::new(), false);
    let mut all = words.iter();
    while let Some(word) = all.next() {
        let takes_value = !is_over && (WITH_VALUE.contains(&word.as_str()) || (is_bundle(word) && word.ends_with('e')));
        match word.as_str() {
            "--" => is_over = true,
            word if takes_value => {
                let value = all.next().map_or("", String::as_str);
                patterns.extend(word.ends_with('e').then_some(value).filter(|_| !word.starts_with("--")));
            }
            word if word.starts_with("--regexp=") => patterns.extend(word.split_once('=').map(|(_, value)| value)),
            word if !is_over && word.starts_with('-') && word.len() > 1 => {}
            word => rest.push(word),
        }
    }
    if patterns.is_empty() && !rest.is_empty() {
        patterns.push(rest.remove(0));
    }
    let is_plain =
        |path: &&str| !path.contains(['$', '*', '?', '{', '[', ':']) && !path.starts_with(['/', '~']) && *path != "-";
    let is_in_git = |path: &str| is_git && (path.contains("HEAD") || path.contains(".."));
    let paths = rest
        .into_iter()
        .filter(is_plain)
        .filter(|p| !is_in_git(p))
        .map(|p| format!("{base}{}", p.trim_start_matches("./")));
    Some(Search { call, flavour, patterns, paths: paths.collect() })
}

fn is_bundle(word: &str) -> bool {
    word.starts_with('-') && !word.starts_with("--") && word.len() > 2
}

/// Says whether a script ends well when a search ends with a status, and badly when it finds something.
fn is_good_with(command: &PlanCommand<'_>, check: &Check, search: &Search<'_>, status: i32) -> bool {
    let wanted = check.expect.exit.unwrap_or(0);
    let ends = |failing| Play::of(&command.script.root, failing, &[]) == Some(wanted);
    let is_good = ends(Some(Failing { id: search.call.id, status, visits: Visits::All }));
    is_good && (check.expect.empty || !ends(None)) || asks_for_nothing(&command.script, search.call.id)
}

fn literal(command: &PlanCommand<'_>, check: &Check, search: &Search<'_>) -> Option<Finding> {
    let pattern = search.patterns.iter().find(|pattern| has_literal_bar(pattern, search.flavour))?;
    if !is_good_with(command, check, search, 1) {
        return None;
    }
    let plain = pattern.replace(r"\|", "|");
    let program = if search.call.program() == "git" { "git grep" } else { search.call.program() };
    Some(Finding {
        rule: Rule::GrepLiteral,
        subject: command.subject.clone(),
        says: format!("{program} looks for `{pattern}`, and finding nothing is the good case"),
        why: match search.flavour {
            Flavour::Basic => format!("without -E the bar is a letter, so only the very text `{pattern}` is found"),
            Flavour::Extended => format!("here `\\|` is the letter |, so only the very text `{plain}` is found"),
            Flavour::Fixed => format!("with -F every sign is a letter, so only the very text `{pattern}` is found"),
        },
        instead: format!("{program} -E '{plain}'"),
    })
}

/// Says whether a bar that is meant as a choice is read as a letter: a letter stands on both sides of it.
fn has_literal_bar(pattern: &str, flavour: Flavour) -> bool {
    let is_text = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || "_.*+-)('\"[]".contains(c));
    pattern.match_indices('|').any(|(at, _)| {
        let is_escaped = pattern[..at].ends_with('\\') && !pattern[..at].ends_with(r"\\");
        let before = pattern[..at].trim_end_matches('\\').chars().next_back();
        let is_choice = is_text(before) && is_text(pattern[at + 1..].chars().next());
        is_choice
            && match flavour {
                Flavour::Basic => !is_escaped,
                Flavour::Extended => is_escaped,
                Flavour::Fixed => true,
            }
    })
}

/// Finds a search of what is not there, where finding nothing is the good case.
fn nowhere(
    command: &PlanCommand<'_>,
    check: &Check,
    search: &Search<'_>,
    surroundings: &LintContext,
) -> Option<Finding> {
    let path = search.paths.iter().find(|path| surroundings.missing.contains(*path))?;
    // what runs before it may create it
    let earlier = command.script.calls().into_iter().take_while(|call| call.id != search.call.id);
    let mut earlier = earlier.filter(|call| call.inner.is_none() && call.program() != "cd");
    let creates = earlier.any(|call| {
        !matches!(weight(call, false), Weight::AlwaysGood) && !matches!(call.program(), "set" | "test" | "[")
    });
    if creates || !is_good_with(command, check, search, 2) {
        return None;
    }
    Some(Finding {
        rule: Rule::SearchNowhere,
        subject: command.subject.clone(),
        says: format!("searches {path}, which does not exist"),
        why: "a search of what does not exist finds nothing, and finding nothing is the good case".to_owned(),
        instead: format!("the right path, and test -e {path} before it"),
    })
}
