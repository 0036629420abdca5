//! What a scan for secrets came to. No value is in it.

use crate::notation::counted;
use serde::{Deserialize, Serialize};

/// What a scan came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretsReading {
    /// What was read, in words: `the history since v1.0.0`.
    pub scope: String,
    /// How many commits it is.
    pub commits: u64,
    /// How many different files they hold.
    pub files: u64,
    /// How many of those were read before, and are remembered.
    pub remembered: u64,
    /// How many tracked files of the checkout hold something else than their commit, and were read too.
    pub uncommitted: u64,
    /// What was left out.
    pub left_out: UnreadFiles,
    /// Why something that was asked for was not read.
    pub gaps: Vec<String>,
    /// How many secrets were found, those that may stay left out.
    pub found: u64,
    /// The first of them.
    pub listed: Vec<FoundSecret>,
    /// How many were found that may stay.
    pub allowed: u64,
    /// The entries of `allow` that match nothing.
    pub idle: Vec<String>,
}

impl SecretsReading {
    /// Names the entries of `allow` that match nothing, if there are any.
    pub fn idle_words(&self) -> Option<String> {
        (!self.idle.is_empty()).then(|| format!("`allow` matches nothing for {}", self.idle.join(", ")))
    }
}

/// Files that are not read as others are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadFiles {
    /// Those that are no text.
    pub binary: u64,
    /// Those that are too large.
    pub large: u64,
    /// Those that git-lfs keeps elsewhere: only the pointer was read.
    pub pointers: u64,
    /// Submodules of the release's commit.
    pub submodules: u64,
}

impl UnreadFiles {
    /// Says what was not read, if anything.
    pub fn words(&self) -> Option<String> {
        let Self { binary, large, pointers, submodules } = *self;
        let mut unread = Vec::new();
        let mut add = |count: u64, noun: &str, rest: &str| {
            unread.extend((count > 0).then(|| format!("{}{rest}", counted(count, noun))));
        };
        add(binary, "binary file", "");
        add(large, "file", " over max-size");
        add(pointers, "file", " that git-lfs keeps elsewhere");
        add(submodules, "submodule", "");
        (!unread.is_empty()).then(|| format!("not read: {}", unread.join(", ")))
    }
}

/// One secret: where, never what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundSecret {
    /// The rule.
    pub rule: String,
    /// The file, from the top of the repository.
    pub path: String,
    /// The line, from 1.
    pub line: u64,
    /// The commit that brought it, shortened; absent for what is in no commit.
    pub commit: Option<String>,
    /// Who made that commit.
    pub author: Option<String>,
}

impl std::fmt::Display for FoundSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} in {}, line {}", self.rule, self.path, self.line)?;
        match (&self.commit, &self.author) {
            (Some(commit), Some(author)) => write!(f, " ({commit}, {author})"),
            (Some(commit), None) => write!(f, " ({commit})"),
            (None, _) => write!(f, " (not committed)"),
        }
    }
}
