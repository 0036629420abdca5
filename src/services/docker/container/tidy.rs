//! Taking back what is half done, so that what ran before an order serves again.

use super::super::health;
use super::act::{Act, Raise};
use super::scene::{Before, Standing};
use super::spec::Switch;
use super::target::ContainerTarget;
use super::voyage::Voyage;
use tminus_core::order::Order;
use tminus_core::ports::{FailureKind, PortError};

/// Takes back what an order did; nothing when it never looked at the engine.
pub(super) async fn tidy(target: &ContainerTarget, order: &Order) -> Result<(), PortError> {
    let Some(before) = target.book.read::<Before>(&order.id).await? else { return Ok(()) };
    let docker = target.ground.link.docker().await?;
    let (nobody, _) = tokio::sync::mpsc::channel(1);
    let voyage = Voyage::resume(target, (order, &nobody), docker, before)?;
    match voyage.way {
        Switch::Beside => voyage.return_name().await?,
        Switch::Handover | Switch::Alone => voyage.return_port().await?,
    }
    voyage.clear_up().await
}

impl Voyage<'_> {
    /// The old one runs; it gets its name while the new one still answers to it too.
    async fn return_name(&self) -> Result<(), PortError> {
        let scene = self.scene().await?;
        let Some(old) = self.there_still(scene.old)? else { return Ok(()) };
        self.start_again(&old).await?;
        if let Some(stage) = scene.stage.filter(|stage| stage.name == self.names.place) {
            self.well_again(&old).await?;
            Act::Rename(stage.name, self.names.both.clone()).make(&self.docker).await?;
        }
        self.rename_back(&old).await
    }

    /// The new one lets go of the ports before the old one takes them.
    async fn return_port(&self) -> Result<(), PortError> {
        let scene = self.scene().await?;
        let old = self.there_still(scene.old)?;
        if let Some(stage) = &scene.stage
            && stage.runs
        {
            Act::Stop(stage.name.clone()).make(&self.docker).await?;
        }
        let Some(old) = old else { return Ok(()) };
        self.start_again(&old).await?;
        if let Some(stage) = scene.stage.filter(|stage| stage.name == self.names.place) {
            self.leave(&stage).await?;
        }
        self.rename_back(&old).await
    }

    async fn clear_up(&self) -> Result<(), PortError> {
        let scene = self.scene().await?;
        for left in scene.candidate.iter().chain(&scene.stage) {
            if left.runs {
                Act::Stop(left.name.clone()).make(&self.docker).await?;
            }
            self.leave(left).await?;
        }
        Ok(())
    }

    /// What this order made goes; what was kept is kept again.
    async fn leave(&self, stage: &Standing) -> Result<(), PortError> {
        let Some(kept) = self.names.kept.as_ref().filter(|_| self.before.kept.as_ref() == Some(&stage.id)) else {
            return Act::Discard(stage.name.clone()).make(&self.docker).await;
        };
        if stage.raised {
            Act::Policy(stage.name.clone(), Raise::Never).make(&self.docker).await?;
        }
        if stage.name == *kept {
            return Ok(());
        }
        Act::Rename(stage.name.clone(), kept.clone()).make(&self.docker).await
    }

    async fn start_again(&self, old: &Standing) -> Result<(), PortError> {
        // One that is on its way out still runs: its end is awaited, or it would come after this.
        let is_ending = self.before.is_ending && old.runs;
        if is_ending {
            Act::Stop(old.name.clone()).make(&self.docker).await?;
        }
        if self.before.ran && (is_ending || !old.runs) {
            Act::Start(old.name.clone()).make(&self.docker).await?;
        }
        let is_changed = !old.raised || (old.always && !self.before.always);
        if self.before.raised && is_changed {
            Act::Policy(old.name.clone(), Raise::UnlessStopped).make(&self.docker).await?;
        }
        Ok(())
    }

    /// Returns what to bring back; refuses where somebody removed it, because then the new one is all that there is.
    fn there_still(&self, old: Option<Standing>) -> Result<Option<Standing>, PortError> {
        if old.is_none() && self.before.ran {
            let summary = format!("the one that was {} before was removed by somebody else", self.names.place);
            return Err(PortError::new(FailureKind::Rejected, summary).because("what there is was left as it is"));
        }
        Ok(old)
    }

    /// While the new one serves there is time; an old one that does not get well gets its name back all the same.
    async fn well_again(&self, old: &Standing) -> Result<(), PortError> {
        let waited =
            health::wait(&self.docker, (&old.id, &old.name), self.target.patience(), self.progress).await.map(drop);
        waited.or_else(|failure| if failure.kind == FailureKind::Unreachable { Err(failure) } else { Ok(()) })
    }

    async fn rename_back(&self, old: &Standing) -> Result<(), PortError> {
        if old.name == self.names.place {
            return Ok(());
        }
        Act::Rename(old.name.clone(), self.names.place.clone()).make(&self.docker).await
    }
}
