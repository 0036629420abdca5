//! What of one order is on the engine: found by ids and labels, so that it can be driven on from anywhere.

use super::super::failure::failure;
use super::super::find::find;
use super::super::labels;
use super::names::ContainerNames;
use super::spec::{Switch, switch};
use bollard::Docker;
use bollard::models::{ContainerInspectResponse, PortBinding, RestartPolicyNameEnum};
use bollard::query_parameters::ListContainersOptionsBuilder;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use tminus_core::names::OrderId;
use tminus_core::ports::PortError;

/// What was found before the first act of an order; kept in the book, because a rename hides it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ContainerBefore {
    /// The id of the container that served.
    pub old: Option<String>,
    /// Whether it ran.
    pub ran: bool,
    /// Whether its engine started it again by itself.
    pub raised: bool,
    /// Whether it did so even with one that was stopped.
    #[serde(default)]
    pub always: bool,
    /// The id of the kept container that is brought back.
    pub kept: Option<String>,
    /// Whether the one that served was asked to end: it may be on its way while it still runs.
    #[serde(default)]
    pub is_ending: bool,
    /// How one takes the place of the other; before that was written down, it followed from the plan.
    #[serde(default)]
    pub way: Option<Switch>,
    /// The names that others' containers are kept under, which this order gives to none.
    #[serde(default)]
    pub strangers: BTreeSet<String>,
}

/// A container as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ContainerState {
    pub name: String,
    pub id: String,
    pub runs: bool,
    /// Whether its engine starts it again by itself.
    pub raised: bool,
    /// Whether it does so even with one that was stopped, when it starts anew.
    pub always: bool,
    pub labels: HashMap<String, String>,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// What it publishes when it runs, each entry as `docker run -p` takes it.
    pub ports: Vec<String>,
    /// The network that it was made for.
    pub network: Option<String>,
}

/// The containers of one order, at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct OrderContainers {
    /// The one that served before.
    pub old: Option<ContainerState>,
    /// The one that shall serve.
    pub successor: Option<ContainerState>,
    /// The one that only proves itself.
    pub candidate: Option<ContainerState>,
}

/// Looks at everything that belongs to an order. Where nothing is handed over, the candidate is the one that shall serve.
pub(super) async fn order_containers(
    docker: &Docker,
    names: &ContainerNames,
    order: &OrderId,
    (before, is_handover): (&ContainerBefore, IsHandover),
) -> Result<OrderContainers, PortError> {
    let mut containers = OrderContainers::default();
    if let Some(id) = &before.old {
        containers.old = container_state(docker, id).await?;
    }
    if let Some(id) = &before.kept {
        containers.successor = container_state(docker, id).await?;
        return Ok(containers);
    }
    for id in labelled(docker, &[(labels::ORDER, order.as_str())]).await? {
        let Some(made) = container_state(docker, &id).await? else { continue };
        // Another project may have an order of the same id on this engine.
        if ![&names.candidate, &names.fresh, &names.both, &names.place].contains(&&made.name) {
            continue;
        }
        match is_handover {
            IsHandover::Yes if made.name == names.candidate => containers.candidate = Some(made),
            IsHandover::Yes | IsHandover::No => containers.successor = Some(made),
        }
    }
    Ok(containers)
}

/// Whether the one that proves itself is another than the one that shall serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IsHandover {
    Yes,
    No,
}

/// Returns a container by its name or id; `None` when there is none, which is waited for where the engine is removing it.
pub(super) async fn container_state(docker: &Docker, container: &str) -> Result<Option<ContainerState>, PortError> {
    Ok(find(docker, container).await?.map(read))
}

/// Returns the ids of the containers that carry every one of some labels, whether they run or not.
pub(super) async fn labelled(docker: &Docker, wanted: &[(&str, &str)]) -> Result<Vec<String>, PortError> {
    let labels = wanted.iter().map(|(label, value)| format!("{label}={value}")).collect();
    let filters = HashMap::from([("label".to_owned(), labels)]);
    let options = ListContainersOptionsBuilder::new().all(true).filters(&filters).build();
    let listed = docker.list_containers(Some(options)).await;
    let listed = listed.map_err(|error| failure("the containers of tminus could not be listed", &error))?;
    Ok(listed.into_iter().filter_map(|container| container.id).collect())
}

fn read(found: ContainerInspectResponse) -> ContainerState {
    let state = found.state.unwrap_or_default();
    let host = found.host_config.unwrap_or_default();
    let policy = host.restart_policy.and_then(|policy| policy.name);
    ContainerState {
        name: found.name.unwrap_or_default().trim_start_matches('/').to_owned(),
        id: found.id.unwrap_or_default(),
        runs: state.running.unwrap_or_default() || state.restarting.unwrap_or_default(),
        always: policy == Some(RestartPolicyNameEnum::ALWAYS),
        raised: !matches!(policy, None | Some(RestartPolicyNameEnum::NO | RestartPolicyNameEnum::EMPTY)),
        labels: found.config.and_then(|config| config.labels).unwrap_or_default(),
        finished: state.finished_at.and_then(|at| at.parse().ok()),
        ports: host.port_bindings.iter().flatten().flat_map(published).collect(),
        network: host.network_mode,
    }
}

fn published((inner, bound): (&String, &Option<Vec<PortBinding>>)) -> Vec<String> {
    let entry = |bound: &PortBinding| {
        let address = bound.host_ip.as_deref().unwrap_or_default();
        format!("{address}:{}:{inner}", bound.host_port.as_deref().unwrap_or_default())
    };
    bound.iter().flatten().map(entry).collect()
}

/// Says whether tminus made what carries these labels.
pub(super) fn is_ours(labels: &HashMap<String, String>) -> bool {
    labels.contains_key(labels::ACTION) && labels.contains_key(labels::ORDER)
}

impl ContainerState {
    /// Says whether tminus made it.
    pub(super) fn is_ours(&self) -> bool {
        is_ours(&self.labels)
    }

    /// Returns how it is put in the place of the one that serves, by its own configuration.
    pub(super) fn way(&self) -> Switch {
        switch(&self.ports, self.network.as_deref())
    }

    /// Returns the value of a label.
    pub(super) fn label(&self, label: &str) -> Option<&str> {
        self.labels.get(label).map(String::as_str)
    }
}
