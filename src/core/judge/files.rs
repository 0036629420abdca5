//! The rules for what was read from files: versions, ignore rules, environment files, texts and log lines.

use super::judgement::{Finding, Judgement, short};
use crate::changelog::ChangelogSection;
use crate::dotenv::DoubtfulValue;
use crate::kinds::check::{DotenvCheck, FileCheck, LogCheck};
use crate::measurement::FoundVersion;
use crate::plan::Placeholder;
use crate::version_text::{WrittenAs, compare};
use std::collections::BTreeMap;

/// Judges the version files: each says the release's version.
///
/// One that says another fails the check even when a second one cannot be read.
pub(super) fn judge_versions(found: &[FoundVersion], values: &BTreeMap<Placeholder, String>) -> Judgement {
    let Some(version) = values.get(&Placeholder::Version) else {
        return Judgement::no_data("one version in every file", "there is no release whose version could be expected");
    };
    let tag = values.get(&Placeholder::Tag).map(String::as_str);
    let expected = vec![format!("{version} in {} of {} files", found.len(), found.len())];
    let findings = found.iter().map(|place| match &place.found {
        Ok(there) => match compare(there, version, tag) {
            WrittenAs::Same => Finding::pass(format!("{version} in every file")),
            WrittenAs::Other => Finding::fail(format!("{} says {:?}", place_of(place), short(there))),
            WrittenAs::Unclear(why) => Finding::no_data(format!(
                "{} says {:?}, and whether that is {version} is unclear: {why}",
                place_of(place),
                short(there)
            )),
        },
        Err(why) => Finding::no_data(format!("{}: {why}", place_of(place))),
    });
    Judgement::of(expected, findings.collect(), Vec::new())
}

/// Returns `FILE:LINE`, or the file where no line is to blame.
fn place_of(found: &FoundVersion) -> String {
    found.line.map_or_else(|| found.file.clone(), |line| format!("{}:{line}", found.file))
}

/// Judges ignore rules: every path that was asked for is ignored, each alone. The notes say of some of them by what.
pub(super) fn judge_ignored(found: &[(String, bool)], asked: &[String], notes: &str) -> Judgement {
    let note =
        |path: &str| notes.lines().find(|line| line.strip_prefix(path).is_some_and(|rest| rest.starts_with(" is ")));
    let expected = vec![format!("git ignores {}", asked.join(", "))];
    let findings = asked.iter().map(|path| match found.iter().find(|(there, _)| there == path) {
        Some((_, true)) => Finding::pass(note(path).unwrap_or("every one is ignored")),
        Some((_, false)) => Finding::fail(note(path).map_or_else(|| format!("{path} is not ignored"), str::to_owned)),
        None => Finding::no_data(format!("{path} was not looked at")),
    });
    Judgement::of(expected, findings.collect(), Vec::new())
}

/// What an environment file has of the names that are needed.
pub(super) struct DotenvNames<'a> {
    pub(super) missing: &'a [String],
    pub(super) empty: &'a [String],
    pub(super) doubtful: &'a [DoubtfulValue],
}

/// Judges an environment file: every variable that is needed has a value that somebody chose.
pub(super) fn judge_dotenv(asked: &DotenvCheck, names: &DotenvNames<'_>) -> Judgement {
    let expected = vec![format!("{} has values for {}", asked.file, asked.needs.join(", "))];
    let findings = asked.needs.iter().map(|name| {
        let doubt = names.doubtful.iter().find(|doubt| doubt.name == *name);
        match doubt {
            _ if names.missing.contains(name) => Finding::fail(format!("{name} is missing")),
            _ if names.empty.contains(name) => Finding::fail(format!("{name} is empty")),
            Some(DoubtfulValue { line, why, .. }) => {
                Finding::no_data(format!("{}:{line}: {name} has no value to count on: {why}", asked.file))
            }
            None => Finding::pass(format!("all {} have a value", asked.needs.len())),
        }
    });
    Judgement::of(expected, findings.collect(), Vec::new())
}

/// What a look at a file told.
pub(super) struct Look {
    pub(super) exists: bool,
    pub(super) has: Option<bool>,
    pub(super) newer: Option<bool>,
}

/// Judges a file: it is there, holds the text, is newer; what was asked for and not answered is no data.
pub(super) fn judge_file(asked: &FileCheck, look: &Look) -> Judgement {
    let path = asked.path.as_str();
    let mut expected = vec![format!("{path} is there")];
    if !look.exists {
        return Judgement::of(expected, vec![Finding::fail(format!("{path} is not there"))], Vec::new());
    }
    let mut findings = vec![Finding::pass(format!("{path} is there"))];
    if let Some(has) = &asked.has {
        expected.push(format!("has {:?}", has.as_str()));
        findings.push(match look.has {
            Some(true) => Finding::pass("has the text"),
            Some(false) => Finding::fail(format!("{:?} is not in {path}", has.as_str())),
            None => Finding::no_data(format!("{path} could not be searched to its end")),
        });
    }
    if let Some(than) = &asked.newer_than {
        expected.push(format!("is newer than {than}"));
        findings.push(match look.newer {
            Some(true) => Finding::pass(format!("newer than {than}")),
            Some(false) => Finding::fail(format!("{path} is not newer than {than}")),
            None => Finding::no_data(format!("the age of {path} could not be told")),
        });
    }
    Judgement::of(expected, findings, Vec::new())
}

/// Judges the changelog: it has a section for the release's version, with a text, and the version is out.
pub(super) fn judge_changelog(section: Option<&ChangelogSection>, values: &BTreeMap<Placeholder, String>) -> Judgement {
    let version = values.get(&Placeholder::Version).map_or("the version", String::as_str);
    let expected = vec![format!("the changelog has a section for {version}")];
    let finding = match section {
        None => Finding::fail("the changelog is not there"),
        Some(ChangelogSection::Written { line }) => {
            Finding::pass(format!("it has a section for {version}, in line {line}"))
        }
        Some(ChangelogSection::Missing) => Finding::fail(format!("it has no section for {version}")),
        Some(ChangelogSection::Mentioned { line }) => {
            Finding::fail(format!("it has no section for {version}: line {line} only mentions it"))
        }
        Some(ChangelogSection::Unreleased { line, word }) => {
            Finding::fail(format!("line {line} says that {version} is {word:?}"))
        }
        Some(ChangelogSection::Empty { line }) => {
            Finding::fail(format!("nothing is written under {version}, in line {line}"))
        }
        Some(ChangelogSection::Several { lines: (first, second) }) => Finding::no_data(format!(
            "lines {first} and {second} both begin a section for {version}: keep one, or say in `tag` which product it is"
        )),
    };
    Judgement::of(expected, vec![finding], Vec::new())
}

/// Judges a log: a line has the text. A log in which no line was looked at, or not every line, is no data.
pub(super) fn judge_log(asked: &LogCheck, line: Option<&str>, looked_at: u64, doubt: Option<&str>) -> Judgement {
    let expected = vec![format!("a line of {} has {:?} within {}", asked.source, asked.has, asked.within)];
    let finding = match (line, doubt, looked_at) {
        (Some(line), _, _) => Finding::pass(format!("found: {}", short(line))),
        (None, Some(doubt), _) => Finding::no_data(doubt),
        (None, None, 0) => Finding::no_data(format!("{} has no lines from that time", asked.source)),
        (None, None, count) => {
            Finding::fail(format!("not in the {count} lines of {} that were looked at", asked.source))
        }
    };
    Judgement::of(expected, vec![finding], Vec::new())
}
