//! A folder as a tar archive that is made while it is sent: modes and links kept, every date that of the commit.

use super::ignore::Ignore;
use crate::worktree::Lease;
use bytes::Bytes;
use futures::StreamExt as _;
use futures::stream::BoxStream;
use std::fs::{DirEntry, File, Metadata};
use std::io::{Error, ErrorKind, Result, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use tar::{Builder, EntryType, Header};
use tokio::sync::mpsc::{Sender, channel};
use tokio::task::JoinHandle;

/// How much is sent at once, in bytes.
const PIECE: usize = 64 << 10;

/// How many pieces lie ready.
const READY: usize = 8;

/// What is packed.
pub(super) struct Pack {
    /// The folder.
    pub(super) dir: PathBuf,
    /// What stays behind.
    pub(super) ignore: Ignore,
    /// What is sent whatever the patterns say: the engine itself needs it, and leaves it out of the image.
    pub(super) kept: Vec<String>,
    /// The date of everything, in seconds since 1970.
    pub(super) at: i64,
}

/// An archive on its way.
pub(super) struct Parcel {
    /// What an engine is sent.
    pub(super) pieces: BoxStream<'static, Result<Bytes>>,
    /// How the packing ended. Held, since the checkout is free again when it is over.
    pub(super) packed: JoinHandle<Result<()>>,
}

impl Pack {
    /// Begins to pack, as fast as it is taken.
    pub(super) fn send(self, lease: Lease) -> Parcel {
        let (to, from) = channel(READY);
        let packed = tokio::task::spawn_blocking(move || {
            let _held = lease;
            let done = self.write(PackWriter { to: to.clone(), piece: Vec::with_capacity(PIECE) });
            if let Err(error) = &done {
                // Without it, half an archive would look like a whole one.
                let _gone = to.blocking_send(Err(Error::new(error.kind(), error.to_string())));
            }
            done
        });
        let pieces = futures::stream::unfold(from, |mut from| async { from.recv().await.map(|piece| (piece, from)) });
        Parcel { pieces: pieces.boxed(), packed }
    }

    fn write(&self, to: impl Write) -> Result<()> {
        let mut archive = Builder::new(to);
        archive.follow_symlinks(false);
        self.folder(&mut archive, "")?;
        archive.into_inner()?.flush()
    }

    /// Packs what is in a folder, in the order of the names, so that one commit makes one archive.
    fn folder(&self, archive: &mut Builder<impl Write>, inside: &str) -> Result<()> {
        let mut entries = std::fs::read_dir(self.dir.join(inside))?.collect::<Result<Vec<DirEntry>>>()?;
        entries.sort_by_key(DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name().into_string().map_err(|name| {
                Error::new(ErrorKind::InvalidData, format!("the name of {} is no text", name.display()))
            })?;
            // The checkout's own .git is tminus's, not the commit's.
            if inside.is_empty() && name == ".git" {
                continue;
            }
            let path = if inside.is_empty() { name } else { format!("{inside}/{name}") };
            let is_out = self.ignore.excludes(&path) && !self.kept.contains(&path);
            let metadata = entry.metadata()?;
            if !is_out {
                self.entry(archive, &path, &metadata)?;
            }
            let below = format!("{path}/");
            let may_hold = self.ignore.has_exceptions() || self.kept.iter().any(|kept| kept.starts_with(&below));
            if metadata.is_dir() && (!is_out || may_hold) {
                self.folder(archive, &path)?;
            }
        }
        Ok(())
    }

    fn entry(&self, archive: &mut Builder<impl Write>, path: &str, metadata: &Metadata) -> Result<()> {
        let mut header = Header::new_gnu();
        header.set_mtime(u64::try_from(self.at).unwrap_or_default());
        header.set_mode(metadata.permissions().mode() & 0o7777);
        let place = self.dir.join(path);
        if metadata.is_symlink() {
            header.set_entry_type(EntryType::Symlink);
            header.set_size(0);
            archive.append_link(&mut header, path, std::fs::read_link(place)?)
        } else if metadata.is_dir() {
            header.set_entry_type(EntryType::Directory);
            header.set_size(0);
            archive.append_data(&mut header, format!("{path}/"), std::io::empty())
        } else if metadata.is_file() {
            header.set_size(metadata.len());
            archive.append_data(&mut header, path, File::open(place)?)
        } else {
            Err(Error::new(ErrorKind::InvalidData, format!("{path} is neither a file, a folder nor a link")))
        }
    }
}

/// Hands on what is written to it in pieces, and waits while too many lie ready.
struct PackWriter {
    to: Sender<Result<Bytes>>,
    piece: Vec<u8>,
}

impl Write for PackWriter {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let taken = bytes.len().min(PIECE - self.piece.len());
        self.piece.extend_from_slice(&bytes[..taken]);
        if self.piece.len() == PIECE {
            self.flush()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE));
        self.to.blocking_send(Ok(Bytes::from(piece))).map_err(|_| Error::from(ErrorKind::BrokenPipe))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;
    use std::os::unix::fs::symlink;

    fn packed(files: &[&str], ignore: &str, kept: &[&str]) -> Vec<(String, u32, u64, Option<PathBuf>)> {
        let dir = tempfile::tempdir().unwrap();
        for file in files {
            let path = dir.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, file).unwrap();
        }
        std::fs::set_permissions(dir.path().join(files[0]), std::fs::Permissions::from_mode(0o755)).unwrap();
        symlink("../../outside", dir.path().join("link")).unwrap();
        let pack = Pack {
            dir: dir.path().to_owned(),
            ignore: Ignore::read(ignore).unwrap(),
            kept: kept.iter().map(ToString::to_string).collect(),
            at: 1_700_000_000,
        };
        let mut bytes = Vec::new();
        pack.write(&mut bytes).unwrap();
        let mut archive = tar::Archive::new(bytes.as_slice());
        let entries = archive.entries().unwrap().map(|entry| {
            let mut entry = entry.unwrap();
            let mut text = String::new();
            entry.read_to_string(&mut text).unwrap();
            let header = entry.header().clone();
            let path = entry.path().unwrap().to_string_lossy().into_owned();
            assert!(text.is_empty() || text == path);
            (path, header.mode().unwrap(), header.mtime().unwrap(), entry.link_name().unwrap().map(Into::into))
        });
        entries.collect()
    }

    fn names(packed: &[(String, u32, u64, Option<PathBuf>)]) -> Vec<&str> {
        packed.iter().map(|(name, ..)| name.as_str()).collect()
    }

    #[test]
    fn an_archive_keeps_modes_and_links_and_has_the_date_of_the_commit() {
        let packed = packed(&["run.sh", "src/a.txt", ".git/config"], "", &[]);
        assert_eq!(names(&packed), ["link", "run.sh", "src/", "src/a.txt"]);
        assert_eq!(packed[0].3.as_deref(), Some(std::path::Path::new("../../outside")));
        assert_eq!(packed[1].1, 0o755);
        assert!(packed.iter().all(|(_, _, at, _)| *at == 1_700_000_000));
    }

    #[test]
    fn what_is_ignored_stays_behind_but_for_what_the_engine_needs() {
        let files = ["deep/Dockerfile", ".dockerignore", "deep/b.txt", "a.txt", "x/keep/c.txt", "x/d.txt"];
        let all = packed(&files, "*", &["deep/Dockerfile", ".dockerignore"]);
        assert_eq!(names(&all), [".dockerignore", "deep/Dockerfile"]);
        let some = packed(&files, "x\n!x/keep\nlink\ndeep\n.dockerignore", &[]);
        assert_eq!(names(&some), ["a.txt", "x/keep/", "x/keep/c.txt"]);
    }

    #[test]
    fn a_name_longer_than_tar_once_allowed_is_kept() {
        let long = format!("{}/{}.txt", "d".repeat(120), "f".repeat(150));
        assert!(names(&packed(&["a", &long], "", &[])).contains(&long.as_str()));
    }
}
