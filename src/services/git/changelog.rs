//! The changelog of a commit, and the commits since the last release: read from the repository and never from the checkout.

use super::GitRepository;
use super::bump::{blob, conflict, is_checked_out, no_file, unsaved};
use super::filters::filtered;
use super::program::{GitProgram, entries};
use super::repository::ChangelogSeen;
use super::tree::{cleaned, entry_at, list};
use std::collections::BTreeMap;
use tminus_core::branch::ChangelogLook;
use tminus_core::changelog::{CommitWords, DAY, draft, last_release, place, with_section};
use tminus_core::hex::sha256;
use tminus_core::kinds::repository::{BumpAct, ChangelogAct, LONGEST_SECTION};
use tminus_core::names::{Commit, Version};
use tminus_core::plan::Placeholder;
use tminus_core::ports::{ChangelogAsk, PortError};
use tminus_core::version_file::BumpFiles;

/// How many commits are read.
const MOST: usize = 1_000;

/// How much of their messages is read, in bytes.
const READ: u64 = 4 << 20;

/// Returns what writing a section comes to.
pub(super) fn look(
    git: &GitProgram,
    about: &GitRepository,
    (at, ask): (&Commit, &ChangelogAsk),
) -> Result<ChangelogLook, PortError> {
    let tags = sha256(&git.read(&["for-each-ref", "--format=%(objectname) %(refname)", "refs/tags"])?);
    let is_same = |seen: &&ChangelogSeen| seen.at == *at && seen.ask == *ask && seen.tags == tags;
    let seen = about.drafted.lock().ok().and_then(|seen| seen.as_ref().filter(is_same).map(|seen| seen.look.clone()));
    let mut look = match seen {
        Some(look) => look,
        None => looked(git, about, (at, ask, since(git, at, ask)?))?,
    };
    if let Ok(mut seen) = about.drafted.lock() {
        *seen = Some(ChangelogSeen { at: at.clone(), ask: ask.clone(), tags, look: look.clone() });
    }
    if look.refused.is_empty() && is_checked_out(git, about, at)? {
        look.refused.extend(unsaved(git, about, vec![&from_top(about, &ask.file)])?);
    }
    Ok(look)
}

fn looked(
    git: &GitProgram,
    about: &GitRepository,
    (at, ask, since): (&Commit, &ChangelogAsk, Option<String>),
) -> Result<ChangelogLook, PortError> {
    let refused =
        |why: String| Ok(ChangelogLook { since: since.clone(), refused: vec![why], ..ChangelogLook::default() });
    let values = BTreeMap::from([(Placeholder::Version, ask.version.to_string())]);
    let tag = ask.tags.fill(&values).unwrap_or_default();
    let text = match text(git, (at, &from_top(about, &ask.file)))? {
        Ok(text) => text,
        Err(why) => return refused(why),
    };
    let place = match place(&text, &ask.file, (ask.version.as_str(), &tag)) {
        Ok(place) => place,
        Err(why) => return refused(format!("{}: {why}", ask.file)),
    };
    if place.unreleased.len() > LONGEST_SECTION {
        return refused(format!("{}: more than {LONGEST_SECTION} bytes stand under Unreleased", ask.file));
    }
    if since.is_none() && about.common_dir.join("shallow").exists() {
        return refused(
            "the clone is shallow, and has no tag of an earlier release: `git fetch --unshallow --tags`".to_owned(),
        );
    }
    let (mut commits, is_cut) = commits(git, (at, since.as_deref()))?;
    let is_more = is_cut || commits.len() > MOST;
    commits.truncate(MOST);
    let rest = if is_more {
        Some(format!("{} older commits", count(git, (at, since.as_deref()))?.saturating_sub(commits.len())))
    } else {
        None
    };
    let drafted = draft(&commits, place.level + 1, (&own(&ask.version), rest.as_deref()));
    let line = place.line;
    let body = if place.unreleased.is_empty() { drafted.trim() } else { place.unreleased.as_str() };
    // What would be refused at the end is refused in the preview.
    let section = format!("{}\n\n{body}", place.heading.replace(DAY, "2000-01-01"));
    if !body.is_empty()
        && let Err(why) = with_section(&text, &ask.file, (ask.version.as_str(), &tag), &section)
    {
        return refused(format!("{}: {why}", ask.file));
    }
    Ok(ChangelogLook {
        line,
        heading: place.heading,
        unreleased: place.unreleased,
        drafted,
        since,
        refused: Vec::new(),
    })
}

fn own(version: &Version) -> [String; 2] {
    [BumpAct::message_of(version), ChangelogAct::message_of(version)]
}

fn from_top(about: &GitRepository, file: &str) -> String {
    cleaned(&format!("{}{file}", about.prefix))
}

/// Reads the changelog of a commit; says why it is none that can be written.
fn text(git: &GitProgram, (at, file): (&Commit, &str)) -> Result<Result<String, String>, PortError> {
    if let Some(why) = no_file(file, &list(git, at)?) {
        return Ok(Err(why));
    }
    let Some(entry) = entry_at(git, at, file)? else { return Ok(Err(format!("{file}: the commit does not hold it"))) };
    let bytes = match blob(git, &entry)? {
        Ok(bytes) => bytes,
        Err(why) => return Ok(Err(why)),
    };
    if let Some(why) = filtered(git, &BTreeMap::from([(file.to_owned(), bytes.clone())]))?.into_iter().next() {
        return Ok(Err(why));
    }
    Ok(String::from_utf8(bytes).map_err(|_| format!("{file}: it is not UTF-8, and another encoding is not written")))
}

/// Returns the tag of the last release that a commit follows.
fn since(git: &GitProgram, at: &Commit, ask: &ChangelogAsk) -> Result<Option<String>, PortError> {
    let merged = format!("--merged={at}");
    let out = git.line(&["for-each-ref", &merged, "--format=%(refname:strip=2)", "refs/tags"])?;
    Ok(last_release(out.lines(), &ask.tags, &ask.version).map(str::to_owned))
}

/// Reads the commits since a tag, newest first, and one more than are listed; says whether their messages were too long to
/// read all of them.
fn commits(git: &GitProgram, (at, since): (&Commit, Option<&str>)) -> Result<(Vec<CommitWords>, bool), PortError> {
    let most = format!("--max-count={}", MOST + 1);
    let not = since.map(|tag| format!("^refs/tags/{tag}"));
    let words = ["log", "-z", "--format=%H%n%P%n%B", "--encoding=UTF-8", &most, at.as_str()];
    let words: Vec<&str> = words.into_iter().chain(not.as_deref()).chain(["--"]).collect();
    let mut out = git.clone().keeping(READ).read(&words)?;
    let is_cut = out.len() as u64 >= READ;
    if is_cut {
        // The last one is not whole.
        out.truncate(out.iter().rposition(|byte| *byte == 0).unwrap_or_default());
    }
    let commit = |entry: String| {
        let (id, rest) = entry.split_once('\n')?;
        let (parents, message) = rest.split_once('\n')?;
        let (parents, message) = (parents.split_whitespace().count(), message.to_owned());
        Some(CommitWords { id: Commit::new(id), parents, message })
    };
    Ok((entries(&out).filter_map(commit).collect(), is_cut))
}

/// Counts the commits since a tag.
fn count(git: &GitProgram, (at, since): (&Commit, Option<&str>)) -> Result<usize, PortError> {
    let not = since.map(|tag| format!("^refs/tags/{tag}"));
    let words: Vec<&str> =
        ["rev-list", "--count", at.as_str()].into_iter().chain(not.as_deref()).chain(["--"]).collect();
    git.line(&words)?.trim().parse().map_err(|_| conflict("git counted no commits"))
}

/// Returns what the changelog holds once the section is written.
pub(super) fn contents(git: &GitProgram, about: &GitRepository, act: &ChangelogAct) -> Result<BumpFiles, PortError> {
    let file = from_top(about, &act.file);
    let text = text(git, (&act.parent, &file))?.map_err(conflict)?;
    let new = with_section(&text, &act.file, (act.version.as_str(), &act.tag), &act.section);
    let new = new.map_err(|why| conflict(format!("{}: {why}", act.file)))?;
    Ok(BumpFiles::from([(file, new.into_bytes())]))
}

/// Says which file of a commit is not as it was previewed.
pub(super) fn is_written(git: &GitProgram, made: &Commit, files: &BumpFiles) -> Result<Option<String>, PortError> {
    for (file, bytes) in files {
        let there = entry_at(git, made, file)?.map(|entry| git.read(&["cat-file", "blob", &entry.id])).transpose()?;
        if there.as_ref() != Some(bytes) {
            return Ok(Some(format!("a hook changed what was written in {file}")));
        }
    }
    Ok(None)
}
