//! Reading files out of git's objects: several `git cat-file` side by side, each with a scanner of its own.

use super::mark::ValueMark;
use super::object::ObjectName;
use crate::git::{GitOutput, GitProgram};
use futures::future::try_join_all;
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead as _, Read as _};
use std::sync::Arc;
use tminus_core::ports::PortError;
use tminus_core::secret_scan::{ReadableText, SecretRules, SecretScanner};

/// How many programs read at once at most.
const MOST: usize = 4;

/// Below how many bytes one program reads all of it.
const SMALL: u64 = 4 << 20;

/// What reading a file came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum FileOutcome {
    /// It has no secret.
    Clean,
    /// It is no text.
    Binary,
    /// It is a pointer to what lies elsewhere, without a secret.
    Pointer,
    /// It has these.
    Found(Vec<FileHit>),
}

/// A secret in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FileHit {
    /// The rule, by its place among all.
    pub(super) rule: usize,
    /// The line, from 1.
    pub(super) line: u64,
    /// What tells its value from another.
    pub(super) mark: String,
}

/// What every reader goes by.
#[derive(Clone)]
pub(super) struct ReadBy {
    pub(super) rules: Arc<SecretRules>,
    pub(super) mark: Arc<ValueMark>,
}

impl ReadBy {
    /// Holds one file against the rules.
    pub(super) fn outcome(&self, scanner: &mut SecretScanner<'_>, bytes: &[u8]) -> FileOutcome {
        let read = ReadableText::of(bytes);
        let text: &[u8] = match &read {
            ReadableText::Text(text) => text,
            ReadableText::Pointer(text) => text,
            ReadableText::Binary => return FileOutcome::Binary,
        };
        let hit = |rule: usize, line: usize, value: &[u8]| FileHit {
            rule,
            line: line as u64,
            mark: self.mark.of(self.rules.id(rule), value),
        };
        let found = scanner.find(text);
        match (found.is_empty(), &read) {
            (false, _) => {
                FileOutcome::Found(found.into_iter().map(|one| hit(one.rule, one.line, &text[one.span])).collect())
            }
            (true, ReadableText::Pointer(_)) => FileOutcome::Pointer,
            (true, ReadableText::Text(_) | ReadableText::Binary) => FileOutcome::Clean,
        }
    }
}

/// Returns the size of each object that is a file; nothing for a folder.
pub(super) async fn sizes(git: &GitProgram, names: &[ObjectName]) -> Result<Vec<Option<u64>>, PortError> {
    let words = ["cat-file", "--batch-check=%(objecttype) %(objectsize)", "--buffer"].map(str::to_owned);
    let share = names.len().div_ceil(readers()).max(1_000);
    let asked = names.chunks(share).map(|names| git.stream(&words, list(names), sizes_in));
    Ok(try_join_all(asked).await?.concat())
}

fn sizes_in(out: &mut GitOutput) -> io::Result<Vec<Option<u64>>> {
    out.lines().map(|line| size_of(&line?)).collect()
}

/// Reads `blob 12`; another kind of object has no size that counts.
fn size_of(line: &str) -> io::Result<Option<u64>> {
    let unread = || io::Error::new(io::ErrorKind::InvalidData, "git no longer has an object that it listed");
    match line.split_once(' ').ok_or_else(unread)? {
        ("blob", size) => size.parse().map(Some).map_err(|_| unread()),
        ("tree" | "commit" | "tag", _) => Ok(None),
        _ => Err(unread()),
    }
}

/// Reads files, and returns what each came to, in their order.
pub(super) async fn read(
    git: &GitProgram,
    by: &ReadBy,
    files: &[(ObjectName, u64)],
) -> Result<Vec<FileOutcome>, PortError> {
    let words = ["cat-file", "--batch", "--buffer"].map(str::to_owned);
    let asked = shares(files).into_iter().map(|share| {
        let (by, count) = (by.clone(), share.len());
        let names: Vec<ObjectName> = share.iter().map(|(name, _)| *name).collect();
        git.stream(&words, list(&names), move |out| {
            let mut scanner = SecretScanner::new(&by.rules);
            let mut bytes = Vec::new();
            (0..count).map(|_| Ok(by.outcome(&mut scanner, next(out, &mut bytes)?))).collect::<io::Result<Vec<_>>>()
        })
    });
    Ok(try_join_all(asked).await?.concat())
}

/// Reads the next object of `git cat-file --batch`.
fn next<'b>(out: &mut GitOutput, bytes: &'b mut Vec<u8>) -> io::Result<&'b [u8]> {
    let unread = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why.to_owned());
    bytes.clear();
    out.read_until(b'\n', bytes)?;
    let head = String::from_utf8_lossy(bytes).trim_end().to_owned();
    let mut words = head.split(' ').skip(1);
    let (Some("blob"), Some(Ok(size))) = (words.next(), words.next().map(str::parse::<u64>)) else {
        return Err(unread("git no longer has a file that it listed"));
    };
    bytes.clear();
    // The end of the line behind it belongs to it.
    let read = out.take(size + 1).read_to_end(bytes)?;
    if read as u64 != size + 1 {
        return Err(unread("a file ended before its end"));
    }
    bytes.pop();
    Ok(bytes)
}

fn list(names: &[ObjectName]) -> Vec<u8> {
    names.iter().flat_map(|name| format!("{name}\n").into_bytes()).collect()
}

fn readers() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(MOST)
}

/// Parts files into shares of about the same size. Neighbours stay together: git keeps one version as its difference from
/// another, and those that it has read are at hand.
fn shares(files: &[(ObjectName, u64)]) -> Vec<&[(ObjectName, u64)]> {
    let whole: u64 = files.iter().map(|(_, size)| size).sum();
    let share = (whole / readers() as u64).max(SMALL);
    let mut shares = Vec::new();
    let (mut start, mut held) = (0, 0);
    for (at, (_, size)) in files.iter().enumerate() {
        held += size;
        if held > share {
            shares.push(&files[start..=at]);
            (start, held) = (at + 1, 0);
        }
    }
    if start < files.len() {
        shares.push(&files[start..]);
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_hold_every_file_once_and_in_order() {
        let name = ObjectName::of(&[7; 20]).unwrap();
        let files: Vec<(ObjectName, u64)> = (0..100).map(|at| (name, at * 200_000)).collect();
        let shares = shares(&files);
        assert!(shares.len() <= readers() + 1, "{}", shares.len());
        assert_eq!(shares.concat(), files);
        assert_eq!(super::shares(&[]), Vec::<&[(ObjectName, u64)]>::new());
    }

    #[test]
    fn a_line_of_git_that_is_no_object_is_a_failure_and_no_clean_file() {
        assert_eq!(size_of("blob 12").unwrap(), Some(12));
        assert_eq!(size_of("tree 12").unwrap(), None);
        assert!(size_of("0123 missing").is_err() && size_of("").is_err() && size_of("blob x").is_err());
    }
}
