//! The builder of one artifact: a target whose orders are the stages of a build.
//!
//! Nothing is held in memory between them: what a stage made is found again on the engine by its labels.

use super::build::{self, Making};
use super::context::Context;
use super::found;
use super::inspect::{self, Inspected};
use super::push;
use crate::adapters::docker::drive::{Drive, Flights};
use crate::adapters::docker::link::Link;
use crate::adapters::git::GitRepository;
use crate::adapters::registry::{Access, Image, ImageName, Registry};
use crate::adapters::worktree::Worktree;
use crate::domain::mask::Mask;
use crate::domain::names::{ArtifactName, Commit, Digest, OrderId, Version};
use crate::domain::order::{
    BuildStage, Call, Delivered, Health, Observation, Order, Place, Readiness, Receipt, Task, Ticket,
};
use crate::domain::plan::ImageBuild;
use crate::domain::size::size;
use crate::domain::time::brief;
use crate::ports::{FailureKind, PortError, ProgressSender, Target};
use async_trait::async_trait;
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a build may take, and how long a push.
pub(super) const BUILD: Duration = Duration::from_secs(3_600);

/// How long a registry or an engine is waited for where there is nothing to do but ask.
const ASK: Duration = Duration::from_secs(30);

/// How often a push may break off in the middle.
const BROKEN: usize = 5;

/// What the plan says of one build.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// What is made.
    pub artifact: ArtifactName,
    /// Its names, and the registry that holds it.
    pub image: Image,
    /// How it is made.
    pub build: ImageBuild,
}

/// Where builds are made.
#[derive(Clone)]
pub struct Yard {
    /// The engine.
    pub link: Link,
    /// The book of the orders.
    pub flights: Flights,
    /// The project's repository.
    pub repository: Arc<GitRepository>,
    /// tminus's own checkout, for builds alone.
    pub worktree: Worktree,
    /// What must not be shown.
    pub mask: Mask,
}

/// Makes an image, and brings it to its registry. Cheap to clone.
#[derive(Clone)]
pub struct ImageBuilder {
    recipe: Arc<Recipe>,
    yard: Yard,
}

impl ImageBuilder {
    /// Makes it of what the plan says, and the place where builds are made.
    pub fn new(recipe: Recipe, yard: Yard) -> Self {
        Self { recipe: Arc::new(recipe), yard }
    }

    fn registry(&self) -> Result<&Registry, PortError> {
        let summary = || format!("the plan names no registry for {}", self.recipe.artifact);
        self.recipe.image.registry().ok_or_else(|| PortError::new(FailureKind::Rejected, summary()))
    }

    async fn log_in(&self) -> Result<String, PortError> {
        let registry = self.registry()?;
        let access = registry.log_in().await.map_err(push::away)?;
        let host = registry.host();
        Ok(match access {
            Access::Open => format!("the registry {host} asks nobody for credentials"),
            Access::Anonymous => format!("the registry {host} lets anybody in, and there are no credentials for it"),
            Access::Known(Some(user)) => format!("the registry {host} takes the credentials of {user}"),
            Access::Known(None) => format!("the registry {host} takes the token that is known for it"),
        })
    }

    async fn build(&self, making: Making<'_>, progress: &ProgressSender) -> Result<String, PortError> {
        let docker = self.yard.link.docker().await?;
        let id = match found::of_order(&docker, making.order).await? {
            Some(image) => image.id,
            None => {
                let ground = (&self.yard.worktree, &*self.yard.repository);
                let context = Context::at(making.commit, making.build, ground).await?;
                let credentials = self.credentials().await?;
                let told = (progress, &self.yard.mask);
                build::build(making, &self.yard.link, (context, credentials), told).await?
            }
        };
        Ok(format!("built {} from {}", Digest::new(id).short(), making.commit.short()))
    }

    /// Returns what the engine may need to pull a base image.
    async fn credentials(&self) -> Result<Option<HashMap<String, bollard::auth::DockerCredentials>>, PortError> {
        let Some(registry) = self.recipe.image.registry() else { return Ok(None) };
        let known = registry.credentials().await?.map(|known| known.for_engine(registry.host()));
        Ok(known.map(|known| HashMap::from([(registry.host().to_owned(), known)])))
    }

    /// Finds what the build of an order's action made.
    async fn built(&self, order: &Order) -> Result<Inspected, PortError> {
        let docker = self.yard.link.docker().await?;
        let made = found::of_action(&docker, &order.action, &self.recipe.artifact).await?;
        let seen = match made {
            Some(made) => inspect::of(&docker, &made.id).await?,
            None => None,
        };
        let gone =
            || format!("the image of {} that {} built is gone from the engine", self.recipe.artifact, order.action);
        seen.ok_or_else(|| PortError::new(FailureKind::NotFound, gone()))
    }

    async fn stage(
        &self,
        order: &Order,
        (version, commit, stage): (&Version, &Commit, BuildStage),
        progress: &ProgressSender,
    ) -> Result<(String, Option<Digest>), PortError> {
        let Recipe { artifact, image, build } = &*self.recipe;
        match stage {
            BuildStage::LogIn => Ok((self.log_in().await?, None)),
            BuildStage::Build => {
                let making = Making { order, artifact, version, commit, build };
                Ok((self.build(making, progress).await?, None))
            }
            BuildStage::Inspect => {
                let built = self.built(order).await?;
                built.excess(build.max_size).map_or_else(|| Ok((built.sentence(), None)), Err)
            }
            BuildStage::Tag => {
                let built = self.built(order).await?;
                let said = push::tag(&self.yard.link.docker().await?, &built, &image.name(version)?).await?;
                Ok((said, image.is_local().then(|| Digest::new(built.id))))
            }
            BuildStage::Push => {
                let (built, name) = (self.built(order).await?, image.name(version)?);
                Ok((push::push(&self.yard.link, (&built, &name), self.registry()?, progress).await?, None))
            }
            BuildStage::Compare => {
                let (built, name) = (self.built(order).await?, image.name(version)?);
                let digest = push::compare(&built, &name, self.registry()?).await?;
                Ok((format!("the registry has {} as {digest}", name.tagged()), Some(digest)))
            }
        }
    }

    /// Finds the newest of a version on the engine, by its name.
    async fn named(&self, name: &ImageName) -> Result<Option<Inspected>, PortError> {
        inspect::of(&self.yard.link.docker().await?, &name.tagged()).await
    }
}

/// One stage, driven.
struct Work<'a> {
    builder: &'a ImageBuilder,
    limit: Duration,
    away: Mutex<Away>,
}

impl Work<'_> {
    /// An engine that is away is waited for as long as the stage may take; a registry only as long as [`ASK`].
    async fn judged(&self, begun: Instant, failure: PortError) -> PortError {
        let is_registry = failure.kind == FailureKind::Unreachable && self.is_engine_there().await;
        let mut away = self.away.lock().unwrap_or_else(PoisonError::into_inner);
        if is_registry && away.is_over(begun, Instant::now()) {
            let summary = format!("no registry answers after {}", brief(ASK));
            return PortError::new(FailureKind::Rejected, summary).because(failure.sentence());
        }
        failure
    }

    async fn is_engine_there(&self) -> bool {
        match self.builder.yard.link.docker().await {
            Ok(docker) => docker.ping().await.is_ok(),
            Err(_) => false,
        }
    }
}

/// Since when a registry does not answer, by the tries that failed.
#[derive(Default)]
struct Away {
    since: Option<Instant>,
    /// How many tries failed late: something was sent, and then it broke off.
    broken: usize,
}

impl Away {
    /// Takes a try that failed, and says whether it was the last. A long one was answered for a while.
    fn is_over(&mut self, begun: Instant, now: Instant) -> bool {
        if now.duration_since(begun) >= ASK {
            self.broken += 1;
            self.since = Some(now);
        }
        let since = *self.since.get_or_insert(begun);
        now.duration_since(since) >= ASK || self.broken >= BROKEN
    }
}

#[async_trait]
impl Drive for Work<'_> {
    async fn drive(&self, order: &Order, progress: &ProgressSender) -> Result<Receipt, PortError> {
        let (version, commit, stage) = asked(order)?;
        let begun = Instant::now();
        let done = match self.builder.stage(order, (version, commit, stage), progress).await {
            Err(failure) if stage == BuildStage::Push => Err(self.judged(begun, failure).await),
            done => done,
        };
        let (summary, digest) = done?;
        let delivered = digest.map(|digest| Delivered { version: version.clone(), digest: Some(digest) });
        Ok(Receipt { order: order.id.clone(), delivered, summary })
    }

    /// Half a build is the engine's own cache, half a push are layers that no tag names: nothing to take back.
    async fn tidy(&self, _order: &Order) -> Result<(), PortError> {
        Ok(())
    }

    fn limit(&self) -> Duration {
        self.limit
    }
}

fn asked(order: &Order) -> Result<(&Version, &Commit, BuildStage), PortError> {
    match &order.task {
        Task::Build { version, commit, stage, .. } => Ok((version, commit, *stage)),
        Task::Deliver { .. } | Task::Restore { .. } | Task::Run { .. } => {
            Err(PortError::new(FailureKind::Rejected, "a builder only builds"))
        }
    }
}

const fn limit(stage: BuildStage) -> Duration {
    match stage {
        BuildStage::Build | BuildStage::Push => BUILD,
        BuildStage::LogIn | BuildStage::Inspect | BuildStage::Tag | BuildStage::Compare => ASK,
    }
}

#[async_trait]
impl Target for ImageBuilder {
    /// Tells what the engine holds of the newest that was built here.
    async fn observe(&self) -> Result<Observation, PortError> {
        let docker = self.yard.link.docker().await?;
        let newest = found::of_artifact(&docker, &self.recipe.artifact).await?;
        let label = |name: &str| newest.as_ref().and_then(|image| image.labels.get(name)).map(String::as_str);
        let version = label(found::VERSION).and_then(|text| Version::parse(text).ok());
        let commit = label(found::REVISION).map(|text| Commit::new(text).short().to_owned());
        let words = newest.as_ref().map(|image| {
            let from = commit.map(|commit| format!(" from {commit}")).unwrap_or_default();
            format!("built{from}, {}", size(u64::try_from(image.size).unwrap_or_default()))
        });
        Ok(Observation {
            version,
            digest: newest.as_ref().map(|image| Digest::new(&image.id)),
            // An image does nothing that could be well or not.
            health: if newest.is_some() { Health::Unknown } else { Health::Absent },
            words,
            since: newest.as_ref().and_then(|image| Timestamp::from_second(image.created).ok()),
            action: None,
            kept: Vec::new(),
        })
    }

    async fn readiness(&self, version: &Version) -> Result<Readiness, PortError> {
        let mut ready = Readiness {
            held: Vec::new(),
            version: version.clone(),
            digest: None,
            places: Vec::new(),
            blockers: Vec::new(),
            unknown: Vec::new(),
            keeps: Vec::new(),
            takes: None,
        };
        let name = match self.recipe.image.name(version) {
            Ok(name) => name,
            Err(failure) => {
                ready.blockers.push(failure.sentence());
                return Ok(ready);
            }
        };
        let mut place = |place: &str, found: Result<Option<Digest>, PortError>| {
            let has = found.as_ref().ok().map(Option::is_some);
            ready.places.push(Place { name: place.to_owned(), has });
            match found {
                Ok(digest) => ready.digest = ready.digest.take().or(digest),
                Err(failure) if failure.kind == FailureKind::Unauthorized => ready.blockers.push(failure.sentence()),
                Err(failure) => ready.unknown.push(failure.sentence()),
            }
        };
        if let Some(registry) = self.recipe.image.registry() {
            place("registry", registry.digest(&name).await);
        }
        place("host", self.named(&name).await.map(|image| image.map(|image| Digest::new(image.id))));
        Ok(ready)
    }

    fn calls(&self, order: &Order) -> Vec<Call> {
        let Ok((version, commit, stage)) = asked(order) else { return Vec::new() };
        let Recipe { artifact, image, build } = &*self.recipe;
        let name = image.name(version).ok();
        match stage {
            BuildStage::LogIn | BuildStage::Inspect | BuildStage::Compare => Vec::new(),
            BuildStage::Build => build::calls(Making { order, artifact, version, commit, build }),
            BuildStage::Tag => name.iter().map(push::tag_call).collect(),
            BuildStage::Push => name.iter().map(push::push_call).collect(),
        }
    }

    async fn begin(&self, order: &Order) -> Result<Ticket, PortError> {
        let (version, ..) = asked(order)?;
        self.recipe.image.name(version)?;
        self.yard.flights.begin(order).await
    }

    async fn follow(&self, ticket: &Ticket, progress: ProgressSender) -> Result<Receipt, PortError> {
        let order = self.yard.flights.order(&ticket.order).await?;
        let stage = order.as_ref().map(asked).transpose()?.map_or(BuildStage::Build, |(.., stage)| stage);
        let work = Work { builder: self, limit: limit(stage), away: Mutex::default() };
        self.yard.flights.follow(ticket, &progress, &work).await
    }

    async fn find(&self, order: &OrderId) -> Result<Option<Ticket>, PortError> {
        self.yard.flights.find(order).await
    }

    async fn cancel(&self, ticket: &Ticket) -> Result<(), PortError> {
        self.yard.flights.cancel(ticket).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registry_is_waited_for_half_a_minute_and_a_push_that_breaks_off_goes_on() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut away = Away::default();
        assert!(!away.is_over(at(0), at(1)));
        assert!(!away.is_over(at(20), at(21)));
        assert!(away.is_over(at(29), at(30)));
        let mut away = Away::default();
        for broken in 1..BROKEN as u64 {
            assert!(!away.is_over(at(100 * broken), at(100 * broken + 90)), "it was sending until then");
        }
        assert!(away.is_over(at(1_000), at(1_100)));
    }
}
