//! Where a check of files or a command runs, and whether what it finds there counts for the release's commit.

use super::check::Surroundings;
use crate::adapters::git::{GitRepository, Standing};
use crate::adapters::worktree::Lease;
use crate::domain::measurement::Ask;
use crate::domain::names::Commit;
use crate::domain::plan::Check;
use crate::ports::PortError;
use std::path::{Path, PathBuf};

/// A folder that holds exactly the release's commit.
pub(super) struct Ground {
    dir: PathBuf,
    repository: GitRepository,
    commit: Commit,
    /// Held while it is used; absent in the person's own checkout.
    lease: Option<Lease>,
}

/// Finds the ground that a check asks for; the inner error says why there is none, and is no failure but a reason.
pub(super) async fn find(around: &Surroundings, check: &Check, ask: &Ask) -> Result<Result<Ground, String>, PortError> {
    let Some(commit) = ask.commit.clone() else {
        return Ok(Err("there is no commit of a release that it could count for".to_owned()));
    };
    if check.in_worktree {
        let lease = around.worktree.at(&commit).await?;
        let repository = GitRepository::open(lease.dir(), &around.rules.remote)?;
        return Ok(Ok(Ground { dir: lease.dir().to_owned(), repository, commit, lease: Some(lease) }));
    }
    let standing = around.repository.standing().await?;
    if let Some(why) = unfit(&standing, &commit) {
        return Ok(Err(why));
    }
    let repository = GitRepository::clone(&around.repository);
    Ok(Ok(Ground { dir: around.root.clone(), repository, commit, lease: None }))
}

impl Ground {
    /// Returns the folder that paths of the plan count from.
    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Returns the repository of this folder.
    pub(super) const fn repository(&self) -> &GitRepository {
        &self.repository
    }

    /// Returns the commit that it holds.
    pub(super) const fn commit(&self) -> &Commit {
        &self.commit
    }

    /// Looks again after the measurement: `Some` says why it counts for nothing.
    ///
    /// Nobody else can move tminus's own checkout, and what a command leaves there is its own business.
    pub(super) async fn moved(&self) -> Result<Option<String>, PortError> {
        if self.lease.is_some() {
            return Ok(None);
        }
        let standing = self.repository.standing().await?;
        let changed = standing.changed.unwrap_or_default();
        if standing.commit.as_ref() == Some(&self.commit) && changed > 0 {
            return Ok(Some(format!(
                "while it ran, {} in the checkout changed: let git ignore what it writes, or say in = \"worktree\"",
                files(changed)
            )));
        }
        let moved = unfit(&standing, &self.commit);
        Ok(moved.map(|why| format!("the checkout moved while it ran: {why}")))
    }
}

fn unfit(standing: &Standing, commit: &Commit) -> Option<String> {
    match (&standing.commit, standing.changed) {
        (_, None) => Some("the repository is bare and has no checkout: say in = \"worktree\"".to_owned()),
        (None, Some(_)) => Some("the checkout has no commit yet".to_owned()),
        (Some(there), Some(_)) if there != commit => {
            Some(format!("the checkout is at {}, the release at {}", there.short(), commit.short()))
        }
        (Some(_), Some(0)) => None,
        (Some(_), Some(changed)) => {
            Some(format!("the checkout has {}, so it is not the release's commit", changed_files(changed)))
        }
    }
}

fn files(count: u64) -> String {
    if count == 1 { "1 file".to_owned() } else { format!("{count} files") }
}

fn changed_files(count: u64) -> String {
    if count == 1 { "1 changed file".to_owned() } else { format!("{count} changed files") }
}
