//! The merge of a release's branch: made in a checkout of its own by the person's own git, so that a conflict leaves every branch
//! and every checkout as it was.

use super::GitRepository;
use super::bump::conflict;
use super::filters;
use super::merge_look::{by_hand, drivers, named};
use super::moving::{self, MovingLook};
use super::own_commit::{check_out, clear, left_out, persons_own};
use super::program::{Filters, GitProgram, entries};
use std::path::Path;
use tminus_core::kinds::repository::{MergeBackAct, OwnCommit};
use tminus_core::names::Commit;
use tminus_core::ports::{FailureKind, PortError};

/// Makes the merge, and moves nothing: until a branch leads to it nobody sees it. The checkout is gone afterwards.
pub(super) fn commit(
    git: &GitProgram,
    about: &GitRepository,
    (act, own, checkout): (&MergeBackAct, &OwnCommit, &Path),
) -> Result<Commit, PortError> {
    filters::allowed(git, about.filters)?;
    if about.filters == Filters::Withheld && !drivers(git)?.is_empty() {
        let says = "the repository's own configuration starts programs that merge files";
        return Err(PortError::new(FailureKind::Rejected, says).because("read them, then run `tminus trust`"));
    }
    let MovingLook { held, unsaved } = moving::look(git, about, (&own.branch, None))?;
    let in_the_way = [held, unsaved].concat();
    if !in_the_way.is_empty() {
        return Err(conflict(in_the_way.join("; ")));
    }
    clear(git, checkout);
    let made = check_out(git, &own.parent, checkout).and_then(|()| made_in(git, (act, own, checkout)));
    clear(git, checkout);
    made
}

fn made_in(git: &GitProgram, (act, own, checkout): (&MergeBackAct, &OwnCommit, &Path)) -> Result<Commit, PortError> {
    let there = GitProgram::at(checkout);
    let merges = there.clone().filling().variable("GIT_LFS_SKIP_SMUDGE", "1");
    let (message, head) = (own.message.as_str(), act.head.as_str());
    // Once without hooks: what git itself makes of the two, by the person's own configuration.
    if let Err(failure) = merges.read(&["merge", "--quiet", "--no-ff", "--no-squash", "--no-commit", head]) {
        return Err(unmade(git, (act, &there), failure)?);
    }
    let tree = there.line(&["write-tree"])?;
    merges.read(&["reset", "--hard", "--quiet", own.parent.as_str()])?;
    let words = ["merge", "--quiet", "--no-ff", "--no-squash", "--commit", "-m", message, head];
    if let Err(failure) = persons_own(merges).read(&words) {
        return Err(unmade(git, (act, &there), failure)?);
    }
    let made = Commit::new(there.line(&["rev-parse", "--verify", "HEAD"])?);
    let parents = there.line(&["rev-list", "--parents", "--max-count=1", made.as_str()])?;
    if parents != format!("{made} {} {}", own.parent, act.head) {
        let says = format!("a hook made another commit than the merge of {} into {}", act.from, act.into);
        return Err(left_out(&made, says));
    }
    let others = there.read(&["diff-tree", "-r", "-z", "--name-only", "--no-renames", &tree, made.as_str(), "--"])?;
    let others: Vec<String> = entries(&others).collect();
    if !others.is_empty() {
        return Err(left_out(&made, format!("a hook changed {} in the merge", named(&others))));
    }
    Ok(made)
}

/// Says why git made no merge.
fn unmade(
    git: &GitProgram,
    (act, there): (&MergeBackAct, &GitProgram),
    failure: PortError,
) -> Result<PortError, PortError> {
    let unmerged: Vec<String> = entries(&there.read(&["diff", "--name-only", "-z", "--diff-filter=U"])?).collect();
    if unmerged.is_empty() {
        return Ok(super::failure::under("git made no merge, and nothing was changed", failure));
    }
    let says = format!("{} and {} change the same in {}", act.from, act.into, named(&unmerged));
    let failure = PortError::new(FailureKind::Conflict, says).because("nothing was changed");
    Ok(failure.because(by_hand(git, (&act.from, &act.into))?))
}
