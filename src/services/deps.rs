//! What the real adapters of one project stand on, whichever they are.

use crate::command::Commands;
use crate::docker::{DockerOrders, Link, Renderings};
use crate::git::GitRepository;
use crate::http::Http;
use crate::patience::Patience;
use crate::registry::Image;
use crate::registry::{Login, Registry};
use crate::secrets::Secrets;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tminus_core::kinds::connect::ConnectKind;
use tminus_core::mask::Mask;
use tminus_core::names::ArtifactName;
use tminus_core::plan::{ArtifactKind, Deliver, Environment, Placeholder, Plan};
use tminus_core::ports::Clock;

/// What the real adapters of one project stand on.
pub struct Deps {
    /// The repository.
    pub repository: Arc<GitRepository>,
    /// The plan's secrets, and the root of its repository.
    pub secrets: Arc<Secrets>,
    /// The commands of the plan.
    pub commands: Commands,
    /// The HTTP client.
    pub http: Http,
    /// What hides secrets.
    pub mask: Mask,
    /// The orders to engines.
    pub orders: DockerOrders,
    /// What Compose made of the project's compose files.
    pub renderings: Renderings,
    /// The folder of the project's state.
    pub state: PathBuf,
    /// The folder of tminus's own checkouts.
    pub worktrees: PathBuf,
    /// One way to each engine, by its docker context: a login over SSH is shared by all that goes there.
    pub links: Mutex<HashMap<Option<String>, Link>>,
    /// How long a look at any of them may take.
    pub patience: Patience,
    /// The clock that log sources go by.
    pub clock: Arc<dyn Clock>,
}

/// One delivery of a plan.
#[derive(Clone, Copy)]
pub struct PlannedDelivery<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Where it goes.
    pub environment: &'a Environment,
    /// What goes there, and how.
    pub deliver: &'a Deliver,
}

impl Deps {
    /// Returns the way to the engine of a context.
    pub fn link(&self, context: Option<&String>) -> Link {
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Link::new(context.cloned()).patient(self.patience.clone());
        links.entry(context.cloned()).or_insert_with(new).clone()
    }

    /// Returns the registry that a service is; `None` when it is none.
    pub fn registry(&self, kind: &ConnectKind) -> Option<Registry> {
        let registry = Registry::new(self.http.clone(), self.secrets.clone(), Login::of(kind)?);
        Some(registry.patient(self.patience.clone()))
    }

    /// Returns what an artifact is as an image; `None` for an app.
    pub fn image(&self, plan: &Plan, artifact: &ArtifactName) -> Option<Image> {
        let ArtifactKind::Image { image, registry, .. } = &plan.artifact(artifact)?.kind else { return None };
        let registry = registry.as_ref().and_then(|name| self.registry(&plan.connect(name)?.kind));
        Some(Image::new(image.with(Placeholder::Tag, &plan.release.tag), registry))
    }
}
