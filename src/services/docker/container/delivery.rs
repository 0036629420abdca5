//! What the plan says of a delivery to a container, and what the delivery stands on.

use crate::docker::drive::DockerOrders;
use crate::docker::link::Link;
use crate::secrets::Secrets;
use std::path::PathBuf;
use std::sync::Arc;
use tminus_core::names::{ArtifactName, EnvName};
use tminus_core::time::Span;

/// What the plan says of one delivery.
#[derive(Clone, Debug)]
pub struct ContainerDelivery {
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
pub struct ContainerDeps {
    /// The way to the engine.
    pub link: Link,
    /// The orders that were begun.
    pub orders: DockerOrders,
    /// The repository, and what is secret in it.
    pub secrets: Arc<Secrets>,
    /// A folder of the project's state, for what was there before each order.
    pub state: PathBuf,
}
