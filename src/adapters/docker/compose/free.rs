//! Whether what a configuration asks of an engine is free there: the name of its container, and the ports of the host. A
//! candidate tries neither, and Compose finds out only when the one that served is gone.

use super::ground;
use super::settled::Settled;
use crate::adapters::docker::look::look;
use crate::adapters::docker::ports;
use crate::ports::PortError;
use bollard::Docker;
use std::collections::HashMap;

/// Names what a configuration asks for that another container holds; nothing where all of it is free, or this service's own.
///
/// # Errors
/// When the engine does not answer.
pub(super) async fn taken(docker: &Docker, settled: &Settled) -> Result<Option<String>, PortError> {
    if let Some(name) = name_taken(docker, settled).await? {
        return Ok(Some(name));
    }
    let names = &settled.names;
    let is_own = |_: &str, labels: &HashMap<String, String>| {
        labels.get(ground::PROJECT) == Some(&names.project) && labels.get(ground::SERVICE) == Some(&names.service)
    };
    ports::taken(docker, &settled.ports, is_own).await
}

/// Says whose container has the name that Compose will give this service's. Two projects come to one name where the parts
/// that are joined differ: `shop-api` and `web`, `shop` and `api-web`.
async fn name_taken(docker: &Docker, settled: &Settled) -> Result<Option<String>, PortError> {
    let Some(seen) = look(docker, &settled.container).await? else { return Ok(None) };
    let label = |label: &str| seen.labels.get(label).map(String::as_str);
    let (project, service) = (label(ground::PROJECT), label(ground::SERVICE));
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
