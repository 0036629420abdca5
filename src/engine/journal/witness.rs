//! The witness beside a journal: how far it was written. A journal that is gone, was cut or is an older copy is not taken for
//! a new one.
//!
//! It is written behind every entry and not synced: after a power cut it may know less than the journal, and never more. Who
//! opens the journal to write makes it know as much again.

use super::beside::{HeadWitness, LENGTH};
use super::chain::{hash_of, whole};
use super::entry::Hash;
use super::error::JournalError;
use rusqlite::Connection;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use tminus_core::hex::hex;

impl HeadWitness {
    /// Refuses when there was a journal and it is gone.
    pub(super) fn misses(journal: &Path) -> Result<(), JournalError> {
        let is_there = std::fs::metadata(journal).is_ok_and(|found| found.len() > 0 || !found.is_file());
        match Self::read(journal).filter(|_| !is_there) {
            None => Ok(()),
            Some(witness) => Err(JournalError::Gone { path: journal.to_path_buf(), witness }),
        }
    }

    /// Refuses a journal that does not hold the entry that was written last.
    pub(super) fn check(journal: &Path, connection: &Connection, count: u64) -> Result<(), JournalError> {
        let Some(witness) = Self::read(journal) else { return Ok(()) };
        let found = hash_of(connection, witness.count)?;
        match found.is_some_and(|hash| hex(hash) == witness.head) {
            true => Ok(()),
            false => {
                // What was changed is said before what is missing.
                whole(connection)?;
                Err(JournalError::Cut { path: journal.to_path_buf(), found: count, witness })
            }
        }
    }
}

/// The open file of a witness, where it can be written.
#[derive(Debug)]
pub(super) struct WitnessFile(Option<File>);

impl WitnessFile {
    pub(super) fn open(journal: &Path) -> Self {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false).mode(0o600);
        Self(options.open(HeadWitness::path(journal)).ok())
    }

    /// Writes how far the journal is. Where that fails, the witness knows less than the journal, which harms nobody.
    pub(super) fn write(&self, (count, head): (u64, Hash)) {
        let witness = HeadWitness { count, head: hex(head) };
        let (Some(file), Ok(mut text)) = (&self.0, serde_json::to_vec(&witness)) else { return };
        text.resize(LENGTH, b' ');
        text[LENGTH - 1] = b'\n';
        drop(file.write_all_at(&text, 0));
    }
}
