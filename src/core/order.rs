//! Orders to a target, and what comes of them: order, ticket, receipt.

pub use super::call::Call;
use super::kinds::repository::{Direction, RepositoryAct};
use super::mask::SafeLine;
use super::names::{ActionId, ArtifactName, Commit, Digest, EnvName, OrderId, Version};
use super::plan::EnvValue;
use super::time::Span;
use super::verdict::Verdict;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// Something that a port is told to do to the world. Begun at most once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// Known before it begins, so that it can be found after a crash.
    pub id: OrderId,
    /// The action that it belongs to; left on the target as a label.
    pub action: ActionId,
    /// Where; absent for a build, which belongs to no environment.
    pub env: Option<EnvName>,
    /// What.
    pub task: Task,
}

/// What an order asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Task {
    /// Bring an artifact's image to where it is going to run, and change nothing else there.
    Provide {
        /// The artifact.
        artifact: ArtifactName,
        /// What shall be there.
        to: Delivered,
    },
    /// Bring an artifact to an environment.
    Deliver {
        /// The artifact.
        artifact: ArtifactName,
        /// What is there now, as the preview showed it.
        from: Option<Delivered>,
        /// What shall be there.
        to: Delivered,
    },
    /// Bring a version back that was there before.
    Restore {
        /// The artifact.
        artifact: ArtifactName,
        /// What is there now, as the preview showed it.
        from: Option<Delivered>,
        /// What shall be there again: named, never "one back".
        to: Delivered,
    },
    /// Run a command of the plan that belongs to a deploy.
    Run {
        /// The words, placeholders filled.
        words: Vec<String>,
        /// Where it runs, from the root of the repository.
        dir: Option<String>,
        /// Variables that it gets.
        env: Vec<(String, EnvValue)>,
        /// How long it may take.
        timeout: Option<Span>,
    },
    /// Make an artifact of a commit, or bring it to its registry: one stage of it.
    Build {
        /// The artifact.
        artifact: ArtifactName,
        /// The version that it will be.
        version: Version,
        /// What it is made of.
        commit: Commit,
        /// Which stage.
        stage: BuildStage,
        /// The build arguments, filled; those of the plan as they stand in orders of earlier builds.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        args: Vec<(String, String)>,
    },
    /// Act on the repository, or take that back.
    Act {
        /// The action.
        act: RepositoryAct,
        /// Which of the two.
        direction: Direction,
    },
}

impl Task {
    /// Returns what it moves: from, if anything is there, and to; `None` for one that delivers nothing.
    pub const fn moved(&self) -> Option<(Option<&Delivered>, &Delivered)> {
        match self {
            Self::Deliver { from, to, .. } | Self::Restore { from, to, .. } => Some((from.as_ref(), to)),
            Self::Provide { .. } | Self::Run { .. } | Self::Build { .. } | Self::Act { .. } => None,
        }
    }

    /// Returns what runs there once it is done; `None` for one that delivers nothing.
    pub fn brings(&self) -> Option<&Delivered> {
        self.moved().map(|(_, to)| to)
    }
}

/// The stages of a build, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BuildStage {
    /// The registry takes the credentials: asked first, so that nobody builds for nothing.
    LogIn,
    /// The image is built.
    Build,
    /// Its size, layers, user and labels are read, and held against the plan.
    Inspect,
    /// It gets its name.
    Tag,
    /// It is brought to the registry.
    Push,
    /// The registry's digest is compared with the one that was pushed.
    Compare,
}

/// A version of an artifact, by what it is known by for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered {
    /// The version.
    pub version: Version,
    /// The digest or build number, where it is known.
    pub digest: Option<Digest>,
}

impl std::fmt::Display for Delivered {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.digest {
            Some(digest) => write!(out, "{} ({})", self.version, digest.short()),
            None => write!(out, "{}", self.version),
        }
    }
}

/// An order in flight: enough to follow it after a restart. What is in it is the adapter's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ticket {
    /// The order.
    pub order: OrderId,
    /// What the adapter needs to find it again: a process id with its start, a rollout's generation.
    pub reference: serde_json::Value,
}

/// An order that is done: enough to undo it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    /// The order.
    pub order: OrderId,
    /// What is there now, for an order that delivers.
    pub delivered: Option<Delivered>,
    /// What was done, in one sentence.
    pub summary: String,
    /// The object that it left under its name in the repository, for one that acts there: only that one is taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<String>,
}

/// How far an order has come; lossy, for the screen. As it comes from outside it is a `Progress<String>`, and nothing of that
/// may be shown, kept or sent on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Progress<T = SafeLine> {
    /// So much of so much is done.
    Share {
        /// Done.
        done: u64,
        /// Of.
        total: u64,
        /// What is counted: `pulling layers`, `replicas`.
        of: String,
    },
    /// A line of output.
    Line(T),
}

impl Progress {
    /// Writes a share as one says it: `12.4 of 40.0 MB pushed`, `3 of 7 layers`.
    ///
    /// A share whose unit is `bytes` is written in megabytes of 1,000,000 bytes.
    pub fn amount(done: u64, total: u64, of: &str) -> String {
        match of.strip_prefix("bytes") {
            Some(rest) => format!("{:.1} of {:.1} MB{rest}", done as f64 / 1e6, total as f64 / 1e6),
            None => format!("{done} of {total} {of}"),
        }
    }
}

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
