//! The chain of a journal's entries, walked in its database: each is checked against the one before it.

use super::entry::{GENESIS, Hash, JournalEntry};
use super::error::{Broken, Fault, JournalError};
use super::store;
use rusqlite::{Connection, OptionalExtension};
use tminus_core::fact::Record;

/// Reads the records after a number, checked against the entry before them.
pub(super) fn read(connection: &Connection, after: u64) -> Result<Vec<Record>, JournalError> {
    let before = anchor(connection, after)?;
    let mut records = Vec::new();
    chain(connection, before, |entry| {
        records.push(entry.record()?);
        Ok::<_, JournalError>(())
    })?;
    Ok(records)
}

/// Returns the number and the hash to go on from; past the end there is nothing to read, and so nothing to check.
fn anchor(connection: &Connection, after: u64) -> Result<(u64, Hash), Broken> {
    if after == 0 {
        return Ok((0, GENESIS));
    }
    Ok((after, hash_of(connection, after)?.unwrap_or(GENESIS)))
}

/// Checks every entry, and returns the number and the hash of the last.
pub(super) fn whole(connection: &Connection) -> Result<(u64, Hash), Broken> {
    chain(connection, (0, GENESIS), |_| Ok(()))
}

/// Returns the hash of an entry, unchecked; nothing where there is no such entry.
pub(super) fn hash_of(connection: &Connection, seq: u64) -> Result<Option<Hash>, Broken> {
    let broken = |why: String| Broken { seq: Some(seq), fault: Fault::Unreadable(why) };
    let hash = connection
        .query_row("SELECT hash FROM entry WHERE seq = ?1", [seq.cast_signed()], |row| row.get::<_, Vec<u8>>(0))
        .optional()
        .map_err(|cause| broken(cause.to_string()))?;
    hash.map(|hash| Hash::try_from(hash).map_err(|_| broken("its hash is cut".into()))).transpose()
}

/// Walks the entries after one, each checked before `each` sees it; returns the last number and hash.
pub(super) fn chain<E: From<Broken>>(
    connection: &Connection,
    before: (u64, Hash),
    mut each: impl FnMut(&JournalEntry) -> Result<(), E>,
) -> Result<(u64, Hash), E> {
    let mut head = before;
    store::walk(connection, before.0, |entry| {
        let seq = head.0.saturating_add(1);
        let entry = entry.map_err(|cause| Broken { seq: Some(seq), fault: Fault::Unreadable(cause.to_string()) })?;
        head = (seq, entry.check(head)?);
        each(&entry)
    })?;
    Ok(head)
}
