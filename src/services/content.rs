//! The content of a file or a folder, so that a change is noticed. Anything else is named, and never read.

use sha2::{Digest as _, Sha256};
use std::fs::{File, Metadata};
use std::io::Read as _;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use tminus_core::hex::hex;

/// What was found where a path leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileContent {
    /// The SHA-256 of the whole, in hexadecimal.
    Hash(String),
    /// It is longer than was to be read: its size, and when it was changed, in seconds and nanoseconds.
    Long(u64, (i64, i64)),
    /// It is no file: `a FIFO`.
    NoFile(&'static str),
    /// Nothing is there.
    Missing,
    /// It could not be read, in the system's words.
    Unreadable(String),
}

impl FileContent {
    /// Looks where a path leads to; a file of more than `most` bytes is not read.
    pub fn of(path: &Path, most: u64) -> Self {
        let about = match path.metadata() {
            Ok(about) => about,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Self::Missing,
            Err(error) => return Self::Unreadable(error.to_string()),
        };
        match no_file(&about) {
            Some(kind) => Self::NoFile(kind),
            None if about.len() > most => Self::Long(about.len(), (about.mtime(), about.mtime_nsec())),
            None => hash(path, most).map_or_else(|error| Self::Unreadable(error.to_string()), Self::Hash),
        }
    }
}

/// Returns what something is that is no file.
pub fn no_file(about: &Metadata) -> Option<&'static str> {
    let kind = about.file_type();
    [
        (kind.is_file(), None),
        (kind.is_dir(), Some("a folder")),
        (kind.is_fifo(), Some("a FIFO")),
        (kind.is_char_device() || kind.is_block_device(), Some("a device")),
        (kind.is_socket(), Some("a socket")),
    ]
    .into_iter()
    .find(|(is, _)| *is)
    .map_or(Some("no file"), |(_, word)| word)
}

/// Hashes a file; one that has grown beyond `most` bytes meanwhile is hashed as far as that.
fn hash(path: &Path, most: u64) -> std::io::Result<String> {
    let (mut hash, mut file) = (Sha256::new(), File::open(path)?.take(most));
    let mut bytes = vec![0; 64 << 10];
    loop {
        let count = file.read(&mut bytes)?;
        if count == 0 {
            return Ok(hex(hash.finalize()));
        }
        hash.update(&bytes[..count]);
    }
}

/// How many files and folders a folder may hold, and how many bytes, that are still compared.
const ENTRIES: usize = 2_000;
const BYTES: u64 = 16 << 20;

/// What was found where a path leads to: a file, or a folder with all that lies in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FolderContent {
    /// The SHA-256 of every name, kind and content, in hexadecimal; of a link in it, where it leads.
    Hash(String),
    /// It holds more than is compared.
    TooLarge,
    /// Nothing is there.
    Missing,
    /// Some of it could not be read, in the system's words.
    Unreadable(String),
}

impl FolderContent {
    /// Looks where a path leads to. What git keeps for itself is left out: it changes with every command.
    pub fn of(path: &Path) -> Self {
        match hash_all(path) {
            Ok(Some(hash)) => Self::Hash(hash),
            Ok(None) => Self::TooLarge,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && path.symlink_metadata().is_err() => {
                Self::Missing
            }
            Err(error) => Self::Unreadable(error.to_string()),
        }
    }
}

/// Hashes all that is there; nothing where that is more than is compared.
fn hash_all(path: &Path) -> std::io::Result<Option<String>> {
    let (mut all, mut entries, mut bytes) = (Sha256::new(), 0, 0);
    let mut open: Vec<PathBuf> = vec![path.canonicalize()?];
    let top = open.first().cloned().unwrap_or_default();
    while let Some(next) = open.pop() {
        let about = next.symlink_metadata()?;
        let name = next.strip_prefix(&top).unwrap_or(&next).as_os_str().as_encoded_bytes().to_vec();
        let (kind, content) = if about.is_symlink() {
            ("a link", next.read_link()?.into_os_string().into_encoded_bytes())
        } else if about.is_dir() {
            let inside = std::fs::read_dir(&next)?.map(|entry| entry.map(|entry| entry.path()));
            let mut inside: Vec<PathBuf> = inside.take(ENTRIES + 1).collect::<Result<_, _>>()?;
            inside.retain(|path| path.file_name().is_none_or(|name| name != ".git"));
            inside.sort_unstable();
            entries += inside.len();
            open.extend(inside.into_iter().rev());
            ("a folder", Vec::new())
        } else if about.is_file() {
            bytes += about.len();
            if bytes > BYTES {
                return Ok(None);
            }
            ("a file", hash(&next, BYTES)?.into_bytes())
        } else {
            (no_file(&about).unwrap_or_default(), Vec::new())
        };
        if entries > ENTRIES {
            return Ok(None);
        }
        for part in [name.as_slice(), kind.as_bytes(), content.as_slice()] {
            all.update(part.len().to_le_bytes());
            all.update(part);
        }
    }
    Ok(Some(hex(all.finalize())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_content_is_told_behind_a_link_too_and_what_is_no_file_is_named_and_not_read() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        std::fs::write(at("a"), "one").unwrap();
        std::os::unix::fs::symlink(at("a"), at("link")).unwrap();
        let before = FileContent::of(&at("link"), 10);
        assert_eq!(before, FileContent::of(&at("a"), 10));
        std::fs::write(at("a"), "two").unwrap();
        assert_ne!(FileContent::of(&at("link"), 10), before);
        assert!(matches!(FileContent::of(&at("a"), 2), FileContent::Long(3, _)));
        rustix::fs::mknodat(rustix::fs::CWD, at("pipe"), rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU, 0)
            .unwrap();
        assert_eq!(FileContent::of(&at("pipe"), 10), FileContent::NoFile("a FIFO"));
        assert_eq!(FileContent::of(Path::new("/dev/zero"), 10), FileContent::NoFile("a device"));
        assert_eq!(FileContent::of(dir.path(), 10), FileContent::NoFile("a folder"));
        assert_eq!(FileContent::of(&at("none"), 10), FileContent::Missing);
    }

    #[test]
    fn a_change_anywhere_in_a_folder_is_told_and_a_folder_of_too_much_is_not_compared() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        std::fs::create_dir_all(at("top/in")).unwrap();
        std::fs::create_dir_all(at("top/.git")).unwrap();
        std::fs::write(at("top/in/a"), "one").unwrap();
        std::os::unix::fs::symlink("in/a", at("top/link")).unwrap();
        std::os::unix::fs::symlink("top", at("way")).unwrap();
        let before = FolderContent::of(&at("top"));
        assert!(matches!(before, FolderContent::Hash(_)));
        std::fs::write(at("top/.git/index"), "x").unwrap();
        assert_eq!(FolderContent::of(&at("way")), before);
        let mut seen = vec![before];
        let mut changed = |what: &str| {
            let now = FolderContent::of(&at("top"));
            assert!(matches!(now, FolderContent::Hash(_)) && !seen.contains(&now), "{what}");
            seen.push(now);
        };
        std::fs::write(at("top/in/a"), "two").unwrap();
        changed("a content");
        std::fs::rename(at("top/in/a"), at("top/in/b")).unwrap();
        changed("a name");
        std::fs::remove_file(at("top/link")).unwrap();
        std::os::unix::fs::symlink("in/b", at("top/link")).unwrap();
        changed("a link");
        std::fs::create_dir(at("top/empty")).unwrap();
        changed("an empty folder");
        assert_eq!(FolderContent::of(&at("none")), FolderContent::Missing);
        std::fs::File::create(at("top/long")).unwrap().set_len(BYTES + 1).unwrap();
        assert_eq!(FolderContent::of(&at("top")), FolderContent::TooLarge);
        std::fs::remove_file(at("top/long")).unwrap();
        (0..=ENTRIES).for_each(|number| drop(std::fs::File::create(at(&format!("top/{number}"))).unwrap()));
        assert_eq!(FolderContent::of(&at("top")), FolderContent::TooLarge);
    }
}
