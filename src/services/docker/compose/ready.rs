//! Whether a version can be brought here now: where its image is, what Compose says of the file, what changed since.

use super::target::ComposeTarget;
use super::{changes, containers, kept};
use crate::docker::failure::{failure, is_absent};
use crate::docker::mounted::put_back;
use crate::docker::name;
use crate::docker::pull;
use bollard::Docker;
use tminus_core::names::{Digest, Version};
use tminus_core::order::{Delivered, Place, Readiness};
use tminus_core::ports::{FailureKind, PortError};

/// Finds out whether a version can be brought here.
///
/// # Errors
/// When the engine does not answer.
pub(super) async fn readiness(target: &ComposeTarget, version: &Version) -> Result<Readiness, PortError> {
    let docker = target.link.docker().await?;
    let mut ready = Readiness::of(version.clone());
    let past = target.past().await;
    let settled = target.settle_to_look().await;
    let of_version = past.iter().filter(|one| &one.version == version);
    let kept: Vec<_> = of_version.filter_map(|one| target.configuration_of(&one.delivered())).collect();
    let is_served = kept.iter().any(Result::is_ok);
    let lacking = kept.iter().flatten().filter_map(|served| served.unset.says("what it served with"));
    ready.blockers.extend(lacking.collect::<std::collections::BTreeSet<_>>());
    // A rollback restores what served: what today's file asks for closes no rollback.
    let mut gone = Vec::new();
    for served in kept.iter().flatten() {
        let Some(lack) = target.lacks(&docker, served).await? else { continue };
        gone.extend(lack.gone);
        ready.blockers.extend(Some(lack.says).filter(|why| !ready.blockers.contains(why)));
    }
    // The newest is what a rollback goes by.
    let served = kept.iter().rev().find_map(|served| served.as_ref().ok());
    if let Some(counts) = served.or(settled.as_ref().ok()) {
        let mounted = target.mounted(&docker, counts).await;
        ready.keeps.extend(changes::mounted_since(&past, version, &mounted));
        if target.link.is_local() {
            // A file that the engine cannot do without is told already.
            let more = changes::gone_since(&past, version, &mounted).into_iter().filter(|file| !gone.contains(file));
            ready.blockers.extend(more.map(|file| put_back(&file, version)));
        }
    }
    for why in kept.into_iter().filter_map(Result::err) {
        let why = format!("the configuration that {version} served with {why}");
        ready.keeps.push(format!("{why}; {} is used as it is now", target.compose.file));
        ready.restore.push(why);
    }
    match settled {
        Ok(settled) if is_served => {
            let taken = target.lacks(&docker, &settled).await?.map(|lack| lack.says);
            ready.deploy.extend(taken.filter(|why| !ready.blockers.contains(why)));
            ready.deploy.extend(target.rival(&settled).await);
            ready.deploy.extend(settled.unset.says(&target.compose.file));
            ready.deploy.extend(settled.impossible);
        }
        Ok(settled) => {
            let now = (target.compose.file.as_str(), settled.by.as_str(), &settled.settings);
            ready.keeps.extend(changes::since(&past, version, now));
            ready.blockers.extend(target.lacks(&docker, &settled).await?.map(|lack| lack.says));
            ready.deploy.extend(target.rival(&settled).await);
            ready.blockers.extend(settled.unset.says(&target.compose.file));
            ready.blockers.extend(settled.impossible);
        }
        Err(failure) if failure.kind == FailureKind::Unreachable => return Err(failure),
        // A way back does not need the file as it is now.
        Err(failure) if is_served => ready.deploy.push(failure.sentence()),
        Err(failure) => ready.blockers.push(failure.sentence()),
    }
    ready.deploy.extend(target.runner.allow().await.err().map(|failure| failure.sentence()));
    image(target, &docker, &past, &mut ready).await?;
    let to = Delivered { version: version.clone(), digest: ready.digest.clone() };
    ready.takes = changes::takes(&past, &to);
    Ok(ready)
}

/// Looks for the image in the registry and on the host.
async fn image(
    target: &ComposeTarget,
    docker: &Docker,
    past: &[changes::PastDelivery],
    ready: &mut Readiness,
) -> Result<(), PortError> {
    let image = &target.compose.image;
    let name = match image.name(&ready.version) {
        Ok(name) => name,
        Err(failure) => {
            ready.blockers.push(failure.sentence());
            return Ok(());
        }
    };
    let mut silent = None;
    let mut is_there = false;
    if !image.is_local() {
        match image.digest(&ready.version).await {
            Ok(digest) => {
                is_there = digest.is_some();
                ready.digest = digest;
            }
            Err(failure) => silent = Some(failure),
        }
        let has = silent.is_none().then_some(is_there);
        ready.places.push(Place { name: "registry".to_owned(), has });
    }
    if ready.digest.is_none() {
        let before = past.iter().rev().find(|one| one.version == ready.version).and_then(|one| one.digest.clone());
        let tags = (name.tagged(), name.repository());
        let here = async || on_host(docker, (&tags.0, &tags.1), image.is_local()).await;
        ready.digest = match before {
            // Where no registry says what the version is, its tag does: it may have been built again since.
            Some(before) if image.is_local() => here().await?.or(Some(before)),
            Some(before) => Some(before),
            None => here().await?,
        };
    }
    let reference = ready.digest.as_ref().map(|digest| pull::reference(image, &ready.version, digest)).transpose()?;
    let is_here = match &reference {
        Some(reference) => pull::is_there(docker, reference).await?,
        None => false,
    };
    ready.places.push(Place { name: "host".to_owned(), has: Some(is_here) });
    ready.held = held(target, docker, past, &ready.version).await?;
    match silent {
        _ if is_here || is_there => {}
        // A registry that does not say so, for whatever reason, has not said that there is none.
        Some(failure) => ready.unknown.push(failure.sentence()),
        None if image.is_local() => ready.blockers.push(format!("image {} is not on this engine", name.tagged())),
        None => ready.blockers.push(format!("neither the registry nor the engine has {}", name.tagged())),
    }
    Ok(())
}

/// Returns what was brought here as this version and is still on the host, whatever its tag names by now: what is
/// remembered, what is kept, and what serves, which is kept as soon as another takes its place.
async fn held(
    target: &ComposeTarget,
    docker: &Docker,
    past: &[changes::PastDelivery],
    version: &Version,
) -> Result<Vec<Digest>, PortError> {
    let names = target.known().names;
    let remembered = past.iter().filter(|one| &one.version == version).filter_map(|one| one.digest.clone());
    let kept = kept::kept(docker, &names, past).await?.into_iter().filter(|one| &one.version == version);
    let serving = containers::of_project(docker, &names.project, Some(&names.service)).await?;
    let serving = serving.iter().map(|seen| seen.observation(target.compose.image.template()));
    let serving = serving.filter(|seen| seen.version.as_ref() == Some(version)).filter_map(|seen| seen.digest);
    let all = remembered.chain(kept.flat_map(|one| one.digests)).chain(serving);
    let mut held: Vec<Digest> = Vec::new();
    for digest in all {
        let Ok(reference) = pull::reference(&target.compose.image, version, &digest) else { continue };
        if !held.contains(&digest) && pull::is_there(docker, &reference).await? {
            held.push(digest);
        }
    }
    Ok(held)
}

/// Returns what the engine knows a tag by.
async fn on_host(
    docker: &Docker,
    (tag, repository): (&str, &str),
    is_local: bool,
) -> Result<Option<Digest>, PortError> {
    let found = match docker.inspect_image(tag).await {
        Ok(found) => found,
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(failure(format!("the image {tag} could not be looked for"), &error)),
    };
    if is_local {
        return Ok(found.id.map(Digest::new));
    }
    let known = found.repo_digests.unwrap_or_default();
    let of_ours = known.iter().filter_map(|entry| entry.split_once('@'));
    let mut of_ours = of_ours.filter(|(of, _)| name::familiar(of) == name::familiar(repository));
    Ok(of_ours.next().map(|(_, digest)| Digest::new(digest)))
}
