//! What earlier scans read, so that the next one reads only what is new: by the name of each file, and by ranges of the history
//! that were read whole. Names of objects and keyed hashes are kept, never a value.
//!
//! A file that is damaged, of others, or made without the owner's key counts for nothing: it is as if nothing had been read.

use super::blobs::FileOutcome;
use super::findings::SecretPlace;
use super::object::ObjectName;
use crate::secrets::ValueKey;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use tminus_core::kinds::check::UnreadFiles;
use tminus_storage::paths::{private_folder, refuse_shared, write_private};

/// The first line of a file.
const MARK: &[u8] = b"tminus secrets 1\n";

/// How large a file may be, in bytes.
const LARGEST: usize = 64 << 20;

/// How many files are kept: one for each set of rules.
const FILES: usize = 4;

/// How many ranges are kept.
const RANGES: usize = 8;

/// How many places of secrets a range may have to be kept.
const PLACES: usize = 5_000;

/// A range of the history that was read whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ReadRange {
    /// Where it begins; at the beginning of the history when absent.
    pub(super) since: Option<String>,
    /// The commit that it ends with.
    pub(super) until: String,
    pub(super) commits: u64,
    pub(super) files: u64,
    pub(super) left_out: UnreadFiles,
    pub(super) places: Vec<SecretPlace>,
    /// The files with a secret whose every path is among the places.
    pub(super) copied: BTreeSet<String>,
}

/// What is remembered beside the names of clean files.
#[derive(Default, Serialize, Deserialize)]
struct CacheIndex {
    scope: String,
    length: usize,
    ranges: Vec<ReadRange>,
    others: BTreeMap<String, FileOutcome>,
}

/// What earlier scans by the same rules read.
pub(super) struct ScanCache {
    place: Option<(PathBuf, ValueKey)>,
    index: CacheIndex,
    /// Names of clean files, one behind the other, in order.
    clean: Vec<u8>,
    new: BTreeSet<ObjectName>,
}

impl ScanCache {
    /// Opens what is remembered for a scope: the rules, the largest file, and how long the names of objects are. Without the
    /// owner's key nothing is.
    pub(super) fn open(folder: &Path, key: Option<&ValueKey>, scope: &str, length: usize) -> Self {
        let place = key.map(|key| (folder.join(format!("{}.cache", &scope[..scope.len().min(16)])), key.clone()));
        let empty = CacheIndex { scope: scope.to_owned(), length, ..CacheIndex::default() };
        let known = place.as_ref().and_then(|(file, key)| read(file, key));
        let (index, clean) = known
            .filter(|(index, clean)| {
                index.scope == scope && index.length == length && clean.len().is_multiple_of(length)
            })
            .unwrap_or((empty, Vec::new()));
        Self { place, index, clean, new: BTreeSet::new() }
    }

    /// Returns the ranges that were read from here on, the newest first.
    pub(super) fn ranges(&self, since: Option<&str>) -> impl Iterator<Item = &ReadRange> {
        let since = since.map(str::to_owned);
        self.index.ranges.iter().rev().filter(move |range| range.since == since)
    }

    /// Returns what a file came to, where it was read.
    pub(super) fn outcome(&self, name: &ObjectName) -> Option<FileOutcome> {
        match self.has_clean(name) {
            true => Some(FileOutcome::Clean),
            false => self.index.others.get(&name.to_string()).cloned(),
        }
    }

    fn has_clean(&self, name: &ObjectName) -> bool {
        let (length, wanted) = (self.index.length, name.as_bytes());
        let at = |index: usize| &self.clean[index * length..(index + 1) * length];
        let (mut low, mut high) = (0, self.clean.len() / length);
        while low < high {
            let middle = low + (high - low) / 2;
            match at(middle).cmp(wanted) {
                std::cmp::Ordering::Equal => return true,
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        false
    }

    /// Remembers what a file came to.
    pub(super) fn add(&mut self, name: ObjectName, outcome: &FileOutcome) {
        match outcome {
            FileOutcome::Clean => drop(self.new.insert(name)),
            FileOutcome::Binary | FileOutcome::Pointer | FileOutcome::Found(_) => {
                self.index.others.insert(name.to_string(), outcome.clone());
            }
        }
    }

    /// Remembers a range that was read whole, in place of those that it goes on from.
    pub(super) fn add_range(&mut self, range: ReadRange) {
        if range.places.len() > PLACES {
            return;
        }
        self.index.ranges.retain(|other| other.since != range.since || other.until != range.until);
        self.index.ranges.push(range);
        let more = self.index.ranges.len().saturating_sub(RANGES);
        self.index.ranges.drain(..more);
    }

    /// Writes it down, for the owner alone, whole or not at all. What cannot be kept is read again next time.
    pub(super) fn keep(mut self) {
        let Some((file, key)) = self.place.take() else { return };
        let length = self.index.length;
        let known = self.clean.chunks_exact(length).filter_map(ObjectName::of);
        let all: BTreeSet<ObjectName> =
            self.new.iter().copied().filter(|name| name.as_bytes().len() == length).chain(known).collect();
        let Ok(index) = serde_json::to_vec(&self.index) else { return };
        let room = LARGEST.saturating_sub(index.len() + 1_024) / length;
        let mut body = index;
        body.push(b'\n');
        body.extend(all.iter().take(room).flat_map(|name| name.as_bytes().to_vec()));
        if body.len() + 1_024 > LARGEST {
            return;
        }
        let whole = [MARK, key.hash(PURPOSE, &body).as_bytes(), b"\n", &body].concat();
        let Some(folder) = file.parent() else { return };
        if private_folder(folder).is_ok() {
            // A cache that is not kept only costs the next scan its time.
            let _unkept = write_private(&file, &whole);
            forget_oldest(folder);
        }
    }
}

/// What the owner's key says of a file is said for this alone.
const PURPOSE: &str = "secrets cache";

/// How long the hash is that a file begins with, in hexadecimal digits.
const HASH: usize = 64;

fn read(file: &Path, key: &ValueKey) -> Option<(CacheIndex, Vec<u8>)> {
    refuse_shared(file).ok()?;
    let about = file.symlink_metadata().ok()?;
    if !about.is_file() || about.len() > LARGEST as u64 {
        return None;
    }
    let whole = std::fs::read(file).ok()?;
    let (hash, body) = whole.strip_prefix(MARK)?.split_at_checked(HASH)?;
    let body = body.strip_prefix(b"\n")?;
    if key.hash(PURPOSE, body).as_bytes() != hash {
        return None;
    }
    let end = body.iter().position(|byte| *byte == b'\n')?;
    Some((serde_json::from_slice(&body[..end]).ok()?, body[end + 1..].to_vec()))
}

/// Removes what sets of rules left that were used longest ago.
fn forget_oldest(folder: &Path) {
    let Ok(found) = std::fs::read_dir(folder) else { return };
    let mut files: Vec<_> = found
        .flatten()
        .filter(|entry| entry.path().extension().is_some_and(|end| end == "cache"))
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    files.sort();
    let more = files.len().saturating_sub(FILES);
    files.iter().take(more).for_each(|(_, file)| drop(std::fs::remove_file(file)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    struct Kept {
        dir: tempfile::TempDir,
        key: ValueKey,
    }

    impl Kept {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let key = ValueKey::kept_at(&dir.path().join("key")).unwrap();
            Self { dir, key }
        }

        fn open(&self, scope: &str) -> ScanCache {
            ScanCache::open(&self.dir.path().join("secrets"), Some(&self.key), scope, 20)
        }

        fn file(&self) -> PathBuf {
            self.dir.path().join("secrets").join("one.cache")
        }

        fn filled() -> Self {
            let kept = Self::new();
            let mut cache = kept.open("one");
            cache.add(name(2), &FileOutcome::Clean);
            cache.add(name(1), &FileOutcome::Clean);
            cache.add(name(3), &FileOutcome::Binary);
            cache.keep();
            kept
        }
    }

    fn name(byte: u8) -> ObjectName {
        ObjectName::of(&[byte; 20]).unwrap()
    }

    #[test]
    fn what_was_read_is_remembered_by_the_same_rules_and_by_no_others() {
        let kept = Kept::filled();
        let again = kept.open("one");
        assert_eq!(again.outcome(&name(1)), Some(FileOutcome::Clean));
        assert_eq!(again.outcome(&name(3)), Some(FileOutcome::Binary));
        assert_eq!(again.outcome(&name(4)), None);
        assert_eq!(kept.open("other").outcome(&name(1)), None);
        assert_eq!(
            ScanCache::open(&kept.dir.path().join("secrets"), None, "one", 20).outcome(&name(1)),
            None,
            "without a key"
        );
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&kept.file()), mode(kept.file().parent().unwrap())), (0o600, 0o700));
    }

    #[test]
    fn a_damaged_file_counts_for_nothing() {
        let kept = Kept::filled();
        let good = std::fs::read(kept.file()).unwrap();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1;
            std::fs::write(kept.file(), &bad).unwrap();
            assert_eq!(kept.open("one").outcome(&name(1)), None, "byte {at}");
            std::fs::write(kept.file(), &good[..at]).unwrap();
            assert_eq!(kept.open("one").outcome(&name(1)), None, "cut at {at}");
        }
        std::fs::write(kept.file(), &good).unwrap();
        assert_eq!(kept.open("one").outcome(&name(1)), Some(FileOutcome::Clean), "the control");
    }

    #[test]
    fn a_file_of_another_key_and_one_that_others_may_write_count_for_nothing() {
        let (kept, other) = (Kept::filled(), Kept::filled());
        std::fs::copy(other.file(), kept.file()).unwrap();
        assert_eq!(kept.open("one").outcome(&name(1)), None);
        std::fs::set_permissions(other.file(), std::fs::Permissions::from_mode(0o666)).unwrap();
        assert_eq!(other.open("one").outcome(&name(1)), None);
    }

    #[test]
    fn only_a_few_sets_of_rules_are_kept() {
        let kept = Kept::new();
        for scope in ["a", "b", "c", "d", "e", "f"] {
            kept.open(scope).keep();
        }
        assert_eq!(std::fs::read_dir(kept.dir.path().join("secrets")).unwrap().count(), FILES);
    }
}
