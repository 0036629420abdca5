//! What a delivery by Compose stands on.

use super::renderings::Renderings;
use crate::docker::drive::DockerOrders;
use crate::docker::link::Link;
use crate::secrets::Secrets;
use std::path::PathBuf;
use std::sync::Arc;

/// What a delivery by Compose stands on.
#[derive(Clone)]
pub struct ComposeDeps {
    /// The way to the engine.
    pub link: Link,
    /// The orders to engines.
    pub orders: DockerOrders,
    /// The plan's secrets, and the root of its repository.
    pub secrets: Arc<Secrets>,
    /// A folder of the project's state.
    pub state: PathBuf,
    /// What Compose made of the project's compose files.
    pub renderings: Renderings,
}
