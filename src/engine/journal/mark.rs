//! Which files a journal's are, and how they were last written here: a file that was removed, replaced or changed beneath the
//! writer is noticed before anything more is begun.
//!
//! Which files they are is said once, when they are opened. What stands at their names later does not become the writer's own.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The journal's file, its write-ahead log and its lock, as the one writer left them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FilesMark {
    database: Shape,
    /// None where the file system knows no write-ahead log: SQLite does without one there.
    log: Option<Shape>,
    lock: FileId,
}

/// The device of a file, and its number there.
pub(super) type FileId = (u64, u64);

/// Which file it is, how long, and when it was last changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shape {
    file: FileId,
    length: u64,
    changed: (i64, i64),
}

impl Shape {
    fn of(path: &Path) -> Option<Self> {
        let of = |found: Metadata| Self {
            file: (found.dev(), found.ino()),
            length: found.len(),
            changed: (found.mtime(), found.mtime_nsec()),
        };
        fs::metadata(path).ok().map(of)
    }

    /// Takes over how long a file is and when it was changed, where the same file is still at its path.
    fn renew(&mut self, path: &Path) {
        if let Some(now) = Self::of(path).filter(|now| now.file == self.file) {
            *self = now;
        }
    }
}

/// Returns which file is at a path.
pub(super) fn file_at(path: &Path) -> Option<FileId> {
    Shape::of(path).map(|shape| shape.file)
}

/// What happened to a journal while it was in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meddled {
    /// Its file is no longer there.
    Removed,
    /// Another file is in its place.
    Replaced,
    /// It is shorter than it was, or another program wrote to it.
    Changed,
    /// Its lock is no longer there: another tminus could write a second journal.
    Unlocked,
}

impl Meddled {
    /// Returns it as it goes on behind the name of the file.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Removed => "was removed while it was in use",
            Self::Replaced => "was replaced by another file while it was in use",
            Self::Changed => "was cut or changed by another program while it was in use",
            Self::Unlocked => "lost its lock file while it was in use",
        }
    }
}

impl FilesMark {
    /// Marks the files that were just opened; the database was this one before it was opened.
    pub(super) fn opened(journal: &Path, (database, log): (FileId, LogMode)) -> Result<Self, Meddled> {
        let found = Shape::of(journal).ok_or(Meddled::Removed)?;
        if found.file != database {
            return Err(Meddled::Replaced);
        }
        let log = match log {
            LogMode::WriteAhead => Some(Shape::of(&log_of(journal)).ok_or(Meddled::Removed)?),
            LogMode::Other => None,
        };
        let lock = file_at(&journal.with_extension("lock")).ok_or(Meddled::Unlocked)?;
        Ok(Self { database: found, log, lock })
    }

    /// Takes over what a write changed. A file that is gone or another by now stays marked as it was, and is found missing.
    pub(super) fn renew(&mut self, journal: &Path) {
        self.database.renew(journal);
        if let Some(log) = &mut self.log {
            log.renew(&log_of(journal));
        }
    }

    /// Compares the files with what they were.
    ///
    /// SQLite changes the file itself only at a commit of the one writer, and makes its log no shorter while that is there.
    pub(super) fn compare(&self, journal: &Path) -> Result<(), Meddled> {
        let same = |then: Shape, path: &Path| match Shape::of(path) {
            None => Err(Meddled::Removed),
            Some(now) if now.file != then.file => Err(Meddled::Replaced),
            Some(now) => Ok(now),
        };
        if same(self.database, journal)? != self.database {
            return Err(Meddled::Changed);
        }
        if let Some(then) = self.log
            && same(then, &log_of(journal))?.length < then.length
        {
            return Err(Meddled::Changed);
        }
        match file_at(&journal.with_extension("lock")) {
            Some(now) if now == self.lock => Ok(()),
            Some(_) | None => Err(Meddled::Unlocked),
        }
    }
}

/// Where SQLite writes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LogMode {
    /// To a log beside the database, which is there as long as the database is open.
    WriteAhead,
    /// Elsewhere, as the file system allows no such log.
    Other,
}

fn log_of(journal: &Path) -> PathBuf {
    let mut path = journal.as_os_str().to_owned();
    path.push("-wal");
    PathBuf::from(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    fn marked() -> (TempDir, PathBuf, FilesMark) {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("journal.db");
        for file in [path.clone(), log_of(&path), path.with_extension("lock")] {
            fs::write(file, "first").unwrap();
        }
        let mark = FilesMark::opened(&path, (file_at(&path).unwrap(), LogMode::WriteAhead)).unwrap();
        (folder, path, mark)
    }

    /// Puts another file at a name, while the first is kept: its number is not given away again.
    fn replace(path: &Path) {
        fs::rename(path, path.with_extension("away")).unwrap();
        fs::write(path, "other").unwrap();
    }

    #[test]
    fn what_happens_to_a_file_during_a_write_is_found_after_it() {
        type Cases<'a> = [(fn(&Path), Result<(), Meddled>); 6];
        let cases: Cases<'_> = [
            (|path| fs::write(path, "first and second").unwrap(), Ok(())),
            (|path| fs::write(log_of(path), "first and second").unwrap(), Ok(())),
            (|path| fs::remove_file(path).unwrap(), Err(Meddled::Removed)),
            (|path| fs::remove_file(log_of(path)).unwrap(), Err(Meddled::Removed)),
            (replace, Err(Meddled::Replaced)),
            (|path| replace(&log_of(path)), Err(Meddled::Replaced)),
        ];
        for (at, (meanwhile, expected)) in cases.into_iter().enumerate() {
            let (_folder, path, mut mark) = marked();
            assert_eq!(mark.compare(&path), Ok(()));
            meanwhile(&path);
            mark.renew(&path);
            assert_eq!(mark.compare(&path), expected, "case {at}");
            mark.renew(&path);
            assert_eq!(mark.compare(&path), expected, "case {at}, once more");
        }
    }

    #[test]
    fn a_file_that_changes_between_writes_is_found() {
        let (_folder, path, mark) = marked();
        fs::write(log_of(&path), "cut").unwrap();
        assert_eq!(mark.compare(&path), Err(Meddled::Changed));
        let (_folder, path, mark) = marked();
        fs::write(&path, "first and second").unwrap();
        assert_eq!(mark.compare(&path), Err(Meddled::Changed));
        let (_folder, path, mark) = marked();
        replace(&path.with_extension("lock"));
        assert_eq!(mark.compare(&path), Err(Meddled::Unlocked));
    }

    #[test]
    fn a_file_that_is_exchanged_while_it_is_opened_is_not_taken_for_the_writers_own() {
        let (_folder, path, _) = marked();
        let before = file_at(&path).unwrap();
        let opened = |path: &Path| FilesMark::opened(path, (before, LogMode::WriteAhead)).unwrap_err();
        fs::remove_file(log_of(&path)).unwrap();
        assert_eq!(opened(&path), Meddled::Removed);
        replace(&path);
        assert_eq!(opened(&path), Meddled::Replaced);
        fs::remove_file(&path).unwrap();
        assert_eq!(opened(&path), Meddled::Removed);
    }
}
