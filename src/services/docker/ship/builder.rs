//! The builder of one artifact, and what it does at each stage of a build.
//!
//! Nothing is held in memory between them: what a stage made is found again on the engine by its labels.

use super::build::{self, Making};
use super::context::Context;
use super::found;
use super::inspect::{self, Inspected};
use super::push;
use crate::docker::drive::DockerOrders;
use crate::docker::link::Link;
use crate::git::GitRepository;
use crate::registry::{Access, Image, ImageName, Registry};
use crate::worktree::Worktree;
use std::collections::HashMap;
use std::sync::Arc;
use tminus_core::mask::Mask;
use tminus_core::names::{ArtifactName, Commit, Digest, Version};
use tminus_core::order::{BuildStage, Order};
use tminus_core::plan::ImageBuild;
use tminus_core::ports::{FailureKind, PortError, ProgressSender};

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
pub struct BuildDeps {
    /// The engine.
    pub link: Link,
    /// The book of the orders.
    pub orders: DockerOrders,
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
    pub(super) recipe: Arc<Recipe>,
    pub(super) deps: BuildDeps,
}

impl ImageBuilder {
    /// Makes it of what the plan says, and the place where builds are made.
    pub fn new(recipe: Recipe, deps: BuildDeps) -> Self {
        Self { recipe: Arc::new(recipe), deps }
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
            Access::Open => format!("the registry {host} asks for no credentials"),
            Access::Anonymous => format!("the registry {host} lets anybody in, and there are no credentials for it"),
            Access::Known(Some(user)) => format!("the registry {host} takes the credentials of {user}"),
            Access::Unasked(user) => {
                format!("the registry {host} asks for no credentials, and does not refuse those of {user}")
            }
            Access::Known(None) => format!("the registry {host} takes the token that is known for it"),
        })
    }

    async fn build(&self, making: Making<'_>, progress: &ProgressSender) -> Result<String, PortError> {
        let docker = self.deps.link.docker().await?;
        let id = match found::of_order(&docker, making.order).await? {
            Some(image) => image.id,
            None => {
                let ground = (&self.deps.worktree, &*self.deps.repository);
                let context = Context::at(making.commit, making.build, ground).await?;
                let credentials = self.credentials().await?;
                let told = (progress, &self.deps.mask);
                build::build(making, &self.deps.link, (context, credentials), told).await?
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
        let docker = self.deps.link.docker().await?;
        let made = found::of_action(&docker, &order.action, &self.recipe.artifact).await?;
        let seen = match made {
            Some(made) => inspect::of(&docker, &made.id).await?,
            None => None,
        };
        let gone =
            || format!("the image of {} that {} built is gone from the engine", self.recipe.artifact, order.action);
        seen.ok_or_else(|| PortError::new(FailureKind::NotFound, gone()))
    }

    pub(super) async fn stage(
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
                let said = push::tag(&self.deps.link.docker().await?, &built, &image.name(version)?).await?;
                Ok((said, image.is_local().then(|| Digest::new(built.id))))
            }
            BuildStage::Push => {
                let (built, name) = (self.built(order).await?, image.name(version)?);
                Ok((push::push(&self.deps.link, (&built, &name), self.registry()?, progress).await?, None))
            }
            BuildStage::Compare => {
                let (built, name) = (self.built(order).await?, image.name(version)?);
                let digest = push::compare(&built, &name, self.registry()?).await?;
                Ok((format!("the registry has {} as {digest}", name.tagged()), Some(digest)))
            }
        }
    }

    /// Finds the newest of a version on the engine, by its name.
    pub(super) async fn named(&self, name: &ImageName) -> Result<Option<Inspected>, PortError> {
        inspect::of(&self.deps.link.docker().await?, &name.tagged()).await
    }
}
