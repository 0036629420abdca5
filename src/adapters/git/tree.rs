//! What a commit holds.

use super::program::{Git, entries};
use crate::domain::names::Commit;
use crate::ports::PortError;

/// One file, link or submodule of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TreeEntry {
    /// Its mode, in octal digits.
    pub(crate) mode: String,
    /// What it holds: a blob, or the commit of a submodule.
    pub(crate) id: String,
    /// Where it is, from the top.
    pub(crate) path: String,
}

impl TreeEntry {
    /// Says whether it is a submodule.
    pub(crate) fn is_submodule(&self) -> bool {
        self.mode == "160000"
    }

    /// Says whether it is a symbolic link.
    pub(crate) fn is_link(&self) -> bool {
        self.mode == "120000"
    }
}

/// Lists everything that a commit holds.
pub(super) fn list(git: &Git, commit: &Commit) -> Result<Vec<TreeEntry>, PortError> {
    let out = git.read(&["ls-tree", "-r", "-z", "--full-tree", commit.as_str()])?;
    let entry = |line: String| {
        let (about, path) = line.split_once('\t')?;
        let mut about = about.split(' ');
        let (mode, id) = (about.next()?.to_owned(), about.nth(1)?.to_owned());
        Some(TreeEntry { mode, id, path: path.to_owned() })
    };
    Ok(entries(&out).filter_map(entry).collect())
}

/// Says whether a commit tracks a path, or something below it.
pub(super) fn is_tracked_in(git: &Git, path: &str, commit: &Commit) -> Result<bool, PortError> {
    let path = cleaned(path);
    // The top folder itself.
    let path = if path.is_empty() { ".".to_owned() } else { path };
    let out = git.read(&["ls-tree", "-z", "--full-tree", commit.as_str(), "--", &path])?;
    Ok(!out.is_empty())
}

/// Writes a path without `./`, `//` and a `/` at its end.
pub(crate) fn cleaned(path: &str) -> String {
    path.split('/').filter(|part| !matches!(*part, "" | ".")).collect::<Vec<_>>().join("/")
}
