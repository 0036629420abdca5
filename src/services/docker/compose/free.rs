//! Whether an engine can give what a configuration asks of it: the name of its container, the ports of the host, an
//! address of its own, and what others made. A candidate tries hardly any of it, and Compose finds out only when the one
//! that served is gone.

use super::containers;
use super::needs::{Needs, is_within};
use super::settled::Settled;
use crate::docker::failure::{failure, is_absent};
use crate::docker::look::look;
use crate::docker::ports;
use bollard::Docker;
use bollard::models::NetworkInspect;
use bollard::query_parameters::InspectNetworkOptions;
use std::collections::HashMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use tminus_core::ports::PortError;

/// Something that a configuration asks for and cannot have.
pub(super) struct Lack {
    /// What, in words.
    pub says: String,
    /// The file of the checkout that is gone, by its name from the root, where it is one.
    pub gone: Option<String>,
}

/// Names what a configuration asks for that another container holds, or that is not there; nothing where all of it can be
/// had, or is this service's own.
///
/// # Errors
/// When the engine does not answer.
pub(super) async fn taken(docker: &Docker, settled: &Settled) -> Result<Option<String>, PortError> {
    if let Some(name) = name_taken(docker, settled).await? {
        return Ok(Some(name));
    }
    if let Some(why) = missing(docker, &settled.needs).await? {
        return Ok(Some(why));
    }
    if let Some(why) = address_taken(docker, settled).await? {
        return Ok(Some(why));
    }
    let names = &settled.names;
    let is_own = |_: &str, labels: &HashMap<String, String>| {
        labels.get(containers::PROJECT) == Some(&names.project)
            && labels.get(containers::SERVICE) == Some(&names.service)
    };
    ports::taken(docker, &settled.ports, is_own).await
}

/// Names a file or folder of the checkout that a service gets as it lies there, and that is gone. What lies elsewhere the engine
/// itself finds out before anything that serves is touched.
pub(super) async fn missing_file(root: &Path, files: &[PathBuf]) -> Option<Lack> {
    for file in files {
        let Ok(inside) = file.strip_prefix(root) else { continue };
        if matches!(tokio::fs::try_exists(file).await, Ok(false)) {
            let file = format!("./{}", inside.display());
            let says = format!("{file} is gone, which the service gets as it lies there");
            return Some(Lack { says, gone: Some(file) });
        }
    }
    None
}

/// Says whose container has the name that Compose will give this service's. Two projects come to one name where the parts
/// that are joined differ: `shop-api` and `web`, `shop` and `api-web`.
async fn name_taken(docker: &Docker, settled: &Settled) -> Result<Option<String>, PortError> {
    let Some(seen) = look(docker, &settled.container).await? else { return Ok(None) };
    let label = |label: &str| seen.labels.get(label).map(String::as_str);
    let (project, service) = (label(containers::PROJECT), label(containers::SERVICE));
    if (project, service) == (Some(&settled.names.project), Some(&settled.names.service)) {
        return Ok(None);
    }
    let whose = match (project, service) {
        (Some(project), Some(service)) => format!("the service {service} of the compose project {project}"),
        (Some(_) | None, _) => "somebody else".to_owned(),
    };
    Ok(Some(format!(
        "the name {} that compose gives this service is taken by a container of {whose}",
        settled.container
    )))
}

/// Names what a configuration needs of others and is not there.
async fn missing(docker: &Docker, needs: &Needs) -> Result<Option<String>, PortError> {
    for network in &needs.networks {
        if find_network(docker, network).await?.is_none() {
            return Ok(Some(format!("the network {network} is not there: it is external, so Compose makes none")));
        }
    }
    for volume in &needs.volumes {
        match docker.inspect_volume(volume).await {
            Ok(_) => {}
            Err(error) if is_absent(&error) => {
                return Ok(Some(format!("the volume {volume} is not there: it is external, so Compose makes none")));
            }
            Err(error) => return Err(failure(format!("the volume {volume} could not be looked at"), &error)),
        }
    }
    for container in &needs.containers {
        if look(docker, container).await?.is_none() {
            return Ok(Some(format!("the container {container}, whose network the service joins, is not there")));
        }
    }
    if let Some(runtime) = &needs.runtime {
        let info =
            docker.info().await.map_err(|error| failure("the engine could not be asked what it can run", &error))?;
        let known = info.runtimes.unwrap_or_default();
        if !known.is_empty() && !known.contains_key(runtime) {
            return Ok(Some(format!("the engine has no runtime {runtime}, which the service asks for")));
        }
    }
    Ok(None)
}

async fn find_network(docker: &Docker, network: &str) -> Result<Option<NetworkInspect>, PortError> {
    match docker.inspect_network(network, None::<InspectNetworkOptions>).await {
        // An engine takes a name that nothing has for the beginning of an id.
        Ok(found) => Ok(Some(found).filter(|found| {
            let is = |it: &Option<String>| it.as_deref() == Some(network);
            is(&found.name) || is(&found.id)
        })),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(failure(format!("the network {network} could not be looked at"), &error)),
    }
}

/// Names an address that the service cannot have: another container has it, or its network has no such address. One in a
/// network that is not there yet is Compose's to give.
async fn address_taken(docker: &Docker, settled: &Settled) -> Result<Option<String>, PortError> {
    for (network, address) in &settled.needs.addresses {
        let Some(found) = find_network(docker, network).await? else { continue };
        let ranges = found.ipam.as_ref().and_then(|ipam| ipam.config.as_ref()).into_iter().flatten();
        let within = ranges.filter_map(|range| is_within(*address, range.subnet.as_deref()?)).collect::<Vec<_>>();
        if !within.is_empty() && !within.contains(&true) {
            return Ok(Some(format!("the address {address} is in no subnet of the network {network}")));
        }
        for (id, other) in found.containers.unwrap_or_default() {
            let has = |it: &Option<String>| it.as_deref().is_some_and(|it| holds(it, *address));
            if (has(&other.ipv4_address) || has(&other.ipv6_address)) && !is_own(docker, &id, settled).await? {
                let name = other.name.unwrap_or(id);
                return Ok(Some(format!("the address {address} is taken by the container {name} of {network}")));
            }
        }
    }
    Ok(None)
}

/// Says whether an address as an engine writes it, `10.0.0.2/24`, is this one.
fn holds(written: &str, address: IpAddr) -> bool {
    written.split('/').next().and_then(|bare| bare.parse().ok()) == Some(address)
}

async fn is_own(docker: &Docker, container: &str, settled: &Settled) -> Result<bool, PortError> {
    let seen = look(docker, container).await?;
    let label = |label: &str| seen.as_ref().and_then(|seen| seen.labels.get(label));
    Ok(label(containers::PROJECT) == Some(&settled.names.project)
        && label(containers::SERVICE) == Some(&settled.names.service))
}
