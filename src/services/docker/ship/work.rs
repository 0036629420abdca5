//! One stage of a build, driven: how long it may take, and when a registry that does not answer is given up.

use super::build::LIMIT;
use super::builder::ImageBuilder;
use crate::docker::drive::Drive;
use async_trait::async_trait;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tminus_core::names::{Commit, Version};
use tminus_core::order::{BuildStage, Delivered, Order, Receipt, Task};
use tminus_core::ports::{FailureKind, PortError, ProgressSender};
use tminus_core::time::brief;

/// How often a push may break off in the middle.
const BROKEN: usize = 5;

/// How long a registry or an engine is waited for where there is nothing to do but ask.
pub(super) const ASK: Duration = Duration::from_secs(30);

/// One stage, driven.
pub(super) struct StageWork<'a> {
    pub(super) builder: &'a ImageBuilder,
    pub(super) limit: Duration,
    pub(super) away: Mutex<RegistryAway>,
}

impl StageWork<'_> {
    /// An engine that is away is waited for as long as the stage may take; a registry only as long as [`ASK`].
    async fn judged(&self, begun: Instant, failure: PortError) -> PortError {
        let is_registry = failure.kind == FailureKind::Unreachable && self.is_engine_there().await;
        let mut away = self.away.lock().unwrap_or_else(PoisonError::into_inner);
        if is_registry && away.is_over(begun, Instant::now()) {
            let summary = format!("no registry answers after {}", brief(ASK));
            let told = PortError::new(FailureKind::Rejected, summary).because(failure.summary);
            return failure.causes.into_iter().fold(told, PortError::because);
        }
        failure
    }

    async fn is_engine_there(&self) -> bool {
        match self.builder.deps.link.docker().await {
            Ok(docker) => docker.ping().await.is_ok(),
            Err(_) => false,
        }
    }
}

/// Since when a registry does not answer, by the tries that failed.
#[derive(Default)]
pub(super) struct RegistryAway {
    since: Option<Instant>,
    /// How many tries failed late: something was sent, and then it broke off.
    broken: usize,
}

impl RegistryAway {
    /// Takes a try that failed, and says whether it was the last. A long one was answered for a while.
    fn is_over(&mut self, begun: Instant, now: Instant) -> bool {
        if now.duration_since(begun) >= ASK {
            self.broken += 1;
            self.since = Some(now);
        }
        let since = *self.since.get_or_insert(begun);
        now.duration_since(since) >= ASK || self.broken >= BROKEN
    }
}

#[async_trait]
impl Drive for StageWork<'_> {
    async fn drive(&self, order: &Order, progress: &ProgressSender) -> Result<Receipt, PortError> {
        let (version, commit, stage) = asked(order)?;
        let begun = Instant::now();
        let done = match self.builder.stage(order, (version, commit, stage), progress).await {
            Err(failure) if stage == BuildStage::Push => Err(self.judged(begun, failure).await),
            done => done,
        };
        let (summary, digest) = done?;
        let delivered = digest.map(|digest| Delivered { version: version.clone(), digest: Some(digest) });
        Ok(Receipt { order: order.id.clone(), delivered, summary, left: None })
    }

    /// Half a build is the engine's own cache, half a push are layers that no tag names: nothing to take back.
    async fn tidy(&self, _order: &Order) -> Result<(), PortError> {
        Ok(())
    }

    fn limit(&self) -> Duration {
        self.limit
    }
}

pub(super) fn asked(order: &Order) -> Result<(&Version, &Commit, BuildStage), PortError> {
    match &order.task {
        Task::Build { version, commit, stage, .. } => Ok((version, commit, *stage)),
        Task::Provide { .. } | Task::Deliver { .. } | Task::Restore { .. } | Task::Run { .. } | Task::Act { .. } => {
            Err(PortError::new(FailureKind::Rejected, "a builder only builds"))
        }
    }
}

pub(super) const fn limit(stage: BuildStage) -> Duration {
    match stage {
        BuildStage::Build | BuildStage::Push => LIMIT,
        BuildStage::LogIn | BuildStage::Inspect | BuildStage::Tag | BuildStage::Compare => ASK,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registry_is_waited_for_half_a_minute_and_a_push_that_breaks_off_goes_on() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut away = RegistryAway::default();
        assert!(!away.is_over(at(0), at(1)));
        assert!(!away.is_over(at(20), at(21)));
        assert!(away.is_over(at(29), at(30)));
        let mut away = RegistryAway::default();
        for broken in 1..BROKEN as u64 {
            assert!(!away.is_over(at(100 * broken), at(100 * broken + 90)), "it was sending until then");
        }
        assert!(away.is_over(at(1_000), at(1_100)));
    }
}
