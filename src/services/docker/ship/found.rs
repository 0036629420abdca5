//! What a build left on the engine, found again by its labels.
//!
//! They have names of their own, because a container inherits the labels of its image, and is no order of the build.

use crate::docker::failure::failure;
use bollard::Docker;
use bollard::models::ImageSummary;
use bollard::query_parameters::ListImagesOptionsBuilder;
use std::collections::HashMap;
use tminus_core::names::{ActionId, ArtifactName, Commit, Version};
use tminus_core::order::Order;
use tminus_core::ports::PortError;

/// The order that built it.
const ORDER: &str = "tminus.build.order";
/// The action that the order belongs to.
const ACTION: &str = "tminus.build.action";
/// What it is.
const ARTIFACT: &str = "tminus.build.artifact";
/// Its version, under the name that other tools read.
pub(super) const VERSION: &str = "org.opencontainers.image.version";
/// Its commit, under the name that other tools read.
pub(super) const REVISION: &str = "org.opencontainers.image.revision";

/// Returns the labels of what an order builds.
pub(super) fn labels(
    order: &Order,
    artifact: &ArtifactName,
    (version, commit): (&Version, &Commit),
) -> HashMap<String, String> {
    let pairs = [
        (ORDER, order.id.to_string()),
        (ACTION, order.action.to_string()),
        (ARTIFACT, artifact.to_string()),
        (VERSION, version.to_string()),
        (REVISION, commit.to_string()),
    ];
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Finds what an order built; `None` when it is not there.
pub(super) async fn of_order(docker: &Docker, order: &Order) -> Result<Option<ImageSummary>, PortError> {
    newest(docker, vec![format!("{ORDER}={}", order.id)]).await
}

/// Finds what an action built of an artifact, the newest if it was built more than once.
pub(super) async fn of_action(
    docker: &Docker,
    action: &ActionId,
    artifact: &ArtifactName,
) -> Result<Option<ImageSummary>, PortError> {
    newest(docker, vec![format!("{ACTION}={action}"), format!("{ARTIFACT}={artifact}")]).await
}

/// Finds the newest that was ever built of an artifact here.
pub(super) async fn of_artifact(docker: &Docker, artifact: &ArtifactName) -> Result<Option<ImageSummary>, PortError> {
    newest(docker, vec![format!("{ARTIFACT}={artifact}")]).await
}

async fn newest(docker: &Docker, labels: Vec<String>) -> Result<Option<ImageSummary>, PortError> {
    let filters = HashMap::from([("label", labels)]);
    let options = ListImagesOptionsBuilder::new().filters(&filters).build();
    let found = docker.list_images(Some(options)).await;
    let found = found.map_err(|error| failure("the images of the engine could not be listed", &error))?;
    Ok(found.into_iter().max_by_key(|image| image.created))
}
