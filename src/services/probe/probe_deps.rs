//! What the probes stand on.

use crate::connects::ConnectedService;
use crate::docker::Link;
use crate::git::GitRepository;
use crate::github::WorkflowSource;
use crate::http::Http;
use crate::registry::Image;
use crate::secrets::Secrets;
use crate::worktree::Worktree;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tminus_core::names::{ArtifactName, ConnectName, LogName};
use tminus_core::plan::{Check, ReleaseRules};
use tminus_core::ports::{Clock, LogSource, MetricSource};

/// Everything that the probes stand on.
#[derive(Clone)]
pub struct ProbeDeps {
    /// The folder that paths of the plan count from.
    pub root: PathBuf,
    /// The project's private folder, for what may be remembered.
    pub state: PathBuf,
    /// The repository there.
    pub repository: Arc<GitRepository>,
    /// tminus's own checkout, for `in = "worktree"`.
    pub worktree: Worktree,
    /// `[release]`: the version files and the changelog.
    pub rules: ReleaseRules,
    /// The HTTP client.
    pub http: Http,
    /// Secrets and trust; its mask goes over everything that is handed on.
    pub secrets: Arc<Secrets>,
    /// The clock that waiting goes by.
    pub clock: Arc<dyn Clock>,
    /// The images, and the engine that is asked about them.
    pub stock: Stock,
    /// The log sources that this build can read.
    pub logs: HashMap<LogName, Arc<dyn LogSource>>,
    /// The services that this build can ask whether they let tminus in.
    pub services: HashMap<ConnectName, Arc<dyn ConnectedService>>,
    /// The services that this build can ask for numbers.
    pub metrics: HashMap<ConnectName, Arc<dyn MetricSource>>,
    /// The services that this build can ask for the runs of a workflow.
    pub workflows: HashMap<ConnectName, Arc<dyn WorkflowSource>>,
}

/// The images of a plan, and the engine that is asked about them.
#[derive(Clone)]
pub struct Stock {
    /// The artifacts that are images.
    pub images: HashMap<ArtifactName, Image>,
    /// The engine.
    pub link: Link,
}

/// Returns how long one run of a check may take: as the plan says, else as its kind usually takes.
pub(crate) fn limit(check: &Check) -> Duration {
    check.timeout.unwrap_or(check.way.usual_limit()).duration()
}
