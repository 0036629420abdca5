//! What can go wrong with a journal, told apart by what a person would do about it.

use super::beside::{HeadWitness, Keeper, newest};
use super::mark::Meddled;
use jiff::Timestamp;
use rusqlite::ErrorCode;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;
use tminus_core::who::Who;

/// Why a journal could not be opened, read or written.
#[derive(Debug, Error)]
pub enum JournalError {
    /// Another process writes to it; a project has one writer.
    #[error("the journal is held by {} on {} (process {pid}, since {since})", who.label(), who.host)]
    Held {
        /// The other process.
        pid: u32,
        /// Who started it.
        who: Who,
        /// Since when it holds the journal.
        since: Timestamp,
        /// What it is.
        keeper: Keeper,
    },
    /// There is none at this path.
    #[error("there is no journal at {}", .0.display())]
    Missing(PathBuf),
    /// There was one, and it is gone.
    #[error(
        "the journal {} is gone: {} entries were written to it, the last with head {}. {}",
        path.display(), witness.count, witness.short(), way_on(path)
    )]
    Gone {
        /// The file.
        path: PathBuf,
        /// How far it was written.
        witness: HeadWitness,
    },
    /// It does not hold what was written to it last.
    #[error(
        "the journal {} has {found} entries, and entry {} with head {} was written to it: it was cut, is an older copy, or is \
         another. {}",
        path.display(), witness.count, witness.short(), way_on(path)
    )]
    Cut {
        /// The file.
        path: PathBuf,
        /// How many entries there are.
        found: u64,
        /// How far it was written.
        witness: HeadWitness,
    },
    /// Somebody took it away, or changed it, while it was in use.
    #[error("the journal {} {}{}", path.display(), how.words(), rescued_words(rescued.as_deref()))]
    Meddled {
        /// The file.
        path: PathBuf,
        /// What happened.
        how: Meddled,
        /// A copy with every entry, where one could be made.
        rescued: Option<PathBuf>,
    },
    /// The place may not be written to: read-only, or somebody else's.
    #[error("the journal {} cannot be written", path.display())]
    NotWritable {
        /// The file.
        path: PathBuf,
        /// Why, in the system's words.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The disk is full, and nothing of the batch was written.
    #[error("the disk that holds the journal {} is full", .0.display())]
    Full(PathBuf),
    /// The file is something else.
    #[error("{} is not a journal of tminus", .0.display())]
    Foreign(PathBuf),
    /// A newer tminus made the file, and this one would misread it.
    #[error("the journal has format {found}, this tminus knows formats up to {known}: use the newer tminus")]
    Newer {
        /// The format of the file.
        found: i64,
        /// The newest format that this build reads.
        known: i64,
    },
    /// An entry is whole, but of a kind or a version that this tminus does not know.
    #[error("entry {seq} of the journal is a `{kind}` of version {version}, written by a newer tminus: use that one")]
    UnknownFact {
        /// The entry.
        seq: u64,
        /// Its kind.
        kind: String,
        /// The version of its payload.
        version: i64,
        /// What the decoder says.
        #[source]
        cause: Option<serde_json::Error>,
    },
    /// A fact cannot be stored in a way that could be read again; nothing of the batch was written.
    #[error("a fact of kind `{kind}` cannot be stored so that it could be read again")]
    Unstorable {
        /// Its kind.
        kind: &'static str,
        /// What the encoder says.
        #[source]
        cause: serde_json::Error,
    },
    /// The chain does not hold.
    #[error("the journal is not as it was written")]
    Broken(#[from] Broken),
    /// Anything else that the database or the file system says.
    #[error("the journal {} could not be used", path.display())]
    Storage {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The export could not be written to where it should go.
    #[error("the export of the journal could not be written")]
    Export(#[source] io::Error),
}

/// Says what a person can do about a journal that is gone or cut; a copy that the engine rescued is named.
fn way_on(path: &Path) -> String {
    let folder = path.parent().unwrap_or(Path::new("."));
    let back = match newest(folder) {
        Some(copy) => format!("Put it back: mv {} {}", copy.display(), path.display()),
        None => "Put it back from a copy".to_owned(),
    };
    format!(
        "{back}. To go on with what is there now, remove {}; what the lost entries did and a target still carries is taken on \
         with `tminus settle ENV --adopt REASON`",
        HeadWitness::path(path).display()
    )
}

fn rescued_words(copy: Option<&Path>) -> String {
    copy.map(|copy| format!("; every entry is saved in {}", copy.display())).unwrap_or_default()
}

impl JournalError {
    /// Sorts an error of the database by what a person would do about it.
    pub(super) fn of_database(path: &Path, cause: rusqlite::Error) -> Self {
        let path = path.to_path_buf();
        match cause.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full(path),
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
                Self::NotWritable { path, cause: Box::new(cause) }
            }
            Some(ErrorCode::NotADatabase) => Self::Foreign(path),
            Some(_) | None => Self::Storage { path, cause: Box::new(cause) },
        }
    }

    /// Sorts an error of the file system by what a person would do about it.
    pub(super) fn of_files(path: &Path, cause: io::Error) -> Self {
        let path = path.to_path_buf();
        match cause.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full(path),
            io::ErrorKind::PermissionDenied
            | io::ErrorKind::ReadOnlyFilesystem
            | io::ErrorKind::AlreadyExists
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::IsADirectory => Self::NotWritable { path, cause: Box::new(cause) },
            _ => Self::Storage { path, cause: Box::new(cause) },
        }
    }
}

/// The first place where a journal is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{} {fault}", seq.map_or_else(|| "the file".to_owned(), |seq| format!("entry {seq}")))]
pub struct Broken {
    /// The entry, counted from 1; absent when the file as a whole cannot be read.
    pub seq: Option<u64>,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with an entry.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// Its hash is not the hash of what it says.
    #[error("was changed after it was written: its hash does not fit its content")]
    ContentChanged,
    /// It is missing: another entry stands in its place, numbered so.
    #[error("is missing: entry {found} stands in its place")]
    Gap {
        /// The number that was found instead.
        found: i64,
    },
    /// It does not follow on the entry before it: one of the two was exchanged.
    #[error("does not follow on the entry before it: one of the two was exchanged")]
    ChainBroken,
    /// It cannot be read at all.
    #[error("cannot be read: {0}")]
    Unreadable(String),
}
