//! What lies beside a journal: the witness of how far it was written, the copies that were rescued of it, and of what kind the
//! process is that has its lock.

use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

/// How long the file always is, in bytes, so that it is overwritten in one piece.
pub(super) const LENGTH: usize = 128;

/// How far a journal was written, as the file beside it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadWitness {
    /// How many entries there were.
    pub count: u64,
    /// The hash of the last one, in hexadecimal digits.
    pub head: String,
}

impl HeadWitness {
    /// Returns the file of the witness of a journal.
    #[must_use]
    pub fn path(journal: &Path) -> PathBuf {
        journal.with_extension("head")
    }

    /// Returns the first digits of the last entry's hash.
    pub(super) fn short(&self) -> &str {
        self.head.get(..12).unwrap_or(&self.head)
    }

    /// Reads what is known of a journal; nothing where nothing was ever written, or a power cut took the file.
    #[must_use]
    pub fn read(journal: &Path) -> Option<Self> {
        let mut text = Vec::new();
        File::open(Self::path(journal)).ok()?.take(LENGTH as u64 + 1).read_to_end(&mut text).ok()?;
        if text.len() > LENGTH {
            return None;
        }
        serde_json::from_slice(&text).ok().filter(|witness: &Self| witness.count > 0)
    }
}

/// What kind of process holds the lock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Keeper {
    /// One that ends with its command or its screen.
    #[default]
    Command,
    /// The engine that others join: as soon as its door is open, where it is not yet.
    Engine,
}

/// Says how to restore an empty journal, whose witness is gone too, from the copy beside it.
#[must_use]
pub fn rescued_beside(journal: &Path) -> Option<String> {
    let copy = newest(journal.parent()?)?;
    let (copy, journal) = (copy.display(), journal.display());
    Some(format!(
        "the journal {journal} holds nothing, and {copy} holds what was saved of one: `mv {copy} {journal}` brings it back"
    ))
}

/// Returns the copy in a folder that holds the most entries.
pub(super) fn newest(folder: &Path) -> Option<PathBuf> {
    let copies = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    copies.filter_map(|path| Some((entries(&path)?, path))).max().map(|(_, path)| path)
}

/// Returns how many entries a copy holds, as its name says.
fn entries(path: &Path) -> Option<u64> {
    path.file_name()?.to_str()?.strip_prefix("journal.rescued-")?.strip_suffix(".db")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_copy_with_the_most_entries_is_the_newest() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(newest(folder.path()), None);
        for name in ["rescued-95.db", "rescued-120.db", "rescued-9.db", "rescued-999.fresh", "rescued-x.db"] {
            fs::File::create(folder.path().join(format!("journal.{name}"))).unwrap();
        }
        assert_eq!(newest(folder.path()), Some(folder.path().join("journal.rescued-120.db")));
    }
}
