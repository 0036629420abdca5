//! tminus's own clean checkout of a commit, for checks with `in = "worktree"`.
//!
//! It is a repository of its own that borrows the project's objects, so nothing is written into the project: no branch,
//! no entry under `.git/worktrees`. Submodules are not filled.

use super::git::GitRepository;
use crate::domain::names::Commit;
use crate::ports::{FailureKind, PortError};
use git2::build::CheckoutBuilder;
use git2::{Error, Oid, Repository};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::{Mutex, OwnedMutexGuard};

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
    pub async fn at(&self, commit: &Commit) -> Result<Lease, PortError> {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        let (dir, commit) = (self.dir.clone(), commit.clone());
        let lock = self
            .project
            .ask("tminus's own checkout could not be made", move |project, _| {
                let lock = lock(&dir)?;
                fill(project, &dir, &commit)?;
                Ok(lock)
            })
            .await?;
        Ok(Lease { dir: self.dir.clone(), _turn: turn, _lock: lock })
    }

    /// Removes the folder; one that is not there is no error.
    pub async fn remove(&self) -> Result<(), PortError> {
        let _turn = self.turn.lock().await;
        match tokio::fs::remove_dir_all(&self.dir).await {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(PortError::new(FailureKind::Rejected, "tminus's own checkout could not be removed")
                .because(error.to_string())),
        }
    }
}

/// Keeps another tminus out; the lock ends with its holder.
fn lock(dir: &Path) -> Result<File, Error> {
    let plain = |error: std::io::Error| Error::from_str(&error.to_string());
    if let Some(parent) = dir.parent() {
        std::fs::create_dir_all(parent).map_err(plain)?;
    }
    let file = File::create(dir.with_extension("lock")).map_err(plain)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::from_str("another tminus is using it")),
        Err(TryLockError::Error(error)) => Err(plain(error)),
    }
}

fn fill(project: &Repository, dir: &Path, commit: &Commit) -> Result<(), Error> {
    let own = match Repository::open(dir) {
        Ok(own) => own,
        Err(_) => Repository::init(dir)?,
    };
    borrow_objects(project, &own)?;
    // Opened again, because libgit2 looks for borrowed objects only then.
    let own = Repository::open(dir)?;
    copy_references(project, &own)?;
    let id = Oid::from_str(commit.as_str())?;
    let wanted = own.find_commit(id)?;
    own.set_head_detached(id)?;
    let mut exactly = CheckoutBuilder::new();
    exactly.force().remove_untracked(true).remove_ignored(true);
    own.checkout_tree(wanted.as_object(), Some(&mut exactly))?;
    own.cleanup_state()
}

fn borrow_objects(project: &Repository, own: &Repository) -> Result<(), Error> {
    let plain = |error: std::io::Error| Error::from_str(&error.to_string());
    let objects = project.commondir().join("objects");
    let objects = std::fs::canonicalize(objects).map_err(plain)?;
    let info = own.path().join("objects").join("info");
    std::fs::create_dir_all(&info).map_err(plain)?;
    std::fs::write(info.join("alternates"), format!("{}\n", objects.display())).map_err(plain)
}

/// Copies branches and tags, so that `git describe` and the like answer as they do in the project.
fn copy_references(project: &Repository, own: &Repository) -> Result<(), Error> {
    for reference in project.references()? {
        let reference = reference?;
        let (Ok(name), Some(target)) = (std::str::from_utf8(reference.name_bytes()), reference.target()) else {
            continue;
        };
        own.reference(name, target, true, "as in the project")?;
    }
    Ok(())
}
