//! What a program prints, in memory only: on a disk it would lie as no mask has seen it, also after tminus was killed.
//!
//! The memory belongs to the program as much as to tminus: it prints on when tminus is gone, and the next tminus reads all of
//! it for as long as the program runs. When both are gone it is lost. Whoever follows it keeps it in bounds; while no tminus
//! runs, nobody does.

use rustix::fs::{MemfdFlags, OFlags, fcntl_setfl, memfd_create};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::process::Stdio;
use std::sync::{Mutex, PoisonError};

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
    /// How many bytes were let go of. Held while that happens, and while it is read.
    let_go: Mutex<u64>,
}

/// What was read of an output at one look.
pub(super) struct OutputPiece {
    pub(super) bytes: Vec<u8>,
    /// Where the next piece begins.
    pub(super) next: u64,
    /// How many bytes were let go of until now.
    pub(super) let_go: u64,
}

impl MemoryOutput {
    /// Makes an empty one.
    ///
    /// # Errors
    /// When the system gives no memory for it.
    pub fn new() -> io::Result<Self> {
        let memory = memfd_create(NAME, MemfdFlags::CLOEXEC)?;
        fcntl_setfl(&memory, OFlags::APPEND)?;
        Ok(Self::over(File::from(memory)))
    }

    /// Finds that of a program which an earlier tminus began; nothing where it runs no more, or prints elsewhere.
    pub fn of_process(pid: u32) -> Option<Self> {
        let path = format!("/proc/{pid}/fd/1");
        let is_ours = std::fs::read_link(&path).ok()?.to_str()?.starts_with(&format!("/memfd:{NAME}"));
        // To be written to as well: it is kept in bounds.
        let open = || std::fs::OpenOptions::new().read(true).write(true).open(path).ok();
        is_ours.then(open).flatten().map(Self::over)
    }

    const fn over(file: File) -> Self {
        Self { file, let_go: Mutex::new(0) }
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
        let mut let_go = self.let_go.lock().unwrap_or_else(PoisonError::into_inner);
        let length = self.file.metadata().map_or(0, |about| about.len());
        if length <= MOST {
            return true;
        }
        if self.file.set_len(0).is_err() {
            return false;
        }
        *let_go += length;
        true
    }

    /// Reads what comes behind a position, as it was when so many bytes had been let go of; else, and where the program has
    /// cut it, from the beginning.
    pub(super) fn read_from(&self, position: u64, let_go: u64) -> io::Result<OutputPiece> {
        let now = self.let_go.lock().unwrap_or_else(PoisonError::into_inner);
        let length = self.file.metadata()?.len();
        let from = if length < position || *now != let_go { 0 } else { position };
        let mut bytes = vec![0; usize::try_from(length - from).unwrap_or(LOOK).min(LOOK)];
        let count = self.file.read_at(&mut bytes, from)?;
        bytes.truncate(count);
        Ok(OutputPiece { bytes, next: from + count as u64, let_go: *now })
    }

    /// Reads the last bytes.
    pub(super) fn read_end(&self, most: usize) -> io::Result<Vec<u8>> {
        let let_go = *self.let_go.lock().unwrap_or_else(PoisonError::into_inner);
        let length = self.file.metadata()?.len();
        self.read_from(length.saturating_sub(most as u64), let_go).map(|piece| piece.bytes)
    }
}
