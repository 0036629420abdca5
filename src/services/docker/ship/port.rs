//! The builder as a target: its orders are the stages of a build.

use super::build::{self, Making};
use super::builder::{ImageBuilder, Recipe};
use super::work::{StageWork, asked, limit};
use super::{found, push};
use async_trait::async_trait;
use jiff::Timestamp;
use std::sync::Mutex;
use tminus_core::names::{Commit, Digest, OrderId, Version};
use tminus_core::order::{BuildStage, Call, Health, Observation, Order, Place, Readiness, Receipt, Ticket};
use tminus_core::ports::{FailureKind, PortError, ProgressSender, Target};
use tminus_core::size::size;

#[async_trait]
impl Target for ImageBuilder {
    /// Tells what the engine holds of the newest that was built here.
    async fn observe(&self) -> Result<Observation, PortError> {
        let docker = self.deps.link.docker().await?;
        let newest = found::of_artifact(&docker, &self.recipe.artifact).await?;
        let label = |name: &str| newest.as_ref().and_then(|image| image.labels.get(name)).map(String::as_str);
        let version = label(found::VERSION).and_then(|text| Version::parse(text).ok());
        let commit = label(found::REVISION).map(|text| Commit::new(text).short().to_owned());
        let words = newest.as_ref().map(|image| {
            let from = commit.map(|commit| format!(" from {commit}")).unwrap_or_default();
            format!("built{from}, {}", size(u64::try_from(image.size).unwrap_or_default()))
        });
        // An image does nothing that could be well or not.
        let health = if newest.is_some() { Health::Unknown } else { Health::Absent };
        Ok(Observation {
            version,
            digest: newest.as_ref().map(|image| Digest::new(&image.id)),
            words,
            since: newest.as_ref().and_then(|image| Timestamp::from_second(image.created).ok()),
            ..Observation::of(health)
        })
    }

    async fn readiness(&self, version: &Version) -> Result<Readiness, PortError> {
        let mut ready = Readiness::of(version.clone());
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
        self.deps.orders.begin(order).await
    }

    async fn follow(&self, ticket: &Ticket, progress: ProgressSender) -> Result<Receipt, PortError> {
        let order = self.deps.orders.order(&ticket.order).await?;
        let stage = order.as_ref().map(asked).transpose()?.map_or(BuildStage::Build, |(.., stage)| stage);
        let work = StageWork { builder: self, limit: limit(stage), away: Mutex::default() };
        self.deps.orders.follow(ticket, &progress, &work).await
    }

    async fn find(&self, order: &OrderId) -> Result<Option<Ticket>, PortError> {
        self.deps.orders.find(order).await
    }

    async fn cancel(&self, ticket: &Ticket) -> Result<(), PortError> {
        self.deps.orders.cancel(ticket).await
    }
}
