//! Whether a branch may be moved now: what was begun on it in some checkout and is not finished, and what lies there that is in no
//! commit.

use super::GitRepository;
use super::bump::conflict;
use super::filters;
use super::program::{Filters, GitProgram, entries};
use super::status::{CheckoutStatus, DifferenceKind};
use std::path::{Path, PathBuf};
use tminus_core::ports::PortError;

/// How many files are named.
const NAMED: usize = 3;

/// What git leaves in its folder while something is not finished.
const UNFINISHED: &[(&str, &str)] = &[
    ("MERGE_HEAD", "a merge"),
    ("REVERT_HEAD", "a revert"),
    ("CHERRY_PICK_HEAD", "a cherry-pick"),
    ("rebase-merge", "a rebase"),
    ("rebase-apply/applying", "a `git am`"),
    ("rebase-apply", "a rebase"),
    ("sequencer", "a cherry-pick or revert"),
    ("BISECT_LOG", "a bisect"),
];

/// Returns the files by which another git keeps the checkout or the branch for itself.
pub(super) fn locked(about: &GitRepository, branch: &str) -> Vec<PathBuf> {
    let locks = [
        about.git_dir.join("index.lock"),
        about.git_dir.join("HEAD.lock"),
        about.common_dir.join("refs/heads").join(format!("{branch}.lock")),
    ];
    locks.into_iter().filter(|lock| lock.exists()).collect()
}

/// Says what else is going on in the repository.
pub(super) fn busy(about: &GitRepository, branch: &str) -> Vec<String> {
    let mut busy: Vec<String> = locked(about, branch)
        .into_iter()
        .map(|lock| format!("another git works here: {} exists. If none does, delete that file", lock.display()))
        .collect();
    busy.extend(
        unfinished(about).map(|what| format!("{what} is not finished in this checkout: finish it, or abort it")),
    );
    busy
}

/// Returns what git was left in the middle of.
pub(super) fn unfinished(about: &GitRepository) -> Option<&'static str> {
    unfinished_in(&about.git_dir)
}

/// Returns what git was left in the middle of in a checkout, by the folder that git keeps for it.
pub(super) fn unfinished_in(git_dir: &Path) -> Option<&'static str> {
    UNFINISHED.iter().find(|(file, _)| git_dir.join(file).exists()).map(|(_, what)| *what)
}

/// Whether a branch may be moved.
pub(super) struct MovingLook {
    /// Why it is not moved now, whichever checkout has it.
    pub(super) held: Vec<String>,
    /// Which files of the checkout that has it are in no commit; those that git does not track are in nobody's way.
    pub(super) unsaved: Vec<String>,
}

/// Looks at a branch; what is known of the checkout here is not asked again.
pub(super) fn look(
    git: &GitProgram,
    about: &GitRepository,
    (branch, here): (&str, Option<&CheckoutStatus>),
) -> Result<MovingLook, PortError> {
    let mut held = busy(about, branch);
    if held.is_empty() {
        held.extend(being_set(&about.common_dir, branch));
    }
    let Some(there) = checked_out(git, branch)? else { return Ok(MovingLook { held, unsaved: Vec::new() }) };
    let is_here = there == about.root;
    if held.is_empty() && !is_here {
        let own = PathBuf::from(GitProgram::at(&there).line(&["rev-parse", "--absolute-git-dir"])?);
        let place = there.display();
        let says = |what| format!("{what} is not finished in {place}, which has {branch}: finish it, or abort it");
        held.extend(unfinished_in(&own).map(says));
    }
    let changed = match here.filter(|_| is_here) {
        Some(standing) => {
            let tracked = standing.changed.iter().flatten().filter(|found| found.kind != DifferenceKind::Untracked);
            tracked.map(|found| found.path.clone()).collect()
        }
        None => changed_in(about, &there)?,
    };
    Ok(MovingLook { held, unsaved: in_no_commit(branch, (&there, about), changed) })
}

fn changed_in(about: &GitRepository, there: &Path) -> Result<Vec<String>, PortError> {
    let git = GitProgram::at(there);
    let git = if about.filters == Filters::Withheld { filters::withheld(git)? } else { git };
    let out = git.read(&["status", "--porcelain", "-z", "--no-renames", "--untracked-files=no"])?;
    Ok(entries(&out).filter_map(|entry| entry.get(3..).map(str::to_owned)).collect())
}

fn in_no_commit(branch: &str, (there, about): (&Path, &GitRepository), changed: Vec<String>) -> Vec<String> {
    let more = changed.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let place = if there == about.root { "the checkout".to_owned() } else { there.display().to_string() };
    let names = changed[..changed.len().min(NAMED)].join(", ");
    let says = || format!("{place} has {branch}, with changes in {names}{more}: commit them, or `git stash` them");
    (!changed.is_empty()).then(says).into_iter().collect()
}

/// Refuses a branch that a rebase or a bisection will set when it ends, in whichever checkout: what moved it meanwhile would be
/// lost.
pub(super) fn is_free(git: &GitProgram, branch: &str) -> Result<(), PortError> {
    let common = PathBuf::from(git.line(&["rev-parse", "--path-format=absolute", "--git-common-dir"])?);
    being_set(&common, branch).map_or(Ok(()), |why| Err(conflict(why)))
}

fn being_set(common: &Path, branch: &str) -> Option<String> {
    let others = std::fs::read_dir(common.join("worktrees")).into_iter().flatten().flatten().map(|entry| entry.path());
    for folder in std::iter::once(common.to_owned()).chain(others) {
        for (file, what) in
            [("rebase-merge/head-name", "rebase"), ("rebase-apply/head-name", "rebase"), ("BISECT_START", "bisection")]
        {
            let named = std::fs::read_to_string(folder.join(file)).unwrap_or_default();
            if named.trim().trim_start_matches("refs/heads/") == branch {
                return Some(format!("a {what} of {branch} is not finished in another checkout, and would undo it"));
            }
        }
    }
    None
}

/// Returns the checkout that has a branch. One whose folder is gone has none: git lists it until it is pruned.
pub(super) fn checked_out(git: &GitProgram, branch: &str) -> Result<Option<PathBuf>, PortError> {
    let out = git.line(&["worktree", "list", "--porcelain"])?;
    let line = format!("branch refs/heads/{branch}");
    let is_gone = |there: &str| there == "prunable" || there.starts_with("prunable ");
    let has_it = |about: &&str| about.lines().any(|there| there == line) && !about.lines().any(is_gone);
    let folder = |about: &str| about.lines().next()?.strip_prefix("worktree ").map(PathBuf::from);
    Ok(out.split("\n\n").filter(has_it).filter_map(folder).find(|there| there.is_dir()))
}
