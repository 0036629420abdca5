//! The container that proves a version beside the one that serves: whose it is, and how it goes.

use super::containers;
use super::settled::{Handover, Settled};
use crate::docker::labels;
use crate::docker::look::{SeenContainer, look};
use bollard::Docker;
use tminus_core::order::Order;
use tminus_core::ports::PortError;

/// Says whether a container was brought by an order.
pub(super) fn is_of(seen: &SeenContainer, order: &Order) -> bool {
    seen.labels.get(labels::ORDER).is_some_and(|label| label == order.id.as_str())
}

/// Takes the candidate out of its networks, so that it is asked nothing any more, and removes it.
pub(super) async fn drop_candidate(docker: &Docker, settled: &Settled) -> Result<(), PortError> {
    let names = &settled.names;
    if let Some(seen) = look(docker, &names.candidate()).await? {
        if !seen.labels.contains_key(labels::ORDER) {
            return Err(containers::in_the_way(&seen.name));
        }
        drop_one(docker, settled, &seen.name).await?;
    }
    // An earlier build's name may be another service's as well.
    match look(docker, &names.earlier_candidate()).await? {
        Some(seen) if is_left_here(&seen, settled) => drop_one(docker, settled, &seen.name).await,
        Some(_) | None => Ok(()),
    }
}

async fn drop_one(docker: &Docker, settled: &Settled, name: &str) -> Result<(), PortError> {
    match &settled.handover {
        Handover::Quiet(networks) | Handover::Covered(networks, _) => containers::leave(docker, name, networks).await?,
        Handover::Alone(_) => {}
    }
    containers::remove(docker, name).await
}

fn is_left_here(seen: &SeenContainer, settled: &Settled) -> bool {
    let has = |label: &str, value: &str| seen.labels.get(label).is_some_and(|it| it == value);
    seen.labels.contains_key(labels::ORDER)
        && containers::is_one_off(&seen.labels)
        && has(containers::PROJECT, &settled.names.project)
        && has(containers::SERVICE, &settled.names.service)
}
