//! Reading: how a branch stands, what changed, which tags there are.

use super::{checkout, is_absence};
use crate::domain::branch::{BranchState, Changes, Checkout};
use crate::domain::names::Commit;
use git2::{Error, Oid, Repository};
use jiff::Timestamp;
use std::path::Path;

/// Makes "not there" an answer instead of an error.
pub(super) fn absent_is_none<T>(found: Result<T, Error>) -> Result<Option<T>, Error> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if is_absence(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Reads how a branch stands against its base; the local one counts, the remote's copy where there is no local one.
pub(super) fn state(
    repository: &Repository,
    remote: &str,
    (branch, base, tag): (&str, &str, &str),
) -> Result<BranchState, Error> {
    let there = tip(repository, &format!("refs/remotes/{remote}/{branch}"))?;
    let here = tip(repository, &format!("refs/heads/{branch}"))?.or(there);
    let ground = match tip(repository, &format!("refs/heads/{base}"))? {
        Some(ground) => Some(ground),
        None => tip(repository, &format!("refs/remotes/{remote}/{base}"))?,
    };
    let (ahead, behind) = match (here, ground) {
        (Some(here), Some(ground)) => repository.graph_ahead_behind(here, ground)?,
        (Some(_) | None, _) => (0, 0),
    };
    let has_remote = absent_is_none(repository.find_remote(remote))?.is_some();
    Ok(BranchState {
        branch: branch.to_owned(),
        commit: here.map(named),
        ahead: ahead as u64,
        behind: behind as u64,
        pushed: has_remote.then(|| here.is_some() && here == there),
        tag: tip(repository, &format!("refs/tags/{tag}"))?.map(named),
        checkout: against(checkout::standing(repository)?, here.map(named)),
    })
}

fn against(standing: checkout::Standing, commit: Option<Commit>) -> Checkout {
    match (standing.commit == commit && commit.is_some(), standing.changed) {
        (true, Some(0)) => Checkout::Clean,
        (true, Some(changed)) => Checkout::Dirty(changed),
        (true, None) => Checkout::Elsewhere(None),
        (false, _) => Checkout::Elsewhere(standing.commit),
    }
}

/// Returns the commit that a reference points to; through an annotated tag too.
pub(super) fn tip(repository: &Repository, reference: &str) -> Result<Option<Oid>, Error> {
    if !git2::Reference::is_valid_name(reference) {
        return Ok(None);
    }
    let Some(found) = absent_is_none(repository.find_reference(reference))? else {
        return Ok(None);
    };
    Ok(Some(found.peel_to_commit()?.id()))
}

pub(super) fn named(id: Oid) -> Commit {
    Commit::new(id.to_string())
}

/// Lists the files that differ between two commits; without a common history everything counts as changed.
pub(super) fn changes(
    repository: &Repository,
    old: &git2::Commit<'_>,
    new: &git2::Commit<'_>,
) -> Result<Changes, Error> {
    if absent_is_none(repository.merge_base(old.id(), new.id()))?.is_none() {
        return Ok(Changes { paths: Vec::new(), everything: true });
    }
    let diff = repository.diff_tree_to_tree(Some(&old.tree()?), Some(&new.tree()?), None)?;
    let mut paths: Vec<String> = diff
        .deltas()
        .flat_map(|delta| [delta.old_file().path(), delta.new_file().path()])
        .flatten()
        .map(|path| path.to_string_lossy().into_owned())
        .collect();
    paths.dedup();
    let everything = paths.len() > Changes::MOST;
    paths.truncate(Changes::MOST);
    Ok(Changes { paths, everything })
}

/// Walks back from a commit to the one that gave a file its present content.
///
/// The age of the file on disk says nothing: a fresh clone makes every file new.
pub(super) fn changed_at(repository: &Repository, file: &Path, commit: Oid) -> Result<Option<Timestamp>, Error> {
    let content = |commit: &git2::Commit<'_>| -> Result<Option<Oid>, Error> {
        Ok(absent_is_none(commit.tree()?.get_path(file))?.map(|entry| entry.id()))
    };
    let mut commit = repository.find_commit(commit)?;
    let Some(now) = content(&commit)? else {
        return Ok(None);
    };
    // Where several lines of history lead to the same content, the first of them is as good as any.
    'back: loop {
        for parent in commit.parents() {
            if content(&parent)? == Some(now) {
                commit = parent;
                continue 'back;
            }
        }
        return Ok(Timestamp::from_second(commit.time().seconds()).ok());
    }
}

/// Lists the tags that lead to a commit, newest commit first.
pub(super) fn tags(repository: &Repository) -> Result<Vec<(String, Timestamp)>, Error> {
    let mut tags = Vec::new();
    for reference in repository.references_glob("refs/tags/*")? {
        let reference = reference?;
        let Ok(commit) = reference.peel_to_commit() else {
            // A tag may name a file or a tree; no version is released from one.
            continue;
        };
        let name = String::from_utf8_lossy(reference.shorthand_bytes()).into_owned();
        tags.push((name, Timestamp::from_second(commit.time().seconds()).unwrap_or(Timestamp::UNIX_EPOCH)));
    }
    tags.sort_by(|(a_name, a), (b_name, b)| b.cmp(a).then_with(|| a_name.cmp(b_name)));
    Ok(tags)
}
