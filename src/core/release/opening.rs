//! A release as a whole: opened, scheduled, its branch moving, closed.

use crate::branch::{BranchState, Changes};
use crate::failure::Failure;
use crate::names::{Commit, Version};
use crate::who::Who;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A version on its way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenRelease {
    /// The version.
    pub version: Version,
    /// The version before it.
    pub previous: Option<Version>,
    /// The tag that it mends, of a hotfix; none of a release from its base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hotfix_of: Option<String>,
    /// Its branch.
    pub branch: String,
    /// The commit that it stands at, as last seen.
    pub commit: Commit,
    /// The commit that it was opened at.
    pub first: Commit,
    /// When it was opened.
    pub opened: Timestamp,
    /// By whom.
    pub by: Who,
    /// T-0, once it is set.
    pub zero: Option<Timestamp>,
    /// How the branch stood when it was last seen to change.
    pub state: Option<BranchState>,
    /// Since when the branch cannot be read, and why.
    pub lost: Option<(Timestamp, Failure)>,
    /// Each move of the branch, oldest first.
    pub moves: Vec<BranchMove>,
    /// The milestones that a person called done, by their titles.
    #[serde(default)]
    pub reached: BTreeMap<String, Reached>,
    /// How it ended.
    pub closed: Option<Closing>,
}

/// The branch went to another commit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BranchMove {
    /// The commit that it went to.
    pub to: Commit,
    /// The files that changed.
    pub changes: Changes,
    /// When it was seen.
    pub at: Timestamp,
}

/// A milestone that a person called done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reached {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Who,
    /// What was written.
    pub note: String,
}

/// The end of a release.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Closing {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Who,
    /// What was written.
    pub note: String,
    /// What was not merged back, and why it was closed all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unmerged: Option<String>,
}

impl Closing {
    /// Returns what was written, behind a colon each; nothing where nothing was.
    pub fn words(&self) -> String {
        let note = Some(self.note.as_str()).filter(|note| !note.is_empty());
        note.into_iter().chain(self.unmerged.as_deref()).map(|text| format!(": {text}")).collect()
    }
}

impl OpenRelease {
    /// Returns the version as it is told from the others that are open: `1.0.1 (hotfix of v1.0.0)`.
    pub fn name(&self) -> String {
        match &self.hotfix_of {
            Some(tag) => format!("{} (hotfix of {tag})", self.version),
            None => self.version.to_string(),
        }
    }

    pub(super) fn see(&mut self, state: &BranchState, changes: Option<&Changes>, at: Timestamp) {
        self.lost = None;
        if let Some(commit) = &state.commit {
            if *commit != self.commit {
                // A move that came without its list of files makes everything stale, which is the safe side.
                let everything = || Changes { paths: Vec::new(), everything: true };
                let changes = changes.cloned().unwrap_or_else(everything);
                self.moves.push(BranchMove { to: commit.clone(), changes, at });
            }
            self.commit = commit.clone();
        }
        self.state = Some(state.clone());
    }

    /// Returns the moves of the branch since it stood at a commit; `None` when it never stood there.
    pub fn moves_since(&self, commit: &Commit) -> Option<&[BranchMove]> {
        if self.commit == *commit {
            return Some(&[]);
        }
        match self.moves.iter().rposition(|m| m.to == *commit) {
            Some(at) => Some(&self.moves[at + 1..]),
            // No move leads to the commit that the release was opened at.
            None if self.first == *commit => Some(&self.moves),
            None => None,
        }
    }
}
