//! The commits around a release's branch, as its page shows them.
//!
//! No decision rests on them, and git can list them again at any moment. They are published as telemetry, and no fact holds them.

use super::names::Commit;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What surrounds a branch: the commits of the release, those that it and its base lack, and the remote's copy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchLog {
    /// The tag that the release comes after; absent where there is none, and then all commits are new.
    pub since: Option<String>,
    /// The commits since that tag.
    pub new: CommitList,
    /// The commits that the branch has and its base has not.
    pub ahead: CommitList,
    /// The commits that the base has and the branch has not.
    pub behind: CommitList,
    /// How the branch stands to the remote's copy; absent where there is no remote.
    pub remote: Option<RemoteGap>,
    /// What is unusual about this clone and its checkouts.
    pub notes: Vec<CheckoutNote>,
    /// Why none of this could be read.
    pub unread: Option<String>,
}

/// Some commits, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitList {
    /// How many there are, counted up to [`CommitList::COUNTED`].
    pub total: u64,
    /// Whether there are more than were counted.
    pub is_more: bool,
    /// The newest ones.
    pub first: Vec<LoggedCommit>,
    /// How many there are of each conventional type, the most frequent first; what names none is `other`.
    pub kinds: Vec<(String, u64)>,
    /// How many are from whom, the busiest first, at most [`CommitList::NAMED`].
    pub authors: Vec<(String, u64)>,
    /// How many more authors there are.
    pub more_authors: u64,
}

/// One commit of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedCommit {
    /// The commit.
    pub commit: Commit,
    /// When it was made.
    pub at: Timestamp,
    /// Its author.
    pub author: String,
    /// The first line of its message.
    pub subject: String,
}

/// How a branch stands to the remote's copy of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteGap {
    /// The copy's name: `origin/release/1.0.0`.
    pub name: String,
    /// Commits that were not pushed, and commits that the copy has and the branch has not.
    pub apart: RemoteApart,
}

/// How far a branch and its copy are apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RemoteApart {
    /// The remote was not seen to have it.
    NoCopy,
    /// There is no branch here, only the copy.
    OnlyCopy,
    /// So many commits are only here, and so many only there.
    By(u64, u64),
    /// The history here ends before the two meet.
    Unknown,
}

/// What is unusual about a clone or its checkout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CheckoutNote {
    /// No branch is checked out.
    Detached,
    /// The release's branch is checked out in another worktree.
    OtherWorktree(String),
    /// The history here does not go back to its beginning.
    Shallow,
    /// The repository reports no moves, with the reason: it is looked at only at intervals.
    Unwatched(String),
    /// Git was left in the middle of something: `a rebase`.
    InProgress(String),
}

impl CommitList {
    /// How many commits since the last release are listed.
    pub const SHOWN: usize = 200;
    /// How many commits of each other list are listed.
    pub const FEW: usize = 20;
    /// How many are counted.
    pub const COUNTED: usize = 10_000;
    /// How many authors, and how many types, are named.
    pub const NAMED: usize = 6;

    /// Makes a list of all commits that were read, newest first, of which the first few are kept. One more than
    /// [`CommitList::COUNTED`] stands for all that were not read.
    pub fn of(mut commits: Vec<LoggedCommit>, kept: usize) -> Self {
        let is_more = commits.len() > Self::COUNTED;
        commits.truncate(Self::COUNTED);
        let kinds = frequent(commits.iter().map(|one| conventional_type(&one.subject).unwrap_or(OTHER)));
        let mut authors = frequent(commits.iter().map(|one| one.author.as_str()));
        let more_authors = authors.len().saturating_sub(Self::NAMED) as u64;
        authors.truncate(Self::NAMED);
        let total = commits.len() as u64;
        commits.truncate(kept);
        Self { total, is_more, first: commits, kinds: with_others(kinds), authors, more_authors }
    }

    /// Returns how many commits are counted and not listed.
    pub fn left_out(&self) -> u64 {
        self.total.saturating_sub(self.first.len() as u64)
    }
}

/// What a commit without a conventional type is counted as.
const OTHER: &str = "other";

/// Counts how often each text is there, the most frequent first.
fn frequent<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<(String, u64)> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    texts.for_each(|text| *counts.entry(text).or_default() += 1);
    let mut counts: Vec<(String, u64)> = counts.into_iter().map(|(text, count)| (text.to_owned(), count)).collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

/// Counts rare types with what has none, which comes last.
fn with_others(kinds: Vec<(String, u64)>) -> Vec<(String, u64)> {
    let (others, mut named): (Vec<_>, Vec<_>) = kinds.into_iter().partition(|(kind, _)| kind == OTHER);
    let rare = named.split_off(named.len().min(CommitList::NAMED));
    let count: u64 = others.iter().chain(&rare).map(|(_, count)| count).sum();
    named.extend((count > 0).then(|| (OTHER.to_owned(), count)));
    named
}

/// The types of Conventional Commits in use; another word before a colon is the area of a change.
const TYPES: [&str; 11] =
    ["build", "chore", "ci", "docs", "feat", "fix", "perf", "refactor", "revert", "style", "test"];

/// Returns the conventional type that a subject begins with: `feat` of `feat(voice)!: listens`.
pub fn conventional_type(subject: &str) -> Option<&str> {
    let (before, after) = subject.split_once(':')?;
    let before = before.strip_suffix('!').unwrap_or(before);
    let (kind, scope) = before.split_once('(').map_or((before, None), |(kind, scope)| (kind, Some(scope)));
    let is_closed = scope.is_none_or(|scope| scope.len() > 1 && scope.find(')') == Some(scope.len() - 1));
    (TYPES.contains(&kind) && is_closed && after.starts_with(' ')).then_some(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_read_only_where_a_subject_begins_with_one() {
        assert_eq!(conventional_type("feat(voice)!: listens"), Some("feat"));
        assert_eq!(conventional_type("fix: a page"), Some("fix"));
        assert_eq!(conventional_type("docs(a b): a page"), Some("docs"));
        for none in [
            "Fix: a page",
            "fix : x",
            "fix:x",
            "fix(: x",
            "fix(): x",
            "fix(a)b: x",
            "app: a page",
            "Merge x",
            "https://x",
        ] {
            assert_eq!(conventional_type(none), None, "{none}");
        }
    }

    #[test]
    fn rare_types_are_counted_with_what_has_none_and_that_comes_last() {
        let kinds = ["feat", "fix", "docs", "test", "perf", "build", "chore"];
        let subjects = kinds.iter().enumerate().flat_map(|(at, kind)| vec![format!("{kind}: x"); 9 - at]);
        let commit = |subject| LoggedCommit {
            commit: Commit::new("a"),
            at: Timestamp::UNIX_EPOCH,
            author: "Dana".to_owned(),
            subject,
        };
        let mut commits: Vec<_> = subjects.map(commit).collect();
        commits.extend(std::iter::repeat_with(|| commit("no type".to_owned())).take(50));
        let list = CommitList::of(commits, 5);
        assert_eq!(list.kinds.first(), Some(&("feat".to_owned(), 9)));
        assert_eq!(list.kinds.last(), Some(&("other".to_owned(), 53)), "chore is rare");
        assert_eq!((list.first.len(), list.total, list.left_out()), (5, 92, 87));
        assert_eq!(list.authors, [("Dana".to_owned(), 92)]);
    }

    #[test]
    fn what_was_not_read_is_said_and_is_counted_nowhere() {
        let one = || LoggedCommit {
            commit: Commit::new("a"),
            at: Timestamp::UNIX_EPOCH,
            author: "Dana".to_owned(),
            subject: "x".to_owned(),
        };
        let all: Vec<_> = std::iter::repeat_with(one).take(CommitList::COUNTED + 1).collect();
        let list = CommitList::of(all, CommitList::SHOWN);
        assert_eq!((list.total, list.is_more), (CommitList::COUNTED as u64, true));
    }
}
