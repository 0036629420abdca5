//! Where a release may begin: the base of its branch, and what would keep the branch from being created. It only reads.

use super::GitRepository;
use super::branch::{ahead_behind, tips};
use super::moving::busy;
use super::program::{GitProgram, entries};
use super::status::standing;
use super::tree::{entry_at, is_tracked_in, led_from, resolve};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::path::Path;
use tminus_core::branch::{BranchBase, RemoteCopy};
use tminus_core::names::Commit;
use tminus_core::ports::PortError;

/// How many files that stand in the way are named.
const NAMED: usize = 5;

/// Finds the base of a release: the branch of that name, the remote's copy where there is none here, else what else has
/// that name. A tag of the same name is not the branch.
pub(super) fn base(git: &GitProgram, about: &GitRepository, name: &str) -> Result<Option<BranchBase>, PortError> {
    let remote = &about.remote;
    let (local, copy) = (format!("refs/heads/{name}"), format!("refs/remotes/{remote}/{name}"));
    let upstream = upstream(git, &local)?.filter(|name| name.starts_with("refs/remotes/"));
    let names: Vec<String> =
        [Some(local.clone()), Some(copy.clone()), upstream.clone()].into_iter().flatten().collect();
    let tips = tips(git, &names)?;
    let Some(here) = tips.get(&local).cloned() else {
        let fetched = || fetched(git, about, &copy);
        let of_remote =
            |commit| BranchBase { name: format!("{remote}/{name}"), commit, remote: None, fetched: fetched() };
        return match tips.get(&copy).cloned() {
            Some(there) => Ok(Some(of_remote(there))),
            None => {
                let base = |commit| BranchBase { name: name.to_owned(), commit, remote: None, fetched: None };
                Ok(resolve(git, name)?.map(base))
            }
        };
    };
    // What a person has set as its upstream may be another remote than the plan's.
    let mut copies = Vec::new();
    for reference in [Some(copy), upstream].into_iter().flatten() {
        if let Some(there) = tips.get(&reference) {
            let counted = ahead_behind((git, about), &here, there)?;
            copies.push((counted.map(|(_, ahead)| ahead), reference));
        }
    }
    // One that cannot be counted may be any number ahead.
    let furthest = copies.into_iter().max_by_key(|(ahead, _)| ahead.unwrap_or(u64::MAX));
    let fetched = furthest.as_ref().and_then(|(_, reference)| fetched(git, about, reference));
    let remote = furthest
        .map(|(ahead, reference)| RemoteCopy { name: reference.trim_start_matches("refs/remotes/").to_owned(), ahead });
    Ok(Some(BranchBase { name: name.to_owned(), commit: here, remote, fetched }))
}

fn upstream(git: &GitProgram, local: &str) -> Result<Option<String>, PortError> {
    let found = git.line(&["for-each-ref", "--format=%(refname)%00%(upstream)", local])?;
    let of = |line: &str| line.split_once('\0').filter(|(name, _)| *name == local).map(|(_, up)| up.to_owned());
    Ok(found.lines().find_map(of).filter(|upstream| !upstream.is_empty()))
}

/// Returns when a copy of a remote's branch was last brought here, as git has written it down.
fn fetched(git: &GitProgram, about: &GitRepository, reference: &str) -> Option<Timestamp> {
    let head = |folder: &Path| folder.join("FETCH_HEAD").metadata().and_then(|m| m.modified()).ok();
    let files = [head(&about.git_dir), head(&about.common_dir)];
    let files = files.into_iter().flatten().filter_map(|at| Timestamp::try_from(at).ok());
    let logged = |name: &str| {
        let entry = git.line(&["reflog", "show", "-1", "--date=unix", "--format=%gd", name, "--"]).ok()?;
        let second = entry.rsplit_once("@{")?.1.trim_end_matches('}').parse().ok()?;
        Timestamp::from_second(second).ok()
    };
    let logs = [logged(reference), logged(&format!("refs/remotes/{}/HEAD", about.remote))];
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
pub(super) fn holds_plan(git: &GitProgram, about: &GitRepository, commit: &Commit) -> Result<PlanAt, PortError> {
    let plan = about.plan();
    if !is_tracked_in(git, &plan, commit)? {
        return Ok(PlanAt::Missing);
    }
    let kept = match behind_links(git, commit, &plan)? {
        Some(file) => git.read(&["cat-file", "blob", &format!("{commit}:{file}")])?,
        None => return Ok(PlanAt::Missing),
    };
    let here = if about.is_bare { None } else { std::fs::read(about.root.join(&plan)).ok() };
    // git may write lines with other ends than it keeps.
    let lines = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    let is_same = here.is_some_and(|here| lines(&here) == lines(&kept));
    Ok(if is_same { PlanAt::Same } else { PlanAt::Other })
}

/// How many links a path is followed through.
const LINKS: usize = 8;

/// Follows links within a commit to the file that a path leads to.
fn behind_links(git: &GitProgram, commit: &Commit, path: &str) -> Result<Option<String>, PortError> {
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        let Some(entry) = entry_at(git, commit, &path)? else { return Ok(None) };
        if !entry.is_link() {
            return Ok(Some(path));
        }
        let target = git.read(&["cat-file", "blob", &entry.id])?;
        let target = String::from_utf8_lossy(&target).into_owned();
        let Some(behind) = led_from(&path, &target) else { return Ok(None) };
        path = behind;
    }
    Ok(None)
}

/// Returns what would keep a branch from being created at a commit and checked out here, each in a clause.
pub(super) fn obstacles(
    git: &GitProgram,
    about: &GitRepository,
    (branch, commit): (&str, &Commit),
) -> Result<Vec<String>, PortError> {
    let mut found = names_taken(git, branch)?;
    found.extend(busy(about, branch));
    if about.is_bare || !found.is_empty() {
        return Ok(found);
    }
    let Some(head) = resolve(git, "HEAD")? else { return Ok(found) };
    let plan = about.plan();
    let is_tracked = !git.read(&["ls-files", "-z", "--", &plan])?.is_empty() || is_tracked_in(git, &plan, &head)?;
    if is_tracked && !is_tracked_in(git, &plan, commit)? {
        found.push(format!(
            "{0} has no {plan}, so checking it out would take the plan away. Commit {plan} where the release begins, \
             or name another commit with --at",
            commit.short()
        ));
    }
    found.extend(in_the_way(git, about, (&head, commit))?);
    Ok(found)
}

/// Finds the branches whose names leave no room for another.
fn names_taken(git: &GitProgram, branch: &str) -> Result<Vec<String>, PortError> {
    let out = git.line(&["for-each-ref", "--format=%(refname) %(objectname)", "refs/heads", "refs/remotes"])?;
    let mut taken = Vec::new();
    for (name, id) in out.lines().filter_map(|line| line.split_once(' ')) {
        let local = name.strip_prefix("refs/heads/");
        let copy = name.strip_prefix("refs/remotes/");
        let is_copy = copy.and_then(|copy| copy.split_once('/')).is_some_and(|(_, rest)| rest == branch);
        if local == Some(branch) || is_copy {
            let shown = local.or(copy).unwrap_or(name);
            taken.push(format!("{shown} exists already, at {}", Commit::new(id).short()));
        }
        // git keeps a branch `release` as a file, and `release/1.0.0` as a file in a folder of that name.
        let is_below = |long: &str, short: &str| long.strip_prefix(short).is_some_and(|rest| rest.starts_with('/'));
        if local.is_some_and(|local| is_below(local, branch) || is_below(branch, local)) {
            let local = local.unwrap_or(name);
            taken.push(format!("there is a branch {local}, and git allows no {branch} beside it"));
        }
    }
    Ok(taken)
}

/// Finds the files that a checkout of a commit would overwrite: those that it changes, and that are not as `head` has them.
fn in_the_way(
    git: &GitProgram,
    about: &GitRepository,
    (head, commit): (&Commit, &Commit),
) -> Result<Option<String>, PortError> {
    let names = ["diff-tree", "-r", "-z", "--name-only", "--no-renames", head.as_str(), commit.as_str(), "--"];
    let changes: BTreeSet<String> = entries(&git.read(&names)?).collect();
    if changes.is_empty() {
        return Ok(None);
    }
    let is_met = |path: &str| changes.iter().any(|changed| is_same_place(path, changed));
    let changed = standing(git, about)?.changed.unwrap_or_default();
    let files: Vec<String> = changed.into_iter().map(|found| found.path).filter(|path| is_met(path)).collect();
    if files.is_empty() {
        return Ok(None);
    }
    let more = files.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let (names, at) = (files[..files.len().min(NAMED)].join(", "), commit.short());
    Ok(Some(format!(
        "the checkout has changes in {names}{more}, which {at} would overwrite: commit them, or `git stash -u` them"
    )))
}

/// Says whether two paths cannot both be: they are one, or one is a folder of the other.
fn is_same_place(one: &str, other: &str) -> bool {
    let is_below = |long: &str, short: &str| long.strip_prefix(short).is_some_and(|rest| rest.starts_with('/'));
    one == other || is_below(one, other) || is_below(other, one)
}
