//! The newest news of what is told only when it changes, for who joins late: the containers of every place, the commits of every branch.
//! Lossy: the next news replaces it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tminus_core::branch_log::BranchLog;
use tminus_core::names::{ArtifactName, EnvName, Version};
use tminus_core::telemetry::Telemetry;

/// The last that was told of each thing.
#[derive(Clone, Default)]
pub(super) struct JoinCache {
    places: Arc<Mutex<BTreeMap<(EnvName, ArtifactName), Telemetry>>>,
    logs: Arc<Mutex<BTreeMap<Version, Arc<BranchLog>>>>,
}

impl JoinCache {
    /// Keeps what was told of the containers of a place, in the place of what was told before.
    pub(super) fn keep(&self, telemetry: &Telemetry) {
        if let Telemetry::Containers { env, artifact, .. } = telemetry {
            let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
            places.insert((env.clone(), artifact.clone()), telemetry.clone());
        }
    }

    /// Keeps the commits of a release, and returns them where they are others than before.
    pub(super) fn keep_log(&self, version: &Version, log: BranchLog) -> Option<Arc<BranchLog>> {
        let mut logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        if logs.get(version).is_some_and(|known| **known == log) {
            return None;
        }
        let log = Arc::new(log);
        logs.insert(version.clone(), log.clone());
        Some(log)
    }

    /// Forgets the commits of releases that are no longer looked at.
    pub(super) fn keep_logs_of(&self, is_watched: impl Fn(&Version) -> bool) {
        self.logs.lock().unwrap_or_else(PoisonError::into_inner).retain(|version, _| is_watched(version));
    }

    /// Returns the last that was told of each.
    pub(super) fn newest(&self) -> Vec<Telemetry> {
        let places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        let logs =
            logs.iter().map(|(version, log)| Telemetry::BranchLog { version: version.clone(), log: log.clone() });
        places.values().cloned().chain(logs).collect()
    }
}
