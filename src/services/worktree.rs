//! tminus's own clean checkout of a commit, for builds and for checks with `in = "worktree"`.
//!
//! It is a repository of its own that borrows the project's objects, so nothing is written into the project: no branch,
//! no entry under `.git/worktrees`. Git itself fills it, submodules and filtered files too; what it cannot fill is refused.

use super::git::{GitRepository, fill};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tminus_core::names::Commit;
use tminus_core::ports::{FailureKind, PortError};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// How long a lock is waited for, in moments.
const MOMENT: Duration = Duration::from_millis(20);
const MOMENTS: u32 = 100;

/// The place where tminus's own checkout lies.
#[derive(Clone, Debug)]
pub struct Worktree {
    project: Arc<GitRepository>,
    dir: PathBuf,
    turn: Arc<Mutex<()>>,
}

/// A clean checkout, for one user at a time; freed when dropped.
#[derive(Debug)]
pub struct Lease {
    dir: PathBuf,
    _turn: OwnedMutexGuard<()>,
    _lock: File,
}

impl Lease {
    /// Returns the folder of the checkout.
    pub fn dir(&self) -> &Path {
        &self.dir
    }
}

impl Worktree {
    /// Names the folder; nothing is made before it is needed. `dir` is in the state folder, never in the project.
    pub fn new(project: Arc<GitRepository>, dir: impl Into<PathBuf>) -> Self {
        Self { project, dir: dir.into(), turn: Arc::default() }
    }

    /// Waits for its turn, and makes the folder hold exactly the commit: no change, nothing ignored left over.
    ///
    /// # Errors
    /// What git cannot fill, by name: a submodule that is not here, a filter that is not set up.
    pub async fn at(&self, commit: &Commit) -> Result<Lease, PortError> {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        let (dir, commit) = (self.dir.clone(), commit.clone());
        let what = format!("{} could not be checked out in tminus's own checkout", commit.short());
        // Filling goes on when nobody waits for it any more, so it has the turn until it ends.
        let (lock, turn) = self
            .project
            .ask(&what, move |_, project| {
                let lock = lock(&dir)?;
                fill(project, &dir, &commit)?;
                Ok((lock, turn))
            })
            .await?;
        Ok(Lease { dir: self.dir.clone(), _turn: turn, _lock: lock })
    }
}

/// Keeps another tminus out; the lock ends with its holder.
fn lock(dir: &Path) -> Result<File, PortError> {
    let plain = PortError::by(FailureKind::Rejected, "its lock could not be taken");
    if let Some(parent) = dir.parent() {
        std::fs::create_dir_all(parent).map_err(&plain)?;
    }
    let file = File::create(dir.with_extension("lock")).map_err(&plain)?;
    // A process that was started while the lock was held has it too, until it has become another program.
    for _ in 0..MOMENTS {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => std::thread::sleep(MOMENT),
            Err(TryLockError::Error(error)) => return Err(plain(error)),
        }
    }
    Err(PortError::new(FailureKind::Conflict, "another tminus is using it"))
}
