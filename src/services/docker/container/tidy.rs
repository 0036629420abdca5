//! Taking back what is half done, so that what ran before an order serves again.

use super::super::health;
use super::act::{ContainerAct, Restart};
use super::order_containers::{ContainerBefore, ContainerState};
use super::rollout::ContainerRollout;
use super::spec::Switch;
use super::target::ContainerTarget;
use tminus_core::order::Order;
use tminus_core::ports::{FailureKind, PortError};

/// Takes back what an order did; nothing when it never looked at the engine.
pub(super) async fn tidy(target: &ContainerTarget, order: &Order) -> Result<(), PortError> {
    let Some(before) = target.book.read::<ContainerBefore>(&order.id).await? else { return Ok(()) };
    let docker = target.deps.link.docker().await?;
    let (nobody, _) = tokio::sync::mpsc::channel(1);
    let rollout = ContainerRollout::resume(target, (order, &nobody), docker, before)?;
    match rollout.way {
        Switch::Beside => rollout.return_name().await?,
        Switch::Handover | Switch::Alone => rollout.return_port().await?,
    }
    rollout.clear_up().await
}

impl ContainerRollout<'_> {
    /// The old one runs; it gets its name while the new one still answers to it too.
    async fn return_name(&self) -> Result<(), PortError> {
        let containers = self.containers().await?;
        let Some(old) = self.there_still(containers.old)? else { return Ok(()) };
        self.start_again(&old).await?;
        if let Some(successor) = containers.successor.filter(|successor| successor.name == self.names.place) {
            self.well_again(&old).await?;
            ContainerAct::Rename(successor.name, self.names.both.clone()).make(&self.docker).await?;
        }
        self.rename_back(&old).await
    }

    /// The new one lets go of the ports before the old one takes them.
    async fn return_port(&self) -> Result<(), PortError> {
        let containers = self.containers().await?;
        let old = self.there_still(containers.old)?;
        if let Some(successor) = &containers.successor
            && successor.runs
        {
            ContainerAct::Stop(successor.name.clone()).make(&self.docker).await?;
        }
        let Some(old) = old else { return Ok(()) };
        self.start_again(&old).await?;
        if let Some(successor) = containers.successor.filter(|successor| successor.name == self.names.place) {
            self.leave(&successor).await?;
        }
        self.rename_back(&old).await
    }

    async fn clear_up(&self) -> Result<(), PortError> {
        let containers = self.containers().await?;
        for left in containers.candidate.iter().chain(&containers.successor) {
            if left.runs {
                ContainerAct::Stop(left.name.clone()).make(&self.docker).await?;
            }
            self.leave(left).await?;
        }
        Ok(())
    }

    /// What this order made goes; what was kept is kept again.
    async fn leave(&self, successor: &ContainerState) -> Result<(), PortError> {
        let Some(kept) = self.names.kept.as_ref().filter(|_| self.before.kept.as_ref() == Some(&successor.id)) else {
            return ContainerAct::Discard(successor.name.clone()).make(&self.docker).await;
        };
        if successor.raised {
            ContainerAct::Policy(successor.name.clone(), Restart::Never).make(&self.docker).await?;
        }
        if successor.name == *kept {
            return Ok(());
        }
        ContainerAct::Rename(successor.name.clone(), kept.clone()).make(&self.docker).await
    }

    async fn start_again(&self, old: &ContainerState) -> Result<(), PortError> {
        // One that is on its way out still runs: its end is awaited, or it would come after this.
        let is_ending = self.before.is_ending && old.runs;
        if is_ending {
            ContainerAct::Stop(old.name.clone()).make(&self.docker).await?;
        }
        if self.before.ran && (is_ending || !old.runs) {
            ContainerAct::Start(old.name.clone()).make(&self.docker).await?;
        }
        let is_changed = !old.raised || (old.always && !self.before.always);
        if self.before.raised && is_changed {
            ContainerAct::Policy(old.name.clone(), Restart::UnlessStopped).make(&self.docker).await?;
        }
        Ok(())
    }

    /// Returns what to bring back; refuses where somebody removed it, because then the new one is all that there is.
    fn there_still(&self, old: Option<ContainerState>) -> Result<Option<ContainerState>, PortError> {
        if old.is_none() && self.before.ran {
            let summary = format!("the one that was {} before was removed by somebody else", self.names.place);
            return Err(PortError::new(FailureKind::Rejected, summary).because("what there is was left as it is"));
        }
        Ok(old)
    }

    /// While the new one serves there is time; an old one that does not get well gets its name back all the same.
    async fn well_again(&self, old: &ContainerState) -> Result<(), PortError> {
        let waited =
            health::wait(&self.docker, (&old.id, &old.name), self.target.patience(), self.progress).await.map(drop);
        waited.or_else(|failure| if failure.kind == FailureKind::Unreachable { Err(failure) } else { Ok(()) })
    }

    async fn rename_back(&self, old: &ContainerState) -> Result<(), PortError> {
        if old.name == self.names.place {
            return Ok(());
        }
        ContainerAct::Rename(old.name.clone(), self.names.place.clone()).make(&self.docker).await
    }
}
