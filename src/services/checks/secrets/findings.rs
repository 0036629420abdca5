//! From places in files to what a person reads: each secret once, by the commit that brought it, without those that may stay.

use super::object::ObjectName;
use crate::git::GitProgram;
use regex::Regex;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use tminus_core::kinds::check::{AllowedSecret, FoundSecret};
use tminus_core::mask::Mask;
use tminus_core::names::Commit;
use tminus_core::ports::PortError;
use tminus_core::secret_scan::{SecretRules, SecretScanner};
use tminus_core::situation::path_pattern;

/// How many secrets are listed.
pub(super) const LISTED: usize = 40;

/// How long a path or a name may be that is shown, in characters.
const SHOWN: usize = 120;

/// Where a secret stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SecretPlace {
    /// The rule, by its place among all.
    pub(super) rule: usize,
    pub(super) path: Vec<u8>,
    pub(super) line: u64,
    /// What tells its value from another.
    pub(super) mark: String,
    /// The commit that brought it; absent for what is in no commit.
    pub(super) commit: Option<String>,
    /// The file that holds it, where git has it.
    pub(super) file: Option<String>,
}

/// What may stay.
pub(super) struct AllowList<'a> {
    entries: Vec<(&'a AllowedSecret, Option<Regex>)>,
}

impl<'a> AllowList<'a> {
    pub(super) fn new(entries: &'a [AllowedSecret]) -> Self {
        Self { entries: entries.iter().map(|entry| (entry, path_pattern(&entry.path))).collect() }
    }

    /// Returns the entries that let a rule's finding in a file stay, by their places.
    fn allows(&self, rule: &str, path: &[u8]) -> impl Iterator<Item = usize> {
        let path = String::from_utf8_lossy(path);
        let is_of = |(entry, pattern): &(&AllowedSecret, Option<Regex>)| {
            entry.rule == rule && pattern.as_ref().is_some_and(|pattern| pattern.is_match(&path))
        };
        let of: Vec<usize> =
            self.entries.iter().enumerate().filter(|(_, entry)| is_of(entry)).map(|(at, _)| at).collect();
        of.into_iter()
    }

    /// Says whether a rule's finding in a file may stay.
    pub(super) fn has(&self, rule: &str, path: &[u8]) -> bool {
        self.allows(rule, path).next().is_some()
    }
}

/// What is told of the places.
pub(super) struct ToldFindings {
    pub(super) found: u64,
    pub(super) listed: Vec<SecretPlace>,
    pub(super) allowed: u64,
    pub(super) idle: Vec<String>,
}

/// Tells each secret of each file once, the oldest commit first, and leaves out those that may stay.
pub(super) fn told(places: &[SecretPlace], rules: &SecretRules, allow: &AllowList<'_>) -> ToldFindings {
    let mut seen: BTreeMap<(usize, &[u8], &str), ()> = BTreeMap::new();
    let mut told = ToldFindings { found: 0, listed: Vec::new(), allowed: 0, idle: Vec::new() };
    let mut used = vec![false; allow.entries.len()];
    for place in places {
        if seen.insert((place.rule, &place.path, &place.mark), ()).is_some() {
            continue;
        }
        let mut by = allow.allows(rules.id(place.rule), &place.path).peekable();
        if by.peek().is_some() {
            by.for_each(|entry| used[entry] = true);
            told.allowed += 1;
            continue;
        }
        told.found += 1;
        if told.listed.len() < LISTED {
            told.listed.push(place.clone());
        }
    }
    let idle = allow.entries.iter().zip(&used).filter(|(_, used)| !**used);
    told.idle = idle.map(|((entry, _), _)| format!("{} in {}", entry.rule, entry.path)).collect();
    told
}

/// Finds who made the commits of what is listed, and puts all of it into words that hold no secret.
pub(super) async fn listed(
    git: &GitProgram,
    places: &[SecretPlace],
    (rules, mask): (&SecretRules, &Mask),
) -> Result<Vec<FoundSecret>, PortError> {
    let mut words: Vec<String> =
        ["log", "--no-walk=unsorted", "-z", "--encoding=UTF-8", "--format=%H %an"].map(str::to_owned).into();
    words.extend(places.iter().filter_map(|place| place.commit.clone()));
    let mut authors: HashMap<String, String> = HashMap::new();
    if places.iter().any(|place| place.commit.is_some()) {
        let out = git.stream(&words, Vec::new(), |out| {
            let mut text = Vec::new();
            std::io::Read::read_to_end(out, &mut text)?;
            Ok(String::from_utf8_lossy(&text).into_owned())
        });
        let pairs = out.await?;
        let pairs = pairs.split('\0').filter_map(|line| line.trim().split_once(' '));
        authors.extend(pairs.map(|(commit, author)| (commit.to_owned(), author.to_owned())));
    }
    let mut scanner = SecretScanner::new(rules);
    let mut plain = |text: &str| mask.apply(&without_secrets(&mut scanner, text));
    let shown = |place: &SecretPlace| {
        let commit = place.commit.as_ref().map(|commit| Commit::new(commit.clone()).short().to_owned());
        let author = place.commit.as_ref().and_then(|commit| authors.get(commit));
        FoundSecret {
            rule: rules.id(place.rule).to_owned(),
            path: plain(&String::from_utf8_lossy(&place.path)),
            line: place.line,
            commit,
            author: author.map(|author| plain(author)),
        }
    };
    Ok(places.iter().map(shown).collect())
}

/// Hides what looks like a secret in a path or a name, and cuts what is long.
fn without_secrets(scanner: &mut SecretScanner<'_>, text: &str) -> String {
    let mut shown = text.to_owned();
    for found in scanner.find(text.as_bytes()).into_iter().rev() {
        match shown.get(found.span.clone()) {
            Some(_) => shown.replace_range(found.span, "•••"),
            None => return "•••".to_owned(),
        }
    }
    match shown.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &shown[..at]),
        None => shown,
    }
}

/// A path under which the history holds a file.
pub(super) struct FileCopy {
    pub(super) file: String,
    pub(super) path: Vec<u8>,
    /// The commit that first put it there.
    pub(super) commit: String,
}

/// Finds every path under which the history holds files that may stay where they were listed: a copy may not.
pub(super) async fn copies(
    git: &GitProgram,
    range: &[String],
    files: &[ObjectName],
) -> Result<Vec<FileCopy>, PortError> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let fixed = ["log", "--format=%x00%H", "--raw", "--no-abbrev", "-z", "--no-renames", "-m", "--root"];
    let mut words: Vec<String> = fixed.map(str::to_owned).into();
    words.extend(files.iter().map(|file| format!("--find-object={file}")));
    words.extend(range.iter().cloned());
    let out = git.stream(&words, Vec::new(), |out| {
        let mut text = Vec::new();
        std::io::Read::read_to_end(out, &mut text)?;
        Ok(text)
    });
    Ok(copies_in(&out.await?, files))
}

/// Reads `COMMIT`, then for each file `:100644 100644 BEFORE NOW M` and its path, all with a zero byte behind.
fn copies_in(out: &[u8], files: &[ObjectName]) -> Vec<FileCopy> {
    let mut found: BTreeMap<(ObjectName, Vec<u8>), String> = BTreeMap::new();
    let mut commit = String::new();
    let mut fields = out.split(|byte| *byte == 0);
    while let Some(field) = fields.next() {
        let text = String::from_utf8_lossy(field);
        let Some(about) = text.trim_start_matches('\n').strip_prefix(':') else {
            if ObjectName::parse(field).is_some() {
                commit = text.into_owned();
            }
            continue;
        };
        let path = fields.next().unwrap_or_default();
        let now = about.split(' ').nth(3).and_then(|name| ObjectName::parse(name.as_bytes()));
        if let Some(now) = now.filter(|now| files.contains(now)) {
            // The newest comes first, so the oldest stays.
            found.insert((now, path.to_vec()), commit.clone());
        }
    }
    let copy =
        |((file, path), commit): ((ObjectName, Vec<u8>), String)| FileCopy { file: file.to_string(), path, commit };
    found.into_iter().map(copy).collect()
}

/// Makes the places of what a file came to.
pub(super) fn places(
    hits: Vec<super::blobs::FileHit>,
    path: &[u8],
    commit: Option<String>,
    file: Option<String>,
) -> Vec<SecretPlace> {
    let place = |hit: super::blobs::FileHit| SecretPlace {
        rule: hit.rule,
        path: path.to_vec(),
        line: hit.line,
        mark: hit.mark,
        commit: commit.clone(),
        file: file.clone(),
    };
    hits.into_iter().map(place).collect()
}
