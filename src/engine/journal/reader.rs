//! Reading a journal beside its writer: records, the head, the proof that nothing was changed, the export.

use super::beside::HeadWitness;
use super::chain::{chain, hash_of, read, whole};
use super::entry::{GENESIS, JournalEntry};
use super::error::{Broken, Fault, JournalError};
use super::store;
use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;
use serde_json::value::RawValue;
use std::io::Write;
use std::path::{Path, PathBuf};
use tminus_core::fact::Record;
use tminus_core::hex::hex;
use tminus_core::notation::printable;

/// A journal, open to read; any number of them beside one writer.
#[derive(Debug)]
pub struct JournalReader {
    connection: Connection,
    path: PathBuf,
}

/// The end of a journal as it says itself, unchecked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The number of the last entry; 0 when there is none.
    pub seq: u64,
    /// Its hash, in hexadecimal digits; all zeros when there is none.
    pub hash: String,
}

/// A journal that was checked from end to end.
///
/// A cut tail leaves a chain that holds: it shows only against a count and a head written down elsewhere, as reports do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many entries there are.
    pub count: u64,
    /// The hash of the last one, in hexadecimal digits; all zeros when there is none.
    pub head: String,
}

impl JournalReader {
    /// Opens a journal to read.
    ///
    /// # Errors
    /// [`JournalError::Missing`] when there is none, [`JournalError::Gone`] when there was one, [`JournalError::Cut`] when it
    /// holds nothing of what was written to it, [`JournalError::Newer`] when a newer tminus made it.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        HeadWitness::misses(path)?;
        let connection = store::open_to_read(path).map_err(|failure| match (failure, HeadWitness::read(path)) {
            // Without its write-ahead log a young journal is a file that holds nothing.
            (JournalError::Missing(path), Some(witness)) => JournalError::Cut { path, found: 0, witness },
            (failure, _) => failure,
        })?;
        Ok(Self { connection, path: path.to_path_buf() })
    }

    /// Returns the records after a number, 0 for all, and checks their chain while it reads.
    ///
    /// # Errors
    /// [`JournalError::Broken`] names the first entry that is not as it was written;
    /// [`JournalError::UnknownFact`] one that a newer tminus wrote: it is never left out.
    pub fn records(&self, after: u64) -> Result<Vec<Record>, JournalError> {
        read(&self.connection, after)
    }

    /// Returns the end of the journal without checking what stands before it.
    ///
    /// # Errors
    /// [`JournalError::Storage`] when the database cannot be read.
    pub fn head(&self) -> Result<Head, JournalError> {
        let last = self
            .connection
            .query_row("SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1", [], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))
            })
            .optional()
            .map_err(|cause| JournalError::of_database(&self.path, cause))?;
        let (seq, hash) = last.unwrap_or((0, GENESIS.to_vec()));
        Ok(Head { seq: seq.cast_unsigned(), hash: hex(&hash) })
    }

    /// Compares the journal with the witness beside it.
    ///
    /// # Errors
    /// [`JournalError::Cut`] when the entry that was written last is not in it.
    pub fn compare(&self) -> Result<(), JournalError> {
        HeadWitness::check(&self.path, &self.connection, self.head()?.seq)
    }

    /// Returns the hash of an entry, in hexadecimal digits, unchecked; nothing where there is no such entry.
    ///
    /// # Errors
    /// [`JournalError::Broken`] when it cannot be read.
    pub fn hash(&self, seq: u64) -> Result<Option<String>, JournalError> {
        Ok(hash_of(&self.connection, seq)?.map(hex))
    }

    /// Says whether an entry has a hash, given in hexadecimal digits.
    ///
    /// # Errors
    /// [`JournalError::Storage`] when the database cannot be read.
    pub fn holds(&self, hash: &str) -> Result<bool, JournalError> {
        let found = self.connection.query_row("SELECT 1 FROM entry WHERE lower(hex(hash)) = ?1", [hash], |_| Ok(()));
        Ok(found.optional().map_err(|cause| JournalError::of_database(&self.path, cause))?.is_some())
    }

    /// Checks every entry, and returns how many there are and the hash of the last.
    ///
    /// An entry of an unknown kind is not a broken one: its hash can be checked without knowing what it means.
    ///
    /// # Errors
    /// The first entry that is not as it was written.
    pub fn verify(&self) -> Result<Verified, Broken> {
        let (count, head) = whole(&self.connection)?;
        Ok(Verified { count, head: hex(head) })
    }

    /// Writes every entry as one JSON object a line, and checks the chain on the way.
    ///
    /// An entry of an unknown kind is written too, as it stands. What a terminal would follow is escaped: the values are
    /// those that were stored, and the hash is over the stored bytes.
    ///
    /// # Errors
    /// [`JournalError::Broken`] at the first bad entry, after the good ones were written; [`JournalError::Export`]
    /// when `out` fails.
    pub fn export(&self, out: &mut dyn Write) -> Result<Verified, JournalError> {
        let (count, head) = chain(&self.connection, (0, GENESIS), |entry| print(entry, out))?;
        out.flush().map_err(JournalError::Export)?;
        Ok(Verified { count, head: hex(head) })
    }
}

/// Checks a journal from end to end.
///
/// # Errors
/// The first entry that is not as it was written, by its number, and what is wrong with it.
pub fn verify(path: &Path) -> Result<Verified, Broken> {
    let unreadable = |cause: JournalError| Broken { seq: None, fault: Fault::Unreadable(cause.to_string()) };
    JournalReader::open(path).map_err(unreadable)?.verify()
}

/// Writes a journal as one JSON object a line: `seq`, `at`, `who`, `kind`, `version`, `fact`, `hash`, `previous`.
///
/// # Errors
/// As [`JournalReader::open`] and [`JournalReader::export`].
pub fn export(path: &Path, out: &mut dyn Write) -> Result<Verified, JournalError> {
    JournalReader::open(path)?.export(out)
}

/// An entry as `journal export` prints it.
#[derive(Serialize)]
struct ExportedLine<'a> {
    seq: i64,
    at: &'a str,
    who: &'a RawValue,
    kind: &'a str,
    version: i64,
    fact: &'a RawValue,
    hash: String,
    previous: String,
}

fn print(entry: &JournalEntry, out: &mut dyn Write) -> Result<(), JournalError> {
    let seq = entry.seq.cast_unsigned();
    let unreadable = |why: String| Broken { seq: Some(seq), fault: Fault::Unreadable(why) };
    let text = |bytes| std::str::from_utf8(bytes).map_err(|cause| unreadable(cause.to_string()));
    let raw = |bytes| serde_json::from_slice::<&RawValue>(bytes).map_err(|cause| unreadable(cause.to_string()));
    let line = ExportedLine {
        seq: entry.seq,
        at: text(&entry.at)?,
        who: raw(&entry.who)?,
        kind: text(&entry.kind)?,
        version: entry.version,
        fact: raw(&entry.body)?,
        hash: hex(&entry.hash),
        previous: hex(&entry.previous),
    };
    let line = serde_json::to_string(&line).map_err(|cause| unreadable(cause.to_string()))?;
    writeln!(out, "{}", printable(&line)).map_err(JournalError::Export)
}
