//! The one writer of a journal: facts in, records out, on disk when it returns.
//!
//! Everything here blocks; the engine keeps it off the async threads.

use super::beside::{HeadWitness, Keeper};
use super::chain::read;
use super::entry::{Draft, GENESIS, Hash, JournalEntry};
use super::error::{Broken, Fault, JournalError};
use super::lock::WriterLock;
use super::mark::{FilesMark, Meddled};
use super::rescue::rescue;
use super::store;
use super::witness::WitnessFile;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use std::path::{Path, PathBuf};
use tminus_core::fact::{Fact, Record};
use tminus_core::who::Who;

/// The journal of a project, open to write; there is one at a time.
#[derive(Debug)]
pub struct Journal {
    // Before the lock, so that the database is closed when another writer may come.
    pub(super) connection: Connection,
    pub(super) path: PathBuf,
    /// The last entry, as it was written or found here.
    head: (u64, Hash),
    mark: FilesMark,
    witness: WitnessFile,
    _lock: WriterLock,
}

impl Journal {
    /// Opens a journal to write for a command, and makes it where there is none (0600).
    ///
    /// # Errors
    /// [`JournalError::Held`] when another process writes to it, [`JournalError::Newer`] when a newer tminus made it,
    /// [`JournalError::NotWritable`] and [`JournalError::Full`] as they say.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        Self::open_as((Keeper::Command, &Who::engine()), path)
    }

    /// Opens a journal to write, as what keeps it and for whom: that is said to others who want it.
    ///
    /// # Errors
    /// Those of [`Journal::open`].
    pub fn open_as(by: (Keeper, &Who), path: &Path) -> Result<Self, JournalError> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            store::create_folder(folder).map_err(|cause| JournalError::of_files(folder, cause))?;
        }
        let lock = WriterLock::take(path, by)?;
        HeadWitness::misses(path)?;
        let (connection, opened) = store::open_to_write(path)?;
        let head = head(&connection).map_err(|cause| JournalError::of_database(path, cause))??;
        HeadWitness::check(path, &connection, head.0)?;
        let meddled = |how| JournalError::Meddled { path: path.to_path_buf(), how, rescued: None };
        let (mark, witness) = (FilesMark::opened(path, opened).map_err(meddled)?, WitnessFile::open(path));
        if head.0 > 0 {
            witness.write(head);
        }
        Ok(Self { connection, path: path.to_path_buf(), head, mark, witness, _lock: lock })
    }

    /// Says whether the files at its path are those that are written here, as they were left.
    ///
    /// # Errors
    /// [`JournalError::Meddled`] says what happened to them, and where every entry was saved, if that could be done.
    pub fn check(&self) -> Result<(), JournalError> {
        self.mark.compare(&self.path).map_err(|how| {
            let rescued = match how {
                // The files are open here, whatever became of their names.
                Meddled::Removed | Meddled::Replaced => rescue(&self.connection, &self.path, self.head),
                // What was cut off may be at hand still; a copy that is not whole is none.
                Meddled::Changed => rescue(&self.connection, &self.path, self.head),
                Meddled::Unlocked => None,
            };
            JournalError::Meddled { path: self.path.clone(), how, rescued }
        })
    }

    /// Closes the journal. Where its files have been replaced, SQLite must not touch them: it would remove files that are not its
    /// own. The kernel closes them with the process, and the lock is held until then.
    pub fn close(self) {
        if self.mark.compare(&self.path).is_err() {
            std::mem::forget(self);
        }
    }

    /// Writes facts, all or none, and returns their records once they are on disk.
    ///
    /// The records are what a later reading gives, so that a live fold sees what a replay will see.
    ///
    /// # Errors
    /// On any error nothing was written, but for two: when the system fails at the very sync, nobody can tell; and what was
    /// written to files that were taken away meanwhile is only in the copy that [`JournalError::Meddled`] names.
    pub fn append(&mut self, who: &Who, at: Timestamp, facts: Vec<Fact>) -> Result<Vec<Record>, JournalError> {
        self.check()?;
        let written = self.write(who, at, &facts);
        self.mark.renew(&self.path);
        let records = written?;
        self.witness.write(self.head);
        self.check()?;
        Ok(records)
    }

    fn write(&mut self, who: &Who, at: Timestamp, facts: &[Fact]) -> Result<Vec<Record>, JournalError> {
        let path = &self.path;
        let failed = |cause| JournalError::of_database(path, cause);
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        let mut head = head(&transaction).map_err(failed)??;
        if head != self.head {
            return Err(JournalError::Meddled { path: path.clone(), how: Meddled::Changed, rescued: None });
        }
        let mut records = Vec::with_capacity(facts.len());
        for fact in facts {
            let entry = JournalEntry::following(head, Draft { who, at, fact })?;
            entry.insert(&transaction).map_err(failed)?;
            head = (head.0 + 1, entry.check(head)?);
            records.push(entry.record()?);
        }
        transaction.commit().map_err(failed)?;
        self.head = head;
        Ok(records)
    }

    /// Returns the records after a number, 0 for all, and checks their chain while it reads.
    ///
    /// # Errors
    /// [`JournalError::Broken`] names the first entry that is not as it was written;
    /// [`JournalError::UnknownFact`] one that a newer tminus wrote.
    pub fn records(&self, after: u64) -> Result<Vec<Record>, JournalError> {
        read(&self.connection, after)
    }
}

/// Returns the number and the hash of the last entry.
fn head(connection: &Connection) -> rusqlite::Result<Result<(u64, Hash), Broken>> {
    let last = connection
        .query_row("SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1", [], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))
        })
        .optional()?;
    let Some((seq, hash)) = last else { return Ok(Ok((0, GENESIS))) };
    let seq = seq.cast_unsigned();
    let unreadable = |_| Broken { seq: Some(seq), fault: Fault::Unreadable("its hash is cut".into()) };
    Ok(Hash::try_from(hash).map(|hash| (seq, hash)).map_err(unreadable))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;
    use std::fs;
    use tminus_core::fact::ReleaseFact;
    use tminus_core::names::Version;

    thread_local! {
        /// What happens when the writer finds that another connection writes, which is in the middle of a write.
        static MEANWHILE: RefCell<Option<Box<dyn FnOnce()>>> = const { RefCell::new(None) };
    }

    fn meanwhile(_tries: i32) -> bool {
        MEANWHILE.take().map(|meddle| meddle()).is_some()
    }

    fn closed(note: &str) -> Vec<Fact> {
        vec![Fact::Release(ReleaseFact::Closed {
            version: Version::parse("1.0.0").unwrap(),
            note: note.into(),
            unmerged: None,
        })]
    }

    #[test]
    fn a_journal_that_is_removed_during_a_write_is_missed_at_once_and_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        let mut journal = Journal::open(&path).unwrap();
        let write = |journal: &mut Journal, note| journal.append(&Who::engine(), Timestamp::UNIX_EPOCH, closed(note));
        write(&mut journal, "first").unwrap();
        let other = Connection::open(&path).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let files = path.clone();
        MEANWHILE.set(Some(Box::new(move || {
            for end in ["db", "db-wal", "db-shm"] {
                fs::remove_file(files.with_extension(end)).unwrap();
            }
            other.execute_batch("ROLLBACK").unwrap();
            // Closed, it would clear away what it holds open.
            std::mem::forget(other);
        })));
        journal.connection.busy_handler(Some(meanwhile)).unwrap();
        let refused = write(&mut journal, "second").unwrap_err();
        let JournalError::Meddled { how: Meddled::Removed, rescued: Some(copy), .. } = &refused else {
            panic!("{refused}")
        };
        assert_eq!(super::super::reader::verify(copy).unwrap().count, 2, "what was written meanwhile is in the copy");
        for _ in 0..2 {
            let refused = write(&mut journal, "third").unwrap_err();
            assert!(matches!(refused, JournalError::Meddled { how: Meddled::Removed, .. }), "{refused}");
        }
        journal.close();
        let gone = super::super::reader::JournalReader::open(&path).unwrap_err();
        assert!(matches!(&gone, JournalError::Gone { witness, .. } if witness.count == 2), "{gone}");
    }
}
