//! The work of an order: it looks before each act, so that it can be interrupted anywhere and be driven on.

use super::calls::ComposeScript;
use super::candidate::{drop_candidate, is_of};
use super::delivery_folder::ComposeBefore;
use super::rollout::ComposeRollout;
use super::settled::Settled;
use super::target::ComposeTarget;
use super::{beside, containers, interrupted_recreate, pin};
use crate::docker::drive::Drive;
use crate::docker::labels;
use crate::docker::look::SeenContainer;
use crate::docker::{health, pull};
use async_trait::async_trait;
use bollard::Docker;
use std::time::Duration;
use tminus_core::order::{Health, Order, Receipt, Task};
use tminus_core::ports::{FailureKind, PortError, ProgressSender};

/// How long the old version may take to be well again.
const BACK: Duration = Duration::from_secs(60);

/// The record of what was there.
const BEFORE: &str = "before.json";

#[async_trait]
impl Drive for ComposeTarget {
    async fn drive(&self, order: &Order, progress: &ProgressSender) -> Result<Receipt, PortError> {
        if let Task::Provide { to, .. } = &order.task {
            let (docker, reference) = (self.link.docker().await?, self.reference(to)?);
            return pull::provide(&docker, &self.compose.image, (order, &reference), progress).await;
        }
        // A Compose that outlived its tminus still changes what would be looked at.
        drop(self.runner.turn().await?);
        let Some(to) = order.task.brings() else {
            return Err(PortError::new(FailureKind::Rejected, "this is no order for a compose service"));
        };
        let docker = self.link.docker().await?;
        let settled = self.settle_for(order).await?;
        settled.require_set(&self.compose)?;
        interrupted_recreate::mend(&docker, &settled).await?;
        let before = before(self, &docker, (order, &settled)).await?;
        ComposeRollout { target: self, docker, settled, before, order, to, progress }.run().await
    }

    async fn tidy(&self, order: &Order) -> Result<(), PortError> {
        if let Task::Provide { .. } = order.task {
            return Ok(());
        }
        drop(self.runner.turn().await?);
        let docker = self.link.docker().await?;
        let settled = self.settle_for(order).await?;
        let Some(before) = recorded(self, order).await else {
            // Nothing was touched before that was written.
            return Ok(());
        };
        interrupted_recreate::mend(&docker, &settled).await?;
        let found = containers::of_project(&docker, &settled.names.project, Some(&settled.names.service)).await?;
        // Compose ends the old one before the new one is there: ended in between, it leaves nothing that runs.
        let is_gone = before.image.is_some() && (found.is_empty() || (before.ran && !runs(&found)));
        let is_touched = is_gone || found.iter().any(|one| is_of(one, order));
        if is_touched {
            put_back(self, &docker, (order, &settled, &before)).await?;
        }
        drop_candidate(&docker, &settled).await
    }

    fn limit(&self) -> Duration {
        self.compose.limit()
    }
}

fn runs(found: &[SeenContainer]) -> bool {
    found.iter().any(|one| one.since.is_some())
}

async fn recorded(target: &ComposeTarget, order: &Order) -> Option<ComposeBefore> {
    target.folder.read::<ComposeBefore>(BEFORE).await.filter(|before| before.order == order.id)
}

/// Returns what was there when the order began; taken down once, before anything is touched.
async fn before(
    target: &ComposeTarget,
    docker: &Docker,
    (order, settled): (&Order, &Settled),
) -> Result<ComposeBefore, PortError> {
    if let Some(before) = recorded(target, order).await {
        return Ok(before);
    }
    let found = containers::of_project(docker, &settled.names.project, Some(&settled.names.service)).await?;
    let serves = found.iter().find(|one| matches!(one.health, Health::Healthy | Health::Unknown)).or(found.first());
    let image = match serves {
        Some(seen) => Some(reference(docker, seen).await),
        None => None,
    };
    let marks = serves.into_iter().flat_map(|seen| &seen.labels);
    let marks = marks.filter(|(key, _)| key.starts_with("tminus.") && *key != labels::ORDER);
    let before = ComposeBefore {
        order: order.id.clone(),
        image,
        ran: runs(&found),
        marks: marks.map(|(key, value)| (key.clone(), value.clone())).collect(),
        sick: beside::sick(docker, settled).await?,
    };
    target.folder.record(BEFORE, &before).await?;
    Ok(before)
}

/// Returns what names the image of a container for good: as it was named, where that still is the same image.
async fn reference(docker: &Docker, seen: &SeenContainer) -> String {
    let named = docker.inspect_image(&seen.image).await.ok().and_then(|image| image.id);
    let is_same = named.is_some_and(|id| id == seen.image_id);
    let other = || seen.digests.first().unwrap_or(&seen.image_id).clone();
    if is_same { seen.image.clone() } else { other() }
}

async fn put_back(
    target: &ComposeTarget,
    docker: &Docker,
    (_order, settled, before): (&Order, &Settled, &ComposeBefore),
) -> Result<(), PortError> {
    let (nobody, _) = tokio::sync::mpsc::channel(1);
    // With the configuration that it served with; one that was not brought by tminus gets what the file says.
    let served = ComposeTarget::brought_as(&before.marks).and_then(|one| target.settled_as(&one));
    let settled = &served.unwrap_or_else(|| Settled { base: None, ..settled.clone() });
    let script = ComposeScript {
        compose: &target.compose,
        settled,
        folder: &target.folder,
        before: settled.base.clone(),
        program: target.runner.tool().await?.words.clone(),
    };
    let Some(image) = &before.image else {
        return target.runner.act(script.clear(), &nobody).await;
    };
    let text = pin::text(settled, image, &before.marks);
    target.folder.write(target.folder.before(), text).await?;
    target.runner.act(script.back(), &nobody).await?;
    for one in containers::of_project(docker, &settled.names.project, Some(&settled.names.service)).await? {
        health::wait(docker, (&one.id, "the old one"), BACK, &nobody).await?;
    }
    Ok(())
}
