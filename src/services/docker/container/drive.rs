//! The steps of a delivery, each done only where it is not done yet.

use super::super::drive::Drive;
use super::super::{health, pull};
use super::act::{ContainerAct, Restart};
use super::effective::{Effective, PortPublishing};
use super::order_containers::{ContainerBefore, ContainerState, container_state};
use super::rollout::ContainerRollout;
use super::spec::Switch;
use super::target::ContainerTarget;
use super::{kept, ready};
use async_trait::async_trait;
use std::time::{Duration, Instant};
use tminus_core::order::{Health, Order, Progress, Receipt, Task};
use tminus_core::ports::{FailureKind, PortError, ProgressSender};

/// How long the old one goes on answering those that looked its name up just before it lost it.
const DRAIN: Duration = Duration::from_secs(2);

/// What may be added to the plan's patience for an image to come, and for containers to end.
const AROUND: Duration = Duration::from_secs(30 * 60);

/// For how long nobody answered at a published port.
struct Gap {
    /// Until the new one had started; then it has yet to listen.
    least: Duration,
    /// Until it was seen to be healthy.
    most: Duration,
}

#[async_trait]
impl Drive for ContainerTarget {
    async fn drive(&self, order: &Order, progress: &ProgressSender) -> Result<Receipt, PortError> {
        if let Task::Provide { to, .. } = &order.task {
            let (docker, reference) = (self.deps.link.docker().await?, self.reference(to)?);
            return pull::provide(&docker, &self.image, (order, &reference), progress).await;
        }
        let rollout = ContainerRollout::start(self, order, progress).await?;
        rollout.bring().await?;
        let gap = rollout.put().await?;
        rollout.prune().await?;
        self.brought(rollout.to).await;
        rollout.receipt(gap).await
    }

    async fn tidy(&self, order: &Order) -> Result<(), PortError> {
        if let Task::Provide { .. } = order.task {
            return Ok(());
        }
        super::tidy::tidy(self, order).await
    }

    fn limit(&self) -> Duration {
        self.patience().saturating_mul(2).saturating_add(AROUND)
    }
}

impl ContainerRollout<'_> {
    /// Brings the new one as far as it comes without the old one noticing.
    async fn bring(&self) -> Result<(), PortError> {
        match self.way {
            Switch::Beside => self.prove_successor().await,
            Switch::Handover | Switch::Alone if self.before.kept.is_some() => Ok(()),
            Switch::Handover => self.prove_candidate().await,
            Switch::Alone if self.containers().await?.successor.is_some() => Ok(()),
            Switch::Alone => {
                self.clear(&self.names.fresh).await?;
                self.make(&self.names.fresh, (PortPublishing::Yes, Restart::UnlessStopped)).await
            }
        }
    }

    /// The one that shall serve proves itself.
    async fn prove_successor(&self) -> Result<(), PortError> {
        if self.containers().await?.successor.is_none() {
            self.clear(&self.names.candidate).await?;
            self.make(&self.names.candidate, (PortPublishing::No, Restart::Never)).await?;
        }
        let successor = self.successor().await?;
        if !successor.runs {
            self.act(ContainerAct::Start(successor.name.clone())).await?;
        }
        if self.has_name(&successor) {
            return Ok(());
        }
        let begun = Instant::now();
        let healthy = self.healthy(&successor).await?;
        self.target.took(self.to, begun.elapsed(), healthy).await;
        if successor.raised {
            Ok(())
        } else {
            self.act(ContainerAct::Policy(successor.name, Restart::UnlessStopped)).await
        }
    }

    /// Another one proves the version; then the one that shall serve is made, and waits.
    async fn prove_candidate(&self) -> Result<(), PortError> {
        let containers = self.containers().await?;
        if containers.successor.is_none() {
            let candidate = match containers.candidate {
                Some(candidate) => candidate,
                None => {
                    self.clear(&self.names.candidate).await?;
                    self.clear(&self.names.fresh).await?;
                    self.make(&self.names.candidate, (PortPublishing::No, Restart::Never)).await?;
                    self.there(&self.names.candidate).await?
                }
            };
            if !candidate.runs {
                self.act(ContainerAct::Start(candidate.name.clone())).await?;
            }
            let begun = Instant::now();
            let healthy = self.healthy(&candidate).await?;
            self.target.took(self.to, begun.elapsed(), healthy).await;
            self.make(&self.names.fresh, (PortPublishing::Yes, Restart::UnlessStopped)).await?;
        }
        match self.containers().await?.candidate {
            Some(candidate) => self.discard(&candidate).await,
            None => Ok(()),
        }
    }

    /// Puts the new one in the old one's place; returns for how long nobody answered, where that is known.
    async fn put(&self) -> Result<Option<Gap>, PortError> {
        let gap = match self.way {
            Switch::Beside => self.put_beside().await.map(|()| None),
            Switch::Handover | Switch::Alone => self.hand_over().await,
        }?;
        let containers = self.containers().await?;
        if let Some(old) = containers.old.filter(|old| old.name == self.names.aside) {
            if old.raised {
                self.act(ContainerAct::Policy(old.name.clone(), Restart::Never)).await?;
            }
            if old.runs {
                self.say(format!("{} answers the last of its requests", old.name));
                tokio::time::sleep(DRAIN).await;
                self.end(old.name).await?;
            }
        }
        match containers.successor {
            Some(successor) if !successor.raised => {
                self.act(ContainerAct::Policy(successor.name, Restart::UnlessStopped)).await?
            }
            Some(_) | None => {}
        }
        Ok(gap)
    }

    /// For a moment both answer to the name: whoever asks finds one of them at any time.
    async fn put_beside(&self) -> Result<(), PortError> {
        let names = &self.names;
        if !self.has_name(&self.successor().await?) {
            self.clear_aside().await?;
            self.act(ContainerAct::Rename(self.successor().await?.name, names.both.clone())).await?;
        }
        self.set_aside().await?;
        let successor = self.successor().await?;
        if successor.name == names.place {
            Ok(())
        } else {
            self.act(ContainerAct::Rename(successor.name, names.place.clone())).await
        }
    }

    /// A published port is let go by one, and taken by the other at once.
    async fn hand_over(&self) -> Result<Option<Gap>, PortError> {
        let successor = self.successor().await?;
        let mut started = None;
        if successor.name == self.names.place {
            if !successor.runs {
                self.act(ContainerAct::Start(successor.name.clone())).await?;
            }
        } else {
            self.clear_aside().await?;
            let old = self.containers().await?.old.filter(|old| old.runs);
            let stopped = Instant::now();
            if let Some(old) = &old {
                // A machine that starts anew before the new one was started has one that serves.
                if old.raised && !old.always {
                    self.act(ContainerAct::Policy(old.name.clone(), Restart::Always)).await?;
                }
                self.end(old.name.clone()).await?;
            }
            if !successor.runs {
                self.act(ContainerAct::Start(successor.name.clone())).await?;
            }
            started = old.map(|_| (stopped, stopped.elapsed()));
            self.set_aside().await?;
            self.act(ContainerAct::Rename(successor.name.clone(), self.names.place.clone())).await?;
        }
        self.healthy(&ContainerState { name: self.names.place.clone(), ..successor }).await?;
        Ok(started.map(|(stopped, least)| Gap { least, most: stopped.elapsed() }))
    }

    /// Ends the one that served. That it was asked to is on disk first: an engine goes on with it whoever waits.
    async fn end(&self, old: String) -> Result<(), PortError> {
        self.target.book.write(&self.order.id, ContainerBefore { is_ending: true, ..self.before.clone() }).await?;
        self.act(ContainerAct::Stop(old)).await
    }

    /// The new one serves by now, and does not go because something old cannot be removed.
    async fn prune(&self) -> Result<(), PortError> {
        match kept::prune(&self.docker, &self.target.delivery).await {
            Err(failure) if failure.kind != FailureKind::Unreachable => {
                self.say(failure.sentence());
                Ok(())
            }
            pruned => pruned,
        }
    }

    async fn set_aside(&self) -> Result<(), PortError> {
        match self.containers().await?.old {
            Some(old) if old.name == self.names.place => {
                self.act(ContainerAct::Rename(old.name, self.names.aside.clone())).await
            }
            Some(_) | None => Ok(()),
        }
    }

    /// One that is kept under the same name is of the same version and digest, and older.
    async fn clear_aside(&self) -> Result<(), PortError> {
        let Some(found) = container_state(&self.docker, &self.names.aside).await? else { return Ok(()) };
        if Some(&found.id) == self.before.old.as_ref() {
            return Ok(());
        }
        self.owned(&found)?;
        self.act(ContainerAct::Remove(found.name)).await
    }

    /// Takes away what an order before this one left under a name.
    async fn clear(&self, name: &str) -> Result<(), PortError> {
        let Some(found) = container_state(&self.docker, name).await? else { return Ok(()) };
        self.owned(&found)?;
        self.discard(&found).await
    }

    fn owned(&self, found: &ContainerState) -> Result<(), PortError> {
        if found.is_ours() {
            return Ok(());
        }
        let summary = format!("a container {} is in the way, and tminus did not make it", found.name);
        Err(PortError::new(FailureKind::Conflict, summary))
    }

    async fn discard(&self, found: &ContainerState) -> Result<(), PortError> {
        if found.runs {
            self.act(ContainerAct::Stop(found.name.clone())).await?;
        }
        self.act(ContainerAct::Discard(found.name.clone())).await
    }

    async fn there(&self, name: &str) -> Result<ContainerState, PortError> {
        let gone = || PortError::new(FailureKind::Rejected, format!("{name} was removed by somebody else"));
        container_state(&self.docker, name).await?.ok_or_else(gone)
    }

    async fn healthy(&self, one: &ContainerState) -> Result<Health, PortError> {
        let seen = health::wait(&self.docker, (&one.id, &one.name), self.target.patience(), self.progress).await?;
        Ok(seen.health)
    }

    fn has_name(&self, successor: &ContainerState) -> bool {
        successor.name == self.names.place || successor.name == self.names.both
    }

    async fn act(&self, act: ContainerAct) -> Result<(), PortError> {
        act.make(&self.docker).await
    }

    pub(super) fn say(&self, line: String) {
        drop(self.progress.try_send(Progress::Line(line)));
    }

    /// Returns the keys of the plan that say something else by now than when a container was made.
    async fn changed_since(&self, one: &ContainerState) -> Vec<&'static str> {
        let today = Effective::read(&self.target.delivery, &self.target.deps.secrets).await;
        today.map(|today| today.changed_since(&one.labels)).unwrap_or_default()
    }

    /// Says which files of the checkout a rollback left as they are.
    async fn left_as_is(&self) -> Result<Vec<String>, PortError> {
        let today = Effective::read(&self.target.delivery, &self.target.deps.secrets).await;
        let mounts = match &today {
            Ok(today) => self.target.mounted_paths(&self.docker, today).await,
            Err(_) => Vec::new(),
        };
        let successor = self.successor().await?;
        let kept = self.before.kept.as_ref().map(|_| &successor);
        Ok(ready::left_as_is(self.target, (&self.to.version, kept), &mounts).await)
    }

    async fn receipt(&self, gap: Option<Gap>) -> Result<Receipt, PortError> {
        let (place, version) = (&self.names.place, &self.to.version);
        let containers = self.containers().await?;
        let mut summary = format!("{place} runs {version}");
        if self.before.kept.is_some() {
            summary.push_str(", started again from the kept container");
            let changed = self.changed_since(&self.successor().await?).await;
            if !changed.is_empty() {
                summary.push_str(&format!(" with the {} that it served with", changed.join(", ")));
            }
        }
        if let Task::Restore { .. } = self.order.task {
            self.left_as_is().await?.into_iter().for_each(|left| summary.push_str(&format!("; {left}")));
        }
        if let Some(Gap { least, most }) = gap {
            let (least, most) = (least.as_secs_f64(), most.as_secs_f64());
            summary.push_str(&format!("; requests were refused for {least:.1} s at least, {most:.1} s at most"));
        }
        if let Some(old) = containers.old {
            summary.push_str(&format!("; the one before is kept as {}", old.name));
        }
        Ok(Receipt { order: self.order.id.clone(), delivered: Some(self.to.clone()), summary, left: None })
    }
}
