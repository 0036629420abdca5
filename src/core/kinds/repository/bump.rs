//! `bump`: every version file of the plan says the release's version, as one commit on the release's branch. Nothing is pushed.

use super::kind::{ActInput, ActNames, ActWords, BuildAct, Direction, KindOfAct, OwnCommit, RefMark, RefTip};
use crate::branch::{BranchState, BumpLook, TagObject, VersionEdit};
use crate::call::Call;
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
            key: "release.bump",
            help: "Preview the commit that raises the version files to the release's version.",
        },
        back: ActWords {
            verb: "unbump",
            doing: "undoing the bump",
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

impl KindOfAct for BumpAct {
    fn title(&self, direction: Direction) -> String {
        match direction {
            Direction::Forward => format!("Raise {} to {} on {}", self.files(), self.version, self.branch),
            Direction::Back => format!("Move {} back to {}", self.branch, self.parent.short()),
        }
    }

    /// No command line: git is asked several times, in a checkout of its own, and the branch moves last.
    fn calls(&self, direction: Direction) -> Vec<Call> {
        let request = |line: String| Call::Request { service: "git".to_owned(), line, body: None };
        if direction == Direction::Back {
            return vec![request(format!("move {} back to {}", self.branch, self.parent.short()))];
        }
        let edit =
            |VersionEdit { file, line, from, to }: &VersionEdit| request(format!("{file}:{line}: {from} -> {to}"));
        let commit = format!("commit --message={:?} on {}", self.message(), self.branch);
        self.edits.iter().map(edit).chain([request(commit)]).collect()
    }

    fn undo(&self, direction: Direction) -> String {
        match direction {
            Direction::Forward => {
                format!("`--undo`, while {} ends with it and nothing else has it; then `git revert`", self.branch)
            }
            Direction::Back => "bumping again".to_owned(),
        }
    }

    fn obstacle(&self, direction: Direction, state: &BranchState) -> Option<String> {
        match direction {
            Direction::Forward if self.places.is_empty() => Some("[release] names no `versions`".to_owned()),
            Direction::Forward if !self.refused.is_empty() => Some(self.refused.join("; ")),
            Direction::Forward if self.edits.is_empty() => {
                Some(format!("already done: every version file says {}", self.version))
            }
            Direction::Forward => None,
            Direction::Back => self.own().is_kept_on(self.is_foreign(), (&self.tag, state)),
        }
    }

    /// Files that say the version say nothing of who wrote it there.
    fn is_done(&self, _: &BranchState) -> bool {
        false
    }

    fn mark(&self) -> RefMark {
        let commit = self.made.as_ref().unwrap_or(&self.parent).clone();
        RefMark { name: format!("refs/heads/{}", self.branch), commit }
    }

    /// Its commit exists before the branch moves to it, and is written down.
    fn is_asked_for(&self, tip: &RefTip) -> bool {
        self.made.as_ref() == Some(&tip.commit)
    }

    fn begins_at(&self) -> Option<&Commit> {
        Some(&self.parent)
    }

    fn own_commit(&self) -> Option<OwnCommit> {
        Some(self.own())
    }

    fn cannot_stop(&self) -> Option<&'static str> {
        Some("git commits in one go, and the branch moves last")
    }

    fn keeps(&self, _: &TagObject) -> Option<String> {
        self.made.is_none().then(|| self.is_foreign())
    }

    fn done(&self, direction: Direction) -> String {
        match direction {
            Direction::Forward => format!("raised {} to {}", self.files(), self.version),
            Direction::Back => format!("moved {} back to {}", self.branch, self.parent.short()),
        }
    }
}

impl BumpAct {
    fn own(&self) -> OwnCommit {
        let (branch, parent, made) = (self.branch.clone(), self.parent.clone(), self.made.clone());
        OwnCommit { branch, parent, message: self.message(), made }
    }

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

    fn is_foreign(&self) -> String {
        format!("tminus did not bump {}, so it does not undo that: `git revert` undoes a commit", self.version)
    }
}
