//! An image on its way to an engine, always by digest.

use super::failure::{failure, is_absent};
use crate::registry::Image;
use bollard::Docker;
use bollard::auth::DockerCredentials;
use bollard::errors::Error;
use bollard::models::CreateImageInfo;
use bollard::query_parameters::CreateImageOptionsBuilder;
use futures::{Stream, StreamExt as _};
use std::collections::HashMap;
use std::time::Duration;
use tminus_core::names::{Digest, Version};
use tminus_core::order::{Call, Order, Progress, Receipt};
use tminus_core::ports::{FailureKind, PortError, ProgressSender};
use tminus_core::time::brief;

/// Returns what an image is called on the engine: `repository@sha256:…`, or its own id where no registry holds it.
///
/// # Errors
/// When the version cannot be a tag.
pub(super) fn reference(image: &Image, version: &Version, digest: &Digest) -> Result<String, PortError> {
    if image.is_local() { Ok(digest.to_string()) } else { Ok(image.name(version)?.reference(digest)) }
}

/// Says whether the engine has an image.
pub(super) async fn is_there(docker: &Docker, reference: &str) -> Result<bool, PortError> {
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
pub(super) async fn pull(
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

/// Brings an image to the engine for an order that does nothing else.
///
/// # Errors
/// As [`pull`].
pub(super) async fn provide(
    docker: &Docker,
    image: &Image,
    (order, reference): (&Order, &str),
    progress: &ProgressSender,
) -> Result<Receipt, PortError> {
    pull(docker, image, reference, progress).await?;
    Ok(Receipt { order: order.id.clone(), delivered: None, summary: format!("the engine has {reference}"), left: None })
}

/// Returns the calls of an order that only brings an image.
pub(super) fn calls(image: &Image, reference: &str) -> Vec<Call> {
    let request = |line: String| Call::Request { service: "docker".to_owned(), line, body: None };
    if image.is_local() {
        return vec![request(format!("GET /images/{reference}/json"))];
    }
    let call = Box::new(request(format!("POST /images/create?fromImage={reference}")));
    vec![Call::When { condition: "unless the host has it".to_owned(), call }]
}

/// Says that an image without a registry is gone.
pub(super) fn lost(reference: &str) -> PortError {
    let summary = format!("the image {reference} is not on the engine, and no registry of the plan holds it");
    PortError::new(FailureKind::NotFound, summary)
}

/// How often an image is asked for when nothing comes of it any more: most often it is one connection that died.
const TRIES: usize = 3;

/// How long an engine may say nothing of a pull.
#[derive(Clone, Copy)]
struct PullPatience {
    /// While bytes come. It speaks of each half megabyte, so a way that is slower than this is none.
    coming: Duration,
    /// While it asks for a layer, holds one against its digest, or unpacks one: it says nothing of how far that is.
    silent: Duration,
}

const PATIENCE: PullPatience = PullPatience { coming: Duration::from_secs(60), silent: Duration::from_secs(600) };

async fn bring(
    docker: &Docker,
    (reference, host): (&str, &str),
    credentials: Option<DockerCredentials>,
    progress: &ProgressSender,
) -> Result<(), PortError> {
    let options = CreateImageOptionsBuilder::new().from_image(reference).build();
    let mut tried = 1;
    loop {
        // An engine gives a pull up when nobody listens to it any more.
        let news = docker.create_image(Some(options.clone()), None, credentials.clone());
        let stalled = match heard(Box::pin(news), PATIENCE, progress).await {
            Ok(()) => return Ok(()),
            Err(PullFailure::Failed(error)) => return Err(failed((reference, host), &error)),
            Err(PullFailure::Stalled(after)) => format!("nothing came for {}", brief(after)),
        };
        if tried == TRIES {
            let summary = format!("{reference} could not be pulled from {host}: {stalled}, {TRIES} times");
            return Err(PortError::new(FailureKind::Timeout, summary));
        }
        tried += 1;
        let line = format!("{stalled} of {reference}; it is asked for again, {tried} of {TRIES}");
        drop(progress.try_send(Progress::Line(line)));
    }
}

/// A registry that is away is not taken for the engine.
fn failed((reference, host): (&str, &str), error: &Error) -> PortError {
    let failed = failure(format!("{reference} could not be pulled from {host}"), error);
    let is_registry = matches!(error, Error::DockerStreamError { .. } | Error::DockerResponseServerError { .. });
    let is_away = is_registry && failed.kind == FailureKind::Unreachable;
    if is_away { PortError { kind: FailureKind::Rejected, ..failed } } else { failed }
}

/// Why a pull ended before its image was there.
enum PullFailure {
    Failed(Error),
    /// Nothing was heard for this long.
    Stalled(Duration),
}

/// Hears a pull to its end.
async fn heard(
    mut news: impl Stream<Item = Result<CreateImageInfo, Error>> + Unpin,
    patience: PullPatience,
    progress: &ProgressSender,
) -> Result<(), PullFailure> {
    let mut layers = Layers::default();
    loop {
        let limit = if layers.is_coming() { patience.coming } else { patience.silent };
        match tokio::time::timeout(limit, news.next()).await {
            Ok(Some(Ok(told))) => drop(layers.hear(&told).map(|share| progress.try_send(share))),
            Ok(Some(Err(error))) => return Err(PullFailure::Failed(error)),
            Ok(None) => return Ok(()),
            Err(_elapsed) => return Err(PullFailure::Stalled(limit)),
        }
    }
}

/// How far each layer is, in bytes.
#[derive(Default)]
struct Layers(HashMap<String, (u64, u64)>);

impl Layers {
    /// Says whether a layer is on its way.
    fn is_coming(&self) -> bool {
        self.0.values().any(|(done, total)| done < total)
    }

    /// Takes one line of the engine's; a layer counts as done when it is downloaded.
    fn hear(&mut self, news: &CreateImageInfo) -> Option<Progress<String>> {
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

    fn news(json: &str) -> CreateImageInfo {
        serde_json::from_str(json).unwrap()
    }

    /// How a pull ends that says this, and then nothing, for ever.
    async fn stalls(told: &[&str]) -> Duration {
        let moment = Duration::from_millis(1);
        let patience = PullPatience { coming: moment, silent: moment * 30 };
        let told: Vec<_> = told.iter().map(|json| Ok(news(json))).collect();
        let (to, _from) = tokio::sync::mpsc::channel(8);
        match heard(futures::stream::iter(told).chain(futures::stream::pending()), patience, &to).await {
            Err(PullFailure::Stalled(after)) => after,
            Err(PullFailure::Failed(_)) | Ok(()) => panic!("it did not stall"),
        }
    }

    #[tokio::test]
    async fn bytes_that_stop_coming_are_given_up_sooner_than_a_layer_that_is_unpacked() {
        let half = r#"{"status":"Downloading","id":"a","progressDetail":{"current":10,"total":100}}"#;
        let whole = r#"{"status":"Download complete","id":"a"}"#;
        let (coming, silent) = (Duration::from_millis(1), Duration::from_millis(30));
        assert_eq!(stalls(&[]).await, silent);
        assert_eq!(stalls(&[half]).await, coming);
        assert_eq!(stalls(&[half, whole]).await, silent);
    }

    #[test]
    fn layers_are_added_up_and_never_go_back() {
        let mut layers = Layers::default();
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
