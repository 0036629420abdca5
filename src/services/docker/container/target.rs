//! One artifact in one container: what is known of it and remembered.

use super::super::look::SeenContainer;
use super::super::rivals::{Ours, Rivals};
use super::super::{mounted, ports, pull};
use super::delivery::{ContainerDelivery, ContainerDeps};
use super::effective::Effective;
use super::names::{ContainerNames, is_own};
use super::order_containers::ContainerState;
use super::spec::{Switch, switch};
use crate::order_store::OrderStore;
use crate::registry::Image;
use bollard::Docker;
use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tminus_core::names::{Digest, OrderId, Version};
use tminus_core::order::{Delivered, Health, Observation, Order};
use tminus_core::plan::HostPorts;
use tminus_core::ports::{FailureKind, PortError};
use tminus_core::time::Span;

/// How long a container may take to get healthy unless the plan says.
const USUAL: Span = Span::seconds(300);

/// An artifact that is delivered as one container on one engine.
#[derive(Clone)]
pub struct ContainerTarget {
    pub(super) delivery: ContainerDelivery,
    pub(super) image: Image,
    pub(super) deps: ContainerDeps,
    pub(super) book: OrderStore,
    rivals: Rivals,
    /// How the kept containers that were seen take the place, by their names.
    kept_ways: Arc<Mutex<HashMap<String, Switch>>>,
    /// The names that others' containers were seen to be kept under.
    strangers: Arc<Mutex<BTreeSet<String>>>,
}

impl ContainerTarget {
    /// Makes it of what the plan says.
    pub fn new(delivery: ContainerDelivery, image: Image, deps: ContainerDeps) -> Self {
        let book = OrderStore::new(&deps.state);
        Self {
            delivery,
            image,
            deps,
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
    pub(super) fn saw_kept(&self, one: &ContainerState) {
        self.kept_ways.lock().unwrap_or_else(PoisonError::into_inner).insert(one.name.clone(), one.way());
    }

    /// Remembers which names are taken, so that a preview shows the name that will be given.
    pub(super) fn saw_strangers(&self, names: BTreeSet<String>) {
        *self.strangers.lock().unwrap_or_else(PoisonError::into_inner) = names;
    }

    pub(super) fn names(&self, order: &Order) -> Option<ContainerNames> {
        let strangers = self.strangers.lock().unwrap_or_else(PoisonError::into_inner);
        ContainerNames::of(&self.delivery.container, order).map(|names| names.beside(&strangers))
    }

    pub(super) fn kept_way(&self, order: &Order) -> Option<Switch> {
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
        let ours = Ours { link: &self.deps.link, service: None, container: Some(&self.delivery.container) };
        self.rivals.there(self.deps.secrets.root(), &ours).await
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

    /// Returns what of the host's files a container gets as they lie there, through volumes with a name too.
    pub(super) async fn mounted_paths(&self, docker: &Docker, today: &Effective) -> Vec<PathBuf> {
        let mut paths = today.mounted_paths();
        paths.extend(mounted::behind(docker, &today.volumes()).await);
        paths
    }

    /// Reads a container as what this target runs.
    pub(super) fn observed(&self, seen: &SeenContainer) -> Observation {
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
}
