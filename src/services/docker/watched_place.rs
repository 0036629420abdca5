//! A place on an engine whose containers are watched: what belongs to it, and what runs there.

use super::link::Link;
use async_trait::async_trait;
use std::collections::HashMap;
use tminus_core::order::Observation;
use tminus_core::ports::PortError;
use tminus_core::telemetry::ContainerRole;

/// A place on an engine whose containers are watched.
#[async_trait]
pub trait WatchedPlace: Send + Sync {
    /// Returns the way to its engine.
    fn link(&self) -> &Link;

    /// Returns what narrows the list that the engine is asked for, as `docker ps --filter` takes it.
    fn filters(&self) -> HashMap<String, Vec<String>> {
        HashMap::new()
    }

    /// Says what a container is to this place, by its name and labels; `None` when it does not belong here.
    fn role(&self, name: &str, labels: &HashMap<String, String>) -> Option<ContainerRole>;

    /// Returns what runs there now.
    async fn observation(&self) -> Result<Observation, PortError>;
}
