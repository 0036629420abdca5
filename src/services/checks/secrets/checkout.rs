//! What the checkout holds in tracked files beside its commit: staged, or only written.

use super::blobs::{FileOutcome, ReadBy};
use super::object::ObjectName;
use crate::git::{GitProgram, GitRepository};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::Read as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use tminus_core::ports::PortError;
use tminus_core::secret_scan::SecretScanner;

/// What the checkout changes.
#[derive(Default)]
pub(super) struct CheckoutFiles {
    /// What is staged, by its path.
    pub(super) staged: Vec<(ObjectName, Box<[u8]>)>,
    /// The files that may hold something else than what is staged.
    written: BTreeSet<Box<[u8]>>,
}

/// What reading the files came to.
#[derive(Default)]
pub(super) struct WrittenFiles {
    /// Each file that was read.
    pub(super) read: Vec<(Box<[u8]>, FileOutcome)>,
    /// How many are too large.
    pub(super) large: u64,
    /// Why one could not be read.
    pub(super) gaps: Vec<String>,
}

impl CheckoutFiles {
    /// Asks git what the checkout changes, also where flags of the index make git look away.
    pub(super) async fn of(repository: &GitRepository) -> Result<Self, PortError> {
        if repository.is_bare() {
            return Ok(Self::default());
        }
        repository.ask("what the checkout changes could not be listed", |git, _| Self::listed(git)).await
    }

    fn listed(git: &GitProgram) -> Result<Self, PortError> {
        let mut files = Self::default();
        let head = git.answer(&["rev-parse", "--verify", "--quiet", "HEAD^{commit}"])?;
        // Before the first commit everything that is staged is new.
        let base = match head.is_good() {
            true => head.text(),
            false => git.line(&["hash-object", "-t", "tree", "--stdin"])?,
        };
        let words =
            ["diff-index", "--cached", "-z", "--no-renames", "--no-abbrev", "--ignore-submodules=all", &base, "--"];
        let out = git.read(&words)?;
        let mut fields = out.split(|byte| *byte == 0);
        while let (Some(about), Some(path)) = (fields.next(), fields.next()) {
            // `:100644 100644 BEFORE NOW M`
            let words: Vec<&[u8]> = about.split(|byte| *byte == b' ').collect();
            let now = words
                .get(3)
                .and_then(|name| ObjectName::parse(name))
                .filter(|name| name.as_bytes().iter().any(|b| *b != 0));
            let is_file = words.get(1).is_some_and(|mode| mode.starts_with(b"1") && *mode != b"160000");
            files.staged.extend(now.filter(|_| is_file).map(|name| (name, path.into())));
        }
        let changed = git.read(&["diff-files", "-z", "--name-only", "--ignore-submodules=all"])?;
        files.written.extend(changed.split(|byte| *byte == 0).filter(|path| !path.is_empty()).map(Into::into));
        let flagged = git.read(&["ls-files", "-v", "-z"])?;
        for entry in flagged.split(|byte| *byte == 0) {
            let is_hidden = entry.first().is_some_and(|tag| *tag == b'S' || tag.is_ascii_lowercase());
            files.written.extend(entry.get(2..).filter(|_| is_hidden).map(Into::into));
        }
        Ok(files)
    }

    /// Reads the files as they lie there; one that is gone holds nothing.
    pub(super) fn read(&self, root: &Path, largest: u64, by: &ReadBy) -> WrittenFiles {
        let mut found = WrittenFiles::default();
        let mut scanner = SecretScanner::new(&by.rules);
        let top = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        for path in &self.written {
            match content(&top, path, largest) {
                Ok(Content::Text(bytes)) => found.read.push((path.clone(), by.outcome(&mut scanner, &bytes))),
                Ok(Content::Large) => found.large += 1,
                Ok(Content::None) => {}
                Err(error) => {
                    found
                        .gaps
                        .push(format!("{} in the checkout could not be read: {error}", String::from_utf8_lossy(path)));
                }
            }
        }
        found
    }
}

/// What lies at a path of the checkout.
enum Content {
    Text(Vec<u8>),
    Large,
    /// No file: it is gone, or another thing is there.
    None,
}

fn content(top: &Path, path: &[u8], largest: u64) -> std::io::Result<Content> {
    let file = top.join(OsStr::from_bytes(path));
    // What is behind a link to elsewhere is no file of this repository, for git neither.
    let folder = match file.parent().unwrap_or(top).canonicalize() {
        Ok(folder) => folder,
        Err(_gone) => return Ok(Content::None),
    };
    let about = match file.symlink_metadata() {
        Ok(about) => about,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Content::None),
        Err(error) => return Err(error),
    };
    if !folder.starts_with(top) {
        return Ok(Content::None);
    }
    if about.is_symlink() {
        return Ok(Content::Text(std::fs::read_link(&file)?.as_os_str().as_bytes().to_vec()));
    }
    if !about.is_file() {
        return Ok(Content::None);
    }
    let mut bytes = Vec::new();
    std::fs::File::open(&file)?.take(largest.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(if bytes.len() as u64 > largest { Content::Large } else { Content::Text(bytes) })
}
