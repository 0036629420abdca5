//! The outputs of checks, a file each, named by the hash of what was written there. The journal holds that hash; a file that
//! holds something else is known to be another one.

use async_trait::async_trait;
use std::collections::HashMap;
use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;
use tminus_core::hex::sha256;
use tminus_core::kept_output::{OutputFile, OutputState};
use tminus_core::mask::{Mask, SafeText};
use tminus_core::ports::{FailureKind, OutputStore, PortError};
use tminus_storage::paths::{private_folder, write_private};

/// How much all files may hold together, in bytes: the oldest go first.
const MOST: u64 = 256 << 20;

/// A folder of outputs, for its owner alone; made with the first. Cheap to clone.
#[derive(Clone, Debug)]
pub struct OutputFolder {
    dir: PathBuf,
    most: u64,
    /// The files that were read and held what was written, as they were then.
    seen: Arc<Mutex<HashMap<String, FileStamp>>>,
}

/// What changes with a file when it is written: nobody sets the last of it.
type FileStamp = (u64, u64, (i64, i64), (i64, i64));

impl OutputFolder {
    /// Makes it for a folder of the project's state.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into(), most: MOST, seen: Arc::default() }
    }

    /// Returns where an output is, or would be; nothing for what is no hash.
    pub fn place(&self, file: &OutputFile) -> Option<PathBuf> {
        let is_hash = file.sha256.len() == 64 && file.sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hash.then(|| self.dir.join(format!("{}.txt", file.sha256)))
    }

    /// Looks at a file, and reads it where that may be needed.
    fn examine(&self, file: &OutputFile, reading: OutputReading) -> (OutputState, String) {
        let Some(path) = self.place(file) else { return (OutputState::Missing, String::new()) };
        match self.text_of(&path, file, reading) {
            Ok(Some(text)) => (OutputState::Whole, text),
            Ok(None) => (OutputState::Changed, String::new()),
            Err(gone) if gone.kind() == io::ErrorKind::NotFound => (OutputState::Missing, String::new()),
            Err(error) => (OutputState::Unreadable(Mask::new().text(&error.to_string())), String::new()),
        }
    }

    /// Reads a file that holds what was written there; nothing where it holds something else.
    fn text_of(&self, path: &Path, file: &OutputFile, reading: OutputReading) -> io::Result<Option<String>> {
        let about = fs::symlink_metadata(path)?;
        if !about.is_file() || about.len() != file.bytes {
            return Ok(None);
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if reading == OutputReading::IfTouched && seen.get(&file.sha256) == Some(&stamp(&about)) {
            return Ok(Some(String::new()));
        }
        let mut bytes = Vec::new();
        File::open(path)?.take(file.bytes.saturating_add(1)).read_to_end(&mut bytes)?;
        let text = String::from_utf8(bytes).ok().filter(|text| sha256(text) == file.sha256);
        match &text {
            Some(_) => drop(seen.insert(file.sha256.clone(), stamp(&about))),
            None => drop(seen.remove(&file.sha256)),
        }
        Ok(text)
    }

    fn write(&self, text: &str) -> io::Result<String> {
        let hash = sha256(text);
        private_folder(&self.dir).map_err(io::Error::other)?;
        // One that is there already may have been changed.
        write_private(&self.dir.join(format!("{hash}.txt")), text.as_bytes()).map_err(io::Error::other)?;
        self.make_room(&hash);
        Ok(hash)
    }

    /// Lets the oldest go where all of them are too much; the newest stays, whatever it holds.
    fn make_room(&self, newest: &str) {
        let entries = fs::read_dir(&self.dir).into_iter().flatten().flatten();
        let mut files: Vec<(SystemTime, u64, PathBuf)> = entries
            .filter_map(|entry| {
                let about = entry.metadata().ok().filter(Metadata::is_file)?;
                Some((about.modified().ok()?, about.len(), entry.path()))
            })
            .collect();
        files.sort();
        let mut all: u64 = files.iter().map(|(_, bytes, _)| bytes).sum();
        for (_, bytes, path) in
            files.into_iter().filter(|(.., path)| path.file_stem().is_none_or(|stem| stem != newest))
        {
            if all <= self.most {
                return;
            }
            // What cannot be removed is tried again with the next output.
            if fs::remove_file(path).is_ok() {
                all -= bytes;
            }
        }
    }
}

/// How a file is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OutputReading {
    /// All of it.
    Always,
    /// Only where somebody may have touched it since.
    IfTouched,
}

fn stamp(about: &Metadata) -> FileStamp {
    (about.ino(), about.len(), (about.mtime(), about.mtime_nsec()), (about.ctime(), about.ctime_nsec()))
}

fn unfinished(error: &tokio::task::JoinError) -> OutputState {
    OutputState::Unreadable(Mask::new().text(&error.to_string()))
}

#[async_trait]
impl OutputStore for OutputFolder {
    async fn keep(&self, text: &SafeText) -> Result<String, PortError> {
        let (folder, text) = (self.clone(), text.to_string());
        let written = tokio::task::spawn_blocking(move || folder.write(&text)).await;
        let why = match written {
            Ok(Ok(hash)) => return Ok(hash),
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        Err(PortError::new(FailureKind::Rejected, "the output could not be kept").because(why))
    }

    async fn look(&self, file: &OutputFile) -> OutputState {
        let (folder, file) = (self.clone(), file.clone());
        let looked = tokio::task::spawn_blocking(move || folder.examine(&file, OutputReading::IfTouched).0).await;
        looked.unwrap_or_else(|error| unfinished(&error))
    }

    async fn read(&self, file: &OutputFile) -> (OutputState, SafeText) {
        let (folder, file) = (self.clone(), file.clone());
        let read = tokio::task::spawn_blocking(move || folder.examine(&file, OutputReading::Always)).await;
        let (state, text) = read.unwrap_or_else(|error| (unfinished(&error), String::new()));
        // It holds what was masked when it was written: nobody else's text comes so far.
        (state, Mask::new().text(&text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> SafeText {
        Mask::new().text(text)
    }

    async fn kept(store: &OutputFolder, what: &str) -> OutputFile {
        let text = text(what);
        OutputFile { sha256: store.keep(&text).await.unwrap(), bytes: text.len() as u64, is_cut: false }
    }

    #[tokio::test]
    async fn a_file_that_was_changed_is_not_what_was_kept_and_is_not_shown() {
        let dir = tempfile::tempdir().unwrap();
        let store = OutputFolder::new(dir.path().join("outputs"));
        let file = kept(&store, "12 passed\nall good").await;
        assert_eq!(store.look(&file).await, OutputState::Whole);
        assert_eq!(store.read(&file).await, (OutputState::Whole, text("12 passed\nall good")));
        // As long as before, and looked at before: it is read again all the same.
        fs::write(store.place(&file).unwrap(), "99 passed\nall good").unwrap();
        assert_eq!(store.look(&file).await, OutputState::Changed);
        assert_eq!(store.read(&file).await, (OutputState::Changed, text("")));
        fs::remove_file(store.place(&file).unwrap()).unwrap();
        assert_eq!(store.look(&file).await, OutputState::Missing);
    }

    #[tokio::test]
    async fn what_is_kept_again_is_whole_again() {
        let dir = tempfile::tempdir().unwrap();
        let store = OutputFolder::new(dir.path().join("outputs"));
        let file = kept(&store, "the same").await;
        fs::write(store.place(&file).unwrap(), "the Same").unwrap();
        assert_eq!(kept(&store, "the same").await, file);
        assert_eq!(store.look(&file).await, OutputState::Whole);
        let mode = fs::metadata(store.place(&file).unwrap()).unwrap().mode() & 0o777;
        assert_eq!(mode, 0o600, "for its owner alone");
    }

    #[tokio::test]
    async fn no_name_but_a_hash_leads_to_a_file() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("x.txt"), "secret").unwrap();
        let store = OutputFolder::new(dir.path().join("outputs"));
        for name in ["../x", "x", "", "..", "/etc/passwd"] {
            let file = OutputFile { sha256: name.to_owned(), bytes: 6, is_cut: false };
            assert_eq!(store.read(&file).await, (OutputState::Missing, text("")), "{name}");
        }
        let file = kept(&store, "secret").await;
        let place = store.place(&file).unwrap();
        fs::remove_file(&place).unwrap();
        std::os::unix::fs::symlink(dir.path().join("x.txt"), &place).unwrap();
        assert_eq!(store.look(&file).await, OutputState::Changed, "a link is not the file that was written");
    }

    #[tokio::test]
    async fn the_oldest_outputs_go_when_there_are_too_many() {
        let dir = tempfile::tempdir().unwrap();
        let store = OutputFolder { most: 25, ..OutputFolder::new(dir.path().join("outputs")) };
        let first = kept(&store, "0123456789").await;
        let old = SystemTime::UNIX_EPOCH;
        File::options().append(true).open(store.place(&first).unwrap()).unwrap().set_modified(old).unwrap();
        let second = kept(&store, "abcdefghij").await;
        let third = kept(&store, "ABCDEFGHIJ").await;
        assert_eq!(store.look(&first).await, OutputState::Missing);
        assert_eq!((store.look(&second).await, store.look(&third).await), (OutputState::Whole, OutputState::Whole));
        let tight = OutputFolder { most: 1, ..store };
        let last = kept(&tight, "longer than all").await;
        assert_eq!(tight.look(&last).await, OutputState::Whole, "the newest stays");
    }
}
