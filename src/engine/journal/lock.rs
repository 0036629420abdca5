//! The lock of the one writer: an advisory lock on a side file, which the kernel lets go when the writer dies.
//!
//! The file's text only says who holds the lock; that somebody holds it, the kernel says.

use super::beside::Keeper;
use super::error::JournalError;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use tminus_core::names::Person;
use tminus_core::who::Who;

/// The lock, held for as long as this lives.
#[derive(Debug)]
pub(super) struct WriterLock {
    file: File,
}

/// Who holds the lock, as the side file tells it.
#[derive(Serialize, Deserialize)]
struct Holder {
    pid: u32,
    who: Who,
    since: Timestamp,
    #[serde(default)]
    keeper: Keeper,
}

impl WriterLock {
    /// Takes the lock, or says who has it.
    pub(super) fn take(journal: &Path, (keeper, who): (Keeper, &Who)) -> Result<Self, JournalError> {
        let path = journal.with_extension("lock");
        let failed = |cause| JournalError::of_files(&path, cause);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let mut file = options.open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(&mut file)),
            Err(TryLockError::Error(cause)) => return Err(failed(cause)),
        }
        let mut lock = Self { file };
        lock.sign(&Holder { pid: std::process::id(), who: who.clone(), since: Timestamp::now(), keeper })
            .map_err(failed)?;
        Ok(lock)
    }

    fn sign(&mut self, holder: &Holder) -> std::io::Result<()> {
        let text = serde_json::to_vec(holder)?;
        self.file.set_len(0)?;
        self.file.rewind()?;
        self.file.write_all(&text)
    }
}

fn held(file: &mut File) -> JournalError {
    let mut text = String::new();
    let holder = file.read_to_string(&mut text).ok().and_then(|_| serde_json::from_str::<Holder>(&text).ok());
    // The other one may be between taking the lock and signing it.
    let Some(holder) = holder else {
        let who = Who { name: Person::new("somebody"), user: String::new(), host: "this host".into() };
        return JournalError::Held { pid: 0, who, since: Timestamp::UNIX_EPOCH, keeper: Keeper::Command };
    };
    JournalError::Held { pid: holder.pid, who: holder.who, since: holder.since, keeper: holder.keeper }
}
