//! The way to an engine: the local one, the one that `DOCKER_HOST` names, or that of a docker context.

use super::failure::failure;
use crate::ports::{FailureKind, PortError};
use bollard::Docker;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long an engine may take to answer `doctor`.
const PATIENCE: Duration = Duration::from_secs(1);

/// A way to one engine; made without a connection, and cheap to clone.
#[derive(Clone)]
pub struct Link {
    context: Option<String>,
    open: Arc<Mutex<Option<Docker>>>,
}

impl Link {
    /// Makes a way to the engine of a docker context; to the one that the environment names when there is none.
    pub fn new(context: Option<String>) -> Self {
        Self { context, open: Arc::default() }
    }

    /// Returns the client of the engine; nothing is sent before it is used.
    ///
    /// # Errors
    /// When the context is unknown, or there is no way to its engine.
    pub(super) async fn docker(&self) -> Result<Docker, PortError> {
        let held = self.open.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match held {
            Some(docker) => Ok(docker),
            None => self.connect().await,
        }
    }

    /// Returns the words that name the engine.
    pub fn name(&self) -> String {
        self.context.as_ref().map_or_else(|| "the Docker engine".to_owned(), |c| format!("the Docker engine {c}"))
    }

    /// Returns the variables that a `docker` or `docker compose` child process needs to talk to the same engine.
    ///
    /// # Errors
    /// When the context is unknown.
    pub(super) fn variables(&self) -> Result<Vec<(String, String)>, PortError> {
        let named = self.context.as_ref().map(|context| {
            let variable = if context.contains("://") { "DOCKER_HOST" } else { "DOCKER_CONTEXT" };
            (variable.to_owned(), context.clone())
        });
        Ok(named.into_iter().collect())
    }

    async fn connect(&self) -> Result<Docker, PortError> {
        let no_way = |error: &bollard::errors::Error| failure(format!("there is no way to {}", self.name()), error);
        let docker = Docker::connect_with_defaults().map_err(|error| no_way(&error))?;
        let docker = docker.negotiate_version().await.map_err(|error| no_way(&error))?;
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = Some(docker.clone());
        Ok(docker)
    }
}

/// Asks the engine that `DOCKER_HOST` names, or the one of this machine, for its version.
///
/// # Errors
/// When none answers within a second.
pub async fn engine_version() -> Result<String, PortError> {
    let asked = async {
        let docker = Link::new(None).docker().await?;
        docker.version().await.map_err(|error| failure("no Docker engine answers", &error))
    };
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(version)) => version
            .version
            .ok_or_else(|| PortError::new(FailureKind::Malformed, "the Docker engine does not say its version")),
        Ok(Err(failure)) => Err(failure),
        Err(_elapsed) => Err(PortError::new(FailureKind::Timeout, "no Docker engine answers within a second")),
    }
}
