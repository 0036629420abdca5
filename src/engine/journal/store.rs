//! The SQLite file beneath: how it is opened, its schema, and the guards in it.
//!
//! Write-ahead logging, so that a reader never holds up the writer: the record must be on disk before the world is
//! touched, no matter who reads at that moment. `synchronous=FULL` syncs that log at every commit.

use super::entry::{COLUMNS, JournalEntry};
use super::error::JournalError;
use super::mark::{FileId, LogMode, file_at};
use rusqlite::{Connection, OpenFlags};
use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

/// The format of the file; a newer one is refused.
pub(super) const FORMAT: i64 = 1;

/// What marks the file as a journal of tminus: `tmns`.
const APPLICATION: i64 = 0x746d_6e73;

/// How long one process waits for another's short lock inside SQLite.
const PATIENCE: Duration = Duration::from_secs(5);

const SCHEMA: &str = "
CREATE TABLE entry (
    seq      INTEGER PRIMARY KEY,
    at       TEXT    NOT NULL,
    who      TEXT    NOT NULL,
    kind     TEXT    NOT NULL,
    version  INTEGER NOT NULL,
    body     TEXT    NOT NULL,
    previous BLOB    NOT NULL UNIQUE,
    hash     BLOB    NOT NULL UNIQUE
) STRICT;
CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'an entry of the journal is never changed'); END;
CREATE TRIGGER entry_is_never_removed BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'an entry of the journal is never removed'); END;
CREATE TRIGGER entry_is_only_added BEFORE INSERT ON entry
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM entry)
BEGIN SELECT RAISE(ABORT, 'an entry of the journal is only added at its end'); END;
";

/// Opens the file to write, and makes it when there is none, with 0600. Returns also which file it was before it was opened,
/// and where SQLite writes first.
pub(super) fn open_to_write(path: &Path) -> Result<(Connection, (FileId, LogMode)), JournalError> {
    create(path).map_err(|cause| JournalError::of_files(path, cause))?;
    let file = file_at(path).ok_or_else(|| JournalError::Missing(path.to_path_buf()))?;
    let failed = |cause| JournalError::of_database(path, cause);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    connection.busy_timeout(PATIENCE).map_err(failed)?;
    let format = format(path, &connection)?;
    connection.pragma_update(None, "journal_mode", "WAL").map_err(failed)?;
    connection.pragma_update(None, "synchronous", "FULL").map_err(failed)?;
    // macOS only syncs to the disk's own cache without it.
    connection.pragma_update(None, "fullfsync", true).map_err(failed)?;
    if format == 0 {
        lay_out(&mut connection).map_err(failed)?;
    }
    let mode = connection.pragma_query_value(None, "journal_mode", |row| row.get::<_, String>(0)).map_err(failed)?;
    let log = if mode == "wal" { LogMode::WriteAhead } else { LogMode::Other };
    Ok((connection, (file, log)))
}

/// Opens the file to read, beside a writer or after one that died.
///
/// SQLite may have to finish what a dead writer left, so the file is opened to write and the connection held to reading.
pub(super) fn open_to_read(path: &Path) -> Result<Connection, JournalError> {
    if !path.exists() {
        return Err(JournalError::Missing(path.to_path_buf()));
    }
    let failed = |cause| JournalError::of_database(path, cause);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    connection.busy_timeout(PATIENCE).map_err(failed)?;
    connection.pragma_update(None, "query_only", true).map_err(failed)?;
    if format(path, &connection)? == 0 {
        return Err(JournalError::Missing(path.to_path_buf()));
    }
    Ok(connection)
}

/// Calls `each` with every entry after a number, in order, and stops at the first error.
pub(super) fn walk<E>(
    connection: &Connection,
    after: u64,
    mut each: impl FnMut(rusqlite::Result<JournalEntry>) -> Result<(), E>,
) -> Result<(), E> {
    let statement = connection.prepare(&format!("SELECT {COLUMNS} FROM entry WHERE seq > ?1 ORDER BY seq"));
    let mut statement = match statement {
        Ok(statement) => statement,
        Err(cause) => return each(Err(cause)),
    };
    // From the very beginning also means whatever was smuggled in before entry 1.
    let after = if after == 0 { i64::MIN } else { after.cast_signed() };
    let mut rows = match statement.query([after]) {
        Ok(rows) => rows,
        Err(cause) => return each(Err(cause)),
    };
    loop {
        match rows.next() {
            Ok(Some(row)) => each(JournalEntry::read(row))?,
            Ok(None) => return Ok(()),
            Err(cause) => return each(Err(cause)),
        }
    }
}

/// Returns the format of the file, 0 for an empty one.
fn format(path: &Path, connection: &Connection) -> Result<i64, JournalError> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let failed = |cause| JournalError::of_database(path, cause);
    let found = number("user_version").map_err(failed)?;
    let application = number("application_id").map_err(failed)?;
    let tables = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0));
    let is_empty = tables.map_err(failed)? == 0 && application == 0;
    match (application == APPLICATION, found) {
        (true, 1..=FORMAT) => Ok(found),
        (true, _) if found > FORMAT => Err(JournalError::Newer { found, known: FORMAT }),
        (false, 0) if is_empty => Ok(0),
        (true | false, _) => Err(JournalError::Foreign(path.to_path_buf())),
    }
}

fn lay_out(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(SCHEMA)?;
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", FORMAT)?;
    transaction.commit()
}

/// Makes a folder that only its owner may enter, with those above it; one that is there stays as it is.
pub(super) fn create_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

fn create(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        // A new name is only safe from a power cut when its folder is synced too.
        Ok(file) => file.sync_all().and_then(|()| File::open(folder)?.sync_all()),
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(cause) => Err(cause),
    }
}
