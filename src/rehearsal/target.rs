//! A place where an artifact is delivered, played: container engine, cluster, TestFlight and App Store.

use super::faults::condition;
use super::follow::follow;
use super::orders::{begin_once, find, sought};
use super::reach::reach;
use super::script::{Itinerary, Runs};
use super::shared::SharedWorld;
use super::snapshot::{SiteSnapshot, SiteState, stand};
use super::world::{Holds, PlayedWorld, Site};
use super::{calls, words};
use crate::scenario::OutageScope;
use async_trait::async_trait;
use jiff::Timestamp;
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::kinds::deliver::{DeliverKind, PlayedCourse};
use tminus_core::names::{OrderId, Version};
use tminus_core::order::{Call, Delivered, Health, Observation, Order, Readiness, Receipt, Task, Ticket};
use tminus_core::plan::Template;
use tminus_core::ports::{ProgressSender, Target};

/// One site of the world behind the port.
pub(crate) struct PlayedTarget {
    pub(crate) world: SharedWorld,
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
        begin_once(&self.world, order, self.calls(order), |world, now| {
            self.refuse(world, order, now)?;
            Ok(self.happens(world, order, now))
        })
    }

    async fn follow(&self, ticket: &Ticket, progress: ProgressSender) -> Result<Receipt, Failure> {
        follow(&self.world, ticket, &progress, || self.reach()).await
    }

    async fn find(&self, order: &OrderId) -> Result<Option<Ticket>, Failure> {
        self.reach().await?;
        find(&self.world, order)
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

fn too_late(id: &OrderId) -> Failure {
    let says =
        format!("order {id} can no longer be stopped: the new version is starting, so wait for it, then roll back");
    Failure::new(FailureKind::Conflict, says)
}

impl PlayedTarget {
    async fn reach(&self) -> Result<(), Failure> {
        let service = format!("{} of {}", self.kind.played().service, self.site.env);
        reach(&self.world, OutageScope::Targets, Some(&self.site.role), &service).await
    }

    fn observed(&self, standing: &SiteSnapshot, now: Timestamp) -> Observation {
        let words = match &standing.state {
            SiteState::Absent => None,
            SiteState::Up if self.health(standing, now) == Health::Unhealthy => {
                Some(format!("{}; requests fail", self.up()))
            }
            SiteState::Up => Some(self.at_rest().to_owned()),
            SiteState::UpWith(words) | SiteState::Coming(words) | SiteState::Broken(words) => Some(words.clone()),
            SiteState::Down => Some("stopped".to_owned()),
        };
        let version = standing.shown.clone();
        Observation {
            kept: Vec::new(),
            digest: version.as_ref().map(|version| self.digest(version)),
            health: self.health(standing, now),
            serves: standing.serves.as_ref().map(|run| run.version.clone()).filter(|v| Some(v) != version.as_ref()),
            version,
            words,
            since: standing.since,
            action: standing.action.clone(),
        }
    }

    fn health(&self, standing: &SiteSnapshot, now: Timestamp) -> Health {
        let is_store = self.site.holds == Holds::App;
        let serving = standing.serves.as_ref().map(|run| condition(self.world.scenario(), &self.site, run, now).health);
        match &standing.state {
            SiteState::Absent => Health::Absent,
            SiteState::Up | SiteState::UpWith(_) => serving.unwrap_or(Health::Unknown),
            SiteState::Down => Health::Stopped,
            SiteState::Coming(_) if is_store => Health::Waiting,
            SiteState::Coming(_) => Health::Starting,
            SiteState::Broken(_) => Health::Unhealthy,
        }
    }

    fn at_rest(&self) -> &'static str {
        match self.kind.played().course {
            PlayedCourse::Host => "healthy",
            PlayedCourse::Cluster(_) => "3 of 3 replicas",
            PlayedCourse::Beta => "in beta testing",
            PlayedCourse::Store => "on sale",
        }
    }

    /// What is up, whatever it answers.
    fn up(&self) -> &'static str {
        match self.kind.played().course {
            PlayedCourse::Cluster(_) => "3 of 3 replicas are up",
            PlayedCourse::Host => "it is up",
            PlayedCourse::Beta => "in beta testing",
            PlayedCourse::Store => "on sale",
        }
    }

    fn refuse(&self, world: &PlayedWorld, order: &Order, now: Timestamp) -> Result<(), Failure> {
        let (artifact, to, is_back) = match &order.task {
            Task::Deliver { artifact, to, .. } | Task::Provide { artifact, to } => (artifact, to, false),
            Task::Restore { artifact, to, .. } => (artifact, to, true),
            Task::Run { .. } | Task::Build { .. } | Task::Act { .. } => return Err(not_for(&self.site, order)),
        };
        if order.env.as_ref() != Some(&self.site.env) || artifact != &self.site.artifact {
            return Err(not_for(&self.site, order));
        }
        if let Some(other) = world.orders_of(&self.site).find(|begun| !begun.is_over(now)) {
            let says = format!("{} in {} is busy with order {}", self.site.artifact, self.site.env, other.order.id);
            return Err(Failure::new(FailureKind::Conflict, says));
        }
        let ready = self.ready(world, &to.version, now);
        match ready.blockers.first() {
            Some(blocker) => Err(Failure::new(FailureKind::Rejected, blocker.clone())),
            None if is_back && self.kind.played().course == PlayedCourse::Store => {
                let says = words::no_way_back(&to.version, stand(world, &self.site, now).shown.as_ref());
                Err(Failure::new(FailureKind::Rejected, says))
            }
            None => same_digest(to, &ready),
        }
    }

    fn happens(&self, world: &PlayedWorld, order: &Order, now: Timestamp) -> Itinerary {
        match &order.task {
            Task::Provide { to, .. } => self.pulled(world, &to.version, now),
            Task::Deliver { to, .. } | Task::Restore { to, .. } => self.itinerary(world, &to.version, now),
            Task::Run { .. } | Task::Build { .. } | Task::Act { .. } => {
                Itinerary::of_command(self.world.time(), self.world.scenario().pace)
            }
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
