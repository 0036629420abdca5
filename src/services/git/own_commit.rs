//! The commit that an action makes of its own: made in a checkout of its own, and the branch that moves to it last.

use super::GitRepository;
use super::act::{LIMIT, NO_PROMPT};
use super::bump::conflict;
use super::failure::under;
use super::filters::{self, filtered};
use super::moving::{checked_out, is_free};
use super::program::{GitProgram, entries};
use super::tree::entry_at;
use super::{bump, changelog};
use std::path::Path;
use tminus_core::kinds::repository::{OwnCommit, RepositoryAct};
use tminus_core::names::Commit;
use tminus_core::ports::{FailureKind, PortError};
use tminus_core::version_file::BumpFiles;

/// Makes the commit, and moves nothing: until a branch leads to it nobody sees it. The checkout is gone afterwards.
pub(super) fn commit(
    git: &GitProgram,
    about: &GitRepository,
    (act, own, checkout): (&RepositoryAct, &OwnCommit, &Path),
) -> Result<Commit, PortError> {
    let files = match act {
        RepositoryAct::Bump(act) => bump::contents(git, about, act)?,
        RepositoryAct::Changelog(act) => changelog::contents(git, about, act)?,
        RepositoryAct::Tag(_) | RepositoryAct::Push(_) | RepositoryAct::Branch(_) | RepositoryAct::MergeBack(_) => {
            return Err(conflict("it makes no commit"));
        }
    };
    filters::allowed(git, about.filters)?;
    is_free(git, &own.branch)?;
    clear(git, checkout);
    let made = made_in(git, (own, checkout), &files).and_then(|made| {
        is_as_asked(git, (own, &made), &files)?;
        let is_so = match act {
            RepositoryAct::Bump(act) => bump::is_raised(git, about, (act, &made)),
            RepositoryAct::Changelog(_) => changelog::is_written(git, &made, &files),
            RepositoryAct::Tag(_) | RepositoryAct::Push(_) | RepositoryAct::Branch(_) | RepositoryAct::MergeBack(_) => {
                Ok(None)
            }
        };
        is_so?.map_or(Ok(made.clone()), |says| Err(left_out(&made, says)))
    });
    clear(git, checkout);
    made
}

fn made_in(
    git: &GitProgram,
    (own_commit, checkout): (&OwnCommit, &Path),
    files: &BumpFiles,
) -> Result<Commit, PortError> {
    check_out(git, &own_commit.parent, checkout)?;
    let own = GitProgram::at(checkout).variable("GIT_LITERAL_PATHSPECS", "1");
    let refused = filtered(&own, files)?;
    if !refused.is_empty() {
        return Err(conflict(refused.join("; ")));
    }
    for (file, bytes) in files {
        let entry = entry_at(&own, &own_commit.parent, file)?.ok_or_else(|| conflict(format!("{file} is gone")))?;
        let blob = own.read_with(&["hash-object", "-w", "--no-filters", "--stdin"], bytes)?;
        blob.good()?;
        let listed = format!("{},{},{file}", entry.mode, blob.text());
        own.read(&["update-index", "--cacheinfo", &listed])?;
        own.read(&["checkout-index", "--force", "-u", "--", file])?;
    }
    let message = format!("--message={}", own_commit.message);
    persons_own(GitProgram::at(checkout))
        .read(&["commit", "--quiet", "--cleanup=whitespace", &message])
        .map_err(|failure| under("git made no commit, and nothing was changed", failure))?;
    Ok(Commit::new(own.line(&["rev-parse", "--verify", "HEAD"])?))
}

/// Makes the checkout, at a commit and on no branch.
pub(super) fn check_out(git: &GitProgram, at: &Commit, checkout: &Path) -> Result<(), PortError> {
    let path =
        checkout.to_str().ok_or_else(|| PortError::new(FailureKind::Rejected, "the state lies at no UTF-8 path"))?;
    let fills = git.clone().filling().variable("GIT_LFS_SKIP_SMUDGE", "1");
    let add = ["worktree", "add", "--quiet", "--force", "--detach", path, at.as_str()];
    fills.read(&add).map(drop).map_err(|failure| under("no checkout could be made for the commit", failure))
}

/// Lets git commit as the person's own does, with their hooks and their signing, and without a question.
pub(super) fn persons_own(git: GitProgram) -> GitProgram {
    NO_PROMPT.iter().fold(git.with_hooks(LIMIT), |git, (name, value)| git.variable(name, *value))
}

/// A hook may have changed what was committed: then it is not what was previewed.
fn is_as_asked(git: &GitProgram, (own, made): (&OwnCommit, &Commit), files: &BumpFiles) -> Result<(), PortError> {
    let no = |says: String| Err(left_out(made, says));
    if git.line(&["rev-parse", "--verify", &format!("{made}^")])? != own.parent.as_str() {
        return no(format!("a hook put something between {} and the commit", own.parent.short()));
    }
    let names = ["diff-tree", "-r", "-z", "--name-only", "--no-renames", own.parent.as_str(), made.as_str(), "--"];
    let out = git.read(&names)?;
    if let Some(other) = entries(&out).find(|path| !files.contains_key(path)) {
        return no(format!("a hook put {other} into the commit too"));
    }
    Ok(())
}

pub(super) fn left_out(made: &Commit, says: String) -> PortError {
    let failure = PortError::new(FailureKind::Rejected, says);
    failure.because(format!("the commit {} is left out, and nothing was changed", made.short()))
}

/// Takes the checkout away; what of it is left is in nobody's way.
pub(super) fn clear(git: &GitProgram, checkout: &Path) {
    if let Some(path) = checkout.to_str().filter(|_| checkout.exists()) {
        drop(git.answer(&["worktree", "remove", "--force", "--force", path]));
        drop(std::fs::remove_dir_all(checkout));
    }
}

/// Moves the branch to the commit: through the checkout that has it, so that its files follow and nobody's changes are lost.
pub(super) fn forward(git: &GitProgram, (own, made): (&OwnCommit, &Commit)) -> Result<(), PortError> {
    match checked_out(git, &own.branch)? {
        Some(there) => {
            let git = GitProgram::at(&there).filling().set("merge.autoStash=false").set("merge.verifySignatures=false");
            // Whoever takes an order up after a crash has not looked: the checkout, or its branch, may have moved meanwhile.
            let at = git.line(&["rev-parse", "--verify", "HEAD^{commit}"])?;
            if at != own.parent.as_str() {
                return Err(conflict(format!("{} no longer ends with {}", own.branch, own.parent.short())));
            }
            git.read(&["merge", "--ff-only", "--no-overwrite-ignore", "--quiet", made.as_str()]).map(drop)
        }
        None => moved(git, own, (made, &own.parent)),
    }
}

/// Moves the branch back, while nothing else leads to the commit.
pub(super) fn back(git: &GitProgram, (own, made): (&OwnCommit, &Commit)) -> Result<(), PortError> {
    let name = format!("refs/heads/{}", own.branch);
    let out = git.line(&["for-each-ref", "--format=%(refname)", "--contains", made.as_str()])?;
    if let Some(other) = out.lines().find(|there| **there != name) {
        return Err(conflict(format!("{other} has {0} too: `{1} {0}` undoes it", made.short(), own.revert)));
    }
    // Whoever follows an order again after a crash has not looked: somebody may have committed on top meanwhile.
    let tip = git.line(&["rev-parse", "--verify", "--quiet", &format!("{name}^{{commit}}")])?;
    if tip != made.as_str() {
        return Err(conflict(format!("{} no longer ends with {}", own.branch, made.short())));
    }
    let Some(there) = checked_out(git, &own.branch)? else { return moved(git, own, (&own.parent, made)) };
    let git = GitProgram::at(&there).filling();
    if !git.answer(&["diff", "--cached", "--quiet"])?.is_yes()? {
        return Err(conflict("changes are staged there, and would no longer be"));
    }
    git.read(&["reset", "--keep", "--quiet", own.parent.as_str()]).map(drop)
}

/// Moves a branch that no checkout has; only from where it is known to stand.
fn moved(git: &GitProgram, own: &OwnCommit, (to, from): (&Commit, &Commit)) -> Result<(), PortError> {
    is_free(git, &own.branch)?;
    let (name, why) = (format!("refs/heads/{}", own.branch), format!("tminus: {}", own.message));
    git.read(&["update-ref", "-m", &why, &name, to.as_str(), from.as_str()]).map(drop)
}
