//! What a program prints, in memory only: on a disk it would lie as no mask has seen it, also after tminus was killed.
//!
//! The memory belongs to the program as much as to tminus: it prints on when tminus is gone, and the next tminus reads all of
//! it for as long as the program runs. When both are gone it is lost.

use rustix::fs::{MemfdFlags, OFlags, fcntl_setfl, memfd_create};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::process::Stdio;

/// By this name it is known again among what a program has open.
const NAME: &str = "tminus-output";

/// How much is read at one look, in bytes.
const LOOK: usize = 1 << 20;

/// How much a program may print before what it printed is let go of, in bytes.
const MOST: u64 = 16 << 20;

/// The output of one order's programs.
#[derive(Debug)]
pub struct MemoryOutput {
    file: File,
}

impl MemoryOutput {
    /// Makes an empty one.
    ///
    /// # Errors
    /// When the system gives no memory for it.
    pub fn new() -> io::Result<Self> {
        let memory = memfd_create(NAME, MemfdFlags::CLOEXEC)?;
        fcntl_setfl(&memory, OFlags::APPEND)?;
        Ok(Self { file: File::from(memory) })
    }

    /// Finds that of a program which an earlier tminus began; nothing where it runs no more, or prints elsewhere.
    pub fn of_process(pid: u32) -> Option<Self> {
        let path = format!("/proc/{pid}/fd/1");
        let is_ours = std::fs::read_link(&path).ok()?.to_str()?.starts_with(&format!("/memfd:{NAME}"));
        if is_ours { File::open(path).ok().map(|file| Self { file }) } else { None }
    }

    /// Returns where a program writes.
    ///
    /// # Errors
    /// When there are no more files to be had.
    pub fn writer(&self) -> io::Result<Stdio> {
        self.file.try_clone().map(Stdio::from)
    }

    /// Lets go of everything when it became too much; says whether all is well.
    pub fn stay_in_bounds(&self) -> bool {
        let is_too_much = self.file.metadata().is_ok_and(|about| about.len() > MOST);
        !is_too_much || self.file.set_len(0).is_ok()
    }

    /// Reads what comes behind a position, and says where that was; what was let go of is begun anew.
    pub(super) fn read_from(&self, position: u64) -> io::Result<(Vec<u8>, u64)> {
        let length = self.file.metadata()?.len();
        let from = if length < position { 0 } else { position };
        let mut bytes = vec![0; usize::try_from(length - from).unwrap_or(LOOK).min(LOOK)];
        let count = self.file.read_at(&mut bytes, from)?;
        bytes.truncate(count);
        Ok((bytes, from))
    }

    /// Reads the last bytes.
    pub(super) fn read_end(&self, most: usize) -> io::Result<Vec<u8>> {
        let length = self.file.metadata()?.len();
        self.read_from(length.saturating_sub(most as u64)).map(|(bytes, _)| bytes)
    }
}
