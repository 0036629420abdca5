//! Containers that an engine is removing: it goes on with that when nobody waits for its answer any more, and until it is
//! done the name is taken and the container can neither be removed nor be taken out of a network.

use super::failure::{failure, is_absent};
use bollard::Docker;
use bollard::errors::Error;
use bollard::models::{ContainerState, ContainerStateStatusEnum};
use bollard::query_parameters::{RemoveContainerOptions, WaitContainerOptionsBuilder};
use futures::TryStreamExt as _;
use std::time::Duration;
use tminus_core::ports::{FailureKind, PortError};
use tminus_core::time::brief;

/// How long a removal may take: a large layer is deleted file by file.
const PATIENCE: Duration = Duration::from_secs(60);

/// Says whether an engine is removing a container.
pub(super) fn is_going(state: Option<&ContainerState>) -> bool {
    state.and_then(|state| state.status) == Some(ContainerStateStatusEnum::REMOVING)
}

/// Removes a container, and waits for it. One that is gone, or on its way already, is no error.
///
/// # Errors
/// When the engine refuses, or does not answer.
pub(super) async fn remove(
    docker: &Docker,
    container: &str,
    options: Option<RemoveContainerOptions>,
) -> Result<(), PortError> {
    match docker.remove_container(container, options).await {
        Ok(()) => Ok(()),
        Err(error) if is_absent(&error) => Ok(()),
        Err(error) if is_removed_already(&error) => until_gone(docker, container).await,
        Err(error) => Err(failure(format!("{container} could not be removed"), &error)),
    }
}

/// Says whether an engine refused to remove what it is removing already.
fn is_removed_already(error: &Error) -> bool {
    matches!(error, Error::DockerResponseServerError { status_code: 409, message } if message.contains("already in progress"))
}

/// Waits until a container that is being removed is gone.
///
/// # Errors
/// When the engine does not say so, or it takes too long.
pub(super) async fn until_gone(docker: &Docker, container: &str) -> Result<(), PortError> {
    let removed = WaitContainerOptionsBuilder::new().condition("removed").build();
    let mut told = docker.wait_container(container, Some(removed));
    match tokio::time::timeout(PATIENCE, told.try_next()).await {
        // How its program had ended is no error here.
        Ok(Ok(_) | Err(Error::DockerContainerWaitError { .. })) => Ok(()),
        Ok(Err(error)) if is_absent(&error) => Ok(()),
        Ok(Err(error)) => {
            Err(failure(format!("{container} is being removed, and whether it is gone is unknown"), &error))
        }
        Err(_elapsed) => {
            let summary = format!("{container} is being removed for {}", brief(PATIENCE));
            Err(PortError::new(FailureKind::Timeout, summary))
        }
    }
}
