//! An artifact that runs as a service of a compose file.

use super::calls::{Script, moved};
use super::changes::{self, Past};
use super::children::Children;
use super::pin::Shelf;
use super::renderings::{AskWhen, Renderings};
use super::settings::Compose;
use super::settled::Settled;
use super::{free, ground, kept, ready, seen};
use crate::docker::container::pull;
use crate::docker::drive::Flights;
use crate::docker::link::Link;
use crate::docker::look::look;
use crate::docker::rivals::{Ours, Rivals};
use crate::docker::watch::{Place, watch};
use crate::secrets::Secrets;
use async_trait::async_trait;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tminus_core::names::{OrderId, Version};
use tminus_core::order::{Call, Delivered, Observation, Order, Readiness, Receipt, Task, Ticket};
use tminus_core::ports::{Attention, FailureKind, PortError, ProgressSender, Sight, Target};
use tminus_core::telemetry::ContainerRole;
use tokio::sync::{mpsc, watch as channel};

/// How long a look waits for a Compose that has answered before.
const SLOW: Duration = Duration::from_secs(8);

/// What a delivery by Compose stands on.
#[derive(Clone)]
pub struct ComposeGround {
    /// The way to the engine.
    pub link: Link,
    /// The orders to engines.
    pub flights: Flights,
    /// The plan's secrets, and the root of its repository.
    pub secrets: Arc<Secrets>,
    /// A folder of the project's state.
    pub state: PathBuf,
    /// What Compose made of the project's compose files.
    pub renderings: Renderings,
}

/// What Compose said, and when it was asked.
type Lately = (Instant, Result<Settled, PortError>);

/// An artifact that runs as a service of a compose file.
#[derive(Clone)]
pub struct ComposeTarget {
    pub(super) compose: Compose,
    pub(super) link: Link,
    pub(super) children: Children,
    pub(super) shelf: Shelf,
    flights: Flights,
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
    pub fn new(compose: Compose, ground: ComposeGround) -> Self {
        let shelf = Shelf::new(&ground.state, &compose);
        let children = Children::new(&ground, shelf.clone(), compose.programs.clone());
        let ComposeGround { link, flights, secrets, .. } = ground;
        let settled = Arc::new(Mutex::new(Settled::guess(&compose, secrets.root())));
        let rivals = Rivals::default();
        let (lately, asked_ps) = (Arc::default(), Arc::default());
        Self { compose, link, children, shelf, flights, secrets, rivals, settled, lately, asked_ps }
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
    pub(super) async fn settle(&self) -> Result<Settled, PortError> {
        self.settle_when(AskWhen::Now).await
    }

    async fn settle_when(&self, when: AskWhen) -> Result<Settled, PortError> {
        let mut settled = Settled::ask(&self.compose, (self.root(), when), &self.children).await?;
        if let Some(project) = self.named_otherwise(&settled).await? {
            settled = settled.named(&self.compose, (project, when), &self.children).await?;
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
        let Some(to) = Self::back_to(order).filter(|to| self.shelf.served(to).exists()) else {
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
    const fn back_to(order: &Order) -> Option<&Delivered> {
        match &order.task {
            Task::Restore { to, .. } => Some(to),
            Task::Provide { .. } | Task::Deliver { .. } | Task::Run { .. } | Task::Build { .. } => None,
        }
    }

    /// Returns what Compose said last.
    pub(super) fn known(&self) -> Settled {
        self.settled.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The first Compose never prints a project's name. Where nothing is found under the one that follows from its rules,
    /// it is asked which containers it knows, and what it made says what it called it.
    async fn named_otherwise(&self, settled: &Settled) -> Result<Option<String>, PortError> {
        if self.compose.project.is_some() || !self.children.tool().await?.is_first() {
            return Ok(None);
        }
        let (docker, names) = (self.link.docker().await?, &settled.names);
        if !ground::containers(&docker, &names.project, Some(&names.service)).await?.is_empty() {
            return Ok(None);
        }
        // It can only know containers that are there.
        let among = ground::of_service(&docker, &names.service).await?;
        if among.is_empty() {
            return Ok(None);
        }
        let mut asked = self.asked_ps.lock().await;
        let id = match asked.as_ref().filter(|(then, _)| *then == among) {
            Some((_, id)) => id.clone(),
            None => self.children.container_of(&self.compose.file, &names.service).await?,
        };
        *asked = Some((among, id.clone()));
        drop(asked);
        let Some(id) = id else { return Ok(None) };
        let seen = look(&docker, &id).await?;
        Ok(seen.and_then(|seen| seen.labels.get(ground::PROJECT).cloned()).filter(|project| *project != names.project))
    }

    /// Says which other delivery of the plan goes to the same place.
    pub(super) async fn rival(&self, settled: &Settled) -> Option<String> {
        let (names, container) = (&settled.names, settled.container.as_str());
        let service = Some((names.project.as_str(), names.service.as_str()));
        self.rivals.there(self.root(), &Ours { link: &self.link, service, container: Some(container) }).await
    }

    /// Returns what was delivered here, newest last.
    pub(super) async fn past(&self) -> Vec<Past> {
        self.shelf.read(changes::FILE).await.unwrap_or_default()
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
    fn is_guessed(&self) -> bool {
        self.compose.project.is_none() && self.known().by.is_empty()
    }

    pub(super) fn root(&self) -> &Path {
        self.secrets.root()
    }

    /// Refuses an order that the preview no longer tells the truth about.
    async fn compare(&self, order: &Order) -> Result<(), PortError> {
        let Some((from, to)) = moved(order) else {
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
        match free::taken(&docker, settled).await?.or(impossible) {
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
        let program = self.children.words();
        let from = moved(order).and_then(|(from, _)| from);
        let before = from.and_then(|from| self.settled_as(from)).and_then(|served| served.base);
        Script { compose: &self.compose, settled: &settled, shelf: &self.shelf, program, before }.calls(order)
    }

    async fn begin(&self, order: &Order) -> Result<Ticket, PortError> {
        if let Task::Provide { to, .. } = &order.task {
            self.reference(to)?;
        } else if self.flights.find(&order.id).await?.is_none() {
            if let Task::Deliver { .. } = order.task {
                self.children.allow().await?;
            }
            let settled = self.settle_for(order).await?;
            settled.require_set(&self.compose)?;
            self.compare(order).await?;
            self.require_free(order, &settled).await?;
        }
        self.flights.begin(order).await
    }

    async fn follow(&self, ticket: &Ticket, progress: ProgressSender) -> Result<Receipt, PortError> {
        self.flights.follow(ticket, &progress, self).await
    }

    async fn find(&self, order: &OrderId) -> Result<Option<Ticket>, PortError> {
        self.flights.find(order).await
    }

    async fn cancel(&self, ticket: &Ticket) -> Result<(), PortError> {
        self.flights.cancel(ticket).await
    }

    async fn watch(
        &self,
        attention: channel::Receiver<Attention>,
        sights: mpsc::Sender<Sight>,
    ) -> Result<(), PortError> {
        // The project's name is what the containers are found by; a file that is broken leaves the guess.
        drop(self.settle_to_look().await);
        watch(self, attention, sights).await
    }
}

#[async_trait]
impl Place for ComposeTarget {
    fn link(&self) -> &Link {
        &self.link
    }

    fn filters(&self) -> HashMap<String, Vec<String>> {
        HashMap::from([("label".to_owned(), vec![format!("{}={}", ground::PROJECT, self.known().names.project)])])
    }

    fn role(&self, name: &str, labels: &HashMap<String, String>) -> Option<ContainerRole> {
        let names = self.known().names;
        if labels.get(ground::PROJECT) != Some(&names.project) {
            return None;
        }
        let is_service = labels.get(ground::SERVICE) == Some(&names.service);
        Some(match (is_service, ground::is_one_off(labels)) {
            (true, false) => ContainerRole::Serves,
            (true, true) if names.is_candidate(name) => ContainerRole::Candidate,
            (true | false, true) | (false, false) => ContainerRole::Beside,
        })
    }

    async fn observation(&self) -> Result<Observation, PortError> {
        let docker = self.link.docker().await?;
        let names = self.known().names;
        let found = ground::containers(&docker, &names.project, Some(&names.service)).await?;
        if found.is_empty() && self.is_guessed() {
            let summary = format!("Compose has not said which project {} is", self.compose.file);
            return Err(PortError::new(FailureKind::Unavailable, summary).because("so what runs is unknown"));
        }
        let observed = seen::together(&found, self.compose.image.template());
        let kept = kept::kept(&docker, &names, &self.past().await).await?;
        let runs = observed.version.clone().map(|version| Delivered { version, digest: observed.digest.clone() });
        Ok(Observation { kept: kept::words(&kept, runs.as_ref()), ..observed })
    }
}
