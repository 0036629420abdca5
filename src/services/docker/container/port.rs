//! The container as a target: what can be asked of it, and what it refuses before anything is begun.

use super::effective::Effective;
use super::names::is_allowed;
use super::order_containers::container_state;
use super::rollout::before;
use super::target::ContainerTarget;
use super::{kept, ready, script};
use crate::docker::link::Link;
use crate::docker::look::look;
use crate::docker::watch::watch;
use crate::docker::watched_place::WatchedPlace;
use crate::docker::{labels, pull};
use async_trait::async_trait;
use std::collections::HashMap;
use tminus_core::names::{OrderId, Version};
use tminus_core::order::{Call, Delivered, Health, Observation, Order, Readiness, Receipt, Task, Ticket};
use tminus_core::ports::{FailureKind, PortError, ProgressSender, Target, TargetUpdate, VisibleContainers};
use tminus_core::telemetry::ContainerRole;
use tokio::sync::{mpsc, watch as channel};

#[async_trait]
impl Target for ContainerTarget {
    async fn observe(&self) -> Result<Observation, PortError> {
        let docker = self.deps.link.docker().await?;
        let seen = look(&docker, &self.delivery.container).await?;
        let kept = kept::words(&self.delivery, &kept::kept(&docker, &self.delivery).await?);
        Ok(Observation { kept, ..seen.map_or_else(|| Observation::of(Health::Absent), |seen| self.observed(&seen)) })
    }

    async fn readiness(&self, version: &Version) -> Result<Readiness, PortError> {
        ready::readiness(self, version).await
    }

    fn calls(&self, order: &Order) -> Vec<Call> {
        // What cannot be named is refused by `begin`.
        if let Task::Provide { to, .. } = &order.task {
            return self.reference(to).map_or_else(|_| Vec::new(), |reference| pull::calls(&self.image, &reference));
        }
        let reference = order.task.brings().and_then(|to| self.reference(to).ok());
        let Some((names, reference)) = self.names(order).zip(reference) else { return Vec::new() };
        script::calls(&self.delivery, order, (&names, &reference, self.kept_way(order)))
    }

    async fn begin(&self, order: &Order) -> Result<Ticket, PortError> {
        if let Task::Provide { to, .. } = &order.task {
            self.reference(to)?;
        } else if self.deps.orders.find(&order.id).await?.is_none() {
            self.check(order).await?;
        }
        self.deps.orders.begin(order).await
    }

    async fn follow(&self, ticket: &Ticket, progress: ProgressSender) -> Result<Receipt, PortError> {
        self.deps.orders.follow(ticket, &progress, self).await
    }

    async fn find(&self, order: &OrderId) -> Result<Option<Ticket>, PortError> {
        self.deps.orders.find(order).await
    }

    async fn cancel(&self, ticket: &Ticket) -> Result<(), PortError> {
        self.deps.orders.cancel(ticket).await
    }

    async fn watch(
        &self,
        attention: channel::Receiver<VisibleContainers>,
        sights: mpsc::Sender<TargetUpdate>,
    ) -> Result<(), PortError> {
        watch(self, attention, sights).await
    }
}

#[async_trait]
impl WatchedPlace for ContainerTarget {
    fn link(&self) -> &Link {
        &self.deps.link
    }

    fn filters(&self) -> HashMap<String, Vec<String>> {
        HashMap::from([("name".to_owned(), vec![self.delivery.container.clone()])])
    }

    fn role(&self, name: &str, labels: &HashMap<String, String>) -> Option<ContainerRole> {
        let rest = name.strip_prefix(&self.delivery.container)?;
        let is_ours = labels.contains_key(labels::ACTION);
        match rest {
            "" => Some(ContainerRole::Serves),
            ".next" | ".new" if is_ours => Some(ContainerRole::Candidate),
            _ if is_ours && (rest.starts_with(".kept-") || rest.starts_with(".bad-")) => Some(ContainerRole::Kept),
            _ => None,
        }
    }

    async fn observation(&self) -> Result<Observation, PortError> {
        self.observe().await
    }
}

impl ContainerTarget {
    /// Refuses what cannot be done, before anything is done.
    async fn check(&self, order: &Order) -> Result<(), PortError> {
        let Some(to) = order.task.brings() else {
            return Err(PortError::new(FailureKind::Rejected, "a container can only be delivered or brought back"));
        };
        if !is_allowed(&self.delivery.container) {
            let summary = format!("{:?} cannot be the name of a container", self.delivery.container);
            return Err(PortError::new(FailureKind::Malformed, summary));
        }
        if let (Task::Deliver { .. }, Some(rival)) = (&order.task, self.rival().await) {
            return Err(PortError::new(FailureKind::Conflict, rival));
        }
        let reference = self.reference(to)?;
        let docker = self.deps.link.docker().await?;
        let found = before(self, &docker, order).await?;
        let kept = match &found.kept {
            Some(kept) => container_state(&docker, kept).await?,
            None => None,
        };
        // A kept container keeps its own configuration; only a new one takes the plan's.
        if kept.is_none() {
            drop(Effective::read(&self.delivery, &self.deps.secrets).await?);
        }
        let (network, ports) = match &kept {
            Some(kept) => (kept.network.as_deref(), &kept.ports),
            None => (self.delivery.network.as_deref(), &self.delivery.ports),
        };
        ready::is_network(&docker, network).await?;
        if let Some(taken) = self.port_taken(&docker, ports).await? {
            return Err(PortError::new(FailureKind::Conflict, taken).because("nothing was begun"));
        }
        let is_here = found.kept.is_some() || pull::is_there(&docker, &reference).await?;
        match &order.task {
            Task::Deliver { .. } => self.is_still_that(to, is_here).await,
            Task::Restore { .. } if !is_here && self.image.is_local() => Err(pull::lost(&reference)),
            Task::Restore { .. } | Task::Provide { .. } | Task::Run { .. } | Task::Build { .. } | Task::Act { .. } => {
                Ok(())
            }
        }
    }

    /// A tag that somebody moved between the preview and now is refused; a registry that is away only where it is needed.
    async fn is_still_that(&self, to: &Delivered, is_here: bool) -> Result<(), PortError> {
        if self.image.is_local() {
            return if is_here { Ok(()) } else { Err(pull::lost(&self.reference(to)?)) };
        }
        let name = self.image.name(&to.version)?.tagged();
        match self.image.digest(&to.version).await {
            Ok(now) if now == to.digest => Ok(()),
            Ok(Some(now)) => {
                let shown = to.digest.as_ref().map_or_else(String::new, |digest| digest.short());
                let summary = format!("{name} is {} now, and the preview showed {shown}", now.short());
                Err(PortError::new(FailureKind::Conflict, summary).because("somebody moved the tag; nothing was done"))
            }
            Ok(None) if is_here => Ok(()),
            Ok(None) => Err(PortError::new(FailureKind::NotFound, format!("the registry has no {name}"))),
            Err(_) if is_here => Ok(()),
            Err(failure) => Err(refused(failure)),
        }
    }
}

/// Nothing was begun: a registry that does not answer is not an engine that may have taken the order.
fn refused(failure: PortError) -> PortError {
    let is_silent = matches!(failure.kind, FailureKind::Unreachable | FailureKind::Timeout);
    if is_silent { PortError { kind: FailureKind::Rejected, ..failure }.because("nothing was begun") } else { failure }
}
