//! What a target says of itself: what runs there, how it is, and whether a version could be brought.

use super::names::{ActionId, Digest, Version};
use super::time::Span;
use super::verdict::Verdict;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// What a target says that it runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// The version, where it can be known.
    pub version: Option<Version>,
    /// The digest or build number.
    pub digest: Option<Digest>,
    /// How it is.
    pub health: Health,
    /// How it is in the service's own words: `in review`, `on sale`, `2 of 3 replicas`.
    pub words: Option<String>,
    /// Since when this version runs there.
    pub since: Option<Timestamp>,
    /// What answers requests, where that is not the version that was asked for there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serves: Option<Version>,
    /// The action whose label it carries.
    pub action: Option<ActionId>,
    /// What is kept there for a rollback, and why: `container backend.0.9.4: the rollback target 0.9.4`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<String>,
}

impl Observation {
    /// Returns what a target says that only says how it is.
    pub const fn of(health: Health) -> Self {
        Self {
            version: None,
            digest: None,
            health,
            words: None,
            since: None,
            serves: None,
            action: None,
            kept: Vec::new(),
        }
    }
}

/// How a target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Health {
    /// It says that it is well.
    Healthy,
    /// On its way; not known to be well yet.
    Starting,
    /// It says that it is not well.
    Unhealthy,
    /// It is there and does not run.
    Stopped,
    /// Nothing was ever delivered there.
    Absent,
    /// Waits for somebody else: a review.
    Waiting,
    /// The service says something that tminus does not know.
    Unknown,
}

impl Health {
    /// Returns what it says about whether all is well there; one that nobody knows says nothing.
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::Healthy => Verdict::Pass,
            Self::Unhealthy | Self::Stopped | Self::Absent => Verdict::Fail,
            Self::Starting | Self::Waiting => Verdict::Pending,
            Self::Unknown => Verdict::NoData,
        }
    }

    /// Returns the word that stands beside the sign.
    pub const fn word(self) -> &'static str {
        self.into_str()
    }
}

/// Whether a version can be brought to a target now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Readiness {
    /// The version asked about.
    pub version: Version,
    /// What it is known by for good, where any place knows it.
    pub digest: Option<Digest>,
    /// What else of this version is held there: it was brought under the same name before the name moved on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<Digest>,
    /// The places that could hold the artifact, and whether they do.
    pub places: Vec<Place>,
    /// Why it cannot be done, empty when it can.
    pub blockers: Vec<String>,
    /// Why it cannot be deployed, though it could be brought back with what it served with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deploy: Vec<String>,
    /// What could not be found out, and must be known before it is done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
    /// Why it could not be brought back once another version has taken its place: `the registry lost it`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub once_replaced: Vec<String>,
    /// Why it could not be brought back as it served, though its image could: what it served with cannot be used now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restore: Vec<String>,
    /// What going there will not undo: `2 migrations`, `1 setting`.
    pub keeps: Vec<String>,
    /// About how long it takes.
    pub takes: Option<Span>,
}

/// One place that could hold an artifact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// `registry`, `host`, `cluster`, `TestFlight`.
    pub name: String,
    /// Whether it holds it; absent when that could not be found out.
    pub has: Option<bool>,
}

impl Readiness {
    /// Returns what is known of a version before anything was asked.
    pub const fn of(version: Version) -> Self {
        Self {
            version,
            digest: None,
            held: Vec::new(),
            places: Vec::new(),
            blockers: Vec::new(),
            deploy: Vec::new(),
            unknown: Vec::new(),
            once_replaced: Vec::new(),
            restore: Vec::new(),
            keeps: Vec::new(),
            takes: None,
        }
    }

    /// Says whether exactly this could be brought: what the version is known by now, or what else of it is held.
    pub fn has(&self, digest: &Digest) -> bool {
        self.digest.as_ref().is_none_or(|known| known == digest) || self.held.contains(digest)
    }

    /// Says whether nothing stands in the way, and nothing is left to find out.
    pub fn is_ready(&self) -> bool {
        self.blockers.is_empty() && self.unknown.is_empty()
    }
}
