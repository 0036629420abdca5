//! Images that a way back needs, kept from being pruned by a tag of ours. Only tags of ours are ever taken away.

use super::settings::{Names, tag};
use crate::adapters::docker::failure::{failure, is_absent};
use crate::domain::names::Version;
use crate::ports::PortError;
use bollard::Docker;
use bollard::query_parameters::{ListImagesOptionsBuilder, RemoveImageOptionsBuilder, TagImageOptionsBuilder};
use std::collections::HashMap;

/// Keeps an image, unless it is kept already or gone: one that runs can be removed by force.
pub(super) async fn keep(docker: &Docker, names: &Names, image: &str, version: &Version) -> Result<(), PortError> {
    let ours = format!("{}:{}", names.kept(), tag(version));
    let id = |found: Result<bollard::models::ImageInspect, _>| found.ok().and_then(|image| image.id);
    let (wanted, there) = (id(docker.inspect_image(image).await), id(docker.inspect_image(&ours).await));
    if wanted.is_none() || wanted == there {
        return Ok(());
    }
    let options = TagImageOptionsBuilder::new().repo(&names.kept()).tag(&tag(version)).build();
    match docker.tag_image(image, Some(options)).await {
        Ok(()) => Ok(()),
        Err(error) => Err(failure(format!("{image} could not be kept as {ours}"), &error)),
    }
}

/// Returns the tags that are kept.
pub(super) async fn kept(docker: &Docker, names: &Names) -> Result<Vec<String>, PortError> {
    let filters = HashMap::from([("reference".to_owned(), vec![names.kept()])]);
    let options = ListImagesOptionsBuilder::new().filters(&filters).build();
    let listed = docker.list_images(Some(options)).await;
    let listed = listed.map_err(|error| failure("the images that are kept could not be listed", &error))?;
    let prefix = format!("{}:", names.kept());
    let all = listed.into_iter().flat_map(|image| image.repo_tags);
    let mut tags: Vec<String> = all.filter_map(|name| name.strip_prefix(&prefix).map(str::to_owned)).collect();
    tags.sort();
    Ok(tags)
}

/// Says what is kept, the one that runs left out.
pub(super) fn words(names: &Names, tags: &[String], runs: Option<&Version>) -> Vec<String> {
    let others = tags.iter().filter(|kept| runs.is_none_or(|version| tag(version) != **kept));
    others.map(|kept| format!("image {}:{kept}: the way back to {kept}", names.kept())).collect()
}

/// Lets go of every version but the newest.
pub(super) async fn prune(docker: &Docker, names: &Names, newest: &[&Version]) -> Result<(), PortError> {
    if newest.len() < super::changes::KEPT {
        return Ok(());
    }
    let wanted: Vec<String> = newest.iter().map(|version| tag(version)).collect();
    for old in kept(docker, names).await?.into_iter().filter(|kept| !wanted.contains(kept)) {
        let name = format!("{}:{old}", names.kept());
        let options = RemoveImageOptionsBuilder::new().noprune(false).build();
        match docker.remove_image(&name, Some(options), None).await {
            Ok(_) => {}
            Err(error) if is_absent(&error) => {}
            Err(error) => return Err(failure(format!("{name} could not be let go of"), &error)),
        }
    }
    Ok(())
}
