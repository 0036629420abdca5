//! The containers of a compose project on the engine: found by Compose's own labels, named in networks, waited for.

use super::rendered::Network;
use crate::docker::failure::{failure, is_absent};
use crate::docker::find::find;
use crate::docker::gone;
use crate::docker::look::{SeenContainer, last_lines, look};
use bollard::Docker;
use bollard::models::{EndpointSettings, HealthStatusEnum, NetworkConnectRequest, NetworkDisconnectRequest};
use bollard::query_parameters::{ListContainersOptionsBuilder, RemoveContainerOptionsBuilder, StartContainerOptions};
use jiff::Timestamp;
use std::collections::HashMap;
use std::time::Duration;
use tminus_core::order::Health;
use tminus_core::ports::{FailureKind, PortError};

/// The compose project of a container.
pub(super) const PROJECT: &str = "com.docker.compose.project";
/// Its service.
pub(super) const SERVICE: &str = "com.docker.compose.service";
/// `True` for one that `run` made.
pub(super) const ONE_OFF: &str = "com.docker.compose.oneoff";

/// How long a container may take to end; an engine answers only when the service's own grace is over.
const END: Duration = Duration::from_secs(30 * 60);

/// How many last lines are told.
const LINES: usize = 10;

/// Says whether a container is one that `run` made.
pub(super) fn is_one_off(labels: &HashMap<String, String>) -> bool {
    labels.get(ONE_OFF).is_some_and(|label| label.eq_ignore_ascii_case("true"))
}

/// Returns the containers of a project, or of one service of it; those that `run` made are left out.
pub(super) async fn of_project(
    docker: &Docker,
    project: &str,
    service: Option<&str>,
) -> Result<Vec<SeenContainer>, PortError> {
    let labels = std::iter::once(format!("{PROJECT}={project}")).chain(service.map(|s| format!("{SERVICE}={s}")));
    let filters = HashMap::from([("label".to_owned(), labels.collect::<Vec<_>>())]);
    let options = ListContainersOptionsBuilder::new().all(true).filters(&filters).build();
    let listed = docker.list_containers(Some(options)).await;
    let listed = listed.map_err(|error| failure(format!("the containers of {project} could not be listed"), &error))?;
    let mut found = Vec::new();
    for one in listed {
        // One that is gone since the list is gone.
        found.extend(look(docker, &one.id.unwrap_or_default()).await?.filter(|seen| !is_one_off(&seen.labels)));
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// Returns the ids of all containers that are a service of a name, in whatever project.
pub(super) async fn of_service(docker: &Docker, service: &str) -> Result<Vec<String>, PortError> {
    let filters = HashMap::from([("label".to_owned(), vec![format!("{SERVICE}={service}")])]);
    let options = ListContainersOptionsBuilder::new().all(true).filters(&filters).build();
    let listed = docker.list_containers(Some(options)).await;
    let listed = listed.map_err(|error| failure(format!("the containers of {service} could not be listed"), &error))?;
    let mut ids: Vec<String> = listed.into_iter().filter_map(|one| one.id).collect();
    ids.sort();
    Ok(ids)
}

/// Gives a container its names in networks; one that has them is left alone.
pub(super) async fn name(docker: &Docker, container: &str, networks: &[Network]) -> Result<(), PortError> {
    for network in networks {
        let endpoint = endpoint(docker, container, &network.name).await?;
        let has =
            |alias: &String| endpoint.as_ref().and_then(|e| e.aliases.as_ref()).is_some_and(|a| a.contains(alias));
        if !network.aliases.iter().all(has) {
            reconnect(docker, container, (&network.name, &network.aliases), endpoint.is_some()).await?;
        }
    }
    Ok(())
}

/// Takes a container's names away, so that nobody asks it yet.
pub(super) async fn unname(docker: &Docker, container: &str, networks: &[Network]) -> Result<(), PortError> {
    for network in networks {
        let endpoint = endpoint(docker, container, &network.name).await?;
        let aliases = endpoint.as_ref().and_then(|e| e.aliases.clone()).unwrap_or_default();
        if endpoint.is_none() || network.aliases.iter().any(|alias| aliases.contains(alias)) {
            reconnect(docker, container, (&network.name, &[]), endpoint.is_some()).await?;
        }
    }
    Ok(())
}

/// Takes a container out of the networks.
pub(super) async fn leave(docker: &Docker, container: &str, networks: &[Network]) -> Result<(), PortError> {
    for network in networks {
        if endpoint(docker, container, &network.name).await?.is_some() {
            disconnect(docker, container, &network.name).await?;
        }
    }
    Ok(())
}

/// Starts a container.
pub(super) async fn start(docker: &Docker, container: &str) -> Result<(), PortError> {
    match docker.start_container(container, None::<StartContainerOptions>).await {
        Ok(()) => Ok(()),
        Err(error) => Err(failure(format!("{container} could not be started"), &error)),
    }
}

/// Stops and removes a container; one that is gone is no error.
pub(super) async fn remove(docker: &Docker, container: &str) -> Result<(), PortError> {
    match docker.clone().with_timeout(END).stop_container(container, None).await {
        Ok(()) => {}
        Err(error) if is_absent(&error) => return Ok(()),
        Err(error) => return Err(failure(format!("{container} could not be stopped"), &error)),
    }
    let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
    gone::remove(docker, container, Some(options)).await
}

/// Says whether a container was checked since a moment, and how it was then; `None` while it was not.
pub(super) async fn checked(
    docker: &Docker,
    seen: &SeenContainer,
    since: Timestamp,
) -> Result<Option<Health>, PortError> {
    if seen.health != Health::Healthy {
        return Ok(Some(seen.health).filter(|health| *health != Health::Starting));
    }
    let Some(inspected) = find(docker, &seen.id).await? else { return Ok(Some(Health::Absent)) };
    let Some(health) = inspected.state.and_then(|state| state.health) else { return Ok(Some(seen.health)) };
    let last = health.log.unwrap_or_default().into_iter().next_back();
    let at = last.as_ref().and_then(|check| check.start).map(|at| at.unix_timestamp_nanos());
    let is_fresh = at.and_then(|at| Timestamp::from_nanosecond(at).ok()).is_some_and(|at| at > since);
    let is_well = health.failing_streak.unwrap_or_default() == 0 && health.status == Some(HealthStatusEnum::HEALTHY);
    Ok((is_fresh && is_well).then_some(Health::Healthy))
}

/// Says why a container is not well: its health checks and its last lines.
pub(super) async fn because(docker: &Docker, seen: &SeenContainer, failed: PortError) -> PortError {
    let lines = last_lines(docker, &seen.id, LINES).await.into_iter().map(|line| format!("log: {line}"));
    let failed = failed.because(seen.words.clone());
    seen.checks.iter().cloned().chain(lines).fold(failed, PortError::because)
}

async fn endpoint(docker: &Docker, container: &str, network: &str) -> Result<Option<EndpointSettings>, PortError> {
    let networks = find(docker, container).await?.and_then(|found| found.network_settings?.networks);
    Ok(networks.and_then(|mut networks| networks.remove(network)))
}

/// What a crash between the two leaves is found as a container that is in no network.
async fn reconnect(
    docker: &Docker,
    container: &str,
    (network, aliases): (&str, &[String]),
    is_connected: bool,
) -> Result<(), PortError> {
    if is_connected {
        disconnect(docker, container, network).await?;
    }
    let endpoint = EndpointSettings { aliases: Some(aliases.to_vec()), ..EndpointSettings::default() };
    let request = NetworkConnectRequest { container: container.to_owned(), endpoint_config: Some(endpoint) };
    match docker.connect_network(network, request).await {
        Ok(()) => Ok(()),
        Err(error) => Err(failure(format!("{container} could not be connected to {network}"), &error)),
    }
}

async fn disconnect(docker: &Docker, container: &str, network: &str) -> Result<(), PortError> {
    let request = NetworkDisconnectRequest { container: container.to_owned(), force: Some(true) };
    match docker.disconnect_network(network, request).await {
        Ok(()) => Ok(()),
        Err(error) if is_absent(&error) => Ok(()),
        Err(error) => Err(failure(format!("{container} could not be taken out of {network}"), &error)),
    }
}

/// Says that something is in the way which is not ours.
pub(super) fn in_the_way(name: &str) -> PortError {
    PortError::new(FailureKind::Conflict, format!("there is a container {name} that tminus did not make"))
}
