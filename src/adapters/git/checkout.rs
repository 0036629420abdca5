//! The checkout: where it stands, and moving it to a new branch without losing anybody's work.

use super::branch::{absent_is_none, named, tip};
use crate::domain::names::Commit;
use git2::build::CheckoutBuilder;
use git2::{Error, Oid, Repository, StatusOptions};

/// Where a checkout stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The commit that is checked out; absent before the first commit.
    pub commit: Option<Commit>,
    /// How many files differ from it, those that git neither tracks nor ignores included; absent in a bare repository.
    pub changed: Option<u64>,
}

/// Reads where the checkout stands.
pub(super) fn standing(repository: &Repository) -> Result<Standing, Error> {
    let head = absent_is_none(repository.head())?;
    let commit = head.map(|head| head.peel_to_commit()).transpose()?.map(|commit| named(commit.id()));
    if repository.is_bare() {
        return Ok(Standing { commit, changed: None });
    }
    let mut options = StatusOptions::new();
    options.include_untracked(true).recurse_untracked_dirs(true).include_ignored(false);
    let changed = repository.statuses(Some(&mut options))?.len();
    Ok(Standing { commit, changed: Some(changed as u64) })
}

/// Creates a branch and checks it out; returns the commit that it stands at instead, when it is there already.
///
/// Files with changes that would be overwritten stop it before anything moved.
pub(super) fn create_branch(
    repository: &Repository,
    remote: &str,
    (branch, at): (&str, &Commit),
) -> Result<Option<Commit>, Error> {
    let commit = repository.find_commit(Oid::from_str(at.as_str())?)?;
    let reference = format!("refs/heads/{branch}");
    let here = tip(repository, &reference)?;
    let there = tip(repository, &format!("refs/remotes/{remote}/{branch}"))?;
    if let Some(other) = here.into_iter().chain(there).find(|id| *id != commit.id()) {
        return Ok(Some(named(other)));
    }
    let is_checked_out = repository.head().is_ok_and(|head| head.name_bytes() == reference.as_bytes());
    if is_checked_out {
        return Ok(None);
    }
    if !repository.is_bare() {
        let mut safely = CheckoutBuilder::new();
        repository.checkout_tree(commit.as_object(), Some(safely.safe()))?;
    }
    if here.is_none() {
        repository.branch(branch, &commit, false)?;
    }
    repository.set_head(&reference)?;
    Ok(None)
}
