//! Whose the ports of a host are: an engine gives each to one container, and says so only when the second one starts.

use super::failure::failure;
use bollard::Docker;
use bollard::models::ContainerSummary;
use std::collections::HashMap;
use tminus_core::plan::HostPorts;
use tminus_core::ports::PortError;

/// Says which container has a port that another is to have; `is_own` tells, by name and labels, what is replaced and lets
/// go of its ports.
///
/// # Errors
/// When the engine does not answer.
pub(super) async fn taken(
    docker: &Docker,
    wanted: &[HostPorts],
    is_own: impl Fn(&str, &HashMap<String, String>) -> bool,
) -> Result<Option<String>, PortError> {
    if wanted.is_empty() {
        return Ok(None);
    }
    let running = docker.list_containers(None).await;
    let running = running.map_err(|error| failure("the containers of the engine could not be listed", &error))?;
    Ok(running.iter().find_map(|one| {
        let name = one.names.iter().flatten().next().map_or("", |name| name.trim_start_matches('/'));
        if is_own(name, one.labels.as_ref().unwrap_or(&HashMap::new())) {
            return None;
        }
        let shared = published(one).iter().find_map(|port| wanted.iter().find_map(|own| own.shared(port)))?;
        Some(format!("the port {shared} of its host is taken by the container {name}"))
    }))
}

fn published(one: &ContainerSummary) -> Vec<HostPorts> {
    let all = one.ports.iter().flatten();
    let port = |port: &bollard::models::PortSummary| {
        let protocol = port.typ.map_or_else(|| "tcp".to_owned(), |kind| kind.to_string());
        Some(HostPorts::one(port.ip.as_deref().unwrap_or_default(), port.public_port?, &protocol))
    };
    all.filter_map(port).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use bollard::models::{PortSummary, PortSummaryTypeEnum};

    #[test]
    fn what_a_container_only_exposes_is_no_port_of_the_host() {
        let port = |public_port, ip: &str| PortSummary {
            ip: Some(ip.to_owned()),
            private_port: 8000,
            public_port,
            typ: Some(PortSummaryTypeEnum::TCP),
        };
        let ports = Some(vec![port(None, ""), port(Some(80), "0.0.0.0"), port(Some(81), "127.0.0.1")]);
        let shown: Vec<String> =
            published(&ContainerSummary { ports, ..Default::default() }).iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["80", "127.0.0.1:81"]);
    }
}
