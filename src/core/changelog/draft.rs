//! What a section could say, from the commits since the last release: conventional ones by their type, all others in a group of
//! their own. A message is a stranger's text: it becomes one short line with nothing in it that the file's format obeys.

use crate::clean;
use crate::names::Commit;
use git_conventional::{Commit as ConventionalCommit, Type};
use std::collections::{BTreeMap, HashSet};

/// How many bytes the entries of a draft have; what does not fit is counted.
const LONGEST_BODY: usize = 12 * 1024;

/// How long an entry is, in letters.
const LONGEST_ENTRY: usize = 160;

/// The types that make a message a conventional one; `net/http: fix` only looks like it.
const TYPES: [&str; 20] = [
    "feat",
    "feature",
    "fix",
    "bugfix",
    "hotfix",
    "perf",
    "refactor",
    "revert",
    "docs",
    "doc",
    "style",
    "test",
    "tests",
    "build",
    "ci",
    "chore",
    "deps",
    "release",
    "security",
    "improvement",
];

/// A commit, as its message tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitWords {
    /// Which.
    pub id: Commit,
    /// How many commits it follows; a merge has more than one.
    pub parents: usize,
    /// Its message.
    pub message: String,
}

/// The groups, in the order of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum DraftGroup {
    Breaking,
    Added,
    Changed,
    Fixed,
    Reverted,
    Documentation,
    Maintenance,
    Other,
}

impl DraftGroup {
    const fn title(self) -> &'static str {
        match self {
            Self::Breaking => "Breaking changes",
            Self::Added => "Added",
            Self::Changed => "Changed",
            Self::Fixed => "Fixed",
            Self::Reverted => "Reverted",
            Self::Documentation => "Documentation",
            Self::Maintenance => "Maintenance",
            Self::Other => "Other commits",
        }
    }

    fn of(commit: &ConventionalCommit<'_>) -> Self {
        let kind = commit.type_();
        if commit.breaking() {
            Self::Breaking
        } else if kind == Type::FEAT {
            Self::Added
        } else if kind == Type::FIX {
            Self::Fixed
        } else if kind == Type::PERF || kind == Type::REFACTOR {
            Self::Changed
        } else if kind == Type::REVERT {
            Self::Reverted
        } else if kind == Type::DOCS {
            Self::Documentation
        } else {
            Self::Maintenance
        }
    }
}

/// Returns the text of a section, newest first, with groups at a level of headings. Merges have no entry, and a commit that a
/// later one reverts has none either, nor has that later one. `own` are messages that tminus itself commits with, and `rest` says
/// what was not read.
pub fn draft(commits: &[CommitWords], level: usize, (own, rest): (&[String], Option<&str>)) -> String {
    let mut gone = HashSet::new();
    let mut groups: BTreeMap<DraftGroup, Vec<String>> = BTreeMap::new();
    let (mut long, mut left_out) = (0, 0);
    for commit in commits {
        let reverts =
            reverted(&commit.message).and_then(|id| commits.iter().find(|other| other.id.as_str().starts_with(id)));
        if gone.contains(&commit.id) || commit.parents > 1 || own.contains(&subject(&commit.message).to_owned()) {
            continue;
        }
        // What the revert of a merge takes back are the commits that the merge brought: both are named then.
        if let Some(other) = reverts.filter(|other| other.parents < 2) {
            gone.insert(other.id.clone());
            continue;
        }
        let (group, entry) = entry(&commit.message);
        if long + entry.len() > LONGEST_BODY {
            left_out += 1;
            continue;
        }
        long += entry.len();
        groups.entry(group).or_default().push(entry);
    }
    if left_out > 0 {
        groups.entry(DraftGroup::Other).or_default().push(format!("{left_out} more"));
    }
    if let Some(rest) = rest {
        groups.entry(DraftGroup::Other).or_default().push(rest.to_owned());
    }
    let signs = "#".repeat(level);
    let group = |(group, entries): (DraftGroup, Vec<String>)| {
        let lines: String = entries.iter().map(|entry| format!("- {entry}\n")).collect();
        format!("{signs} {}\n\n{lines}", group.title())
    };
    groups.into_iter().map(group).collect::<Vec<_>>().join("\n")
}

fn subject(message: &str) -> &str {
    message.trim_start().lines().next().unwrap_or_default().trim()
}

fn entry(message: &str) -> (DraftGroup, String) {
    let conventional = ConventionalCommit::parse(message.trim()).ok();
    let Some(commit) = conventional.filter(|commit| TYPES.iter().any(|known| commit.type_() == *known)) else {
        let group =
            if message.trim_start().starts_with("Revert \"") { DraftGroup::Reverted } else { DraftGroup::Other };
        return (group, escaped(subject(message)));
    };
    let scope = commit.scope().map(|scope| format!("**{}:** ", escaped(scope.as_str()))).unwrap_or_default();
    let described = commit.breaking_description().filter(|says| *says != commit.description());
    let breaks = described.map(|says| format!(": {}", escaped(says))).unwrap_or_default();
    (DraftGroup::of(&commit), format!("{scope}{}{breaks}", escaped(commit.description())))
}

/// Returns the commit that a message says it reverts, as git writes it.
fn reverted(message: &str) -> Option<&str> {
    let (_, behind) = message.split_once("This reverts commit ")?;
    let id = behind.split(|c: char| !c.is_ascii_hexdigit()).next().unwrap_or_default();
    (7..=64).contains(&id.len()).then_some(id)
}

/// Returns one line of text that means to Markdown, and to what is built on it, no more than its letters.
fn escaped(text: &str) -> String {
    let line = clean::line(text.trim());
    let mut short: String = line.trim().chars().take(LONGEST_ENTRY).collect();
    if short.len() < line.trim().len() {
        short.push('…');
    }
    let parts: Vec<&str> = short.split('`').collect();
    let is_plain_code =
        |code: &&str| !code.is_empty() && code.chars().all(|c| c.is_alphanumeric() || " _-./:()=,+'\"#@".contains(c));
    // Between pairs of backticks stands code, where nothing is escaped.
    if parts.len() % 2 == 1 && parts.iter().skip(1).step_by(2).all(is_plain_code) {
        let part = |(at, part): (usize, &&str)| if at % 2 == 1 { format!("`{part}`") } else { letters(part, at == 0) };
        return parts.iter().enumerate().map(part).collect();
    }
    letters(&short, true)
}

fn letters(text: &str, is_first: bool) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    for (at, c) in text.char_indices() {
        let begins_a_block = is_first && at == 0 && matches!(c, '#' | '+' | '-' | '=' | '>' | ':' | '|');
        let is_number = is_first && digits > 0 && at == digits && matches!(c, '.' | ')');
        match c {
            '{' => escaped.push_str("&#123;"),
            '}' => escaped.push_str("&#125;"),
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '$' => escaped.extend(['\\', c]),
            _ if begins_a_block || is_number => escaped.extend(['\\', c]),
            _ => escaped.push(c),
        }
    }
    escaped
}
