//! One order on its way: the new version proves itself beside the old one, serves while that is replaced, and goes.

use super::calls::ComposeScript;
use super::candidate::{drop_candidate, is_of};
use super::changes::{self, PastDelivery};
use super::delivery_folder::ComposeBefore;
use super::settled::{Handover, Settled};
use super::target::ComposeTarget;
use super::{bare, beside, containers, kept, pin};
use crate::docker::labels;
use crate::docker::look::{SeenContainer, look};
use crate::docker::mounted::Mounted;
use crate::docker::{health, pull};
use bollard::Docker;
use jiff::Timestamp;
use std::time::Duration;
use tminus_core::order::{Delivered, Health, Order, Progress, Receipt, Task};
use tminus_core::ports::{FailureKind, PortError, ProgressSender};
use tminus_core::time::{Span, brief};
use tokio::time::Instant;

/// One order on its way.
pub(super) struct ComposeRollout<'a> {
    pub(super) target: &'a ComposeTarget,
    pub(super) docker: Docker,
    pub(super) settled: Settled,
    pub(super) before: ComposeBefore,
    pub(super) order: &'a Order,
    pub(super) to: &'a Delivered,
    pub(super) progress: &'a ProgressSender,
}

impl ComposeRollout<'_> {
    pub(super) async fn run(&self) -> Result<Receipt, PortError> {
        let begun = Instant::now();
        self.tell(self.target.runner.tool().await?.called());
        let reference = self.provide().await?;
        let marks = pin::marks(&self.target.compose, self.order, self.to);
        let text = pin::text(&self.settled, &reference, &marks);
        self.target.folder.write(self.target.folder.next(), text).await?;
        // Unknown when it was replaced before an interruption.
        let mut left = None;
        if !self.is_replaced().await? {
            left = Some(self.take_over(&reference).await?);
        }
        let (since, health) = self.raise().await?;
        // Rounded up: it is told as the most that it can have been.
        let gap = left.map(|left| Duration::from_secs(left.elapsed().as_secs() + 1));
        let others = (since, self.progress);
        beside::wait(&self.docker, &self.settled, &self.before.sick, others).await?;
        drop_candidate(&self.docker, &self.settled).await?;
        // Only what was good is a way back.
        kept::keep(&self.docker, &self.settled.names, &reference, self.to).await?;
        self.target.folder.promote().await?;
        let mut receipt = self.receipt(gap, health);
        let mounted = self.target.mounted(&self.docker, &self.settled).await;
        if let Task::Restore { .. } = self.order.task {
            let past = self.target.past().await;
            let left = changes::mounted_since(&past, &self.to.version, &mounted);
            left.into_iter().for_each(|left| receipt.summary.push_str(&format!("; {left}")));
        }
        self.remember(begun, mounted).await?;
        Ok(receipt)
    }

    /// Brings the image to the host, and keeps the one that runs from being pruned.
    async fn provide(&self) -> Result<String, PortError> {
        let reference = self.target.reference(self.to)?;
        pull::pull(&self.docker, &self.target.compose.image, &reference, self.progress).await?;
        kept::take_over(&self.docker, &self.settled.names, &self.target.past().await).await?;
        let from = self.order.task.moved().and_then(|(from, _)| from);
        if let (Some(from), Some(image)) = (from, &self.before.image) {
            let image = self.target.reference(from).unwrap_or_else(|_| image.clone());
            kept::keep(&self.docker, &self.settled.names, &image, from).await?;
        }
        Ok(reference)
    }

    async fn serving(&self) -> Result<Vec<SeenContainer>, PortError> {
        containers::of_project(&self.docker, &self.settled.names.project, Some(&self.settled.names.service)).await
    }

    async fn is_replaced(&self) -> Result<bool, PortError> {
        let found = self.serving().await?;
        Ok(!found.is_empty() && found.iter().all(|one| is_of(one, self.order)))
    }

    /// Brings the new one into the place of the old one; returns since when nobody may be reached there.
    async fn take_over(&self, reference: &str) -> Result<Instant, PortError> {
        let script = self.script().await?;
        let runner = &self.target.runner;
        if self.before.image.is_none() {
            let begun = Instant::now();
            return runner.act(script.start(), self.progress).await.map(|()| begun);
        }
        match &self.settled.handover {
            Handover::Quiet(networks) | Handover::Covered(networks, _) => {
                let candidate = self.prove(&script).await?;
                self.tell(format!("{} serves", candidate.name));
                containers::name(&self.docker, &candidate.name, networks).await?;
            }
            Handover::Alone(why) => {
                self.tell(format!("there is no room for a second one: {why}"));
                self.set_up(&script, reference).await?;
            }
        }
        let begun = Instant::now();
        runner.act(script.replace(), self.progress).await.map(|()| begun)
    }

    /// Creates the new version without running it, where only one can run: a missing device, folder or user is reported while
    /// the old one still serves.
    async fn set_up(&self, script: &ComposeScript<'_>, reference: &str) -> Result<(), PortError> {
        drop_candidate(&self.docker, &self.settled).await?;
        let bare = bare::body(&self.settled.needs, (reference, self.order));
        // Its complaint that there is nothing to run is no news.
        let (nobody, _) = tokio::sync::mpsc::channel(1);
        let ended = match (script.set_up(), bare) {
            (Some(words), _) => self.target.runner.act(words, &nobody).await,
            (None, Some(body)) => bare::start(&self.docker, &self.settled.names.candidate(), body).await,
            (None, None) => return Ok(()),
        };
        drop_candidate(&self.docker, &self.settled).await?;
        match ended {
            Ok(()) => Ok(()),
            // That there is no such program is the last that an engine finds out.
            Err(failure) if failure.causes.iter().any(|cause| cause.contains(bare::NOTHING)) => Ok(()),
            Err(failure) => {
                let summary = format!("{} {} cannot be set up", self.compose_service(), self.to.version);
                Err(PortError { summary, ..failure }.because("the one that serves was not touched"))
            }
        }
    }

    /// Lets the new version prove itself where nobody asks it.
    async fn prove(&self, script: &ComposeScript<'_>) -> Result<SeenContainer, PortError> {
        let name = self.settled.names.candidate();
        let there = match look(&self.docker, &name).await? {
            Some(seen) if !seen.labels.contains_key(labels::ORDER) => return Err(containers::in_the_way(&name)),
            // One that Compose stopped because it was ended itself says nothing about the version, nor does one that was left
            // between two networks: it is made anew.
            Some(seen) if !is_of(&seen, self.order) || matches!(seen.health, Health::Stopped | Health::Unhealthy) => {
                drop_candidate(&self.docker, &self.settled).await?;
                None
            }
            there => there,
        };
        match there {
            None => self.target.runner.act(script.prove(), self.progress).await?,
            // It was made, and Compose was ended before it started it.
            Some(seen) if seen.health == Health::Starting && seen.since.is_none() => {
                containers::start(&self.docker, &name).await?;
            }
            Some(_) => {}
        }
        health::wait(&self.docker, (&name, &name), self.target.compose.limit(), self.progress).await.map_err(
            |failure| PortError {
                summary: format!("{} {}: {}", self.compose_service(), self.to.version, failure.summary),
                ..failure
            },
        )
    }

    /// Waits until what Compose made is well, and gives it the names that it serves under.
    ///
    /// Returns since when it runs, and how it is: unknown where it has no health check.
    async fn raise(&self) -> Result<(Timestamp, Health), PortError> {
        let (mut since, mut health) = (Timestamp::UNIX_EPOCH, Health::Healthy);
        for one in self.serving().await? {
            // Also one that was stopped in between: one that cannot run ends again.
            let is_made = matches!(one.health, Health::Starting | Health::Stopped) && one.since.is_none();
            if let (true, Handover::Quiet(networks)) = (is_made, &self.settled.handover) {
                containers::unname(&self.docker, &one.name, networks).await?;
            }
            if is_made {
                containers::start(&self.docker, &one.name).await?;
            }
            let seen =
                health::wait(&self.docker, (&one.id, &one.name), self.target.compose.limit(), self.progress).await?;
            if let Handover::Quiet(networks) = &self.settled.handover {
                containers::name(&self.docker, &one.name, networks).await?;
            }
            since = since.max(seen.since.unwrap_or(since));
            if seen.health != Health::Healthy {
                health = seen.health;
            }
        }
        if since == Timestamp::UNIX_EPOCH {
            let summary = format!("compose made no container of {}", self.compose_service());
            return Err(PortError::new(FailureKind::Rejected, summary));
        }
        Ok((since, health))
    }

    /// Takes down what was delivered, and lets go of what is too old to go back to.
    async fn remember(&self, begun: Instant, mounted: Mounted) -> Result<(), PortError> {
        let past = self.target.past().await;
        let new = PastDelivery {
            version: self.to.version.clone(),
            digest: self.to.digest.clone(),
            at: Timestamp::now(),
            took: Span::seconds(begun.elapsed().as_secs().max(1)),
            by: self.settled.by.clone(),
            settings: self.settled.settings.clone(),
            mounted,
        };
        let past = changes::add(past, new);
        if self.settled.base.is_none() {
            self.target.folder.keep_served(self.to, &self.settled.rendering).await?;
        }
        self.target.folder.record(changes::FILE, &past).await?;
        self.target.folder.prune_served(past.iter().map(PastDelivery::delivered)).await;
        kept::prune(&self.docker, &self.settled.names, &past).await
    }

    fn receipt(&self, gap: Option<Duration>, health: Health) -> Receipt {
        let service = self.compose_service();
        let how = match (&self.settled.handover, &self.before.image, gap) {
            (_, None, _) => "nothing ran there before".to_owned(),
            // The engine takes a name from a container a moment after it ended, and not before.
            (Handover::Quiet(_), Some(_), _) => "one of the new version served while the old one was replaced; as \
                                                 that ended, a first try may have been refused"
                .to_owned(),
            (Handover::Covered(_, why) | Handover::Alone(why), Some(_), Some(gap)) => {
                format!("{why}: its port was closed for up to {}", brief(gap))
            }
            (Handover::Covered(_, why) | Handover::Alone(why), Some(_), None) => {
                format!("{why}: how long it was closed is not known")
            }
        };
        // The next look says that it has no health check.
        let is = if health == Health::Healthy { " and is healthy" } else { "" };
        Receipt {
            order: self.order.id.clone(),
            delivered: Some(self.to.clone()),
            summary: format!("{service} runs {}{is}; {how}", self.to.version),
            left: None,
        }
    }

    async fn script(&self) -> Result<ComposeScript<'_>, PortError> {
        let program = self.target.runner.tool().await?.words.clone();
        Ok(ComposeScript {
            compose: &self.target.compose,
            settled: &self.settled,
            folder: &self.target.folder,
            program,
            before: None,
        })
    }

    fn compose_service(&self) -> &str {
        &self.target.compose.service
    }

    fn tell(&self, line: String) {
        drop(self.progress.try_send(Progress::Line(line)));
    }
}
