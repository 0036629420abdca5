//! Marks of the content of a checkout's files. They reveal a file that was changed and changed back, which git calls clean
//! before and after.

use super::program::{GitProgram, entries};
use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use tminus_core::ports::PortError;

/// The tracked files of a checkout, each with what its file system notes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileMarks {
    marks: BTreeMap<String, Option<FileMark>>,
}

/// Inode, length, and when it was last written and last changed in any way.
///
/// Whoever writes a file can set the time of the write, and nobody can set that of the change.
pub type FileMark = (u64, u64, (i64, i64), (i64, i64));

impl FileMarks {
    pub(super) fn of(git: &GitProgram) -> Result<Self, PortError> {
        let out = git.read(&["ls-files", "-z", "--recurse-submodules"])?;
        let marks = entries(&out).map(|path| {
            let mark = file_mark(&git.dir().join(&path));
            (path, mark)
        });
        Ok(Self { marks: marks.collect() })
    }

    /// Returns a file that was touched since, though it may hold what it held.
    pub fn touched_since(&self, before: &Self) -> Option<String> {
        let mut touched = before.marks.iter().filter(|(path, mark)| self.marks.get(*path) != Some(mark));
        touched.next().map(|(path, _)| path.clone())
    }
}

/// Returns what its file system notes of a file; nothing where there is none. A link is not followed.
pub fn file_mark(path: &Path) -> Option<FileMark> {
    let about = path.symlink_metadata().ok()?;
    Some((about.ino(), about.len(), (about.mtime(), about.mtime_nsec()), (about.ctime(), about.ctime_nsec())))
}
