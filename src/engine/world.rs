//! The doors that the engine was given, by what stands behind them.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::mask::{Mask, SafeFailure};
use tminus_core::names::{ArtifactName, EnvName, LogName};
use tminus_core::order::{Call, Observation, Order, Readiness, Task};
use tminus_core::ports::{Clock, LogSource, OutputStore, Probe, Repository, Target};
use tminus_core::situation::CallsOf;
use tminus_core::telemetry::Container;

/// How long a look at a target, a branch or an order may take; it is the machine's own time, whatever the world's clock says.
pub(super) const LOOK: Duration = Duration::from_secs(15);

/// Everything outside that the engine may touch.
#[derive(Clone)]
pub struct World {
    /// What delivers each artifact to each environment.
    pub targets: HashMap<(EnvName, ArtifactName), Arc<dyn Target>>,
    /// What makes each artifact, and brings it to its registry.
    pub builders: HashMap<ArtifactName, Arc<dyn Target>>,
    /// Where the plan's own commands run.
    pub runner: Arc<dyn Target>,
    /// Where actions on the repository are done.
    pub acts: Arc<dyn Target>,
    /// What measures.
    pub probe: Arc<dyn Probe>,
    /// Where lines come from.
    pub logs: HashMap<LogName, Arc<dyn LogSource>>,
    /// The repository.
    pub repository: Arc<dyn Repository>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where all that a check printed is kept.
    pub outputs: Arc<dyn OutputStore>,
    /// The secrets that must not be shown or recorded.
    pub mask: Mask,
}

impl World {
    /// Returns the target of a task: the repository, that of an artifact, or the place where commands run.
    pub(super) fn target_of(
        &self,
        env: Option<&EnvName>,
        artifact: Option<&ArtifactName>,
        task: &Task,
    ) -> Result<Arc<dyn Target>, Failure> {
        match task {
            Task::Act { .. } => Ok(self.acts.clone()),
            Task::Provide { .. }
            | Task::Deliver { .. }
            | Task::Restore { .. }
            | Task::Run { .. }
            | Task::Build { .. } => self.target(env, artifact),
        }
    }

    /// Returns the target of an artifact, or the place where commands run.
    pub(super) fn target(
        &self,
        env: Option<&EnvName>,
        artifact: Option<&ArtifactName>,
    ) -> Result<Arc<dyn Target>, Failure> {
        let Some(artifact) = artifact else { return Ok(self.runner.clone()) };
        let (found, says) = match env {
            Some(env) => (
                self.targets.get(&(env.clone(), artifact.clone())),
                format!("nothing in this build delivers {artifact} to {env}"),
            ),
            None => (self.builders.get(artifact), format!("nothing here builds {artifact}")),
        };
        found.cloned().ok_or_else(|| Failure::new(FailureKind::Unavailable, says))
    }

    /// Makes a failure safe to record: no secret in any of its texts.
    pub(super) fn masked(&self, failure: Failure) -> SafeFailure {
        self.mask.failure(failure)
    }

    /// Makes an observation safe to record.
    pub(super) fn masked_seen(&self, seen: Observation) -> Observation {
        let safe = |text: &String| self.mask.line(text).into_string();
        let kept = seen.kept.iter().map(safe).collect();
        Observation { words: seen.words.as_ref().map(safe), kept, ..seen }
    }

    /// Makes a container safe to show.
    pub(super) fn masked_container(&self, container: Container) -> Container {
        let safe = |text: String| self.mask.line(&text).into_string();
        let ports = container.ports.into_iter().map(safe).collect();
        Container { words: safe(container.words), image: safe(container.image), ports, ..container }
    }

    /// Makes the answer whether a version can be brought somewhere safe to record.
    pub(super) fn masked_ready(&self, ready: Readiness) -> Readiness {
        let all = |texts: Vec<String>| texts.iter().map(|text| self.mask.line(text).into_string()).collect();
        Readiness {
            blockers: all(ready.blockers),
            deploy: all(ready.deploy),
            unknown: all(ready.unknown),
            once_replaced: all(ready.once_replaced),
            restore: all(ready.restore),
            keeps: all(ready.keeps),
            ..ready
        }
    }
}

impl CallsOf for World {
    fn calls_of(&self, artifact: Option<&ArtifactName>, order: &Order) -> Vec<Call> {
        self.target_of(order.env.as_ref(), artifact, &order.task).map(|target| target.calls(order)).unwrap_or_default()
    }
}

/// Waits for an answer of the world, but not for ever.
pub(super) async fn within<T>(
    limit: Duration,
    what: &str,
    ask: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let late = || Failure::new(FailureKind::Timeout, format!("{what} did not answer within {} s", limit.as_secs()));
    tokio::time::timeout(limit, ask).await.unwrap_or_else(|_| Err(late()))
}
