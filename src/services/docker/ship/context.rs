//! What an image is built from: the release's commit in tminus's own checkout, never what lies around.

use super::ignore::Ignore;
use super::pack::{Pack, Parcel};
use crate::git::GitRepository;
use crate::process::from_root;
use crate::worktree::{Lease, Worktree};
use std::path::{Path, PathBuf};
use tminus_core::names::Commit;
use tminus_core::plan::ImageBuild;
use tminus_core::ports::{FailureKind, PortError};

/// A context that is ready to be sent. The checkout is held until it is dropped.
pub(super) struct Context {
    lease: Lease,
    pack: Pack,
}

impl Context {
    /// Checks the commit out, and reads what of it is sent.
    ///
    /// # Errors
    /// [`FailureKind::NotFound`] when the commit has no such folder or Dockerfile, [`FailureKind::Rejected`] when one of
    /// them leads out of the checkout.
    pub(super) async fn at(
        commit: &Commit,
        build: &ImageBuild,
        (worktree, repository): (&Worktree, &GitRepository),
    ) -> Result<Self, PortError> {
        let lease = worktree.at(commit).await?;
        let at = repository.committed_at(commit).await?;
        let (root, build, short) = (lease.dir().to_owned(), build.clone(), commit.short().to_owned());
        let read = tokio::task::spawn_blocking(move || read(&root, &build, &short, at)).await;
        let pack = read.map_err(|error| unreadable("the context").because(error.to_string()))??;
        Ok(Self { lease, pack })
    }

    /// Begins to send it.
    pub(super) fn send(self) -> Parcel {
        let Self { lease, pack } = self;
        pack.send(lease)
    }
}

fn read(root: &Path, build: &ImageBuild, commit: &str, at: i64) -> Result<Pack, PortError> {
    let dir = inside(root, &from_root(root, Some(&build.context))?, (&build.context, commit))?;
    let file = inside(&dir, &from_root(&dir, Some(&build.dockerfile))?, (&build.dockerfile, commit))?;
    if !dir.is_dir() || !file.is_file() {
        let what = if dir.is_dir() { &build.dockerfile } else { &build.context };
        return Err(PortError::new(FailureKind::NotFound, format!("{what} of {commit} is not what is built from")));
    }
    // A file beside the Dockerfile is about this Dockerfile alone, and goes before the one of the folder.
    let own = format!("{}.dockerignore", build.dockerfile);
    let ignore = match text_of(&dir, &own)? {
        Some(text) => Ignore::read(&text)?,
        None => text_of(&dir, ".dockerignore")?.map_or(Ok(Ignore::default()), |text| Ignore::read(&text))?,
    };
    let kept = vec![cleaned(&build.dockerfile), ".dockerignore".to_owned(), cleaned(&own)];
    Ok(Pack { dir, ignore, kept, at })
}

/// Returns where a path leads, links followed; an error when that is outside.
fn inside(root: &Path, path: &Path, (name, commit): (&str, &str)) -> Result<PathBuf, PortError> {
    let real = |path: &Path| {
        std::fs::canonicalize(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                PortError::new(FailureKind::NotFound, format!("there is no {name} in the commit {commit}"))
            }
            _ => unreadable(name).because(error.to_string()),
        })
    };
    let (root, path) = (real(root)?, real(path)?);
    if path.starts_with(&root) {
        return Ok(path);
    }
    Err(PortError::new(FailureKind::Rejected, format!("{name} of {commit} leads out of what is built from")))
}

fn text_of(dir: &Path, name: &str) -> Result<Option<String>, PortError> {
    let path = dir.join(name);
    // A link may lead anywhere, and docker does not follow it either.
    if !std::fs::symlink_metadata(&path).is_ok_and(|found| found.is_file()) {
        return Ok(None);
    }
    std::fs::read_to_string(&path).map(Some).map_err(|error| unreadable(name).because(error.to_string()))
}

fn cleaned(path: &str) -> String {
    path.split('/').filter(|part| !matches!(*part, "" | ".")).collect::<Vec<_>>().join("/")
}

fn unreadable(what: &str) -> PortError {
    PortError::new(FailureKind::Rejected, format!("{what} cannot be read"))
}
