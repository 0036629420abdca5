//! Where a check of files or a command runs, and whether what it finds there counts for the release's commit.

use super::probe_deps::ProbeDeps;
use crate::git::{CheckoutStatus, Difference, FileMarks, GitRepository, pulse_of};
use crate::worktree::Lease;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tminus_core::measurement::Ask;
use tminus_core::names::Commit;
use tminus_core::notation::counted;
use tminus_core::plan::Check;
use tminus_core::ports::{FailureKind, PortError};
use tminus_core::time::Span;

/// A folder that holds exactly the release's commit.
pub(crate) struct CheckoutLease {
    dir: PathBuf,
    /// Everything that is asked about the commit is asked here, wherever the folder is.
    repository: GitRepository,
    commit: Commit,
    /// What would change if another commit were checked out meanwhile, even when that is taken back.
    pulse: String,
    /// What would change if a file were changed meanwhile, even when that is taken back; not looked at in tminus's own.
    marks: Option<FileMarks>,
    /// Held while it is used; absent in the person's own checkout.
    lease: Option<Lease>,
}

/// A ground, or why there is none: no failure but a reason.
pub(crate) type GroundOrReason = Result<CheckoutLease, String>;

/// How long a checkout may take to be filled or looked at, the turns of other checks included. It grows with the
/// repository, so it is no part of the time that a check has.
const READY: Duration = Duration::from_secs(30 * 60);

/// Finds the ground that a check asks for.
pub(crate) async fn find(around: &ProbeDeps, check: &Check, ask: &Ask) -> Result<GroundOrReason, PortError> {
    tokio::time::timeout(READY, ready(around, check, ask)).await.unwrap_or_else(|_elapsed| {
        let summary = format!("the checkout for {} was not ready after {}", check.name, Span::from(READY));
        Err(PortError::new(FailureKind::Timeout, summary))
    })
}

async fn ready(around: &ProbeDeps, check: &Check, ask: &Ask) -> Result<GroundOrReason, PortError> {
    let Some(commit) = ask.commit.clone() else {
        return Ok(Err("there is no commit of a release that it could count for".to_owned()));
    };
    let repository = GitRepository::clone(&around.repository);
    if check.in_worktree {
        let lease = around.worktree.at(&commit).await?;
        let (dir, pulse) = (lease.dir().join(repository.prefix()), pulse_of(lease.dir()));
        return Ok(Ok(CheckoutLease { dir, repository, commit, pulse, marks: None, lease: Some(lease) }));
    }
    let pulse = repository.pulse();
    // Git may renew what it knows of the files while it looks, so they are marked after that.
    if let Some(why) = unfit(&repository.standing().await?, &commit) {
        return Ok(Err(why));
    }
    let marks = Some(repository.marks().await?);
    Ok(Ok(CheckoutLease { dir: around.root.clone(), repository, commit, pulse, marks, lease: None }))
}

impl CheckoutLease {
    /// Returns the folder that paths of the plan count from.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Returns the top folder of the checkout.
    pub(crate) fn top(&self) -> &Path {
        self.lease.as_ref().map_or_else(|| self.repository.root(), |lease| lease.dir())
    }

    /// Returns the repository that knows the commit.
    pub(crate) const fn repository(&self) -> &GitRepository {
        &self.repository
    }

    /// Returns the commit that it holds.
    pub(crate) const fn commit(&self) -> &Commit {
        &self.commit
    }

    /// Looks again after the measurement: `Some` says why it counts for nothing.
    ///
    /// What a command leaves in tminus's own checkout is its own business, as long as it ran on the release's commit.
    pub(crate) async fn moved(&self) -> Result<Option<String>, PortError> {
        let pulse = self.lease.as_ref().map_or_else(|| self.repository.pulse(), |lease| pulse_of(lease.dir()));
        let is_moved = pulse != self.pulse;
        let away = || "the checkout moved while it ran: something else was checked out, and this again".to_owned();
        if self.lease.is_some() {
            return Ok(is_moved.then(away));
        }
        let standing = self.repository.standing().await?;
        let changed = standing.changed.as_deref().unwrap_or_default();
        if standing.commit.as_ref() == Some(&self.commit) && !changed.is_empty() {
            return Ok(Some(format!(
                "while it ran, {} in the checkout changed: {}. Let git ignore what it writes, or say in = \"worktree\"",
                counted(changed.len() as u64, "file"),
                some(changed)
            )));
        }
        let moved = unfit(&standing, &self.commit).map(|why| format!("the checkout moved while it ran: {why}"));
        match moved.or_else(|| is_moved.then(away)) {
            Some(why) => Ok(Some(why)),
            None => self.touched().await,
        }
    }

    /// Names a file that was written meanwhile and holds now what it held before.
    async fn touched(&self) -> Result<Option<String>, PortError> {
        let Some(before) = &self.marks else { return Ok(None) };
        let touched = self.repository.marks().await?.touched_since(before);
        Ok(touched.map(|path| {
            format!(
                "while it ran, {path} was written and holds again what it held, so what it read is unknown: let \
                 nothing write there, or say in = \"worktree\""
            )
        }))
    }

    /// Returns the top folder of a person's checkout; nothing in tminus's own, which holds no file that git ignores.
    pub(crate) fn checkout(&self) -> Option<&Path> {
        self.lease.is_none().then(|| self.repository.root())
    }
}

fn unfit(standing: &CheckoutStatus, commit: &Commit) -> Option<String> {
    match (&standing.commit, standing.changed.as_deref()) {
        (_, None) => Some("the repository is bare and has no checkout: say in = \"worktree\"".to_owned()),
        (None, Some(_)) => Some("the checkout has no commit yet".to_owned()),
        (Some(there), Some(_)) if there != commit => Some(format!(
            "the checkout is at {}, the release at {}: check the release's branch out, or say in = \"worktree\"",
            there.short(),
            commit.short()
        )),
        (Some(_), Some([])) => None,
        (Some(_), Some(changed)) => Some(format!(
            "the checkout has {}, so it is not the release's commit: {}",
            counted(changed.len() as u64, "changed file"),
            some(changed)
        )),
    }
}

/// Names the first differences.
fn some(changed: &[Difference]) -> String {
    let named = changed.iter().take(NAMED).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let more = changed.len().saturating_sub(NAMED);
    if more == 0 { named } else { format!("{named} and {more} more") }
}

/// How many changed files are named.
const NAMED: usize = 3;
