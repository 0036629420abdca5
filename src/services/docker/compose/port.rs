//! The service as a target: what can be asked of it, and what it refuses before anything is begun.

use super::calls::ComposeScript;
use super::settled::Settled;
use super::target::ComposeTarget;
use super::{containers, kept, ready, seen};
use crate::docker::link::Link;
use crate::docker::pull;
use crate::docker::watch::watch;
use crate::docker::watched_place::WatchedPlace;
use async_trait::async_trait;
use std::collections::HashMap;
use tminus_core::names::{OrderId, Version};
use tminus_core::order::{Call, Delivered, Observation, Order, Readiness, Receipt, Task, Ticket};
use tminus_core::ports::{FailureKind, PortError, ProgressSender, Target, TargetUpdate, VisibleContainers};
use tminus_core::telemetry::ContainerRole;
use tokio::sync::{mpsc, watch as channel};

#[async_trait]
impl Target for ComposeTarget {
    async fn observe(&self) -> Result<Observation, PortError> {
        let settled = self.settle_to_look().await;
        match settled {
            Err(failure) if matches!(failure.kind, FailureKind::Unreachable | FailureKind::Unavailable) => Err(failure),
            // A file that is broken does not keep anybody from seeing what runs, where its name is known.
            Err(failure) => self.observation().await.map_err(|seen| if self.is_guessed() { failure } else { seen }),
            Ok(_) => self.observation().await,
        }
    }

    async fn readiness(&self, version: &Version) -> Result<Readiness, PortError> {
        ready::readiness(self, version).await
    }

    fn calls(&self, order: &Order) -> Vec<Call> {
        if let Task::Provide { to, .. } = &order.task {
            let reference = self.reference(to);
            return reference.map_or_else(|_| Vec::new(), |reference| pull::calls(&self.compose.image, &reference));
        }
        let settled = Self::back_to(order).and_then(|to| self.settled_as(to)).unwrap_or_else(|| self.known());
        let program = self.runner.words();
        let from = order.task.moved().and_then(|(from, _)| from);
        let before = from.and_then(|from| self.settled_as(from)).and_then(|served| served.base);
        ComposeScript { compose: &self.compose, settled: &settled, folder: &self.folder, program, before }.calls(order)
    }

    async fn begin(&self, order: &Order) -> Result<Ticket, PortError> {
        if let Task::Provide { to, .. } = &order.task {
            self.reference(to)?;
        } else if self.orders.find(&order.id).await?.is_none() {
            if let Task::Deliver { .. } = order.task {
                self.runner.allow().await?;
            }
            let settled = self.settle_for(order).await?;
            settled.require_set(&self.compose)?;
            self.compare(order).await?;
            self.require_free(order, &settled).await?;
        }
        self.orders.begin(order).await
    }

    async fn follow(&self, ticket: &Ticket, progress: ProgressSender) -> Result<Receipt, PortError> {
        self.orders.follow(ticket, &progress, self).await
    }

    async fn find(&self, order: &OrderId) -> Result<Option<Ticket>, PortError> {
        self.orders.find(order).await
    }

    async fn cancel(&self, ticket: &Ticket) -> Result<(), PortError> {
        self.orders.cancel(ticket).await
    }

    async fn watch(
        &self,
        attention: channel::Receiver<VisibleContainers>,
        sights: mpsc::Sender<TargetUpdate>,
    ) -> Result<(), PortError> {
        // The project's name is what the containers are found by; a file that is broken leaves the guess.
        drop(self.settle_to_look().await);
        watch(self, attention, sights).await
    }
}

#[async_trait]
impl WatchedPlace for ComposeTarget {
    fn link(&self) -> &Link {
        &self.link
    }

    fn filters(&self) -> HashMap<String, Vec<String>> {
        HashMap::from([("label".to_owned(), vec![format!("{}={}", containers::PROJECT, self.known().names.project)])])
    }

    fn role(&self, name: &str, labels: &HashMap<String, String>) -> Option<ContainerRole> {
        let names = self.known().names;
        if labels.get(containers::PROJECT) != Some(&names.project) {
            return None;
        }
        let is_service = labels.get(containers::SERVICE) == Some(&names.service);
        Some(match (is_service, containers::is_one_off(labels)) {
            (true, false) => ContainerRole::Serves,
            (true, true) if names.is_candidate(name) => ContainerRole::Candidate,
            (true | false, true) | (false, false) => ContainerRole::Beside,
        })
    }

    async fn observation(&self) -> Result<Observation, PortError> {
        let docker = self.link.docker().await?;
        let names = self.known().names;
        let found = containers::of_project(&docker, &names.project, Some(&names.service)).await?;
        if found.is_empty() && self.is_guessed() {
            let summary = format!("Compose has not said which project {} is", self.compose.file);
            return Err(PortError::new(FailureKind::Unavailable, summary).because("so what runs is unknown"));
        }
        let observed = seen::together(&found, self.compose.image.template());
        let kept = kept::kept(&docker, &names, &self.past().await).await?;
        let runs = observed.version.clone().map(|version| Delivered { version, digest: observed.digest.clone() });
        let kept = kept::words(&kept, runs.as_ref());
        // In which networks it belongs says what it serves with, not today's file.
        let served = runs.and_then(|runs| self.configuration_of(&runs)).and_then(Result::ok);
        let observed = match served {
            Some(served) => seen::in_networks(&found, &served, observed),
            None => observed,
        };
        Ok(Observation { kept, ..observed })
    }
}

impl ComposeTarget {
    /// Refuses an order that the preview no longer tells the truth about.
    async fn compare(&self, order: &Order) -> Result<(), PortError> {
        let Some((from, to)) = order.task.moved() else {
            return Err(PortError::new(FailureKind::Rejected, "a compose service is delivered or brought back"));
        };
        let now = self.observation().await?;
        let shown = from.map_or("nothing".to_owned(), |from| from.version.to_string());
        let is_same = match from {
            Some(from) => match (&from.digest, &now.digest) {
                (Some(then), Some(now)) => then == now,
                (_, None) => false,
                (None, Some(_)) => now.version.as_ref() == Some(&from.version),
            },
            None => now.version.is_none(),
        };
        if !is_same {
            let there = now.version.as_ref().map_or("something else".to_owned(), ToString::to_string);
            let there = now.digest.as_ref().map_or(there.clone(), |digest| format!("{there} ({})", digest.short()));
            let summary = format!("{} runs {there} now, and the preview showed {shown}", self.compose.service);
            let failed = PortError::new(FailureKind::Conflict, summary);
            return Err(now.words.iter().fold(failed, |failed, words| failed.because(words.clone())));
        }
        if let (Task::Deliver { .. }, Some(rival)) = (&order.task, self.rival(&self.known()).await) {
            return Err(PortError::new(FailureKind::Conflict, rival));
        }
        self.unmoved(order, to).await
    }

    /// Refuses what the engine could not give by the time it is begun, whatever an earlier look found.
    async fn require_free(&self, order: &Order, settled: &Settled) -> Result<(), PortError> {
        let docker = self.link.docker().await?;
        let impossible = settled.impossible.clone().filter(|_| matches!(order.task, Task::Deliver { .. }));
        match self.lacks(&docker, settled).await?.map(|lack| lack.says).or(impossible) {
            Some(why) => Err(PortError::new(FailureKind::Conflict, why).because("nothing was begun")),
            None => Ok(()),
        }
    }

    /// Refuses a tag that somebody moved since the preview.
    async fn unmoved(&self, order: &Order, to: &Delivered) -> Result<(), PortError> {
        if !matches!(order.task, Task::Deliver { .. }) || self.compose.image.is_local() {
            return Ok(());
        }
        match self.compose.image.digest(&to.version).await {
            Ok(Some(now)) if to.digest.as_ref() != Some(&now) => {
                let name = self.compose.image.name(&to.version)?.tagged();
                let summary = format!("the digest of {name} changed: the registry names {} now", now.short());
                Err(PortError::new(FailureKind::Conflict, summary))
            }
            // It is held against the digest when it is pulled, and not pulled where the host has it.
            Ok(_) | Err(_) => Ok(()),
        }
    }
}
