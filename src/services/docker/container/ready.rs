//! Whether a version can be brought to a container now: what holds it, what stands in the way, what it will not undo.

use super::super::about::room;
use super::super::failure::{failure, is_absent};
use super::super::labels;
use super::super::look::look;
use super::super::mounted::{self, Mounted};
use super::super::{name, pull};
use super::effective::Effective;
use super::kept;
use super::order_containers::ContainerState;
use super::target::ContainerTarget;
use bollard::Docker;
use bollard::models::ImageInspect;
use bollard::query_parameters::InspectNetworkOptions;
use std::path::PathBuf;
use tminus_core::names::{Digest, Version};
use tminus_core::order::{Delivered, Place, Readiness};
use tminus_core::ports::{FailureKind, PortError};

/// What was found of a version.
struct VersionSources {
    digest: Option<Digest>,
    registry: Option<Place>,
    /// Why the registry could not say.
    silent: Option<PortError>,
    kept: Option<ContainerState>,
    /// What else of it could be brought: what its kept containers were made of, what serves, what was brought before.
    held: Vec<Digest>,
    is_here: bool,
    /// Whether it serves now: it is kept as soon as another takes its place.
    serves: bool,
}

/// Finds out whether a version can be brought here.
///
/// # Errors
/// When the engine does not answer.
pub(super) async fn readiness(target: &ContainerTarget, version: &Version) -> Result<Readiness, PortError> {
    let docker = target.deps.link.docker().await?;
    let found = find(target, &docker, version).await?;
    let mut ready = Readiness {
        digest: found.digest.clone(),
        held: found.held.clone(),
        takes: target.takes(version).await,
        ..Readiness::of(version.clone())
    };
    ready.places.extend(found.registry.clone());
    ready.places.push(Place { name: "host".to_owned(), has: Some(found.is_here) });
    ready.places.push(Place { name: "container".to_owned(), has: Some(found.kept.is_some()) });
    judge(target, &found, &mut ready);
    ready.deploy.extend(target.rival().await);
    compare(target, &docker, &found, &mut ready).await?;
    if !found.is_here && found.digest.is_some() {
        ready.blockers.extend(no_room(target, &docker).await?);
    }
    Ok(ready)
}

async fn find(target: &ContainerTarget, docker: &Docker, version: &Version) -> Result<VersionSources, PortError> {
    let all = kept::kept(docker, &target.delivery).await?;
    let of_version = |one: &&ContainerState| {
        kept::is_kept(&target.delivery, &one.name) && one.label(labels::VERSION) == Some(version.as_str())
    };
    let on_host = on_host(target, docker, version).await?;
    let by_container = all.iter().find(of_version).and_then(|one| one.label(labels::DIGEST)).map(Digest::new);
    let (registry, silent, named) = if target.image.is_local() {
        (None, None, None)
    } else {
        let place = |has| Some(Place { name: "registry".to_owned(), has });
        match target.image.digest(version).await {
            Ok(digest) => (place(Some(digest.is_some())), None, digest),
            Err(failure) => (place(None), Some(failure), None),
        }
    };
    let digest = named.or_else(|| on_host.clone()).or(by_container);
    target.saw_strangers(kept::strangers(docker, &target.delivery).await?);
    let to = Delivered { version: version.clone(), digest: digest.clone() };
    let kept = kept::way_back(&target.delivery, &all, &to).cloned();
    kept.iter().for_each(|kept| target.saw_kept(kept));
    let is_here = match digest.as_ref().map(|digest| pull::reference(&target.image, version, digest)) {
        Some(Ok(reference)) => pull::is_there(docker, &reference).await?,
        Some(Err(_)) | None => false,
    };
    // What serves is kept as soon as another takes its place.
    let serves = look(docker, &target.delivery.container).await?.map(|seen| target.observed(&seen));
    let serves = serves.filter(|seen| seen.version.as_ref() == Some(version));
    let is_serving = serves.is_some();
    let serves = serves.and_then(|seen| seen.digest);
    let held = all.iter().filter(of_version).filter_map(|one| one.label(labels::DIGEST)).map(Digest::new);
    let mut held: Vec<Digest> = held.chain(serves).collect();
    for digest in target.remembered(version).await {
        let Ok(reference) = pull::reference(&target.image, version, &digest) else { continue };
        if !held.contains(&digest) && pull::is_there(docker, &reference).await? {
            held.push(digest);
        }
    }
    Ok(VersionSources { digest, registry, silent, kept, held, is_here, serves: is_serving })
}

/// Returns what the engine knows the version's tag by.
async fn on_host(target: &ContainerTarget, docker: &Docker, version: &Version) -> Result<Option<Digest>, PortError> {
    let Ok(image) = target.image.name(version) else { return Ok(None) };
    match docker.inspect_image(&image.tagged()).await {
        Ok(found) if target.image.is_local() => Ok(found.id.map(Digest::new)),
        Ok(found) => Ok(by_registry(&found, &image.repository())),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(failure(format!("the image {} could not be looked for", image.tagged()), &error)),
    }
}

fn by_registry(found: &ImageInspect, repository: &str) -> Option<Digest> {
    let known = found.repo_digests.as_deref().unwrap_or_default().iter().filter_map(|entry| entry.split_once('@'));
    known
        .filter(|(of, _)| name::familiar(of) == name::familiar(repository))
        .map(|(_, digest)| Digest::new(digest))
        .next()
}

/// Says what stands in the way, and what could not be found out.
fn judge(target: &ContainerTarget, found: &VersionSources, ready: &mut Readiness) {
    let version = &ready.version;
    let tag = match target.image.name(version) {
        Ok(name) => name.tagged(),
        Err(failure) => {
            ready.blockers.push(failure.sentence());
            return;
        }
    };
    match (&found.silent, found.is_here || found.kept.is_some()) {
        // A registry that does not say so, for whatever reason, has not said that there is none.
        (Some(failure), false) => ready.unknown.push(failure.sentence()),
        (Some(_), true) | (None, true) => {}
        (None, false) if found.digest.is_none() => {
            let place = if target.image.is_local() { "the engine" } else { "neither the registry nor the engine" };
            ready.blockers.push(if target.image.is_local() {
                format!("{place} has no {tag}")
            } else {
                format!("{place} has {tag}")
            });
        }
        (None, false) if found.registry.as_ref().is_none_or(|place| place.has != Some(true)) => {
            ready.blockers.push(format!("the image of {tag} is nowhere any more"));
        }
        (None, false) => {}
    }
}

/// Finds what keeps a container from being made of today's plan, and the kept one from being started as it served.
async fn compare(
    target: &ContainerTarget,
    docker: &Docker,
    found: &VersionSources,
    ready: &mut Readiness,
) -> Result<(), PortError> {
    let delivery = &target.delivery;
    let mut afresh = Vec::new();
    if !super::names::is_allowed(&delivery.container) {
        ready.blockers.push(format!("{:?} cannot be the name of a container", delivery.container));
    }
    afresh.extend(lacks_network(docker, delivery.network.as_deref()).await?);
    afresh.extend(target.port_taken(docker, &delivery.ports).await?);
    let today = Effective::read(delivery, &target.deps.secrets).await;
    let mounts = match &today {
        Ok(today) => target.mounted_paths(docker, today).await,
        Err(_) => Vec::new(),
    };
    ready.keeps.extend(left_as_is(target, (&ready.version, found.kept.as_ref()), &mounts).await);
    afresh.extend(today.err().map(|failure| failure.sentence()));
    let Some(kept) = &found.kept else {
        if !found.serves {
            let version = &ready.version;
            ready.keeps.push(format!(
                "the container that {version} ran in is not kept: ports, volumes, network and env-file are those of \
                 today's plan"
            ));
        }
        ready.blockers.extend(afresh);
        return Ok(());
    };
    if target.deps.link.is_local() {
        let (then, now) = mounted_then(target, kept).await;
        let gone = mounted::gone(Some(&then), &now).into_iter();
        ready.blockers.extend(gone.map(|name| mounted::put_back(&name, &ready.version)));
    }
    // What served is started again: today's plan and files close no rollback.
    ready.blockers.extend(lacks_network(docker, kept.network.as_deref()).await?);
    ready.blockers.extend(target.port_taken(docker, &kept.ports).await?);
    ready.deploy.extend(afresh.into_iter().filter(|why| !ready.blockers.contains(why)));
    Ok(())
}

/// Says which files of the checkout are mounted and stay as they are: those of the kept container, which says what they were
/// when it was made, else those that today's plan mounts.
pub(super) async fn left_as_is(
    target: &ContainerTarget,
    (version, kept): (&Version, Option<&ContainerState>),
    today: &[PathBuf],
) -> Vec<String> {
    let secrets = &target.deps.secrets;
    let Some(kept) = kept else {
        return mounted::left_as_is(version, None, &mounted::look(secrets, today).await);
    };
    let (then, now) = mounted_then(target, kept).await;
    mounted::left_as_is(version, Some(&then), &now)
}

/// Returns what of the checkout a kept container was made with, and what lies there now.
async fn mounted_then(target: &ContainerTarget, kept: &ContainerState) -> (Mounted, Mounted) {
    let secrets = &target.deps.secrets;
    let then: Mounted =
        kept.label(labels::MOUNTED).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let paths: Vec<PathBuf> = then.keys().map(|name| secrets.root().join(name.trim_start_matches("./"))).collect();
    let now = mounted::look(secrets, &paths).await;
    (then, now)
}

async fn lacks_network(docker: &Docker, network: Option<&str>) -> Result<Option<String>, PortError> {
    match is_network(docker, network).await {
        Err(failure) if failure.kind == FailureKind::Unreachable => Err(failure),
        lacks => Ok(lacks.err().map(|failure| failure.sentence())),
    }
}

/// Refuses a network that the engine does not have.
///
/// # Errors
/// [`FailureKind::NotFound`] names it.
pub(super) async fn is_network(docker: &Docker, network: Option<&str>) -> Result<(), PortError> {
    let Some(network) = network.filter(|name| !name.starts_with("container:") && *name != "default") else {
        return Ok(());
    };
    match docker.inspect_network(network, None::<InspectNetworkOptions>).await {
        Ok(_) => Ok(()),
        Err(error) if is_absent(&error) => {
            Err(PortError::new(FailureKind::NotFound, format!("the engine has no network {network}")))
        }
        Err(error) => Err(failure(format!("the network {network} could not be looked at"), &error)),
    }
}

/// Says that there is too little room for another image of the size of the one that runs; nothing where that cannot be
/// known: on an engine of another machine, or where nothing runs.
async fn no_room(target: &ContainerTarget, docker: &Docker) -> Result<Option<String>, PortError> {
    let Some(seen) = look(docker, &target.delivery.container).await? else { return Ok(None) };
    let size = docker.inspect_image(&seen.image_id).await.ok().and_then(|image| image.size);
    let size = size.and_then(|size| u64::try_from(size).ok());
    let free = room(docker).await;
    Ok(size.zip(free).filter(|(size, free)| free < size).map(|(size, free)| {
        format!("the engine has {} MB free, and an image takes about {} MB", free / 1_000_000, size / 1_000_000)
    }))
}
