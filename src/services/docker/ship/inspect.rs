//! What an image is: size, layers, user, ports, labels, health check.

use crate::docker::failure::{failure, is_absent};
use crate::docker::link::Link;
use crate::docker::look::plain;
use bollard::Docker;
use bollard::models::{HealthConfig, ImageInspect};
use std::collections::BTreeMap;
use std::time::Duration;
use tminus_core::ports::{FailureKind, PortError};
use tminus_core::size::size;
use tminus_core::time::Span;

/// What an engine says of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspected {
    /// What the engine knows it by: `sha256:…`.
    pub id: String,
    /// What registries know it by: `repository@sha256:…`, as the engine writes it.
    pub digests: Vec<String>,
    /// Its size in bytes, unpacked; absent where the engine does not say.
    pub size: Option<u64>,
    /// Whether the engine told of its configuration: of an image of another platform it may know the name alone.
    pub is_described: bool,
    /// How many layers it has.
    pub layers: usize,
    /// Whom it runs as; empty for root.
    pub user: String,
    /// The ports that it exposes.
    pub ports: Vec<String>,
    /// How often its health is checked; `None` when it has no check.
    pub health: Option<Duration>,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
}

impl Inspected {
    /// Says it in one line: `182 MB, 9 layers, user app, port 8000/tcp, health check every 30 s`.
    pub fn sentence(&self) -> String {
        let layers = if self.layers == 1 { "1 layer".to_owned() } else { format!("{} layers", self.layers) };
        let user = if self.user.is_empty() { "root" } else { &self.user };
        let ports = match self.ports.as_slice() {
            [] => "no port".to_owned(),
            [one] => format!("port {}", plain(one)),
            many => format!("ports {}", plain(&many.join(", "))),
        };
        let health = match self.health {
            Some(every) => format!("health check every {}", Span::from(every)),
            None => "no health check".to_owned(),
        };
        let size = self.size.map_or_else(|| "unknown size".to_owned(), size);
        format!("{size}, {layers}, user {}, {ports}, {health}", plain(user))
    }

    /// Returns why it is too large; `None` when it is not.
    pub(super) fn excess(&self, most: Option<u64>) -> Option<PortError> {
        let most = most?;
        let Some(has) = self.size else {
            let summary = format!("the engine does not say how large the image is, and `max-size` is {}", size(most));
            return Some(PortError::new(FailureKind::Malformed, summary));
        };
        let summary = format!("the image has {}, and `max-size` is {}", size(has), size(most));
        let failed = PortError::new(FailureKind::Rejected, summary).because(format!("{has} bytes, {most} bytes"));
        (has > most).then_some(failed)
    }

    /// Returns the digests that registries know it by in a repository.
    pub(super) fn digests_in(&self, repository: &str) -> Vec<&str> {
        let own = self.digests.iter().filter_map(|digest| digest.split_once('@'));
        own.filter(|(place, _)| *place == repository).map(|(_, digest)| digest).collect()
    }
}

impl Inspected {
    /// Reads what an engine answers.
    #[cfg(test)]
    pub fn parse(json: &str) -> Self {
        read(serde_json::from_str(json).unwrap())
    }
}

/// Asks an engine about an image; `None` when it has none of that name.
///
/// # Errors
/// When the engine does not answer.
pub async fn inspected(link: &Link, reference: &str) -> Result<Option<Inspected>, PortError> {
    of(&link.docker().await?, reference).await
}

/// Asks about an image by its name or id.
pub(super) async fn of(docker: &Docker, reference: &str) -> Result<Option<Inspected>, PortError> {
    match docker.inspect_image(reference).await {
        Ok(answer) => Ok(Some(read(answer))),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(failure(format!("the image {reference} could not be inspected"), &error)),
    }
}

fn read(answer: ImageInspect) -> Inspected {
    let is_described = answer.config.is_some();
    let config = answer.config.unwrap_or_default();
    Inspected {
        is_described,
        id: answer.id.unwrap_or_default(),
        digests: answer.repo_digests.unwrap_or_default(),
        // An image is never empty: 0 bytes mean that its size is unknown.
        size: answer.size.and_then(|size| u64::try_from(size).ok()).filter(|size| *size > 0),
        layers: answer.root_fs.and_then(|fs| fs.layers).map_or(0, |layers| layers.len()),
        user: config.user.unwrap_or_default(),
        ports: config.exposed_ports.unwrap_or_default(),
        health: config.healthcheck.and_then(every),
        labels: config.labels.unwrap_or_default().into_iter().collect(),
    }
}

/// Returns how often a check is made: 30 s where the image does not say, by docker's own rule.
fn every(check: HealthConfig) -> Option<Duration> {
    let is_none = check.test.as_ref().is_none_or(|test| test.first().is_none_or(|kind| kind == "NONE"));
    if is_none {
        return None;
    }
    let said = check.interval.and_then(|nanos| u64::try_from(nanos).ok()).filter(|nanos| *nanos > 0);
    Some(said.map_or(Duration::from_secs(30), Duration::from_nanos))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_told_in_one_line() {
        let json = r#"{"Id":"sha256:1","Size":182400000,"RootFS":{"Type":"layers","Layers":["a","b"]},
            "Config":{"User":"app","ExposedPorts":{"8000/tcp":{}},"Healthcheck":{"Test":["CMD","x"],"Interval":5000000000}}}"#;
        let image = read(serde_json::from_str(json).unwrap());
        assert_eq!(image.sentence(), "182 MB, 2 layers, user app, port 8000/tcp, health check every 5s");
        let bare = read(serde_json::from_str(r#"{"Config":{"Healthcheck":{"Test":["NONE"]}}}"#).unwrap());
        assert_eq!(bare.sentence(), "unknown size, 0 layers, user root, no port, no health check");
        assert!(bare.excess(Some(1)).is_some_and(|why| why.summary.contains("does not say how large")));
        let other: Inspected = read(serde_json::from_str(r#"{"Id":"sha256:1","Size":-5}"#).unwrap());
        assert_eq!((other.size, other.is_described), (None, false));
    }
}
