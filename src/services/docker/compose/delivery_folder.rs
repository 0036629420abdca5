//! The files of ours beside the compose file: what pins the service to a digest, what stood there before, and each
//! configuration that served, as Compose rendered it: what a rollback is made of, whatever the compose file says by now.
//! They lie in the project's state, for its owner alone: values of the environment are in them.

use super::names;
use super::rendered::Rendering;
use super::settings::ComposeDelivery;
use crate::docker::labels;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use tminus_core::names::OrderId;
use tminus_core::order::Delivered;
use tminus_core::ports::{FailureKind, PortError};

/// How many digits of a digest stand in a file's name.
const DIGITS: usize = 12;

/// The folder of one delivery.
#[derive(Clone, Debug)]
pub(super) struct DeliveryFolder {
    dir: PathBuf,
}

/// What was there when an order began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ComposeBefore {
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

impl DeliveryFolder {
    /// Names the folder; what an earlier build laid down for this delivery moves there.
    pub(super) fn new(state: &Path, compose: &ComposeDelivery) -> Self {
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

    fn served_folder(&self) -> PathBuf {
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
            .map_err(PortError::by(FailureKind::Malformed, "a record cannot be written"))?;
        self.write(self.dir.join(name), text).await
    }

    /// Returns the file of the configuration that a version served with.
    pub(super) fn served(&self, one: &Delivered) -> PathBuf {
        self.served_folder().join(served_name(one))
    }

    /// Keeps the configuration that a version serves with.
    pub(super) async fn keep_served(&self, one: &Delivered, rendering: &Rendering) -> Result<(), PortError> {
        self.write(self.served(one), rendering.0.clone()).await
    }

    /// Lets go of the configurations of versions that are not remembered any more. Best effort: they are only in the way.
    pub(super) async fn prune_served(&self, remembered: impl Iterator<Item = Delivered>) {
        let wanted: BTreeSet<String> = remembered.map(|one| served_name(&one)).collect();
        let Ok(mut entries) = tokio::fs::read_dir(self.served_folder()).await else { return };
        while let Ok(Some(entry)) = entries.next_entry().await {
            if !wanted.contains(entry.file_name().to_string_lossy().as_ref()) {
                drop(tokio::fs::remove_file(entry.path()).await);
            }
        }
    }
}

/// Says whether a folder of an earlier build is that of one delivery: what was pinned there last says whose it is.
fn is_of(folder: &Path, compose: &ComposeDelivery) -> bool {
    let pinned = ["current.yml", "next.yml"].iter().find_map(|name| std::fs::read_to_string(folder.join(name)).ok());
    let Some(tree) = pinned.and_then(|text| super::tree::read(&text).ok()) else { return false };
    let marks = &tree["services"][&compose.service]["labels"];
    marks[labels::ENV] == compose.env.as_str() && marks[labels::ARTIFACT] == compose.artifact.as_str()
}

fn served_name(one: &Delivered) -> String {
    let plain = |text: &str| text.replace(|c: char| !c.is_ascii_alphanumeric() && !"_.+-".contains(c), "_");
    let digest = one.digest.as_ref().map(|digest| digest.as_str().to_owned()).unwrap_or_default();
    let bare: String = digest.rsplit(':').next().unwrap_or_default().chars().take(DIGITS).collect();
    format!("v{}@{}.yml", plain(one.version.as_str()), plain(&bare))
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
    use super::super::pin::text;
    use super::super::settled::Settled;
    use super::*;
    use tminus_core::names::{Digest, Version};

    #[test]
    fn the_folder_of_an_earlier_build_goes_to_the_delivery_that_it_was_of() {
        let state = tempfile::tempdir().unwrap();
        let compose = |env: &str, artifact: &str| ComposeDelivery {
            env: env.into(),
            artifact: artifact.into(),
            ..ComposeDelivery::plain("c.yml", "web")
        };
        let (one, other) = (compose("eu", "west-api"), compose("eu-west", "api"));
        let earlier = state.path().join("eu-west-api");
        std::fs::create_dir(&earlier).unwrap();
        let marks = [(labels::ENV, "eu-west"), (labels::ARTIFACT, "api")];
        let marks = marks.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        std::fs::write(earlier.join("current.yml"), text(&Settled::plain("p", "web"), "a:1", &marks)).unwrap();
        let (one, other) = (DeliveryFolder::new(state.path(), &one), DeliveryFolder::new(state.path(), &other));
        assert_ne!(one.next(), other.next());
        assert!(!one.current().exists() && other.current().exists() && !earlier.exists());
    }

    fn one(version: &str, digest: &str) -> Delivered {
        Delivered { version: Version::parse(version).unwrap(), digest: Some(Digest::new(digest)) }
    }

    #[test]
    fn two_builds_of_one_version_keep_a_configuration_each() {
        assert_ne!(
            served_name(&one("1.0.0", "sha256:aaaaaaaaaaaaaaaa")),
            served_name(&one("1.0.0", "sha256:bbbbbbbbbbbbbbbb"))
        );
        assert_eq!(served_name(&one("1.0.0+b1", "sha256:0123456789abcdef")), "v1.0.0+b1@0123456789ab.yml");
    }
}
