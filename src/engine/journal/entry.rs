//! One entry as it lies on disk, and the hash that chains it to the one before.

use super::error::{Broken, Fault, JournalError};
use jiff::Timestamp;
use rusqlite::types::ValueRef;
use rusqlite::{Row, Transaction, params};
use sha2::{Digest, Sha256};
use tminus_core::fact::{Fact, Record};
use tminus_core::who::Who;

/// A SHA-256.
pub(super) type Hash = [u8; 32];

/// What the first entry follows on.
pub(super) const GENESIS: Hash = [0; 32];

/// The format of the payloads that this tminus writes, and the newest that it reads.
///
/// It grows when a reader of today could misunderstand a payload of tomorrow, not when a field is added.
pub(super) const PAYLOAD_VERSION: i64 = 1;

/// The columns, in the order that [`JournalEntry::read`] takes them.
pub(super) const COLUMNS: &str = "seq, at, who, kind, version, body, previous, hash";

/// An entry, with every column as the bytes that were stored.
///
/// Bytes, not text: a damaged entry may no longer be UTF-8, and must still be named.
pub(super) struct JournalEntry {
    pub seq: i64,
    pub at: Vec<u8>,
    pub who: Vec<u8>,
    pub kind: Vec<u8>,
    pub version: i64,
    pub body: Vec<u8>,
    pub previous: Vec<u8>,
    pub hash: Vec<u8>,
}

impl JournalEntry {
    /// Makes the entry that follows on another.
    pub(super) fn following(head: (u64, Hash), draft: Draft<'_>) -> Result<Self, JournalError> {
        let kind = draft.fact.kind();
        let unstorable = |cause| JournalError::Unstorable { kind, cause };
        let mut entry = Self {
            seq: head.0.saturating_add(1).cast_signed(),
            at: draft.at.to_string().into_bytes(),
            who: serde_json::to_vec(draft.who).map_err(unstorable)?,
            kind: kind.into(),
            version: PAYLOAD_VERSION,
            body: serde_json::to_vec(draft.fact).map_err(unstorable)?,
            previous: head.1.to_vec(),
            hash: Vec::new(),
        };
        // JSON has no NaN: a fact that holds one would be written, and never be read again.
        serde_json::from_slice::<Fact>(&entry.body).map_err(unstorable)?;
        entry.hash = entry.digest().to_vec();
        Ok(entry)
    }

    /// Takes an entry out of a row of [`COLUMNS`].
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: row.get(0)?,
            at: bytes(row.get_ref(1)?),
            who: bytes(row.get_ref(2)?),
            kind: bytes(row.get_ref(3)?),
            version: row.get(4)?,
            body: bytes(row.get_ref(5)?),
            previous: bytes(row.get_ref(6)?),
            hash: bytes(row.get_ref(7)?),
        })
    }

    /// Adds the entry to the journal's table.
    pub(super) fn insert(&self, into: &Transaction<'_>) -> rusqlite::Result<usize> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        into.prepare_cached(
            "INSERT INTO entry (seq, at, who, kind, version, body, previous, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            self.seq,
            text(&self.at),
            text(&self.who),
            text(&self.kind),
            self.version,
            text(&self.body),
            self.previous,
            self.hash
        ])
    }

    /// Checks that the entry follows on the one before, and says what was written; returns its hash.
    pub(super) fn check(&self, before: (u64, Hash)) -> Result<Hash, Broken> {
        let seq = before.0.saturating_add(1);
        let broken = |fault| Err(Broken { seq: Some(seq), fault });
        if self.seq != seq.cast_signed() {
            return broken(Fault::Gap { found: self.seq });
        }
        let digest = self.digest();
        if self.hash != digest {
            return broken(Fault::ContentChanged);
        }
        if self.previous != before.1 {
            return broken(Fault::ChainBroken);
        }
        Ok(digest)
    }

    /// Returns the record; the entry must have been checked, so what cannot be decoded is newer, not broken.
    pub(super) fn record(&self) -> Result<Record, JournalError> {
        if self.version > PAYLOAD_VERSION {
            return Err(self.unknown(None));
        }
        let newer = |cause| self.unknown(Some(cause));
        let fact: Fact = serde_json::from_slice(&self.body).map_err(newer)?;
        let who: Who = serde_json::from_slice(&self.who).map_err(newer)?;
        let at: Option<Timestamp> = std::str::from_utf8(&self.at).ok().and_then(|text| text.parse().ok());
        let Some(at) = at.filter(|_| fact.kind().as_bytes() == self.kind) else {
            return Err(self.unknown(None));
        };
        Ok(Record { seq: self.seq.cast_unsigned(), at, who, fact })
    }

    fn unknown(&self, cause: Option<serde_json::Error>) -> JournalError {
        let kind = String::from_utf8_lossy(&self.kind).into_owned();
        JournalError::UnknownFact { seq: self.seq.cast_unsigned(), kind, version: self.version, cause }
    }

    /// Returns the SHA-256 over every column but the hash itself.
    ///
    /// Each field stands behind its length, so that no two different entries give the same bytes.
    fn digest(&self) -> Hash {
        let mut hasher = Sha256::new();
        let seq = self.seq.to_be_bytes();
        let version = self.version.to_be_bytes();
        let fields: [&[u8]; 8] =
            [b"tminus journal", &self.previous, &seq, &self.at, &self.who, &self.kind, &version, &self.body];
        for field in fields {
            hasher.update((field.len() as u64).to_be_bytes());
            hasher.update(field);
        }
        hasher.finalize().into()
    }
}

/// A fact that is about to become an entry.
pub(super) struct Draft<'a> {
    pub who: &'a Who,
    pub at: Timestamp,
    pub fact: &'a Fact,
}

fn bytes(value: ValueRef<'_>) -> Vec<u8> {
    match value {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.to_vec(),
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => Vec::new(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Appends an entry as a newer tminus would: whole, chained, and of a kind that is not known here.
    pub(in super::super) fn append_unknown(connection: &mut rusqlite::Connection) {
        let transaction = connection.transaction().unwrap();
        let previous: Vec<u8> =
            transaction.query_row("SELECT hash FROM entry ORDER BY seq DESC LIMIT 1", [], |row| row.get(0)).unwrap();
        let mut entry = JournalEntry {
            seq: 2,
            at: b"2026-11-22T12:00:00Z".to_vec(),
            who: br#"{"name":"dana","user":"dana","host":"moon"}"#.to_vec(),
            kind: b"moon.landed".to_vec(),
            version: PAYLOAD_VERSION,
            body: br#"{"subject":"moon","fact":"landed"}"#.to_vec(),
            previous,
            hash: Vec::new(),
        };
        entry.hash = entry.digest().to_vec();
        entry.insert(&transaction).unwrap();
        transaction.commit().unwrap();
    }
}
