//! A place where an artifact is delivered, played: container engine, cluster, TestFlight and App Store.

use super::follow::follow;
use super::itinerary::{Itinerary, Journey, Known, Runs};
use super::reach::reach;
use super::shared::SharedWorld;
use super::standing::{Standing, State, stand};
use super::weather::{condition, is_pruned};
use super::world::{Begun, Holds, Site, World};
use super::{calls, words};
use crate::config::scenario::{Scope, Spot};
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::names::{Digest, OrderId, Version};
use crate::domain::order::{Call, Delivered, Health, Observation, Order, Place, Readiness, Receipt, Task, Ticket};
use crate::domain::plan::{DeliverKind, Template};
use crate::ports::{Clock, ProgressSender, Target};
use async_trait::async_trait;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

/// One site of the world behind the port.
pub(crate) struct PlayedTarget {
    pub(crate) world: SharedWorld,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) site: Site,
    pub(crate) kind: DeliverKind,
    /// The image's reference, or the app's identifier.
    pub(crate) name: Template,
}

#[async_trait]
impl Target for PlayedTarget {
    async fn observe(&self) -> Result<Observation, Failure> {
        self.reach().await?;
        let now = self.world.now();
        self.world.read(|world| self.observed(&stand(world, &self.site, now), now))
    }

    async fn readiness(&self, version: &Version) -> Result<Readiness, Failure> {
        self.reach().await?;
        let now = self.world.now();
        self.world.read(|world| self.ready(world, version, now))
    }

    fn calls(&self, order: &Order) -> Vec<Call> {
        calls::calls(&self.kind, &self.name, order)
    }

    async fn begin(&self, order: &Order) -> Result<Ticket, Failure> {
        self.reach().await?;
        let now = self.world.now();
        begin_once(&self.world, &order.id, |world| {
            self.refuse(world, order, now)?;
            Ok(self.begun(world, order, now))
        })
    }

    async fn follow(&self, ticket: &Ticket, progress: ProgressSender) -> Result<Receipt, Failure> {
        follow(&self.world, &*self.clock, ticket, &progress, || self.reach()).await
    }

    async fn find(&self, order: &OrderId) -> Result<Option<Ticket>, Failure> {
        self.reach().await?;
        self.world.read(|world| world.order(order).map(|_| ticket(order)))
    }

    async fn cancel(&self, ticket: &Ticket) -> Result<(), Failure> {
        self.reach().await?;
        let now = self.world.now();
        let is_store = self.site.holds == Holds::App;
        self.world.change(|world| {
            let begun = sought(world, &ticket.order)?;
            match begun.phase(now) {
                _ if begun.is_over(now) => Ok(()),
                Some((phase, ..)) if phase.runs == Runs::New && !is_store => Err(too_late(&ticket.order)),
                Some(_) | None => {
                    begun.cancelled = Some(now);
                    Ok(())
                }
            }
        })
    }
}

/// Writes down an order that begins, once; who tries again is refused and counted.
pub(crate) fn begin_once(
    world: &SharedWorld,
    id: &OrderId,
    make: impl FnOnce(&World) -> Result<Begun, Failure>,
) -> Result<Ticket, Failure> {
    world.change(|state| {
        if state.order(id).is_some() {
            sought(state, id)?.times_begun += 1;
            return Ok(Err(words::begun_before(id)));
        }
        let begun = make(state)?;
        state.orders.push(begun);
        Ok(Ok(ticket(id)))
    })?
}

/// Finds an order to change it.
pub(crate) fn sought<'w>(world: &'w mut World, id: &OrderId) -> Result<&'w mut Begun, Failure> {
    let unknown = || Failure::new(FailureKind::NotFound, format!("the rehearsal knows no order {id}"));
    world.orders.iter_mut().find(|begun| &begun.order.id == id).ok_or_else(unknown)
}

pub(crate) fn ticket(id: &OrderId) -> Ticket {
    Ticket { order: id.clone(), reference: serde_json::json!({ "rehearsal": id }) }
}

fn too_late(id: &OrderId) -> Failure {
    let says =
        format!("order {id} can no longer be stopped: the new version is starting, so wait for it, then roll back");
    Failure::new(FailureKind::Conflict, says)
}

/// Returns what a version of an artifact is known by for good, in every rehearsal the same.
pub(crate) fn digest(holds: Holds, name: &str, version: &Version) -> Digest {
    match holds {
        Holds::Image => {
            let hash = Sha256::digest(format!("{name}\n{version}").as_bytes());
            Digest::new(format!("sha256:{}", hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>()))
        }
        Holds::App => {
            let parts = version.as_str().split(['.', '-', '+', '_']).filter_map(|part| part.parse::<u64>().ok());
            let number = parts.take(3).fold(0_u64, |sum, part| sum.saturating_mul(100).saturating_add(part));
            Digest::new(number.to_string())
        }
    }
}

impl PlayedTarget {
    async fn reach(&self) -> Result<(), Failure> {
        let service = format!("{} of {}", service(&self.kind), self.site.env);
        reach(&self.world, Scope::Targets, Some(&self.site.role), &service).await
    }

    fn digest(&self, version: &Version) -> Digest {
        digest(self.site.holds, self.name.as_str(), version)
    }

    fn observed(&self, standing: &Standing, now: Timestamp) -> Observation {
        let words = match &standing.state {
            State::Absent => None,
            State::Up => Some(self.at_rest().to_owned()),
            State::UpWith(words) | State::Coming(words) | State::Broken(words) => Some(words.clone()),
            State::Down => Some("stopped".to_owned()),
        };
        let version = standing.shown.clone();
        Observation {
            digest: version.as_ref().map(|version| self.digest(version)),
            health: self.health(standing, now),
            version,
            words,
            since: standing.since,
            action: standing.action.clone(),
        }
    }

    fn health(&self, standing: &Standing, now: Timestamp) -> Health {
        let is_store = self.site.holds == Holds::App;
        let serving = standing.serves.as_ref().map(|run| condition(self.world.scenario(), &self.site, run, now).health);
        match &standing.state {
            State::Absent => Health::Absent,
            State::Up | State::UpWith(_) => serving.unwrap_or(Health::Unknown),
            State::Down => Health::Stopped,
            State::Coming(_) if is_store => Health::Waiting,
            State::Coming(_) => Health::Starting,
            State::Broken(_) => Health::Unhealthy,
        }
    }

    const fn at_rest(&self) -> &'static str {
        match self.kind {
            DeliverKind::Docker { .. } | DeliverKind::Compose { .. } | DeliverKind::Command { .. } => "running",
            DeliverKind::Kubernetes { .. } => "3 of 3 replicas",
            DeliverKind::TestFlight { .. } => "in beta testing",
            DeliverKind::AppStore { .. } => "on sale",
        }
    }

    fn ready(&self, world: &World, version: &Version, now: Timestamp) -> Readiness {
        let scenario = self.world.scenario();
        let is_pruned = |spot| is_pruned(world, scenario, (&self.site, version, spot), now);
        let was_here = self.known(world, version, now) == Known::Before;
        let registry = !is_pruned(Spot::Registry);
        let host = was_here && !is_pruned(Spot::Host);
        let (far, near) = spots(&self.kind);
        let mut places = vec![Place { name: far.to_owned(), has: Some(registry) }];
        places.extend(near.map(|near| Place { name: near.to_owned(), has: Some(host) }));
        let standing = stand(world, &self.site, now);
        let keeps = scenario
            .keeps
            .get(self.site.role.as_str())
            .filter(|_| was_here && standing.shown.as_ref() != Some(version));
        Readiness {
            version: version.clone(),
            digest: (registry || host).then(|| self.digest(version)),
            places,
            blockers: self.blockers(version, &standing, registry || (host && near.is_some())),
            keeps: keeps.cloned().unwrap_or_default(),
            takes: Some(self.itinerary(world, version, now).takes()),
        }
    }

    fn blockers(&self, version: &Version, standing: &Standing, is_kept: bool) -> Vec<String> {
        let (far, near) = spots(&self.kind);
        let mut blockers = Vec::new();
        let was_on_sale = self.site.past.iter().any(|landed| &landed.version == version);
        let on_sale = standing.shown.as_ref();
        if matches!(self.kind, DeliverKind::AppStore { .. }) && was_on_sale && on_sale != Some(version) {
            blockers.push(words::no_way_back(version, on_sale));
        }
        if !is_kept {
            let name = self.named(version);
            let near = near.map(|near| format!(", and no {near} keeps it")).unwrap_or_default();
            blockers
                .push(format!("{name} is gone: the {far} no longer has it{near}; build {version} again from its tag"));
        }
        blockers
    }

    fn known(&self, world: &World, version: &Version, now: Timestamp) -> Known {
        let was_here = self.site.past.iter().any(|landed| landed.at <= now && &landed.version == version);
        let was_brought =
            |begun: &Begun| begun.starts() <= now && begun.brings().is_some_and(|to| &to.version == version);
        if was_here || world.orders_of(&self.site).any(was_brought) { Known::Before } else { Known::New }
    }

    fn named(&self, version: &Version) -> String {
        let name = calls::filled(&self.name, &Delivered { version: version.clone(), digest: None });
        if name.contains(version.as_str()) { name } else { format!("{name} {version}") }
    }

    fn itinerary(&self, world: &World, version: &Version, now: Timestamp) -> Itinerary {
        let scenario = self.world.scenario();
        let attempts =
            world.orders_of(&self.site).filter(|begun| begun.brings().is_some_and(|to| &to.version == version));
        let attempt = attempts.count();
        let is_new = super::weather::is_new(&self.site, version);
        let goes = scenario.deliveries.iter().find(|delivery| {
            is_new && delivery.env == self.site.role && delivery.attempts.is_none_or(|most| attempt < most)
        });
        let standing = stand(world, &self.site, now);
        let journey = Journey {
            kind: &self.kind,
            name: &self.named(version),
            to: version,
            from: standing.serves.as_ref().map(|run| &run.version),
            known: self.known(world, version, now),
            goes: goes.map(|delivery| delivery.goes),
        };
        Itinerary::of(&journey, self.world.time(), scenario.pace)
    }

    fn refuse(&self, world: &World, order: &Order, now: Timestamp) -> Result<(), Failure> {
        let (artifact, to, is_back) = match &order.task {
            Task::Deliver { artifact, to, .. } => (artifact, to, false),
            Task::Restore { artifact, to, .. } => (artifact, to, true),
            Task::Run { .. } => return Err(not_for(&self.site, order)),
        };
        if order.env != self.site.env || artifact != &self.site.artifact {
            return Err(not_for(&self.site, order));
        }
        if let Some(other) = world.orders_of(&self.site).find(|begun| !begun.is_over(now)) {
            let says = format!("{} in {} is busy with order {}", self.site.artifact, self.site.env, other.order.id);
            return Err(Failure::new(FailureKind::Conflict, says));
        }
        let ready = self.ready(world, &to.version, now);
        match ready.blockers.first() {
            Some(blocker) => Err(Failure::new(FailureKind::Rejected, blocker.clone())),
            None if is_back && matches!(self.kind, DeliverKind::AppStore { .. }) => {
                let says = words::no_way_back(&to.version, stand(world, &self.site, now).shown.as_ref());
                Err(Failure::new(FailureKind::Rejected, says))
            }
            None => same_digest(to, &ready),
        }
    }

    fn begun(&self, world: &World, order: &Order, now: Timestamp) -> Begun {
        let itinerary = match &order.task {
            Task::Deliver { to, .. } | Task::Restore { to, .. } => self.itinerary(world, &to.version, now),
            Task::Run { .. } => Itinerary::of_command(self.world.time()),
        };
        Begun {
            order: order.clone(),
            artifact: Some(self.site.artifact.clone()),
            calls: self.calls(order),
            at: now,
            time: self.world.time(),
            itinerary,
            cancelled: None,
            times_begun: 1,
        }
    }
}

fn not_for(site: &Site, order: &Order) -> Failure {
    let says = format!("order {} is not for {} in {}", order.id, site.artifact, site.env);
    Failure::new(FailureKind::Rejected, says)
}

/// Refuses a digest that is not the one this version has: another image under the same tag.
fn same_digest(to: &Delivered, ready: &Readiness) -> Result<(), Failure> {
    match (&to.digest, &ready.digest) {
        (Some(asked), Some(there)) if asked != there => {
            let says = format!("{} is {} there, not {}", to.version, there.short(), asked.short());
            Err(Failure::new(FailureKind::Conflict, says))
        }
        (Some(_) | None, Some(_) | None) => Ok(()),
    }
}

/// Returns the service behind a way of delivering, as it is called in an error.
const fn service(kind: &DeliverKind) -> &'static str {
    match kind {
        DeliverKind::Docker { .. } | DeliverKind::Compose { .. } => "the container engine",
        DeliverKind::Kubernetes { .. } => "the cluster",
        DeliverKind::TestFlight { .. } | DeliverKind::AppStore { .. } => "App Store Connect",
        DeliverKind::Command { .. } => "the platform",
    }
}

/// Returns where an artifact is kept for all, and where it is kept on the spot.
const fn spots(kind: &DeliverKind) -> (&'static str, Option<&'static str>) {
    match kind {
        DeliverKind::Docker { .. } | DeliverKind::Compose { .. } => ("registry", Some("host")),
        DeliverKind::Kubernetes { .. } => ("registry", Some("node")),
        DeliverKind::TestFlight { .. } => ("TestFlight", None),
        DeliverKind::AppStore { .. } => ("App Store Connect", None),
        DeliverKind::Command { .. } => ("platform", None),
    }
}
