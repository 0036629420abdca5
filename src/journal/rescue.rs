//! The copy of a journal that was taken away while it was open: every entry, in a file beside it that bears their number.

use super::entry::{Hash, hex};
use super::reader::verify;
use rusqlite::Connection;
use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Writes every entry into a file beside the journal's; nothing where that failed.
///
/// A file has the name of a copy only once it is whole: it is written under another one.
pub(super) fn rescue(connection: &Connection, journal: &Path, (count, head): (u64, Hash)) -> Option<PathBuf> {
    let is_whole = |path: &Path| verify(path).is_ok_and(|copy| copy.count == count && copy.head == hex(&head));
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
