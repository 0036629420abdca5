//! The copy of a journal that was taken away while it was open: every entry, in a file beside it that bears their number.

use super::entry::Hash;
use super::reader::verify;
use rusqlite::Connection;
use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use tminus_core::hex::hex;

/// Writes every entry into a file beside the journal's; nothing where that failed.
///
/// A file has the name of a copy only once it is whole: it is written under another one.
pub(super) fn rescue(connection: &Connection, journal: &Path, (count, head): (u64, Hash)) -> Option<PathBuf> {
    let is_whole = |path: &Path| verify(path).is_ok_and(|copy| copy.count == count && copy.head == hex(head));
    let copy = journal.with_file_name(format!("journal.rescued-{count}.db"));
    if is_whole(&copy) {
        return Some(copy);
    }
    let fresh = copy.with_extension("fresh");
    drop(fs::remove_file(&fresh));
    let written = write(connection, &fresh).filter(|()| is_whole(&fresh));
    let kept = written.and_then(|()| fs::rename(&fresh, &copy).ok());
    if kept.is_none() {
        drop(fs::remove_file(&fresh));
    }
    kept.map(|()| copy)
}

fn write(connection: &Connection, fresh: &Path) -> Option<()> {
    // Made first, so that it is for its owner alone.
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(fresh).ok()?;
    connection.execute("VACUUM INTO ?1", [fresh.to_string_lossy()]).ok()?;
    file.sync_all().ok()
}
