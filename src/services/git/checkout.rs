//! Moving the checkout to a new branch, as `git checkout` does it: without losing anybody's work.

use super::GitRepository;
use super::branch::tips;
use super::filters;
use super::program::GitProgram;
use tminus_core::names::Commit;
use tminus_core::ports::{FailureKind, PortError};

/// Creates a branch and checks it out; returns the commit that it stands at instead, when it is there already.
///
/// Files with changes that would be overwritten stop it before anything moved.
pub(super) fn create_branch(
    git: &GitProgram,
    about: &GitRepository,
    (branch, at): (&str, &Commit),
) -> Result<Option<Commit>, PortError> {
    let reference = format!("refs/heads/{branch}");
    let is_name = !branch.starts_with('-') && git.answer(&["check-ref-format", &reference])?.is_good();
    if !is_name {
        return Err(PortError::new(FailureKind::Malformed, format!("{branch:?} cannot name a branch")));
    }
    let copy = format!("refs/remotes/{}/{branch}", about.remote);
    let tips = tips(git, &[reference.clone(), copy])?;
    if let Some(other) = tips.values().find(|there| *there != at) {
        return Ok(Some(other.clone()));
    }
    let head = git.answer(&["symbolic-ref", "--quiet", "HEAD"])?;
    if head.is_good() && head.text() == reference && tips.contains_key(&reference) {
        return Ok(None);
    }
    if !about.is_bare {
        filters::allowed(git, about.filters)?;
    }
    let git = git.clone().filling();
    match (tips.contains_key(&reference), about.is_bare) {
        (true, true) => git.read(&["symbolic-ref", "HEAD", &reference])?,
        (true, false) => git.read(&["checkout", "--quiet", "--no-guess", branch, "--"])?,
        (false, true) => {
            git.read(&["branch", "--no-track", branch, at.as_str()])?;
            git.read(&["symbolic-ref", "HEAD", &reference])?
        }
        (false, false) => git.read(&["checkout", "--quiet", "--no-track", "-b", branch, at.as_str(), "--"])?,
    };
    Ok(None)
}
