//! Where a release may begin: the base of its branch, and what would keep the branch from being created. It only reads.

use super::branch::{absent_is_none, named, tip};
use crate::domain::branch::{BranchBase, RemoteCopy};
use crate::domain::names::Commit;
use git2::{Error, Oid, Repository, RepositoryState, StatusOptions};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::path::Path;

/// How many files that stand in the way are named.
const NAMED: usize = 5;

/// Finds the base of a release: the branch of that name, the remote's copy where there is none here, else what else has
/// that name. A tag of the same name is not the branch.
pub(super) fn base(repository: &Repository, remote: &str, name: &str) -> Result<Option<BranchBase>, Error> {
    let copy = format!("refs/remotes/{remote}/{name}");
    let (here, there) = (tip(repository, &format!("refs/heads/{name}"))?, tip(repository, &copy)?);
    let Some(here) = here else {
        let fetched = fetched(repository, remote, &copy);
        let of_remote = |id| BranchBase { name: format!("{remote}/{name}"), commit: named(id), remote: None, fetched };
        return match there {
            Some(there) => Ok(Some(of_remote(there))),
            None => other(repository, name),
        };
    };
    // What a person has set as its upstream may be another remote than the plan's.
    let upstream = repository.branch_upstream_name(&format!("refs/heads/{name}")).ok();
    let upstream = upstream.and_then(|buffer| buffer.as_str().map(str::to_owned));
    let mut copies = Vec::new();
    for reference in [Some(copy), upstream].into_iter().flatten().filter(|r| r.starts_with("refs/remotes/")) {
        if let Some(there) = tip(repository, &reference)? {
            let (_, ahead) = repository.graph_ahead_behind(here, there)?;
            copies.push((ahead as u64, reference));
        }
    }
    let furthest = copies.into_iter().max_by_key(|(ahead, _)| *ahead);
    let fetched = furthest.as_ref().and_then(|(_, reference)| fetched(repository, remote, reference));
    let remote = furthest
        .map(|(ahead, reference)| RemoteCopy { name: reference.trim_start_matches("refs/remotes/").to_owned(), ahead });
    Ok(Some(BranchBase { name: name.to_owned(), commit: named(here), remote, fetched }))
}

fn other(repository: &Repository, name: &str) -> Result<Option<BranchBase>, Error> {
    let object = absent_is_none(repository.revparse_single(name))?;
    let commit = object.map(|object| object.peel_to_commit()).transpose()?;
    let base = |id| BranchBase { name: name.to_owned(), commit: named(id), remote: None, fetched: None };
    Ok(commit.map(|commit| base(commit.id())))
}

/// Returns when a copy of a remote's branch was last brought here, as git has written it down.
fn fetched(repository: &Repository, remote: &str, reference: &str) -> Option<Timestamp> {
    let head = |folder: &Path| folder.join("FETCH_HEAD").metadata().and_then(|m| m.modified()).ok();
    let files = [head(repository.path()), head(repository.commondir())];
    let files = files.into_iter().flatten().filter_map(|at| Timestamp::try_from(at).ok());
    let logged = |name: &str| {
        let log = repository.reflog(name).ok()?;
        Timestamp::from_second(log.get(0)?.committer().when().seconds()).ok()
    };
    let logs = [logged(reference), logged(&format!("refs/remotes/{remote}/HEAD"))];
    files.chain(logs.into_iter().flatten()).max()
}

/// Whether a commit holds the plan that lies in the checkout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanAt {
    /// The same text.
    Same,
    /// Another text.
    Other,
    /// None.
    Missing,
}

/// Compares the plan in the checkout with that of a commit.
pub(super) fn holds_plan(repository: &Repository, commit: &Commit, plan: &Path) -> Result<PlanAt, Error> {
    let commit = repository.find_commit(Oid::from_str(commit.as_str())?)?;
    let Some(entry) = absent_is_none(commit.tree()?.get_path(plan))? else { return Ok(PlanAt::Missing) };
    let kept = repository.find_blob(entry.id())?;
    let here = repository.workdir().and_then(|root| std::fs::read(root.join(plan)).ok());
    // git may write lines with other ends than it keeps.
    let lines = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    let is_same = here.is_some_and(|here| lines(&here) == lines(kept.content()));
    Ok(if is_same { PlanAt::Same } else { PlanAt::Other })
}

/// Returns what would keep a branch from being created at a commit and checked out here, each in a clause.
pub(super) fn obstacles(
    repository: &Repository,
    (branch, at): (&str, &Commit),
    plan: &Path,
) -> Result<Vec<String>, Error> {
    let commit = repository.find_commit(Oid::from_str(at.as_str())?)?;
    let mut found = names_taken(repository, branch)?;
    found.extend(busy(repository, branch));
    if repository.is_bare() || !found.is_empty() {
        return Ok(found);
    }
    let head = repository.head()?.peel_to_commit()?;
    let has_plan = |tree: &git2::Tree<'_>| absent_is_none(tree.get_path(plan)).map(|entry| entry.is_some());
    let is_tracked = repository.index()?.get_path(plan, 0).is_some() || has_plan(&head.tree()?)?;
    if is_tracked && !has_plan(&commit.tree()?)? {
        let (file, commit) = (plan.display(), at.short());
        found.push(format!(
            "{commit} has no {file}, so checking it out would take the plan away. Commit {file} where the release begins, \
             or name another commit with --at"
        ));
    }
    found.extend(in_the_way(repository, &head, &commit)?);
    Ok(found)
}

/// Finds the branches whose names leave no room for another.
fn names_taken(repository: &Repository, branch: &str) -> Result<Vec<String>, Error> {
    let mut taken = Vec::new();
    for pattern in [format!("refs/heads/{branch}"), format!("refs/remotes/*/{branch}")] {
        for reference in repository.references_glob(&pattern)? {
            let reference = reference?;
            let name = String::from_utf8_lossy(reference.shorthand_bytes()).into_owned();
            let at = reference.peel_to_commit().map(|commit| named(commit.id()));
            let at = at.map(|commit| format!(", at {}", commit.short())).unwrap_or_default();
            taken.push(format!("{name} exists already{at}"));
        }
    }
    // git keeps a branch `release` as a file, and `release/1.0.0` as a file in a folder of that name.
    let above = branch.match_indices('/').map(|(at, _)| &branch[..at]);
    for above in above {
        if absent_is_none(repository.find_reference(&format!("refs/heads/{above}")))?.is_some() {
            taken.push(format!("there is a branch {above}, and git allows no {branch} beside it"));
        }
    }
    if let Some(below) = repository.references_glob(&format!("refs/heads/{branch}/*"))?.next() {
        let name = String::from_utf8_lossy(below?.shorthand_bytes()).into_owned();
        taken.push(format!("there is a branch {name}, and git allows no {branch} beside it"));
    }
    Ok(taken)
}

/// Says what else is going on in the repository.
fn busy(repository: &Repository, branch: &str) -> Vec<String> {
    let locks = [
        repository.path().join("index.lock"),
        repository.path().join("HEAD.lock"),
        repository.commondir().join("refs/heads").join(format!("{branch}.lock")),
    ];
    let locked = locks.into_iter().filter(|lock| lock.exists());
    let mut busy: Vec<String> = locked
        .map(|lock| format!("another git works here: {} exists. If none does, delete that file", lock.display()))
        .collect();
    let what = match repository.state() {
        RepositoryState::Clean => return busy,
        RepositoryState::Merge => "a merge",
        RepositoryState::Revert | RepositoryState::RevertSequence => "a revert",
        RepositoryState::CherryPick | RepositoryState::CherryPickSequence => "a cherry-pick",
        RepositoryState::Bisect => "a bisect",
        RepositoryState::Rebase | RepositoryState::RebaseInteractive | RepositoryState::RebaseMerge => "a rebase",
        RepositoryState::ApplyMailbox | RepositoryState::ApplyMailboxOrRebase => "a `git am`",
    };
    busy.push(format!("{what} is not finished in this checkout: finish it, or abort it"));
    busy
}

/// Finds the files that a checkout of a commit would overwrite: those that it changes, and that are not as `head` has them.
fn in_the_way(
    repository: &Repository,
    head: &git2::Commit<'_>,
    commit: &git2::Commit<'_>,
) -> Result<Option<String>, Error> {
    let diff = repository.diff_tree_to_tree(Some(&head.tree()?), Some(&commit.tree()?), None)?;
    let both = diff.deltas().flat_map(|delta| [delta.old_file().path_bytes(), delta.new_file().path_bytes()]);
    let changes: BTreeSet<&[u8]> = both.flatten().collect();
    if changes.is_empty() {
        return Ok(None);
    }
    let mut options = StatusOptions::new();
    options.include_untracked(true).recurse_untracked_dirs(true).include_ignored(false);
    let statuses = repository.statuses(Some(&mut options))?;
    let is_met = |path: &[u8]| changes.iter().any(|changed| is_same_place(path, changed));
    let met = statuses.iter().filter(|entry| is_met(entry.path_bytes()));
    let files: Vec<String> = met.map(|entry| String::from_utf8_lossy(entry.path_bytes()).into_owned()).collect();
    if files.is_empty() {
        return Ok(None);
    }
    let more = files.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let (names, at) = (files[..files.len().min(NAMED)].join(", "), named(commit.id()));
    Ok(Some(format!(
        "the checkout has changes in {names}{more}, which {} would overwrite: commit them, or `git stash -u` them",
        at.short()
    )))
}

/// Says whether two paths cannot both be: they are one, or one is a folder of the other.
fn is_same_place(one: &[u8], other: &[u8]) -> bool {
    let is_below = |long: &[u8], short: &[u8]| long.strip_prefix(short).is_some_and(|rest| rest.starts_with(b"/"));
    one == other || is_below(one, other) || is_below(other, one)
}
