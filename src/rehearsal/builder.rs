//! A builder, played: every stage of a build with its bars and lines, and nothing made.

use super::follow::follow;
use super::orders::{begin_once, cancel, find};
use super::ready::image_digest;
use super::script::Itinerary;
use super::shared::SharedWorld;
use async_trait::async_trait;
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::names::{ArtifactName, OrderId, Version};
use tminus_core::order::{BuildStage, Call, Delivered, Health, Observation, Order, Readiness, Receipt, Task, Ticket};
use tminus_core::plan::{ImageBuild, Template};
use tminus_core::ports::{ProgressSender, Target};

/// How large a played image is, in megabytes.
const MEGABYTES: u64 = 182;

/// Plays how one image is built, and brought to its registry.
pub(crate) struct PlayedBuilder {
    pub(crate) world: SharedWorld,
    pub(crate) artifact: ArtifactName,
    /// The image's reference.
    pub(crate) image: Template,
    pub(crate) build: ImageBuild,
}

#[async_trait]
impl Target for PlayedBuilder {
    async fn observe(&self) -> Result<Observation, Failure> {
        let words = Some("builds are played: nothing is made".to_owned());
        Ok(Observation { words, ..Observation::of(Health::Healthy) })
    }

    async fn readiness(&self, version: &Version) -> Result<Readiness, Failure> {
        Ok(Readiness { digest: Some(self.delivered(version).1), ..Readiness::of(version.clone()) })
    }

    fn calls(&self, order: &Order) -> Vec<Call> {
        let Task::Build { version, commit, stage, .. } = &order.task else { return Vec::new() };
        let image =
            tminus_core::kinds::deliver::filled(&self.image, &Delivered { version: version.clone(), digest: None });
        let (service, line) = match stage {
            BuildStage::LogIn => ("registry", format!("GET /v2/ of {}", image.split('/').next().unwrap_or_default())),
            BuildStage::Build => {
                let (context, file) = (self.build.context.as_str(), self.build.dockerfile.as_str());
                ("docker", format!("POST /build?dockerfile={file}, the folder {context} of {}", commit.short()))
            }
            BuildStage::Inspect => return Vec::new(),
            BuildStage::Tag => ("docker", format!("POST /images/{}/tag as {image}", self.artifact)),
            BuildStage::Push => ("docker", format!("POST /images/{image}/push")),
            BuildStage::Compare => return Vec::new(),
        };
        vec![Call::Request { service: format!("{service} (rehearsed)"), line, body: None }]
    }

    async fn begin(&self, order: &Order) -> Result<Ticket, Failure> {
        let Task::Build { artifact, stage, .. } = &order.task else {
            return Err(Failure::new(FailureKind::Rejected, format!("order {} is no build", order.id)));
        };
        if artifact != &self.artifact {
            return Err(Failure::new(FailureKind::Rejected, format!("this builds {}, not {artifact}", self.artifact)));
        }
        let scenario = self.world.scenario();
        let breaks = scenario.builds.iter().find(|b| b.stage == *stage).map(|b| b.says.clone());
        let itinerary = Itinerary::of_build((*stage, MEGABYTES), breaks, self.world.time(), scenario.pace);
        begin_once(&self.world, order, self.calls(order), |_, _| Ok(itinerary))
    }

    async fn follow(&self, ticket: &Ticket, progress: ProgressSender) -> Result<Receipt, Failure> {
        let receipt = follow(&self.world, ticket, &progress, || async { Ok(()) }).await;
        let begun = self.world.read(|world| world.order(&ticket.order).cloned())?;
        let Some(Task::Build { version, stage, .. }) = begun.map(|b| b.order.task) else { return receipt };
        let stopped = || Failure::new(FailureKind::Cancelled, "the build was stopped; nothing is left of it");
        let is_stopped = |failure: &Failure| failure.kind == FailureKind::Cancelled;
        let receipt = receipt.map_err(|failure| if is_stopped(&failure) { stopped() } else { failure })?;
        let (to, digest) = self.delivered(&version);
        let summary = match stage {
            BuildStage::LogIn => "the registry takes the credentials".to_owned(),
            BuildStage::Build => format!("built, {MEGABYTES} MB"),
            BuildStage::Inspect => format!("{MEGABYTES} MB in 9 layers, runs as app"),
            BuildStage::Tag => format!("tagged {version}"),
            BuildStage::Push => format!("pushed, {}", digest.short()),
            BuildStage::Compare => format!("the registry answers {}, as pushed", digest.short()),
        };
        let is_last = stage == BuildStage::Compare;
        Ok(Receipt { delivered: is_last.then_some(to), summary: format!("rehearsed: {summary}"), ..receipt })
    }

    async fn find(&self, order: &OrderId) -> Result<Option<Ticket>, Failure> {
        find(&self.world, order)
    }

    async fn cancel(&self, ticket: &Ticket) -> Result<(), Failure> {
        cancel(&self.world, ticket)
    }
}

impl PlayedBuilder {
    /// Returns what a version is known by: the digest that its places ask for.
    fn delivered(&self, version: &Version) -> (Delivered, tminus_core::names::Digest) {
        let digest = image_digest(self.image.as_str(), version);
        (Delivered { version: version.clone(), digest: Some(digest.clone()) }, digest)
    }
}
