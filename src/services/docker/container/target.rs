//! The target itself: one artifact in one container.

use super::super::drive::Flights;
use super::super::labels;
use super::super::link::Link;
use super::super::look::{Seen, look, nothing};
use super::super::ports;
use super::super::rivals::{Ours, Rivals};
use super::super::watch::{Place, watch};
use super::effective::Effective;
use super::names::{Names, is_allowed, is_own};
use super::scene::{Standing, standing};
use super::spec::{Switch, switch};
use super::voyage::{before, moved};
use super::{kept, pull, ready, script};
use crate::book::Book;
use crate::registry::Image;
use crate::secrets::Secrets;
use async_trait::async_trait;
use bollard::Docker;
use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tminus_core::names::{ArtifactName, Digest, EnvName, OrderId, Version};
use tminus_core::order::{Call, Delivered, Health, Observation, Order, Readiness, Receipt, Task, Ticket};
use tminus_core::plan::HostPorts;
use tminus_core::ports::{Attention, FailureKind, PortError, ProgressSender, Sight, Target};
use tminus_core::telemetry::ContainerRole;
use tminus_core::time::Span;
use tokio::sync::{mpsc, watch as channel};

/// How long a container may take to get healthy unless the plan says.
const USUAL: Span = Span::seconds(300);

/// What the plan says of one delivery.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Where.
    pub env: EnvName,
    /// What.
    pub artifact: ArtifactName,
    /// `container`: its name.
    pub container: String,
    /// `ports`.
    pub ports: Vec<String>,
    /// `env-file`.
    pub env_files: Vec<String>,
    /// `volumes`.
    pub volumes: Vec<String>,
    /// `network`.
    pub network: Option<String>,
    /// `timeout`: how long it may take until it is healthy.
    pub timeout: Option<Span>,
}

/// What a delivery stands on.
#[derive(Clone)]
pub struct Ground {
    /// The way to the engine.
    pub link: Link,
    /// The orders that were begun.
    pub flights: Flights,
    /// The repository, and what is secret in it.
    pub secrets: Arc<Secrets>,
    /// A folder of the project's state, for what was there before each order.
    pub state: PathBuf,
}

/// An artifact that is delivered as one container on one engine.
#[derive(Clone)]
pub struct ContainerTarget {
    pub(super) delivery: Delivery,
    pub(super) image: Image,
    pub(super) ground: Ground,
    pub(super) book: Book,
    rivals: Rivals,
    /// How the kept containers that were seen take the place, by their names.
    kept_ways: Arc<Mutex<HashMap<String, Switch>>>,
    /// The names that others' containers were seen to be kept under.
    strangers: Arc<Mutex<BTreeSet<String>>>,
}

impl ContainerTarget {
    /// Makes it of what the plan says.
    pub fn new(delivery: Delivery, image: Image, ground: Ground) -> Self {
        let book = Book::new(&ground.state);
        Self {
            delivery,
            image,
            ground,
            book,
            rivals: Rivals::default(),
            kept_ways: Arc::default(),
            strangers: Arc::default(),
        }
    }

    /// Returns how a container that is made of today's plan takes the place.
    pub(super) fn way(&self) -> Switch {
        switch(&self.delivery.ports, self.delivery.network.as_deref())
    }

    /// Takes in how a kept container takes the place, so that a preview can tell its calls.
    pub(super) fn saw_kept(&self, one: &Standing) {
        self.kept_ways.lock().unwrap_or_else(PoisonError::into_inner).insert(one.name.clone(), one.way());
    }

    /// Remembers which names are taken, so that a preview shows the name that will be given.
    pub(super) fn saw_strangers(&self, names: BTreeSet<String>) {
        *self.strangers.lock().unwrap_or_else(PoisonError::into_inner) = names;
    }

    fn names(&self, order: &Order) -> Option<Names> {
        let strangers = self.strangers.lock().unwrap_or_else(PoisonError::into_inner);
        Names::of(&self.delivery.container, order).map(|names| names.beside(&strangers))
    }

    fn kept_way(&self, order: &Order) -> Option<Switch> {
        let name = self.names(order)?.kept?;
        self.kept_ways.lock().unwrap_or_else(PoisonError::into_inner).get(&name).copied()
    }

    /// Says which container has a port that one is to have.
    pub(super) async fn port_taken(&self, docker: &Docker, entries: &[String]) -> Result<Option<String>, PortError> {
        let wanted: Vec<HostPorts> = entries.iter().filter_map(|entry| HostPorts::read(entry)).collect();
        let place = &self.delivery.container;
        let is_own = |name: &str, labels: &HashMap<String, String>| is_own(place, (name, labels));
        ports::taken(docker, &wanted, is_own).await
    }

    /// Names the plan's other deliveries to engines: none of them may go to the same place.
    #[must_use]
    pub fn among(self, rivals: Rivals) -> Self {
        Self { rivals, ..self }
    }

    /// Says which other delivery of the plan goes to the same place.
    pub(super) async fn rival(&self) -> Option<String> {
        let ours = Ours { link: &self.ground.link, service: None, container: Some(&self.delivery.container) };
        self.rivals.there(self.ground.secrets.root(), &ours).await
    }

    /// Returns how long a container may take to get healthy.
    pub(super) fn patience(&self) -> Duration {
        self.delivery.timeout.unwrap_or(USUAL).duration()
    }

    /// Returns what a version is called on the engine.
    pub(super) fn reference(&self, to: &Delivered) -> Result<String, PortError> {
        let Some(digest) = &to.digest else {
            let summary =
                format!("{} of {} has no digest: it cannot be told from another", to.version, self.delivery.artifact);
            return Err(PortError::new(FailureKind::Rejected, summary));
        };
        pull::reference(&self.image, &to.version, digest)
    }

    /// Reads a container as what this target runs.
    pub(super) fn observed(&self, seen: &Seen) -> Observation {
        let observed = seen.observation(self.image.template());
        if observed.version.is_some() {
            return observed;
        }
        let words = format!("{}, image {}: not of this plan", seen.words, seen.image);
        Observation { words: Some(words), ..observed }
    }

    /// Remembers how long a version took to get healthy, where its health could be known. Best effort: it is a figure.
    pub(super) async fn took(&self, to: &Delivered, time: Duration, health: Health) {
        if health == Health::Healthy {
            drop(self.book.write(&self.figure(&to.version), Span::from(time)).await);
        }
    }

    /// Returns how long a version took, where that is known.
    pub(super) async fn takes(&self, version: &Version) -> Option<Span> {
        self.book.read(&self.figure(version)).await.ok().flatten()
    }

    /// Remembers what was brought as a version: its tag may name another image one day. Best effort: what is kept says so
    /// too, as long as it is there.
    pub(super) async fn brought(&self, to: &Delivered) {
        let Some(digest) = &to.digest else { return };
        let mut all = self.remembered(&to.version).await;
        if !all.contains(digest) {
            all.push(digest.clone());
            drop(self.book.write(&self.memory(&to.version), all).await);
        }
    }

    /// Returns every digest that was brought as a version.
    pub(super) async fn remembered(&self, version: &Version) -> Vec<Digest> {
        self.book.read(&self.memory(version)).await.ok().flatten().unwrap_or_default()
    }

    fn memory(&self, version: &Version) -> OrderId {
        OrderId::new(format!("brought {} {} {version}", self.delivery.env, self.delivery.artifact))
    }

    /// No order's id has a space in it.
    fn figure(&self, version: &Version) -> OrderId {
        OrderId::new(format!("figure {} {} {version}", self.delivery.env, self.delivery.artifact))
    }

    /// Refuses what cannot be done, before anything is done.
    async fn check(&self, order: &Order) -> Result<(), PortError> {
        let Some((_, to)) = moved(order) else {
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
        let docker = self.ground.link.docker().await?;
        let found = before(self, &docker, order).await?;
        let kept = match &found.kept {
            Some(kept) => standing(&docker, kept).await?,
            None => None,
        };
        // A kept container keeps its own configuration; only a new one takes the plan's.
        if kept.is_none() {
            drop(Effective::read(&self.delivery, &self.ground.secrets).await?);
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
            Task::Restore { .. } | Task::Provide { .. } | Task::Run { .. } | Task::Build { .. } => Ok(()),
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

#[async_trait]
impl Target for ContainerTarget {
    async fn observe(&self) -> Result<Observation, PortError> {
        let docker = self.ground.link.docker().await?;
        let seen = look(&docker, &self.delivery.container).await?;
        let kept = kept::words(&self.delivery, &kept::kept(&docker, &self.delivery).await?);
        Ok(Observation { kept, ..seen.map_or_else(nothing, |seen| self.observed(&seen)) })
    }

    async fn readiness(&self, version: &Version) -> Result<Readiness, PortError> {
        ready::readiness(self, version).await
    }

    fn calls(&self, order: &Order) -> Vec<Call> {
        // What cannot be named is refused by `begin`.
        if let Task::Provide { to, .. } = &order.task {
            return self.reference(to).map_or_else(|_| Vec::new(), |reference| pull::calls(&self.image, &reference));
        }
        let reference = moved(order).and_then(|(_, to)| self.reference(to).ok());
        let Some((names, reference)) = self.names(order).zip(reference) else { return Vec::new() };
        script::calls(&self.delivery, order, (&names, &reference, self.kept_way(order)))
    }

    async fn begin(&self, order: &Order) -> Result<Ticket, PortError> {
        if let Task::Provide { to, .. } = &order.task {
            self.reference(to)?;
        } else if self.ground.flights.find(&order.id).await?.is_none() {
            self.check(order).await?;
        }
        self.ground.flights.begin(order).await
    }

    async fn follow(&self, ticket: &Ticket, progress: ProgressSender) -> Result<Receipt, PortError> {
        self.ground.flights.follow(ticket, &progress, self).await
    }

    async fn find(&self, order: &OrderId) -> Result<Option<Ticket>, PortError> {
        self.ground.flights.find(order).await
    }

    async fn cancel(&self, ticket: &Ticket) -> Result<(), PortError> {
        self.ground.flights.cancel(ticket).await
    }

    async fn watch(
        &self,
        attention: channel::Receiver<Attention>,
        sights: mpsc::Sender<Sight>,
    ) -> Result<(), PortError> {
        watch(self, attention, sights).await
    }
}

#[async_trait]
impl Place for ContainerTarget {
    fn link(&self) -> &Link {
        &self.ground.link
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
