//! What a target was seen to run.

use crate::mask::SafeFailure;
use crate::names::{ArtifactName, EnvName};
use crate::order::{Observation, Readiness};
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

/// What a target was seen to run; recorded when it changes, and only then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str, prefix = "target.")]
pub enum TargetFact {
    /// It runs this.
    Observed {
        /// The environment.
        env: EnvName,
        /// The artifact.
        artifact: ArtifactName,
        /// What was seen.
        observation: Observation,
    },
    /// It cannot be seen.
    Lost {
        /// The environment.
        env: EnvName,
        /// The artifact.
        artifact: ArtifactName,
        /// Why.
        failure: SafeFailure,
    },
    /// Whether a version can be brought there.
    Ready {
        /// The environment.
        env: EnvName,
        /// The artifact.
        artifact: ArtifactName,
        /// For which version, and whether.
        readiness: Readiness,
    },
}
