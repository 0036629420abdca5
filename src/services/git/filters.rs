//! Filters: programs between what a commit holds and what a checkout holds, as LFS and git-crypt have them.

use super::program::{Filters, GitProgram, entries};
use super::tree::TreeEntry;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::Path;
use tminus_core::ports::{FailureKind, PortError};

/// How the file begins that stands for a large one.
const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// How many files are named.
const NAMED: usize = 3;

/// Returns the settings of the repository's own configuration that start a filter's program.
pub(super) fn own(git: &GitProgram) -> Result<Vec<String>, PortError> {
    let found = settings(git)?;
    let own = found.into_iter().filter(|(scope, _)| matches!(scope.as_str(), "local" | "worktree"));
    Ok(own.map(|(_, name)| name).collect())
}

/// Returns each setting of a filter, with the place where it is written.
fn settings(git: &GitProgram) -> Result<Vec<(String, String)>, PortError> {
    let names = r"^filter\..*\.(clean|smudge|process)$";
    let answer = git.answer(&["config", "--show-scope", "-z", "--name-only", "--get-regexp", names])?;
    let found: Vec<String> = if answer.is_yes()? { entries(answer.bytes()).collect() } else { Vec::new() };
    let pairs = found.chunks(2).filter_map(|pair| Some((pair.first()?.clone(), pair.get(1)?.clone())));
    Ok(pairs.collect())
}

/// Refuses to check anything out where filters of the repository's own configuration would have to run and may not.
pub(super) fn allowed(git: &GitProgram, filters: Filters) -> Result<(), PortError> {
    let own = if filters == Filters::Withheld { own(git)? } else { Vec::new() };
    if own.is_empty() {
        return Ok(());
    }
    let says = format!("the repository's own configuration starts programs for it ({})", own.join(", "));
    Err(PortError::new(FailureKind::Rejected, says).because("read them, then run `tminus trust`"))
}

/// Takes the repository's own filters away. Files that they would have changed then count as changed, which is the safe
/// side.
pub(super) fn withheld(git: GitProgram) -> Result<GitProgram, PortError> {
    own(&git)?.iter().try_fold(git, |git, name| match filter_of(name) {
        Some(filter) if !name.contains('=') => {
            Ok(git.set(format!("{name}=")).set(format!("filter.{filter}.required=false")))
        }
        Some(_) | None => {
            Err(PortError::new(FailureKind::Rejected, format!("the setting {name} cannot be taken away")))
        }
    })
}

/// Makes a filter that fails fail the checkout; git would otherwise go on without it.
pub(super) fn required(git: GitProgram) -> Result<GitProgram, PortError> {
    let found = settings(&git)?;
    let fills = |name: &&String| name.ends_with(".smudge") || name.ends_with(".process");
    let names: BTreeSet<&str> =
        found.iter().map(|(_, name)| name).filter(fills).filter_map(|name| filter_of(name)).collect();
    Ok(names
        .into_iter()
        .filter(|name| !name.contains('='))
        .fold(git, |git, name| git.set(format!("filter.{name}.required=true"))))
}

fn filter_of(setting: &str) -> Option<&str> {
    Some(setting.strip_prefix("filter.")?.rsplit_once('.')?.0)
}

/// Says which of some files a filter stands before: what a commit holds of them is not what a person sees.
pub(super) fn filtered(git: &GitProgram, files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<String>, PortError> {
    let paths: Vec<u8> = files.keys().flat_map(|path| path.bytes().chain([0])).collect();
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let answer = git.read_with(&["check-attr", "-z", "--stdin", "filter"], &paths)?;
    answer.good()?;
    let said: Vec<String> = entries(answer.bytes()).collect();
    let says = |about: &[String]| match about {
        [path, _, filter] if !matches!(filter.as_str(), "unspecified" | "unset" | "set") => {
            Some(format!("{path}: git fills it in with the filter {filter}"))
        }
        _ => None,
    };
    let pointers = files.iter().filter(|(_, bytes)| bytes.starts_with(POINTER));
    let pointers = pointers.map(|(path, _)| format!("{path}: it is a pointer of LFS"));
    let named: Vec<String> = said.chunks(3).filter_map(says).collect();
    Ok(if named.is_empty() { pointers.collect() } else { named })
}

/// Says by name which files of a filled folder still stand for others: their filter is not set up here, or did not run.
pub(super) fn are_done(git: &GitProgram, dir: &Path, tree: &[TreeEntry]) -> Result<(), PortError> {
    if !tree.iter().any(|entry| entry.path == ".gitattributes" || entry.path.ends_with("/.gitattributes")) {
        return Ok(());
    }
    let files = tree.iter().filter(|entry| entry.mode.starts_with("100"));
    let paths: Vec<u8> = files.flat_map(|entry| entry.path.bytes().chain([0])).collect();
    let answer = git.read_with(&["check-attr", "-z", "--stdin", "filter"], &paths)?;
    answer.good()?;
    let known: BTreeSet<String> =
        settings(git)?.iter().filter_map(|(_, name)| filter_of(name).map(str::to_owned)).collect();
    let said: Vec<String> = entries(answer.bytes()).collect();
    let (mut unset, mut pointers) = (Vec::new(), Vec::new());
    for about in said.chunks(3) {
        let [path, _, filter] = about else { continue };
        let is_none = matches!(filter.as_str(), "unspecified" | "unset" | "set");
        if !is_none && !known.contains(filter) {
            unset.push(format!("{path} (filter {filter})"));
        } else if !is_none && is_pointer(&dir.join(path)) {
            pointers.push(path.clone());
        }
    }
    if !unset.is_empty() {
        let summary = format!("git has no program here for the filter of {}", some(&unset));
        return Err(PortError::new(FailureKind::Rejected, summary)
            .because("set it up as git needs it: `git lfs install`, or `git-crypt unlock`"));
    }
    if !pointers.is_empty() {
        let summary = format!("git filled in only the pointer of {}", some(&pointers));
        return Err(PortError::new(FailureKind::Rejected, summary).because("run `git lfs pull`"));
    }
    Ok(())
}

fn some(names: &[String]) -> String {
    let named = names.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    let more = names.len().saturating_sub(NAMED);
    if more == 0 { named } else { format!("{named} and {more} more") }
}

fn is_pointer(path: &Path) -> bool {
    let mut begin = [0_u8; POINTER.len()];
    std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut begin)).is_ok() && begin == *POINTER
}
