//! People decided about a gate.

use crate::definition::Definition;
use crate::names::{ActionId, ArtifactName, Commit, EnvName, Version};
use crate::order::Delivered;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

/// People decided about a gate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str, prefix = "gate.")]
pub enum GateFact {
    /// A proposal was approved.
    Approved {
        /// The proposal.
        action: ActionId,
        /// What was written.
        note: String,
        /// Whether the plan let a second approval of one system user count.
        #[serde(default)]
        same_user: bool,
    },
    /// The approvals of a proposal count no longer.
    Lapsed {
        /// The proposal.
        action: ActionId,
        /// Why.
        reason: String,
    },
    /// A gate goes on without something.
    Waived {
        /// The release.
        release: Version,
        /// The environment whose gate it is.
        env: EnvName,
        /// What it goes on without: a check's name, `after:ENV`, `bad:VERSION` or `rollback:ARTIFACT`.
        item: String,
        /// Why.
        reason: String,
        /// The commit that it was decided on; another commit ends it.
        commit: Option<Commit>,
        /// What it asked then; another question ends it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        definition: Option<Definition>,
    },
    /// What an action of another journal left on a target is taken on: a person looked, and goes on from there.
    Adopted {
        /// The environment.
        env: EnvName,
        /// The action whose label the target carries.
        action: ActionId,
        /// Why.
        reason: String,
    },
    /// What somebody else brought is taken for a version of the release: a person looked, and says so.
    AdoptedVersion {
        /// The environment.
        env: EnvName,
        /// The artifact.
        artifact: ArtifactName,
        /// What runs there.
        delivered: Delivered,
        /// The commit of its release at that moment; absent where it belongs to no release.
        commit: Option<Commit>,
        /// Why.
        reason: String,
    },
    /// A version is not to be deployed again.
    MarkedBad {
        /// The version.
        version: Version,
        /// The environment that it was rolled back in.
        env: EnvName,
        /// Why.
        reason: String,
    },
}
