//! What a Compose that was ended in the middle leaves. The second one makes the new container under a name of passage,
//! `<id of the old one>_<name>`, removes the old one, and only then gives the new one its name. Left as it is, the next try
//! wants the name of passage again, and is refused.

use super::containers;
use super::settled::Settled;
use crate::docker::failure::failure;
use crate::docker::labels;
use crate::docker::look::SeenContainer;
use bollard::Docker;
use bollard::query_parameters::RenameContainerOptionsBuilder;
use tminus_core::ports::{FailureKind, PortError};

/// How much of an id stands in a name of passage.
const SHORT_ID: usize = 12;

/// Removes what never came to the place of an old one that is still there, and gives its name to what has.
pub(super) async fn mend(docker: &Docker, settled: &Settled) -> Result<(), PortError> {
    let found = containers::of_project(docker, &settled.names.project, Some(&settled.names.service)).await?;
    for one in found.iter().filter(|one| one.labels.contains_key(labels::ORDER)) {
        let Some((old, name)) = on_passage(&one.name, &one.id) else { continue };
        let is_there = found.iter().any(|other| other.id.starts_with(old));
        let is_taken = found.iter().any(|other| other.name == name);
        match (is_there, one.since) {
            (true, None) => containers::remove(docker, &one.id).await?,
            (false, _) if !is_taken => rename(docker, one, name).await?,
            (true, Some(_)) | (false, _) => {}
        }
    }
    Ok(())
}

/// Returns the id of the old one and the name to come, where a container has a name of passage. The first Compose gives
/// one to the old container itself, and deals with it.
fn on_passage<'a>(name: &'a str, id: &str) -> Option<(&'a str, &'a str)> {
    let (old, name) = name.split_once('_')?;
    let is_id = old.len() == SHORT_ID && old.chars().all(|c| c.is_ascii_hexdigit());
    (is_id && !id.starts_with(old)).then_some((old, name))
}

async fn rename(docker: &Docker, one: &SeenContainer, name: &str) -> Result<(), PortError> {
    let options = RenameContainerOptionsBuilder::new().name(name).build();
    let renamed = docker.rename_container(&one.id, options).await;
    match renamed.map_err(|error| failure(format!("{} could not be renamed to {name}", one.name), &error)) {
        // A stranger's container has the name. What served is put back all the same, under the name that it had.
        Err(taken) if taken.kind == FailureKind::Conflict => Ok(()),
        renamed => renamed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_passage_has_the_id_of_another_before_it() {
        let id = "feedc0ffee99";
        assert_eq!(on_passage("0123456789ab_shop-api-1", id), Some(("0123456789ab", "shop-api-1")));
        assert_eq!(on_passage("0123456789ab_a_b", id), Some(("0123456789ab", "a_b")));
        for name in ["shop-api-1", "0123456789a_shop", "0123456789abc_shop", "0123456789xy_shop", "shop_api_1"] {
            assert_eq!(on_passage(name, id), None, "{name}");
        }
        assert_eq!(on_passage("feedc0ffee99_shop-api-1", "feedc0ffee99aa"), None, "the first Compose's own");
    }
}
