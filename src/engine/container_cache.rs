//! The containers of every place as they were last told, for who joins late. Lossy: the next sight replaces it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tminus_core::names::{ArtifactName, EnvName};
use tminus_core::telemetry::Telemetry;

/// The last that was told of the containers of each place.
#[derive(Clone, Default)]
pub(super) struct ContainerCache {
    places: Arc<Mutex<BTreeMap<(EnvName, ArtifactName), Telemetry>>>,
}

impl ContainerCache {
    /// Keeps what was told of a place, in the place of what was told before.
    pub(super) fn keep(&self, telemetry: &Telemetry) {
        if let Telemetry::Containers { env, artifact, .. } = telemetry {
            let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
            places.insert((env.clone(), artifact.clone()), telemetry.clone());
        }
    }

    /// Returns the last that was told of each place.
    pub(super) fn newest(&self) -> Vec<Telemetry> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }
}
