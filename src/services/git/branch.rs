//! Reading: how a branch stands, what changed, which tags there are.

use super::GitRepository;
use super::moving::{self, MovingLook};
use super::program::{GitProgram, entries};
use super::status::{self, CheckoutStatus};
use super::tree::{self, ignored_in, is_installed, is_tracked_in};
use jiff::Timestamp;
use std::collections::HashMap;
use std::path::Path;
use tminus_core::branch::{BranchState, Changes, Checkout, SHALLOW, TagObject};
use tminus_core::kinds::repository::RefTip;
use tminus_core::names::Commit;
use tminus_core::ports::{FailureKind, PortError};

/// Reads how a branch stands against its base; the local one counts, the remote's copy where there is no local one.
pub(super) fn state(
    git: &GitProgram,
    about: &GitRepository,
    (branch, base, tag): (&str, &str, &str),
) -> Result<BranchState, PortError> {
    let remote = &about.remote;
    let names = [
        format!("refs/heads/{branch}"),
        format!("refs/remotes/{remote}/{branch}"),
        format!("refs/heads/{base}"),
        format!("refs/remotes/{remote}/{base}"),
        format!("refs/tags/{tag}"),
    ];
    let tips = tips(git, &names)?;
    let tip = |name: &String| tips.get(name).cloned();
    let [local, copy, base_local, base_copy, tag_name] = &names;
    let there = tip(copy);
    let here = tip(local).or_else(|| there.clone());
    let ground = tip(base_local).or_else(|| tip(base_copy));
    let counted = match (&here, &ground) {
        (Some(here), Some(ground)) => ahead_behind((git, about), here, ground)?,
        (Some(_) | None, _) => Some((0, 0)),
    };
    let uncounted = match (&here, &ground, counted) {
        (Some(_), None, _) => Some(format!("there is no {base}")),
        (_, _, None) => Some(SHALLOW.to_owned()),
        (_, _, Some(_)) => None,
    };
    let (ahead, behind) = counted.unwrap_or_default();
    let has_remote = git.answer(&["config", "--get-all", &format!("remote.{remote}.url")])?.is_good();
    let standing = status::standing(git, about)?;
    let (ignored, unlooked) = ignored_scripts(git, about, &standing);
    let MovingLook { held, unsaved } = moving::look(git, about, (branch, Some(&standing)))?;
    Ok(BranchState {
        ignored,
        unmet: Vec::new(),
        unlooked,
        bump: None,
        held,
        unsaved,
        no_tag: no_tag(git, (tag, tag_name))?,
        merges: Vec::new(),
        changelog: None,
        branch: branch.to_owned(),
        ahead,
        behind,
        uncounted,
        pushed: has_remote.then(|| here.is_some() && here == there),
        remote_ahead: ahead_of((git, about), here.as_ref(), there.as_ref().filter(|_| has_remote))?,
        remote: there.filter(|_| has_remote),
        tag_object: ref_tip(git, tag_name)?.map(|tip| tip.object),
        tag: tip(tag_name),
        changed: names_of(&standing),
        checkout: against(standing, here.as_ref()),
        commit: here,
    })
}

/// Returns the scripts of the plan that git ignores, or why they could not be looked at: that hides nothing else.
fn ignored_scripts(
    git: &GitProgram,
    about: &GitRepository,
    standing: &CheckoutStatus,
) -> (Vec<String>, Option<String>) {
    let scripts: Vec<String> = about.scripts.iter().filter_map(|path| inside(about, path)).collect();
    let ignored = standing.commit.as_ref().map(|commit| ignored_in(git, commit, &scripts));
    match ignored.transpose() {
        Ok(found) => {
            let ignored = found.unwrap_or_default().into_iter();
            (ignored.filter(|path| !is_installed(git.dir(), path)).collect(), None)
        }
        Err(failure) => (Vec::new(), Some(failure.sentence())),
    }
}

/// Says why git takes no tag of a name.
fn no_tag(git: &GitProgram, (tag, reference): (&str, &str)) -> Result<Option<String>, PortError> {
    let is_name = !tag.starts_with('-') && git.answer(&["check-ref-format", reference])?.is_good();
    Ok((!is_name).then(|| format!("git takes no tag of the name {tag:?}: `[release] tag` makes it so")))
}

/// Returns a path of the plan from the top of the checkout; nothing for one that lies elsewhere.
fn inside(about: &GitRepository, path: &str) -> Option<String> {
    if !path.starts_with('/') {
        return Some(format!("{}{path}", about.prefix));
    }
    let lies = |folder: &Path| Some(Path::new(path).strip_prefix(folder).ok()?.to_string_lossy().into_owned());
    let real = || {
        Path::new(path)
            .canonicalize()
            .ok()?
            .strip_prefix(&about.root)
            .ok()
            .map(|path| path.to_string_lossy().into_owned())
    };
    lies(&about.root).or_else(real)
}

fn against(standing: CheckoutStatus, commit: Option<&Commit>) -> Checkout {
    let changed = standing.changed.map(|changed| changed.len() as u64);
    match (standing.commit.as_ref() == commit && commit.is_some(), changed) {
        (true, Some(0)) => Checkout::Clean,
        (true, Some(changed)) => Checkout::Dirty(changed),
        (true, None) => Checkout::Elsewhere(None),
        (false, _) => Checkout::Elsewhere(standing.commit),
    }
}

/// Returns the first differences in words, as many as a sentence holds.
fn names_of(standing: &CheckoutStatus) -> Vec<String> {
    let changed = standing.changed.as_deref().unwrap_or_default();
    changed.iter().take(BranchState::NAMED).map(ToString::to_string).collect()
}

/// Returns the commits that references point to; through an annotated tag too. What points to none is left out.
pub(super) fn tips(git: &GitProgram, names: &[String]) -> Result<HashMap<String, Commit>, PortError> {
    let format = "--format=%(refname)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)";
    let words = ["for-each-ref", format].into_iter().chain(names.iter().map(String::as_str));
    let out = git.line(&words.collect::<Vec<_>>())?;
    let mut tips = HashMap::new();
    for line in out.lines() {
        let (name, commit) = match line.split('\0').collect::<Vec<_>>().as_slice() {
            [name, "commit", id, ..] => (*name, Some(Commit::new(*id))),
            [name, "tag", _, "commit", id] => (*name, Some(Commit::new(*id))),
            [name, "tag", ..] => (*name, peeled(git, name)?),
            _ => continue,
        };
        if let Some(commit) = commit.filter(|_| names.iter().any(|known| known == name)) {
            tips.insert(name.to_owned(), commit);
        }
    }
    Ok(tips)
}

/// Returns the commit that a tag of a tag leads to: git before 2.45 lists only the first tag behind it.
fn peeled(git: &GitProgram, name: &str) -> Result<Option<Commit>, PortError> {
    let commit = format!("{name}^{{commit}}");
    let answer = git.answer(&["rev-parse", "--verify", "--quiet", &commit])?;
    Ok(answer.is_good().then(|| Commit::new(answer.text())))
}

/// Returns where one name stands, and which object it names; nothing where it leads to no commit.
pub(super) fn ref_tip(git: &GitProgram, name: &str) -> Result<Option<RefTip>, PortError> {
    let format =
        "--format=%(refname)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)%00%(contents:subject)";
    let out = git.line(&["for-each-ref", format, name])?;
    for line in out.lines() {
        let (commit, id, subject) = match line.split('\0').collect::<Vec<_>>().as_slice() {
            [there, "commit", id, ..] if *there == name => (Some(Commit::new(*id)), *id, None),
            [there, "tag", id, "commit", commit, subject] if *there == name => {
                (Some(Commit::new(*commit)), *id, Some(*subject))
            }
            [there, "tag", id, _, _, subject] if *there == name => (peeled(git, name)?, *id, Some(*subject)),
            _ => continue,
        };
        let object = TagObject { id: id.to_owned(), subject: subject.map(str::to_owned) };
        return Ok(commit.map(|commit| RefTip { commit, object }));
    }
    Ok(None)
}

/// Counts what the remote's copy has and the branch has not.
fn ahead_of(
    around: (&GitProgram, &GitRepository),
    here: Option<&Commit>,
    there: Option<&Commit>,
) -> Result<Option<u64>, PortError> {
    let (Some(here), Some(there)) = (here, there) else { return Ok(None) };
    Ok(ahead_behind(around, here, there)?.map(|(_, ahead)| ahead))
}

/// Counts the commits that one has and the other has not, both ways; `None` where the history here ends before the two meet:
/// git would count all of it.
pub(super) fn ahead_behind(
    (git, about): (&GitProgram, &GitRepository),
    here: &Commit,
    ground: &Commit,
) -> Result<Option<(u64, u64)>, PortError> {
    if here == ground {
        return Ok(Some((0, 0)));
    }
    let is_shallow = about.common_dir.join("shallow").exists();
    if is_shallow && !git.answer(&["merge-base", here.as_str(), ground.as_str()])?.is_yes()? {
        return Ok(None);
    }
    let counts = git.line(&["rev-list", "--left-right", "--count", &format!("{here}...{ground}"), "--"])?;
    let mut counts = counts.split_whitespace().filter_map(|count| count.parse().ok());
    match (counts.next(), counts.next()) {
        (Some(ahead), Some(behind)) => Ok(Some((ahead, behind))),
        _ => Err(PortError::new(FailureKind::Malformed, "git counted no commits")),
    }
}

/// Lists the files that differ between two commits, and the links that lead to one of them; without a common history
/// everything counts as changed.
pub(super) fn changes(git: &GitProgram, old: &Commit, new: &Commit) -> Result<Changes, PortError> {
    let everything = || Ok(Changes { paths: Vec::new(), everything: true });
    if !git.answer(&["cat-file", "-e", &format!("{old}^{{commit}}")])?.is_good() {
        return everything();
    }
    if !git.answer(&["merge-base", old.as_str(), new.as_str()])?.is_yes()? {
        return everything();
    }
    let out = git.read(&["diff-tree", "-r", "-z", "--name-only", "--no-renames", old.as_str(), new.as_str(), "--"])?;
    let mut paths: Vec<String> = entries(&out).collect();
    if paths.len() <= Changes::MOST && !paths.is_empty() {
        let links = tree::links(git, new)?;
        paths.extend(led_to(&links, &paths));
    }
    let everything = paths.len() > Changes::MOST;
    paths.truncate(Changes::MOST);
    Ok(Changes { paths, everything })
}

/// Returns the paths by which links lead to one of some files, other links passed through.
fn led_to(links: &[(String, String)], files: &[String]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut open: Vec<String> = files.to_vec();
    while let Some(file) = open.pop() {
        for (link, target) in links {
            let inside = file.strip_prefix(target.as_str()).filter(|rest| rest.is_empty() || rest.starts_with('/'));
            let Some(path) = inside.map(|rest| format!("{link}{rest}")) else { continue };
            if found.len() < Changes::MOST && !found.contains(&path) && !files.contains(&path) {
                found.push(path.clone());
                open.push(path);
            }
        }
    }
    found
}

/// Finds the commit that gave a file its present content, and dates it.
///
/// The age of the file on disk says nothing: a fresh clone makes every file new. At the end of a shallow clone every
/// file looks new as well, so what leads there has no date.
pub(super) fn changed_at(
    git: &GitProgram,
    file: &str,
    (commit, common_dir): (&Commit, &Path),
) -> Result<Option<Timestamp>, PortError> {
    if !is_tracked_in(git, file, commit)? {
        return Ok(None);
    }
    let git = git.clone().variable("GIT_LITERAL_PATHSPECS", "1");
    let found = git.line(&["log", "-1", "--no-show-signature", "--format=%H %ct", commit.as_str(), "--", file])?;
    let Some((id, second)) = found.split_once(' ') else { return Ok(None) };
    let ends = std::fs::read_to_string(common_dir.join("shallow")).unwrap_or_default();
    if ends.lines().any(|end| end == id) {
        return Ok(None);
    }
    Ok(second.parse().ok().and_then(|second| Timestamp::from_second(second).ok()))
}

/// Lists the tags that lead to a commit, newest commit first.
pub(super) fn tags(git: &GitProgram) -> Result<Vec<(String, Timestamp)>, PortError> {
    let format = "--format=%(refname:lstrip=2)%00%(objecttype)%00%(committerdate:unix)%00%(*objecttype)%00%(*committerdate:unix)";
    let out = git.line(&["for-each-ref", format, "refs/tags"])?;
    let tag = |line: &str| {
        let fields: Vec<&str> = line.split('\0').collect();
        // A tag may name a file or a tree; no version is released from one.
        let (name, second) = match fields.as_slice() {
            [name, "commit", second, ..] => (name, second),
            [name, "tag", _, "commit", second] => (name, second),
            _ => return None,
        };
        let at = second.parse().ok().and_then(|second| Timestamp::from_second(second).ok());
        Some(((*name).to_owned(), at.unwrap_or(Timestamp::UNIX_EPOCH)))
    };
    let mut tags: Vec<_> = out.lines().filter_map(tag).collect();
    tags.sort_by(|(a_name, a), (b_name, b)| b.cmp(a).then_with(|| a_name.cmp(b_name)));
    Ok(tags)
}
