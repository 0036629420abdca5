//! A Docker engine: whether one answers, which `doctor` tells. Delivering with it is not in this build.

use crate::ports::{FailureKind, PortError};
use bollard::Docker;
use std::time::Duration;

/// How long an engine may take to answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// Asks the engine that `DOCKER_HOST` names, or the one of this machine, for its version.
pub async fn engine_version() -> Result<String, PortError> {
    let failed = |error: &bollard::errors::Error| {
        PortError::new(FailureKind::Unreachable, "no Docker engine answers").caused_by(error)
    };
    let docker = Docker::connect_with_defaults().map_err(|error| failed(&error))?;
    match tokio::time::timeout(PATIENCE, docker.version()).await {
        Ok(Ok(version)) => version
            .version
            .ok_or_else(|| PortError::new(FailureKind::Malformed, "the Docker engine does not say its version")),
        Ok(Err(error)) => Err(failed(&error)),
        Err(_elapsed) => Err(PortError::new(FailureKind::Timeout, "no Docker engine answers within a second")),
    }
}
