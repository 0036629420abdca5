//! An artifact that runs as a service of a compose file.

use super::changes::{self, PastDelivery};
use super::containers;
use super::delivery_folder::DeliveryFolder;
use super::deps::ComposeDeps;
use super::free::{self, Lack};
use super::renderings::AskWhen;
use super::runner::ComposeRunner;
use super::settings::ComposeDelivery;
use super::settled::Settled;
use crate::docker::drive::DockerOrders;
use crate::docker::labels;
use crate::docker::link::Link;
use crate::docker::look::look;
use crate::docker::mounted::{self, Mounted};
use crate::docker::pull;
use crate::docker::rivals::{Ours, Rivals};
use crate::secrets::Secrets;
use bollard::Docker;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tminus_core::names::{Digest, Version};
use tminus_core::order::{Delivered, Order, Task};
use tminus_core::ports::{FailureKind, PortError};

/// How long a look waits for a Compose that has answered before.
const SLOW: Duration = Duration::from_secs(8);

/// What Compose said, and when it was asked.
type Lately = (Instant, Result<Settled, PortError>);

/// An artifact that runs as a service of a compose file.
#[derive(Clone)]
pub struct ComposeTarget {
    pub(super) compose: ComposeDelivery,
    pub(super) link: Link,
    pub(super) runner: ComposeRunner,
    pub(super) folder: DeliveryFolder,
    pub(super) orders: DockerOrders,
    pub(super) secrets: Arc<Secrets>,
    rivals: Rivals,
    /// What Compose said last; a guess before that.
    settled: Arc<Mutex<Settled>>,
    /// What it said last to a look: looks that come together share an answer.
    lately: Arc<tokio::sync::Mutex<Option<Lately>>>,
    /// What the first Compose knew a project's containers by, among which containers.
    asked_ps: Arc<tokio::sync::Mutex<AskedPs>>,
}

/// Among which containers Compose was asked, and what it knew the project's by.
type AskedPs = Option<(Vec<String>, Option<String>)>;

impl ComposeTarget {
    /// Makes it of what the plan says; nothing is asked yet.
    pub fn new(compose: ComposeDelivery, deps: ComposeDeps) -> Self {
        let folder = DeliveryFolder::new(&deps.state, &compose);
        let runner = ComposeRunner::new(&deps, folder.clone(), compose.programs.clone());
        let ComposeDeps { link, orders, secrets, .. } = deps;
        let settled = Arc::new(Mutex::new(Settled::guess(&compose, secrets.root())));
        let rivals = Rivals::default();
        let (lately, asked_ps) = (Arc::default(), Arc::default());
        Self { compose, link, runner, folder, orders, secrets, rivals, settled, lately, asked_ps }
    }

    /// Names the plan's other deliveries to engines: none of them may go to the same place.
    #[must_use]
    pub fn among(self, rivals: Rivals) -> Self {
        Self { rivals, ..self }
    }

    /// Says which variables that the service gets are not set here; nothing where all are.
    ///
    /// # Errors
    /// When Compose is not there, or cannot read the file.
    pub async fn unset(&self) -> Result<Option<String>, PortError> {
        Ok(self.settle_to_look().await?.unset.says(&self.compose.file))
    }

    /// Asks Compose what the file says now.
    async fn settle(&self) -> Result<Settled, PortError> {
        self.settle_when(AskWhen::Now).await
    }

    async fn settle_when(&self, when: AskWhen) -> Result<Settled, PortError> {
        let mut settled = Settled::ask(&self.compose, (self.root(), when), &self.runner).await?;
        if let Some(project) = self.named_otherwise(&settled).await? {
            settled = settled.named(&self.compose, (project, when), &self.runner).await?;
        }
        *self.settled.lock().unwrap_or_else(PoisonError::into_inner) = settled.clone();
        Ok(settled)
    }

    /// Returns what the file says, for a look: asked of Compose once for all looks that come together.
    ///
    /// Where Compose takes long, as on a busy host, what it said before counts: an order asks it anew.
    pub(super) async fn settle_to_look(&self) -> Result<Settled, PortError> {
        let came = Instant::now();
        let asked = async {
            let mut lately = self.lately.lock().await;
            // What was asked before this look began may be what the file said before somebody changed it.
            if let Some((_, said)) = lately.as_ref().filter(|(begun, _)| *begun >= came) {
                return said.clone();
            }
            let begun = Instant::now();
            let said = self.settle_when(AskWhen::Changed).await;
            *lately = Some((begun, said.clone()));
            said
        };
        let known = self.known();
        if known.by.is_empty() {
            return asked.await;
        }
        tokio::time::timeout(SLOW, asked).await.unwrap_or(Ok(known))
    }

    /// Returns what an order is driven by: a way back by the configuration that served, else by what the file says now.
    pub(super) async fn settle_for(&self, order: &Order) -> Result<Settled, PortError> {
        let Some(to) = Self::back_to(order).filter(|to| self.folder.served(to).exists()) else {
            return self.settle().await;
        };
        // Names and program are asked for once; a file that is broken by now keeps nobody from going back.
        if self.known().by.is_empty() {
            drop(self.settle().await);
        }
        match self.settled_as(to) {
            Some(settled) => Ok(settled),
            None => self.settle().await,
        }
    }

    /// Returns where a way back goes.
    pub(super) const fn back_to(order: &Order) -> Option<&Delivered> {
        match &order.task {
            Task::Restore { to, .. } => Some(to),
            Task::Provide { .. } | Task::Deliver { .. } | Task::Run { .. } | Task::Build { .. } | Task::Act { .. } => {
                None
            }
        }
    }

    /// Returns what Compose said last.
    pub(super) fn known(&self) -> Settled {
        self.settled.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The first Compose never prints a project's name. Where nothing is found under the one that follows from its rules,
    /// it is asked which containers it knows, and what it made says what it called it.
    async fn named_otherwise(&self, settled: &Settled) -> Result<Option<String>, PortError> {
        if self.compose.project.is_some() || !self.runner.tool().await?.is_first() {
            return Ok(None);
        }
        let (docker, names) = (self.link.docker().await?, &settled.names);
        if !containers::of_project(&docker, &names.project, Some(&names.service)).await?.is_empty() {
            return Ok(None);
        }
        // It can only know containers that are there.
        let among = containers::of_service(&docker, &names.service).await?;
        if among.is_empty() {
            return Ok(None);
        }
        let mut asked = self.asked_ps.lock().await;
        let id = match asked.as_ref().filter(|(then, _)| *then == among) {
            Some((_, id)) => id.clone(),
            None => self.runner.container_of(&self.compose.file, &names.service).await?,
        };
        *asked = Some((among, id.clone()));
        drop(asked);
        let Some(id) = id else { return Ok(None) };
        let seen = look(&docker, &id).await?;
        Ok(seen
            .and_then(|seen| seen.labels.get(containers::PROJECT).cloned())
            .filter(|project| *project != names.project))
    }

    /// Says which other delivery of the plan goes to the same place.
    pub(super) async fn rival(&self, settled: &Settled) -> Option<String> {
        let (names, container) = (&settled.names, settled.container.as_str());
        let service = Some((names.project.as_str(), names.service.as_str()));
        self.rivals.there(self.root(), &Ours { link: &self.link, service, container: Some(container) }).await
    }

    /// Returns what was delivered here, newest last.
    pub(super) async fn past(&self) -> Vec<PastDelivery> {
        self.folder.read(changes::FILE).await.unwrap_or_default()
    }

    /// Returns what names the image of a version for good.
    pub(super) fn reference(&self, to: &Delivered) -> Result<String, PortError> {
        let Some(digest) = &to.digest else {
            let summary = format!("the digest of {} is not known, and nothing is delivered without one", to.version);
            return Err(PortError::new(FailureKind::Rejected, summary));
        };
        pull::reference(&self.compose.image, &to.version, digest)
    }

    /// Says whether the project's name is a guess: the plan does not give it, and Compose was not asked, or did not say.
    pub(super) fn is_guessed(&self) -> bool {
        self.compose.project.is_none() && self.known().by.is_empty()
    }

    fn root(&self) -> &Path {
        self.secrets.root()
    }

    /// Returns what the configuration comes down to that a version served with; `None` where none was kept, or where it
    /// cannot be used.
    pub(super) fn settled_as(&self, one: &Delivered) -> Option<Settled> {
        self.configuration_of(one)?.ok()
    }

    /// Returns what the configuration comes down to that a version served with, or why it cannot be used; `None` where
    /// none was kept.
    pub(super) fn configuration_of(&self, one: &Delivered) -> Option<Result<Settled, String>> {
        let path = self.folder.served(one);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
            Err(error) => return Some(Err(format!("cannot be read: {error}"))),
        };
        let known = self.known();
        // Where today's file is broken, only the program itself is known.
        let known = Settled { is_first: self.runner.is_first().unwrap_or(known.is_first), ..known };
        Some(Settled::served((&self.compose, self.root()), &known, (path, text)))
    }

    /// Names what the engine could not give a configuration: what another holds, what is not there, and files of the checkout
    /// that are gone.
    pub(super) async fn lacks(&self, docker: &Docker, settled: &Settled) -> Result<Option<Lack>, PortError> {
        match free::taken(docker, settled).await? {
            None if self.link.is_local() => Ok(free::missing_file(self.root(), &settled.needs.files).await),
            taken => Ok(taken.map(|says| Lack { says, gone: None })),
        }
    }

    /// Looks at what of the checkout a configuration gets as it lies there, through volumes with a name too.
    pub(super) async fn mounted(&self, docker: &Docker, settled: &Settled) -> Mounted {
        let behind = mounted::behind(docker, &settled.volumes).await;
        mounted::look(&self.secrets, &[settled.mounts.clone(), behind].concat()).await
    }

    /// Returns what a container was brought as, by its labels.
    pub(super) fn brought_as(marks: &BTreeMap<String, String>) -> Option<Delivered> {
        let version = Version::parse(marks.get(labels::VERSION)?).ok()?;
        let digest = marks.get(labels::DIGEST).filter(|digest| !digest.is_empty()).map(Digest::new);
        Some(Delivered { version, digest })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_container_of_somebody_else_was_brought_as_nothing() {
        assert_eq!(ComposeTarget::brought_as(&BTreeMap::new()), None);
    }
}
