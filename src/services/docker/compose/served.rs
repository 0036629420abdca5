//! The configuration that served, as Compose rendered it when a version was delivered: what a way back is made of, whatever
//! the compose file says by now. It lies in the project's state, for its owner alone: values of the environment are in it.

use super::pin::Shelf;
use super::settled::{Rendering, Settled};
use super::target::ComposeTarget;
use crate::docker::labels;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use tminus_core::names::{Digest, Version};
use tminus_core::order::Delivered;
use tminus_core::ports::PortError;

/// How many digits of a digest stand in a file's name.
const DIGITS: usize = 12;

impl Shelf {
    /// Returns the file of the configuration that a version served with.
    pub(super) fn served(&self, one: &Delivered) -> PathBuf {
        self.served_folder().join(name(one))
    }

    /// Keeps the configuration that a version serves with.
    pub(super) async fn keep_served(&self, one: &Delivered, rendering: &Rendering) -> Result<(), PortError> {
        self.write(self.served(one), rendering.0.clone()).await
    }

    /// Lets go of the configurations of versions that are not remembered any more. Best effort: they are only in the way.
    pub(super) async fn prune_served(&self, remembered: impl Iterator<Item = Delivered>) {
        let wanted: BTreeSet<String> = remembered.map(|one| name(&one)).collect();
        let Ok(mut entries) = tokio::fs::read_dir(self.served_folder()).await else { return };
        while let Ok(Some(entry)) = entries.next_entry().await {
            if !wanted.contains(entry.file_name().to_string_lossy().as_ref()) {
                drop(tokio::fs::remove_file(entry.path()).await);
            }
        }
    }
}

impl ComposeTarget {
    /// Returns what the configuration comes down to that a version served with; `None` where none was kept, or where it
    /// cannot be used.
    pub(super) fn settled_as(&self, one: &Delivered) -> Option<Settled> {
        self.configuration_of(one)?.ok()
    }

    /// Returns what the configuration comes down to that a version served with, or why it cannot be used; `None` where
    /// none was kept.
    pub(super) fn configuration_of(&self, one: &Delivered) -> Option<Result<Settled, String>> {
        let path = self.shelf.served(one);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
            Err(error) => return Some(Err(format!("cannot be read: {error}"))),
        };
        let known = self.known();
        // Where today's file is broken, only the program itself is known.
        let known = Settled { is_first: self.children.is_first().unwrap_or(known.is_first), ..known };
        Some(Settled::served((&self.compose, self.root()), &known, (path, text)))
    }

    /// Returns what a container was brought as, by its labels.
    pub(super) fn brought_as(marks: &BTreeMap<String, String>) -> Option<Delivered> {
        let version = Version::parse(marks.get(labels::VERSION)?).ok()?;
        let digest = marks.get(labels::DIGEST).filter(|digest| !digest.is_empty()).map(Digest::new);
        Some(Delivered { version, digest })
    }
}

fn name(one: &Delivered) -> String {
    let plain = |text: &str| text.replace(|c: char| !c.is_ascii_alphanumeric() && !"_.+-".contains(c), "_");
    let digest = one.digest.as_ref().map(|digest| digest.as_str().to_owned()).unwrap_or_default();
    let bare: String = digest.rsplit(':').next().unwrap_or_default().chars().take(DIGITS).collect();
    format!("v{}@{}.yml", plain(one.version.as_str()), plain(&bare))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(version: &str, digest: &str) -> Delivered {
        Delivered { version: Version::parse(version).unwrap(), digest: Some(Digest::new(digest)) }
    }

    #[test]
    fn two_builds_of_one_version_keep_a_configuration_each() {
        assert_ne!(name(&one("1.0.0", "sha256:aaaaaaaaaaaaaaaa")), name(&one("1.0.0", "sha256:bbbbbbbbbbbbbbbb")));
        assert_eq!(name(&one("1.0.0+b1", "sha256:0123456789abcdef")), "v1.0.0+b1@0123456789ab.yml");
    }

    #[test]
    fn a_container_of_somebody_else_was_brought_as_nothing() {
        assert_eq!(ComposeTarget::brought_as(&BTreeMap::new()), None);
    }
}
