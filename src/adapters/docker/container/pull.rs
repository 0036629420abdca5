//! An image on its way to an engine, always by digest.

use super::super::failure::{failure, is_absent};
use crate::adapters::registry::Image;
use crate::domain::names::{Digest, Version};
use crate::domain::order::Progress;
use crate::ports::{FailureKind, PortError, ProgressSender};
use bollard::Docker;
use bollard::auth::DockerCredentials;
use bollard::models::CreateImageInfo;
use bollard::query_parameters::CreateImageOptionsBuilder;
use futures::StreamExt as _;
use std::collections::HashMap;

/// Returns what an image is called on the engine: `repository@sha256:…`, or its own id where no registry holds it.
///
/// # Errors
/// When the version cannot be a tag.
pub(in super::super) fn reference(image: &Image, version: &Version, digest: &Digest) -> Result<String, PortError> {
    if image.is_local() { Ok(digest.to_string()) } else { Ok(image.name(version)?.reference(digest)) }
}

/// Says whether the engine has an image.
pub(in super::super) async fn is_there(docker: &Docker, reference: &str) -> Result<bool, PortError> {
    match docker.inspect_image(reference).await {
        Ok(_) => Ok(true),
        Err(error) if is_absent(&error) => Ok(false),
        Err(error) => Err(failure(format!("the image {reference} could not be looked for"), &error)),
    }
}

/// Brings an image to the engine, unless it has it.
///
/// # Errors
/// As the registry and the engine say; a registry that is away is [`FailureKind::Rejected`], so that it is not taken for
/// the engine.
pub(in super::super) async fn pull(
    docker: &Docker,
    image: &Image,
    reference: &str,
    progress: &ProgressSender,
) -> Result<(), PortError> {
    if is_there(docker, reference).await? {
        return Ok(());
    }
    let Some(registry) = image.registry() else {
        return Err(lost(reference));
    };
    let credentials = registry.credentials().await?.map(|found| found.for_engine(registry.host()));
    bring(docker, (reference, registry.host()), credentials, progress).await
}

/// Says that an image without a registry is gone.
pub(in super::super) fn lost(reference: &str) -> PortError {
    let summary = format!("the image {reference} is not on the engine, and no registry of the plan holds it");
    PortError::new(FailureKind::NotFound, summary)
}

async fn bring(
    docker: &Docker,
    (reference, host): (&str, &str),
    credentials: Option<DockerCredentials>,
    progress: &ProgressSender,
) -> Result<(), PortError> {
    let options = CreateImageOptionsBuilder::new().from_image(reference).build();
    let mut news = docker.create_image(Some(options), None, credentials);
    let mut layers = Layers::default();
    while let Some(news) = news.next().await {
        let news = news.map_err(|error| {
            let failed = failure(format!("{reference} could not be pulled from {host}"), &error);
            let is_registry = matches!(
                error,
                bollard::errors::Error::DockerStreamError { .. }
                    | bollard::errors::Error::DockerResponseServerError { .. }
            );
            let is_away = is_registry && failed.kind == FailureKind::Unreachable;
            if is_away { PortError { kind: FailureKind::Rejected, ..failed } } else { failed }
        })?;
        if let Some(share) = layers.hear(&news) {
            drop(progress.try_send(share));
        }
    }
    Ok(())
}

/// How far each layer is, in bytes.
#[derive(Default)]
struct Layers(HashMap<String, (u64, u64)>);

impl Layers {
    /// Takes one line of the engine's; a layer counts as done when it is downloaded.
    fn hear(&mut self, news: &CreateImageInfo) -> Option<Progress> {
        let layer = news.id.clone()?;
        let number = |number: Option<i64>| number.and_then(|n| u64::try_from(n).ok()).filter(|n| *n > 0);
        let detail = news.progress_detail.as_ref();
        match news.status.as_deref()? {
            "Downloading" => {
                let total = number(detail.and_then(|detail| detail.total))?;
                let done = number(detail.and_then(|detail| detail.current)).unwrap_or_default();
                self.0.insert(layer, (done.min(total), total));
            }
            "Download complete" | "Pull complete" | "Extracting" => {
                let (done, total) = self.0.get_mut(&layer)?;
                *done = *total;
            }
            _ => return None,
        }
        let (done, total) = self.0.values().fold((0, 0), |(d, t), (done, total)| (d + done, t + total));
        Some(Progress::Share { done, total, of: "bytes of layers pulled".to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_are_added_up_and_never_go_back() {
        let mut layers = Layers::default();
        let news = |json: &str| serde_json::from_str::<CreateImageInfo>(json).unwrap();
        let share = |done, total| Some(Progress::Share { done, total, of: "bytes of layers pulled".to_owned() });
        assert_eq!(layers.hear(&news(r#"{"status":"Pulling from x","id":"1.0"}"#)), None);
        let down = |id: &str, current, total| {
            format!(
                r#"{{"status":"Downloading","id":"{id}","progressDetail":{{"current":{current},"total":{total}}}}}"#
            )
        };
        assert_eq!(layers.hear(&news(&down("a", 10, 100))), share(10, 100));
        assert_eq!(layers.hear(&news(&down("b", 50, 50))), share(60, 150));
        assert_eq!(layers.hear(&news(r#"{"status":"Download complete","id":"a"}"#)), share(150, 150));
        let extracting = r#"{"status":"Extracting","id":"a","progressDetail":{"current":1,"total":100}}"#;
        assert_eq!(layers.hear(&news(extracting)), share(150, 150));
    }
}
