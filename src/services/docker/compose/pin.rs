//! The files of ours beside the compose file: what pins the service to a digest, and what stood there before. They are
//! in the project's state, for its owner alone, and a person can read them.

use super::names;
use super::settings::Compose;
use super::settled::Settled;
use crate::docker::labels;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use tminus_core::names::OrderId;
use tminus_core::order::{Delivered, Order};
use tminus_core::ports::{FailureKind, PortError};

/// The folder of one delivery.
#[derive(Clone, Debug)]
pub(super) struct Shelf {
    dir: PathBuf,
}

/// What was there when an order began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Before {
    pub(super) order: OrderId,
    /// The image that ran; absent when nothing did.
    pub(super) image: Option<String>,
    /// Whether it did more than lie there.
    #[serde(default)]
    pub(super) ran: bool,
    /// Its labels of ours.
    pub(super) marks: BTreeMap<String, String>,
    /// Services that were not well already: the order does not answer for them.
    pub(super) sick: Vec<String>,
}

impl Shelf {
    /// Names the folder; what an earlier build laid down for this delivery moves there.
    pub(super) fn new(state: &Path, compose: &Compose) -> Self {
        let dir = state.join(names::folder(compose));
        let earlier = state.join(names::earlier_folder(compose));
        if !dir.exists() && is_of(&earlier, compose) {
            // Where it cannot be moved, it is as if nothing had been delivered: a way back is lost, and nothing wrong is done.
            drop(std::fs::rename(&earlier, &dir));
        }
        Self { dir }
    }

    /// Returns the file that pins what is being brought.
    pub(super) fn next(&self) -> PathBuf {
        self.dir.join("next.yml")
    }

    /// Returns the file that pins what was there before.
    pub(super) fn before(&self) -> PathBuf {
        self.dir.join("before.yml")
    }

    /// Returns the file that pins what runs: the record for whoever starts it by hand.
    pub(super) fn current(&self) -> PathBuf {
        self.dir.join("current.yml")
    }

    /// Returns the folder of the configurations that served.
    pub(super) fn served_folder(&self) -> PathBuf {
        self.dir.join("served")
    }

    /// Opens the file whose lock a running Compose holds.
    pub(super) fn lock(&self) -> std::io::Result<File> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.dir)?;
        OpenOptions::new().create(true).append(true).read(true).mode(0o600).open(self.dir.join("lock"))
    }

    /// Writes a file whole or not at all.
    pub(super) async fn write(&self, path: PathBuf, text: String) -> Result<(), PortError> {
        let dir = path.parent().unwrap_or(&self.dir).to_owned();
        let name = path.display().to_string();
        let written = tokio::task::spawn_blocking(move || write_whole(&dir, &path, &text)).await;
        let why = match written {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        Err(PortError::new(FailureKind::Rejected, format!("{name} could not be written")).because(why))
    }

    /// Makes what was brought the record of what runs.
    pub(super) async fn promote(&self) -> Result<(), PortError> {
        match tokio::fs::rename(self.next(), self.current()).await {
            Ok(()) => Ok(()),
            // Done before an interruption.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && self.current().exists() => Ok(()),
            Err(error) => {
                let summary = format!("{} could not be written", self.current().display());
                Err(PortError::new(FailureKind::Rejected, summary).because(error.to_string()))
            }
        }
    }

    /// Reads a record; `None` when there is none that makes sense.
    pub(super) async fn read<R: DeserializeOwned>(&self, name: &str) -> Option<R> {
        serde_json::from_slice(&tokio::fs::read(self.dir.join(name)).await.ok()?).ok()
    }

    /// Writes a record.
    pub(super) async fn record<R: Serialize + Sync>(&self, name: &str, record: &R) -> Result<(), PortError> {
        let text = serde_json::to_string(record)
            .map_err(|error| PortError::new(FailureKind::Malformed, "a record cannot be written").caused_by(&error))?;
        self.write(self.dir.join(name), text).await
    }
}

/// Says whether a folder of an earlier build is that of one delivery: what was pinned there last says whose it is.
fn is_of(folder: &Path, compose: &Compose) -> bool {
    let pinned = ["current.yml", "next.yml"].iter().find_map(|name| std::fs::read_to_string(folder.join(name)).ok());
    let Some(tree) = pinned.and_then(|text| super::tree::read(&text).ok()) else { return false };
    let marks = &tree["services"][&compose.service]["labels"];
    marks[labels::ENV] == compose.env.as_str() && marks[labels::ARTIFACT] == compose.artifact.as_str()
}

/// Returns the labels of what an order brings.
pub(super) fn marks(compose: &Compose, order: &Order, to: &Delivered) -> BTreeMap<String, String> {
    let own = [
        (labels::ARTIFACT, compose.artifact.to_string()),
        (labels::VERSION, to.version.to_string()),
        (labels::DIGEST, to.digest.as_ref().map(ToString::to_string).unwrap_or_default()),
    ];
    labels::of(order).into_iter().chain(own.map(|(key, value)| (key.to_owned(), value))).collect()
}

/// Writes the file that pins a service. JSON is YAML that needs no quoting rules; `$` is Compose's own sign.
pub(super) fn text(settled: &Settled, image: &str, marks: &BTreeMap<String, String>) -> String {
    let (service, version) = (settled.names.service.as_str(), settled.schema.as_deref());
    let plain = |text: &str| text.replace('$', "$$");
    let marks: BTreeMap<&str, String> = marks.iter().map(|(key, value)| (key.as_str(), plain(value))).collect();
    let mut pinned = json!({ "image": plain(image), "labels": marks });
    if !settled.is_first {
        // tminus has pulled it by its digest; a `pull_policy: always` would have Compose ask a registry for that name.
        pinned["pull_policy"] = "never".into();
    }
    let body = json!({ service: pinned });
    let whole = match version {
        Some(version) => json!({ "version": version, "services": body }),
        None => json!({ "services": body }),
    };
    format!(
        "# Written by tminus: pins {service} to what was delivered. Given to compose after the project's own file.\n\
         {whole:#}\n"
    )
}

/// Returns the `version` of a compose file: the first Compose wants the same in every file.
pub(super) fn schema(file: &str) -> Option<String> {
    let value = file.lines().find_map(|line| line.strip_prefix("version:"))?;
    let value = value.split('#').next().unwrap_or_default().trim().trim_matches(['"', '\'']);
    (!value.is_empty()).then(|| value.to_owned())
}

fn write_whole(dir: &Path, path: &Path, text: &str) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    let fresh = path.with_extension("fresh");
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&fresh)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&fresh, path)?;
    File::open(dir)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_read_as_it_was_meant() {
        let marks = BTreeMap::from([("tminus.env".to_owned(), "a: $x \"y\"\n".to_owned())]);
        let first = Settled { schema: Some("2.4".into()), is_first: true, ..Settled::plain("p", "b") };
        let pinned = text(&first, "r:5000/b@sha256:12", &marks);
        let tree = super::super::tree::read(&pinned).unwrap();
        assert!(tree["services"]["b"]["pull_policy"].is_null(), "the first Compose pulls nothing here");
        assert_eq!(tree["services"]["b"]["image"], "r:5000/b@sha256:12");
        assert_eq!(tree["services"]["b"]["labels"]["tminus.env"], "a: $$x \"y\"\n");
        assert_eq!(tree["version"], "2.4");
        let second = text(&Settled::plain("p", "b"), "sha256:12", &marks);
        let tree = super::super::tree::read(&second).unwrap();
        assert_eq!(tree["services"]["b"]["pull_policy"], "never");
    }

    #[test]
    fn the_folder_of_an_earlier_build_goes_to_the_delivery_that_it_was_of() {
        let state = tempfile::tempdir().unwrap();
        let compose = |env: &str, artifact: &str| Compose {
            env: env.into(),
            artifact: artifact.into(),
            ..Compose::plain("c.yml", "web")
        };
        let (one, other) = (compose("eu", "west-api"), compose("eu-west", "api"));
        let earlier = state.path().join("eu-west-api");
        std::fs::create_dir(&earlier).unwrap();
        let marks = [(labels::ENV, "eu-west"), (labels::ARTIFACT, "api")];
        let marks = marks.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        std::fs::write(earlier.join("current.yml"), text(&Settled::plain("p", "web"), "a:1", &marks)).unwrap();
        let (one, other) = (Shelf::new(state.path(), &one), Shelf::new(state.path(), &other));
        assert_ne!(one.next(), other.next());
        assert!(!one.current().exists() && other.current().exists() && !earlier.exists());
    }

    #[test]
    fn the_schema_is_that_of_the_file() {
        assert_eq!(schema("# x\nversion: '3.8' # y\nservices: {}\n").as_deref(), Some("3.8"));
        assert_eq!(schema("services:\n  version: 1\n"), None);
    }
}
