//! The latest telemetry of what is published only when it changes, for clients that join late: the containers of every place and
//! the commits of every branch. It is lossy: the next telemetry replaces it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tminus_core::branch_log::BranchLog;
use tminus_core::names::{ArtifactName, EnvName, Version};
use tminus_core::telemetry::Telemetry;

/// The last telemetry published of each thing.
#[derive(Clone, Default)]
pub(super) struct JoinCache {
    places: Arc<Mutex<BTreeMap<(EnvName, ArtifactName), Telemetry>>>,
    logs: Arc<Mutex<BTreeMap<Version, Arc<BranchLog>>>>,
}

impl JoinCache {
    /// Keeps the telemetry of a place's containers and replaces the previous one.
    pub(super) fn keep(&self, telemetry: &Telemetry) {
        if let Telemetry::Containers { env, artifact, .. } = telemetry {
            let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
            places.insert((env.clone(), artifact.clone()), telemetry.clone());
        }
    }

    /// Keeps the commits of a release, and returns them if they changed.
    pub(super) fn keep_log(&self, version: &Version, log: BranchLog) -> Option<Arc<BranchLog>> {
        let mut logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        if logs.get(version).is_some_and(|known| **known == log) {
            return None;
        }
        let log = Arc::new(log);
        logs.insert(version.clone(), log.clone());
        Some(log)
    }

    /// Drops the commits of releases that are no longer watched.
    pub(super) fn keep_logs_of(&self, is_watched: impl Fn(&Version) -> bool) {
        self.logs.lock().unwrap_or_else(PoisonError::into_inner).retain(|version, _| is_watched(version));
    }

    /// Returns the last telemetry published of each.
    pub(super) fn newest(&self) -> Vec<Telemetry> {
        let places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        let logs =
            logs.iter().map(|(version, log)| Telemetry::BranchLog { version: version.clone(), log: log.clone() });
        places.values().cloned().chain(logs).collect()
    }
}
