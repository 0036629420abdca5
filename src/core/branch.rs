//! How the release's branch stands.

use super::names::Commit;
use super::need::Unmet;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How a branch stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchState {
    /// The branch's name.
    pub branch: String,
    /// Its commit; absent when there is no such branch.
    pub commit: Option<Commit>,
    /// Commits that it has and the base has not.
    pub ahead: u64,
    /// Commits that the base has and it has not.
    pub behind: u64,
    /// Why neither can be told: then both are 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncounted: Option<String>,
    /// Whether the remote's copy is at the same commit; absent where there is no such remote.
    pub pushed: Option<bool>,
    /// The commit of the remote's copy, as it was last fetched or pushed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote: Option<Commit>,
    /// Commits that this copy has and the branch has not; absent where nobody can tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote_ahead: Option<u64>,
    /// The commit that the tag of the release points to, if it exists.
    pub tag: Option<Commit>,
    /// What that tag is: the same name at the same commit may be another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag_object: Option<TagObject>,
    /// Whether the checkout is at this commit and has no changes.
    pub checkout: Checkout,
    /// The first files in which the checkout differs from its own commit, at most [`BranchState::NAMED`], each with how.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<String>,
    /// Scripts that the plan's actions run, that lie in the checkout and that its commit does not hold: git ignores them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignored: Vec<String>,
    /// What the plan's commands need and what is not as it must be here: they cannot be started.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unmet: Vec<Unmet>,
    /// Why what the commands need could not be looked at, or not all of it; the rest of the state was seen all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unlooked: Option<String>,
    /// What raising the version files of its commit to the release's version comes to; absent where nobody looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bump: Option<BumpLook>,
    /// What writing the release's section of the changelog comes to; absent where nobody looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changelog: Option<ChangelogLook>,
    /// Why git does not move it now: what was begun on it and is not finished, locks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<String>,
    /// What in the checkout that has it is in no commit, and keeps it from being moved back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unsaved: Vec<String>,
    /// Why git takes no tag of the release's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_tag: Option<String>,
    /// What merging it back comes to, by the branch that it goes to; empty where nobody looked, or it goes nowhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merges: Vec<MergeLook>,
}

/// What merging a branch into another one comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeLook {
    /// The branch that it goes to.
    pub into: String,
    /// Where that stands; absent where there is none here.
    pub at: Option<Commit>,
    /// How many commits that one lacks; none that lacks no change, and absent where that cannot be told.
    pub missing: Option<u64>,
    /// Whether the remote's copy of that one has its commit.
    pub pushed: bool,
    /// Why git does not move that one now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<String>,
    /// Why it is not merged: conflicts, with the way out of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<String>,
}

/// What writing the section of a release into the changelog of a commit comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangelogLook {
    /// The line that the section will begin in, counted from 1.
    pub line: usize,
    /// Its heading, with [`crate::changelog::DAY`] where the day belongs.
    pub heading: String,
    /// What stands under `Unreleased`, and becomes the section.
    pub unreleased: String,
    /// What the commits since the last release say.
    pub drafted: String,
    /// The tag of that release; none where there is none.
    pub since: Option<String>,
    /// Why it is not done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<String>,
}

/// What raising the version files of a commit comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BumpLook {
    /// What changes; nothing where every file says the version.
    pub edits: Vec<VersionEdit>,
    /// Why it is not done, by file and line: then nothing is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<String>,
}

/// One value of a version file that a bump changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionEdit {
    /// The file.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What it says.
    pub from: String,
    /// What it will say.
    pub to: String,
}

/// Why commits cannot be counted.
pub const SHALLOW: &str = "the clone is shallow";

impl BranchState {
    /// How many changed files are told by name.
    pub const NAMED: usize = 3;
}

/// What a name of a repository stands for, which no other object of it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagObject {
    /// Its id: of an annotated tag its own, else that of the commit.
    pub id: String,
    /// The first line of an annotated tag's message; a name that only leads to a commit has none.
    pub subject: Option<String>,
}

/// How the checkout stands to the release's commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Checkout {
    /// At that commit, and clean: what runs here counts for it.
    Clean,
    /// At that commit, with changes in so many files.
    Dirty(u64),
    /// At another commit.
    Elsewhere(Option<Commit>),
}

/// Where a release would begin when nobody names a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BranchBase {
    /// The name that was found: `main`, or `origin/main` where there is no `main` here.
    pub name: String,
    /// Its commit.
    pub commit: Commit,
    /// The remote's copy of it as it was last fetched; absent where there is none, or it is what was found.
    pub remote: Option<RemoteCopy>,
    /// When the remote was last fetched, as far as git has written it down.
    pub fetched: Option<Timestamp>,
}

/// The remote's copy of a branch, against the branch here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteCopy {
    /// Its name: `origin/main`.
    pub name: String,
    /// Commits that it has and the branch here has not; absent where the history here is too short to tell.
    pub ahead: Option<u64>,
}

/// The files that changed between two commits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// Their paths from the root, at most [`Changes::MOST`].
    pub paths: Vec<String>,
    /// Whether there were more, or the commits have no common history: then everything counts as changed.
    pub everything: bool,
}

impl Changes {
    /// How many paths are told apart.
    pub const MOST: usize = 2_000;
}
