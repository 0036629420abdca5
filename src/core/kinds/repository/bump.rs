//! `bump`: every version file of the plan says the release's version, as one commit on the release's branch. Nothing is pushed.

use super::kind::{ActInput, ActNames, ActWords, BuildAct, OwnCommit};
use super::own_commit::MakesCommit;
use crate::branch::{BranchState, BumpLook, VersionEdit};
use crate::names::{Commit, Version};
use crate::plan::{Placeholder, UnknownPlaceholder, VersionFile};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A bump. What was previewed is part of it, and nothing else is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BumpAct {
    /// The branch that the commit is made on.
    pub branch: String,
    /// The commit that it is made on top of.
    pub parent: Commit,
    /// The version that the files are raised to.
    pub version: Version,
    /// Its tag, which a file may say in place of the version.
    pub tag: String,
    /// The files, by their paths from the plan.
    pub places: Vec<VersionFile>,
    /// What changes in them.
    pub edits: Vec<VersionEdit>,
    /// Why it is not done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<String>,
    /// The commit that was made, once it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made: Option<Commit>,
}

impl BuildAct for BumpAct {
    const NAMES: ActNames = ActNames {
        about: "Raise every version file of the plan to the release's version in one commit, or undo that; nothing is pushed",
        edit: None,
        forward: ActWords {
            verb: "bump",
            doing: "bumping",
            would: "raise the version files to",
            key: "release.bump",
            help: "Preview the commit that raises the version files to the release's version.",
        },
        back: ActWords {
            verb: "unbump",
            doing: "undoing the bump",
            would: "take back the version files of",
            key: "release.unbump",
            help: "Preview how the commit that raised the version files is undone.",
        },
    };

    fn of(input: &ActInput<'_>) -> Result<Self, UnknownPlaceholder> {
        let values = BTreeMap::from([(Placeholder::Version, input.version.to_string())]);
        let made = input.left.map(Commit::new);
        let seen = input.state.filter(|state| state.commit.as_ref() == Some(input.commit));
        let unseen =
            || BumpLook { edits: Vec::new(), refused: vec!["the version files were not looked at yet".to_owned()] };
        let look = seen.and_then(|state| state.bump.clone()).unwrap_or_else(unseen);
        let BumpLook { edits, refused } = if made.is_some() { BumpLook::default() } else { look };
        Ok(Self {
            branch: input.branch.to_owned(),
            parent: input.before.unwrap_or(input.commit).clone(),
            version: input.version.clone(),
            tag: input.rules.tag.fill(&values)?,
            places: input.rules.versions.clone(),
            edits,
            refused,
            made,
        })
    }
}

impl MakesCommit for BumpAct {
    const AGAIN: &'static str = "bumping again";

    fn own(&self) -> OwnCommit {
        let (branch, parent, made) = (self.branch.clone(), self.parent.clone(), self.made.clone());
        OwnCommit { branch, parent, message: self.message(), revert: "git revert", made }
    }

    fn is_foreign(&self) -> String {
        format!("tminus did not bump {}, so it does not undo that: `git revert` undoes a commit", self.version)
    }

    fn title(&self) -> String {
        format!("Raise {} to {} on {}", self.files(), self.version, self.branch)
    }

    fn lines(&self) -> Vec<String> {
        let edit = |VersionEdit { file, line, from, to }: &VersionEdit| format!("{file}:{line}: {from} -> {to}");
        let commit = format!("commit --message={:?} on {}", self.message(), self.branch);
        self.edits.iter().map(edit).chain([commit]).collect()
    }

    fn obstacle(&self) -> Option<String> {
        if self.places.is_empty() {
            return Some("[release] names no `versions`".to_owned());
        }
        if !self.refused.is_empty() {
            return Some(self.refused.join("; "));
        }
        self.edits.is_empty().then(|| format!("already done: every version file says {}", self.version))
    }

    fn kept(&self, state: &BranchState) -> Option<String> {
        self.own().is_kept_on(self.is_foreign(), (&self.tag, state))
    }

    fn done(&self) -> String {
        format!("raised {} to {}", self.files(), self.version)
    }
}

impl BumpAct {
    /// Returns what the commit of a version says.
    pub fn message_of(version: &Version) -> String {
        format!("Version {version}")
    }

    fn message(&self) -> String {
        Self::message_of(&self.version)
    }

    fn files(&self) -> String {
        let files: BTreeSet<&str> = self.edits.iter().map(|edit| edit.file.as_str()).collect();
        match files.len() {
            0 => "no file".to_owned(),
            1..=3 => files.into_iter().collect::<Vec<_>>().join(", "),
            many => format!("{many} files"),
        }
    }
}
