//! The plan came into force; a release, or its branch, changed.

use crate::branch::{BranchState, Changes};
use crate::mask::SafeFailure;
use crate::names::{Commit, Version};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

/// The plan was read, and is not the one known before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str, prefix = "plan.")]
pub enum PlanFact {
    /// From now on this plan counts.
    Adopted {
        /// The SHA-256 of the file.
        hash: String,
        /// The unified diff against the plan before; absent for the first.
        diff: Option<String>,
        /// The whole file, so that the next diff has something to stand on.
        text: String,
        /// What the change loosened, in words: it lapses the approvals given.
        loosened: Vec<String>,
    },
}

/// A release was opened, scheduled, moved, closed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str, prefix = "release.")]
pub enum ReleaseFact {
    /// A version is on its way.
    Opened {
        /// The version.
        version: Version,
        /// Its branch.
        branch: String,
        /// The commit that it stood at.
        commit: Commit,
        /// The version before it, where there is one.
        previous: Option<Version>,
        /// The tag that it mends, of a hotfix.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hotfix_of: Option<String>,
    },
    /// T-0 was set.
    Scheduled {
        /// The version.
        version: Version,
        /// T-0.
        zero: Timestamp,
    },
    /// The branch, its tag or the checkout was seen to stand otherwise than before.
    Branch {
        /// The version.
        version: Version,
        /// How it stands now.
        state: Box<BranchState>,
        /// The files that changed since the commit before; absent when the commit is the same.
        changes: Option<Changes>,
    },
    /// The branch could not be read.
    BranchLost {
        /// The version.
        version: Version,
        /// Why.
        failure: SafeFailure,
    },
    /// The release is over.
    Closed {
        /// The version.
        version: Version,
        /// What was written.
        note: String,
        /// What was not merged back, and why it was closed all the same; nothing where all of it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unmerged: Option<String>,
    },
    /// A person says that a milestone of the plan was reached.
    Reached {
        /// The version.
        version: Version,
        /// Its title.
        milestone: String,
        /// What was written.
        note: String,
    },
    /// A release that was closed is on its way again.
    Reopened {
        /// The version.
        version: Version,
    },
    /// The release is as if it had never been opened, because its branch could not be created.
    Withdrawn {
        /// The version.
        version: Version,
        /// Why.
        why: String,
    },
}
