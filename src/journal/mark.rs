//! What a journal's files were when they were last written here: a file that was removed, replaced or changed beneath the
//! writer is noticed before anything more is begun.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The journal's file, its write-ahead log and its lock, as the one writer left them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FilesMark {
    database: Option<Shape>,
    log: Option<Shape>,
    lock: Option<Shape>,
}

/// Which file it is, how long, and when it was last changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shape {
    file: (u64, u64),
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
    pub(super) fn of(journal: &Path) -> Self {
        let shape = |path: &Path| Shape::of(path);
        Self { database: shape(journal), log: shape(&log_of(journal)), lock: shape(&journal.with_extension("lock")) }
    }

    /// Compares the files with what they were.
    ///
    /// SQLite changes the file itself only at a commit of the one writer, and makes its log no shorter while that is there.
    pub(super) fn compare(&self, journal: &Path) -> Result<(), Meddled> {
        let now = Self::of(journal);
        match (self.database, now.database) {
            (Some(_), None) => return Err(Meddled::Removed),
            (Some(then), Some(now)) if then.file != now.file => return Err(Meddled::Replaced),
            (Some(then), Some(now)) if then != now => return Err(Meddled::Changed),
            (Some(_) | None, _) => {}
        }
        match (self.log, now.log) {
            (Some(_), None) => return Err(Meddled::Removed),
            (Some(then), Some(now)) if then.file != now.file => return Err(Meddled::Replaced),
            (Some(then), Some(now)) if now.length < then.length => return Err(Meddled::Changed),
            (Some(_) | None, _) => {}
        }
        match (self.lock.map(|lock| lock.file), now.lock.map(|lock| lock.file)) {
            (Some(then), now) if now != Some(then) => Err(Meddled::Unlocked),
            (Some(_) | None, _) => Ok(()),
        }
    }
}

fn log_of(journal: &Path) -> PathBuf {
    let mut path = journal.as_os_str().to_owned();
    path.push("-wal");
    PathBuf::from(path)
}
