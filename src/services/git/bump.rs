//! The version files of a commit, raised: read from the commit and never from the checkout, so nobody's work is in the way.

use super::filters::filtered;
use super::program::{Filters, GitProgram, entries};
use super::repository::BumpSeen;
use super::tree::{TreeEntry, cleaned, list};
use super::{GitRepository, filters};
use tminus_core::branch::BumpLook;
use tminus_core::kinds::repository::BumpAct;
use tminus_core::names::Commit;
use tminus_core::plan::VersionFile;
use tminus_core::ports::{BumpAsk, FailureKind, PortError};
use tminus_core::version_file::{BumpFiles, RaisedFiles, beside, raise_all};

/// How long a file may be that carries a version, a lock among them.
const LONGEST: usize = 8 << 20;

/// Returns what raising the version files of a commit comes to, and what of the checkout is in the way.
pub(super) fn look(
    git: &GitProgram,
    about: &GitRepository,
    (at, ask): (&Commit, &BumpAsk),
) -> Result<BumpLook, PortError> {
    let seen =
        about.bumped.lock().ok().and_then(|seen| {
            seen.as_ref().filter(|seen| seen.at == *at && seen.ask == *ask).map(|seen| seen.look.clone())
        });
    let mut look = match seen {
        Some(look) => look,
        None => match raised(git, about, (at, ask))? {
            Ok(RaisedFiles { edits, .. }) => BumpLook { edits, refused: Vec::new() },
            Err(refused) => BumpLook { edits: Vec::new(), refused },
        },
    };
    if let Ok(mut seen) = about.bumped.lock() {
        *seen = Some(BumpSeen { at: at.clone(), ask: ask.clone(), look: look.clone() });
    }
    if is_checked_out(git, about, at)? {
        let unsaved = unsaved(git, about, look.edits.iter().map(|edit| edit.file.as_str()).collect())?;
        look.refused.extend(unsaved);
    }
    Ok(look)
}

/// Says whether the checkout is at a commit.
pub(super) fn is_checked_out(git: &GitProgram, about: &GitRepository, at: &Commit) -> Result<bool, PortError> {
    Ok(!about.is_bare && git.answer(&["rev-parse", "--verify", "--quiet", "HEAD"])?.text() == at.as_str())
}

/// Says which of the files have changes in the checkout that are in no commit.
pub(super) fn unsaved(git: &GitProgram, about: &GitRepository, mut files: Vec<&str>) -> Result<Vec<String>, PortError> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let git = if about.filters == Filters::Withheld { filters::withheld(git.clone())? } else { git.clone() };
    let git = git.variable("GIT_LITERAL_PATHSPECS", "1");
    let words = ["status", "--porcelain", "-z", "--no-renames", "--untracked-files=no", "--"];
    files.dedup();
    let out = git.read(&words.into_iter().chain(files).collect::<Vec<_>>())?;
    let says = |entry: String| Some(format!("{} has changes that are not committed", entry.get(3..)?));
    Ok(entries(&out).filter_map(says).collect())
}

/// Raises the version files of a commit; the reasons why not, by file, where one cannot be.
pub(super) fn raised(
    git: &GitProgram,
    about: &GitRepository,
    (at, ask): (&Commit, &BumpAsk),
) -> Result<Result<RaisedFiles, Vec<String>>, PortError> {
    let tree = list(git, at)?;
    let from_top = |place: &VersionFile| {
        let file = cleaned(&format!("{}{}", about.prefix, place.file));
        VersionFile { file, key: place.key.clone() }
    };
    let places: Vec<VersionFile> = ask.places.iter().map(from_top).collect();
    let paths: Vec<String> = tree.iter().filter(|entry| is_file(entry)).map(|entry| entry.path.clone()).collect();
    let mut wanted: Vec<String> = places.iter().map(|place| place.file.clone()).collect();
    wanted.extend(beside(&places, &paths));
    wanted.sort_unstable();
    wanted.dedup();
    let mut refused: Vec<String> = wanted.iter().filter_map(|file| no_file(file, &tree)).collect();
    let mut files = BumpFiles::new();
    for entry in tree.iter().filter(|entry| wanted.contains(&entry.path) && is_file(entry)) {
        match blob(git, entry)? {
            Ok(bytes) => drop(files.insert(entry.path.clone(), bytes)),
            Err(why) => refused.push(why),
        }
    }
    refused.extend(filtered(git, &files)?);
    if !refused.is_empty() {
        return Ok(Err(refused));
    }
    Ok(raise_all(&places, &files, (&ask.version, Some(&ask.tag))))
}

/// Reads what a commit holds of a file; says why not of one that is too long.
pub(super) fn blob(git: &GitProgram, entry: &TreeEntry) -> Result<Result<Vec<u8>, String>, PortError> {
    let size = git.line(&["cat-file", "-s", &entry.id])?;
    if size.parse().is_ok_and(|size: usize| size <= LONGEST) {
        return git.read(&["cat-file", "blob", &entry.id]).map(Ok);
    }
    Ok(Err(format!("{}: it has {size} bytes, and at most {LONGEST} are read", entry.path)))
}

fn is_file(entry: &TreeEntry) -> bool {
    entry.mode.starts_with("100")
}

/// Says why a path is no file of a commit.
pub(super) fn no_file(file: &str, tree: &[TreeEntry]) -> Option<String> {
    let is_at = |entry: &&TreeEntry| {
        file.strip_prefix(entry.path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let why = match tree.iter().find(is_at) {
        Some(entry) if entry.path == file && is_file(entry) => return None,
        Some(entry) if entry.is_link() => format!("{} is a symbolic link, which is not followed", entry.path),
        Some(entry) if entry.is_submodule() => format!("{} is a submodule, which has commits of its own", entry.path),
        Some(_) | None => "the commit does not hold it: git ignores it, or nobody added it".to_owned(),
    };
    Some(format!("{file}: {why}"))
}

/// Returns what the files of a bump hold once it is done.
pub(super) fn contents(git: &GitProgram, about: &GitRepository, act: &BumpAct) -> Result<BumpFiles, PortError> {
    let files = raised(git, about, (&act.parent, &asked(act)))?.map_err(|refused| conflict(refused.join("; ")))?;
    if files.edits != act.edits {
        return Err(conflict("the version files are not as they were previewed"));
    }
    Ok(files.contents)
}

/// Says why the files of a commit do not say the version.
pub(super) fn is_raised(
    git: &GitProgram,
    about: &GitRepository,
    (act, made): (&BumpAct, &Commit),
) -> Result<Option<String>, PortError> {
    Ok(match raised(git, about, (made, &asked(act)))? {
        Ok(RaisedFiles { edits, .. }) if edits.is_empty() => None,
        Ok(RaisedFiles { edits, .. }) => {
            let files: Vec<&str> = edits.iter().map(|edit| edit.file.as_str()).collect();
            Some(format!("a hook changed the version in {} again", files.join(", ")))
        }
        Err(refused) => Some(format!("a hook changed what was committed: {}", refused.join("; "))),
    })
}

fn asked(act: &BumpAct) -> BumpAsk {
    BumpAsk { places: act.places.clone(), version: act.version.clone(), tag: act.tag.clone() }
}

/// Says that something is not as it was previewed.
pub(super) fn conflict(says: impl Into<String>) -> PortError {
    PortError::new(FailureKind::Conflict, says.into()).because("nothing was done")
}
