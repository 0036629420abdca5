//! What is kept beside the container that serves: for a way back, or to be looked at. Never anything that tminus did not
//! make.

use super::super::failure::failure;
use super::super::labels;
use super::act::ContainerAct;
use super::delivery::ContainerDelivery;
use super::order_containers::{ContainerState, container_state, is_ours, labelled};
use bollard::Docker;
use bollard::query_parameters::ListContainersOptionsBuilder;
use std::collections::{BTreeSet, HashMap};
use tminus_core::order::Delivered;
use tminus_core::ports::PortError;

/// How many are kept for a way back.
const KEPT: usize = 2;

/// How many are kept that were rolled back from.
const BAD: usize = 1;

/// Returns the containers that are kept for a delivery, the newest first.
pub(super) async fn kept(docker: &Docker, delivery: &ContainerDelivery) -> Result<Vec<ContainerState>, PortError> {
    let (env, artifact) = (delivery.env.as_str(), delivery.artifact.as_str());
    let mut all = Vec::new();
    for id in labelled(docker, &[(labels::ENV, env), (labels::ARTIFACT, artifact)]).await? {
        let found = container_state(docker, &id).await?;
        all.extend(found.filter(|one| one.is_ours() && (is_kept(delivery, &one.name) || is_bad(delivery, &one.name))));
    }
    all.sort_by(|a, b| b.finished.cmp(&a.finished).then_with(|| a.name.cmp(&b.name)));
    Ok(all)
}

/// Returns the names under which containers are kept that tminus did not make, but replaced: none of them is removed for
/// another.
pub(super) async fn strangers(docker: &Docker, delivery: &ContainerDelivery) -> Result<BTreeSet<String>, PortError> {
    let filters = HashMap::from([("name".to_owned(), vec![delivery.container.clone()])]);
    let options = ListContainersOptionsBuilder::new().all(true).filters(&filters).build();
    let listed = docker.list_containers(Some(options)).await;
    let listed = listed.map_err(|error| failure("the kept containers could not be listed", &error))?;
    let strangers = listed.into_iter().filter(|one| !one.labels.as_ref().is_some_and(is_ours));
    let names = strangers.flat_map(|one| one.names.unwrap_or_default());
    let names = names.map(|name| name.trim_start_matches('/').to_owned());
    Ok(names.filter(|name| is_kept(delivery, name) || is_bad(delivery, name)).collect())
}

/// Returns what is said of them.
pub(super) fn words(delivery: &ContainerDelivery, all: &[ContainerState]) -> Vec<String> {
    let say = |one: &ContainerState| {
        let version = one.label(labels::VERSION).unwrap_or("an unknown version");
        if is_bad(delivery, &one.name) {
            format!("container {}: {version}, rolled back from", one.name)
        } else {
            format!("container {}: the rollback target {version}", one.name)
        }
    };
    all.iter().map(say).collect()
}

/// Returns the one that brings a version back, if its digest is the one wanted.
pub(super) fn way_back<'a>(
    delivery: &ContainerDelivery,
    all: &'a [ContainerState],
    to: &Delivered,
) -> Option<&'a ContainerState> {
    let is_it = |one: &&ContainerState| {
        is_kept(delivery, &one.name)
            && one.label(labels::VERSION) == Some(to.version.as_str())
            && one.label(labels::DIGEST) == to.digest.as_ref().map(tminus_core::names::Digest::as_str)
    };
    all.iter().find(is_it)
}

/// Removes what is more than is kept, the oldest first.
pub(super) async fn prune(docker: &Docker, delivery: &ContainerDelivery) -> Result<(), PortError> {
    let all = kept(docker, delivery).await?;
    let idle = |one: &&ContainerState| !one.runs;
    let kept = all.iter().filter(|one| is_kept(delivery, &one.name)).skip(KEPT);
    let bad = all.iter().filter(|one| is_bad(delivery, &one.name)).skip(BAD);
    for one in kept.chain(bad).filter(idle) {
        ContainerAct::Remove(one.name.clone()).make(docker).await?;
    }
    Ok(())
}

/// Says whether a name is that of a container kept for a rollback.
pub(super) fn is_kept(delivery: &ContainerDelivery, name: &str) -> bool {
    name.strip_prefix(&delivery.container).is_some_and(|rest| rest.starts_with(".kept-"))
}

fn is_bad(delivery: &ContainerDelivery, name: &str) -> bool {
    name.strip_prefix(&delivery.container).is_some_and(|rest| rest.starts_with(".bad-"))
}
