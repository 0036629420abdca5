//! The git repository that is being released.

use super::PortError;
use crate::branch::{BranchBase, BranchState, BumpLook, ChangelogLook, Changes, MergeLook};
use crate::branch_log::BranchLog;
use crate::names::{Commit, Version};
use crate::plan::{Template, VersionFile};
use async_trait::async_trait;
use jiff::Timestamp;
use tokio::sync::mpsc::Sender;

/// The repository. It only reads; what changes it is an order to a [`super::Target`].
#[async_trait]
pub trait Repository: Send + Sync {
    /// Returns how a branch stands against its base, with the tag it would get.
    async fn branch(&self, branch: &str, base: &str, tag: &str) -> Result<BranchState, PortError>;

    /// Returns the commits around a branch.
    async fn log(&self, ask: &LogAsk) -> Result<BranchLog, PortError>;

    /// Reports each move that a look at the repository would see, and one at the start, until the receiver is gone. Moves that
    /// happen before a report is received are part of that report.
    ///
    /// # Errors
    /// `Unavailable` with the reason where nothing tells: then looks at intervals must do.
    async fn watch(&self, moved: Sender<()>) -> Result<(), PortError>;

    /// Returns what raising the version files of a commit to a version comes to.
    async fn bump(&self, at: &Commit, ask: &BumpAsk) -> Result<BumpLook, PortError>;

    /// Returns what writing a release's section into the changelog of a commit comes to.
    async fn changelog(&self, at: &Commit, ask: &ChangelogAsk) -> Result<ChangelogLook, PortError>;

    /// Returns what merging a release's branch into another one comes to, without touching anything.
    async fn merge_back(&self, ask: &MergeAsk) -> Result<MergeLook, PortError>;

    /// Returns the commit that a name points to, if there is one.
    async fn resolve(&self, name: &str) -> Result<Option<Commit>, PortError>;

    /// Says whether a commit has another one in its history, or is it.
    async fn contains(&self, commit: &Commit, other: &Commit) -> Result<bool, PortError>;

    /// Returns the files that changed between two commits.
    async fn changes(&self, from: &Commit, to: &Commit) -> Result<Changes, PortError>;

    /// Returns every tag with the moment of its commit, newest first.
    async fn tags(&self) -> Result<Vec<(String, Timestamp)>, PortError>;

    /// Returns where the base of a release stands: its branch here, or the remote's copy where there is none here.
    async fn base(&self, name: &str) -> Result<Option<BranchBase>, PortError>;

    /// Says why a branch could not be created and checked out, without touching anything: `Conflict` with each reason.
    async fn try_branch(&self, branch: &str, at: &Commit) -> Result<(), PortError>;
}

/// Which commits are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogAsk {
    /// The branch.
    pub branch: String,
    /// Its base.
    pub base: String,
    /// The tag of the release, which is behind none of its own commits.
    pub tag: String,
    /// The tag of the release before it; where that is absent, or leads nowhere, the nearest tag behind the branch counts.
    pub previous: Option<String>,
}

/// Which branch is to be merged into which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeAsk {
    /// The release's branch.
    pub branch: String,
    /// Where that stands, or stood when it was last seen.
    pub at: Commit,
    /// The branch that it goes to.
    pub into: String,
}

/// Which files are to say which version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BumpAsk {
    /// The files, by their paths from the plan.
    pub places: Vec<VersionFile>,
    /// The version.
    pub version: Version,
    /// The tag that the version gets, which means it too.
    pub tag: String,
}

/// Which changelog is to have the section of which version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangelogAsk {
    /// The file, by its path from the plan.
    pub file: String,
    /// The version.
    pub version: Version,
    /// The plan's pattern of tags, by which the last release is found.
    pub tags: Template,
}
