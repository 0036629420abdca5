//! Orders to a target, and what comes of them: order, ticket, receipt.

pub use super::call::Call;
use super::kinds::repository::{Direction, RepositoryAct};
use super::mask::SafeLine;
use super::names::{ActionId, ArtifactName, Commit, Digest, EnvName, OrderId, Version};
pub use super::observation::{Health, Observation, Place, Readiness};
use super::plan::EnvValue;
use super::time::Span;
use serde::{Deserialize, Serialize};

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

    /// Returns the call that a command of the plan is; none for any other order.
    pub fn command_calls(&self) -> Vec<Call> {
        let Self::Run { words, dir, .. } = self else { return Vec::new() };
        vec![Call::Process { words: words.clone(), dir: dir.clone() }]
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
