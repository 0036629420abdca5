//! One order on its way: what it is about, what was there before it, and the container that is made for it. The steps
//! themselves are elsewhere.

use super::super::look::{SeenContainer, look};
use super::super::{labels, mounted, pull};
use super::act::{Restart, create};
use super::effective::{Effective, PortPublishing};
use super::kept;
use super::names::ContainerNames;
use super::order_containers::{
    ContainerBefore, ContainerState, IsHandover, OrderContainers, container_state, order_containers,
};
use super::spec::Switch;
use super::target::ContainerTarget;
use bollard::Docker;
use std::time::Duration;
use tminus_core::order::{Delivered, Order};
use tminus_core::ports::{FailureKind, PortError, ProgressSender};
use tokio::time::Instant;

/// How long an engine may take to make a container, and how often is looked whether it has: it tells nobody who did not
/// ask for it.
const MAKING: Duration = Duration::from_secs(10);
const AGAIN: Duration = Duration::from_millis(100);

/// An order that is being driven.
pub(super) struct ContainerRollout<'a> {
    pub target: &'a ContainerTarget,
    pub docker: Docker,
    pub order: &'a Order,
    pub names: ContainerNames,
    pub to: &'a Delivered,
    pub way: Switch,
    pub before: ContainerBefore,
    pub progress: &'a ProgressSender,
}

impl<'a> ContainerRollout<'a> {
    /// Finds out what was there before, the first time; reads it from the book after that.
    pub(super) async fn start(
        target: &'a ContainerTarget,
        order: &'a Order,
        progress: &'a ProgressSender,
    ) -> Result<Self, PortError> {
        let docker = target.deps.link.docker().await?;
        let before = match target.book.read::<ContainerBefore>(&order.id).await? {
            Some(before) => before,
            None => {
                let before = before(target, &docker, order).await?;
                target.book.write(&order.id, before.clone()).await?;
                before
            }
        };
        Self::resume(target, (order, progress), docker, before)
    }

    /// Takes it up with what is known to have been there before.
    pub(super) fn resume(
        target: &'a ContainerTarget,
        (order, progress): (&'a Order, &'a ProgressSender),
        docker: Docker,
        before: ContainerBefore,
    ) -> Result<Self, PortError> {
        let (Some(names), Some(to)) = (ContainerNames::of(&target.delivery.container, order), order.task.brings())
        else {
            return Err(PortError::new(FailureKind::Rejected, "a container can only be delivered or brought back"));
        };
        let names = names.beside(&before.strangers);
        let way = before.way.unwrap_or_else(|| target.way());
        Ok(Self { target, docker, order, names, to, way, before, progress })
    }

    /// Returns what of it is on the engine now.
    pub(super) async fn containers(&self) -> Result<OrderContainers, PortError> {
        let is_handover = if self.way == Switch::Beside { IsHandover::No } else { IsHandover::Yes };
        order_containers(&self.docker, &self.names, &self.order.id, (&self.before, is_handover)).await
    }

    /// Returns the container that shall serve, which must be there by now.
    pub(super) async fn successor(&self) -> Result<ContainerState, PortError> {
        let gone = || PortError::new(FailureKind::Rejected, "the new container was removed by somebody else");
        self.containers().await?.successor.ok_or_else(gone)
    }

    /// Makes what shall have a name; its image is there first.
    pub(super) async fn make(&self, name: &str, how: (PortPublishing, Restart)) -> Result<(), PortError> {
        let reference = self.target.reference(self.to)?;
        pull::pull(&self.docker, &self.target.image, &reference, self.progress).await?;
        let today = Effective::read(&self.target.delivery, &self.target.deps.secrets).await?;
        self.say(format!("{name} is made of {reference}"));
        let paths = self.target.mounted_paths(&self.docker, &today).await;
        let mounted = mounted::look(&self.target.deps.secrets, &paths).await;
        let mut body = today.body(&reference, (self.order, (&self.target.delivery, self.to)), how);
        if !mounted.is_empty() {
            let label = (labels::MOUNTED.to_owned(), serde_json::json!(mounted).to_string());
            body.labels.get_or_insert_default().extend([label]);
        }
        match create(&self.docker, name, body.clone()).await {
            Err(failure) if failure.kind == FailureKind::Conflict => match self.made_for(name).await? {
                // The engine was still making it for this order when it was interrupted.
                Some(order) if order.as_deref() == Some(self.order.id.as_str()) => Ok(()),
                Some(_) => Err(failure),
                // Whatever had the name was on its way out.
                None => create(&self.docker, name, body).await,
            },
            made => made,
        }
    }

    /// Waits for what has a name, and returns the order that it was made for; nothing where nothing comes. The name is taken
    /// from when the engine begins to make it, and only when that is done is something found under it.
    async fn made_for(&self, name: &str) -> Result<Option<Option<String>>, PortError> {
        let until = Instant::now() + MAKING;
        loop {
            match container_state(&self.docker, name).await? {
                Some(found) => return Ok(Some(found.label(labels::ORDER).map(str::to_owned))),
                None if Instant::now() < until => tokio::time::sleep(AGAIN).await,
                None => return Ok(None),
            }
        }
    }
}

/// Looks at what is there, and refuses when that is not what the order was made for.
///
/// # Errors
/// [`FailureKind::Conflict`] when something else runs there, or a container of another's is in the way.
pub(super) async fn before(
    target: &ContainerTarget,
    docker: &Docker,
    order: &Order,
) -> Result<ContainerBefore, PortError> {
    let place = target.delivery.container.as_str();
    let seen = look(docker, place).await?;
    let Some((from, to)) = order.task.moved() else { return Ok(ContainerBefore::default()) };
    is_as_shown(target, seen.as_ref(), from)?;
    let Some(names) = ContainerNames::of(place, order) else { return Ok(ContainerBefore::default()) };
    for name in [&names.candidate, &names.fresh, &names.both] {
        if container_state(docker, name).await?.is_some_and(|found| !found.is_ours()) {
            let summary = format!("a container {name} is in the way, and tminus did not make it");
            return Err(PortError::new(FailureKind::Conflict, summary));
        }
    }
    let old = container_state(docker, place).await?;
    let kept = if names.kept.is_some() { way_back(target, docker, to).await? } else { None };
    Ok(ContainerBefore {
        strangers: kept::strangers(docker, &target.delivery).await?,
        way: Some(kept.as_ref().map_or_else(|| target.way(), ContainerState::way)),
        ran: old.as_ref().is_some_and(|old| old.runs),
        raised: old.as_ref().is_some_and(|old| old.raised),
        always: old.as_ref().is_some_and(|old| old.always),
        old: old.map(|old| old.id),
        kept: kept.map(|kept| kept.id),
        is_ending: false,
    })
}

/// Returns the kept container that brings a version back as it served, whatever the plan and its files say by now.
async fn way_back(
    target: &ContainerTarget,
    docker: &Docker,
    to: &Delivered,
) -> Result<Option<ContainerState>, PortError> {
    let all = kept::kept(docker, &target.delivery).await?;
    Ok(kept::way_back(&target.delivery, &all, to).cloned())
}

fn is_as_shown(
    target: &ContainerTarget,
    seen: Option<&SeenContainer>,
    from: Option<&Delivered>,
) -> Result<(), PortError> {
    let place = &target.delivery.container;
    let conflict = |now: &str| {
        let shown = from.map_or("nothing that could be named".to_owned(), |from| from.version.to_string());
        PortError::new(FailureKind::Conflict, format!("{place} runs {now}, and the preview showed {shown}"))
            .because("somebody else changed it; nothing was done")
    };
    let Some(seen) = seen else {
        return if from.is_none() { Ok(()) } else { Err(conflict("nothing")) };
    };
    let now = target.observed(seen);
    let named = now.version.as_ref().map_or_else(|| format!("{} (made by hand)", seen.image), ToString::to_string);
    match (from, &now.version) {
        (None, None) if !seen.labels.contains_key(labels::ACTION) => Ok(()),
        (None, _) => Err(conflict(&named)),
        (Some(from), version) if version.as_ref() != Some(&from.version) => Err(conflict(&named)),
        (Some(Delivered { digest: Some(shown), .. }), _) if now.digest.as_ref() != Some(shown) => {
            let digest = now.digest.as_ref().map_or_else(|| "an unknown image".to_owned(), |digest| digest.short());
            Err(conflict(&format!("{named} of {digest}")))
        }
        (Some(_), _) => Ok(()),
    }
}
