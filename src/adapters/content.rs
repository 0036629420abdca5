//! The content of a file, links followed, so that a change is noticed. Anything but a file is refused by name, never read.

use sha2::{Digest as _, Sha256};
use std::fs::{File, Metadata};
use std::io::Read as _;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::Path;

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
            return Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect());
        }
        hash.update(&bytes[..count]);
    }
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
}
