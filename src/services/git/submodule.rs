//! The submodules of a commit, and where their content is on this machine.

use super::program::{Filters, GitProgram, entries};
use super::tree::{TreeEntry, list};
use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use tminus_core::names::Commit;
use tminus_core::ports::{FailureKind, PortError};

/// A repository whose content goes into a folder.
pub(super) struct SubmoduleSource {
    /// What all checkouts of it share.
    pub(super) common_dir: PathBuf,
    /// The repository of the checkout; submodules of a linked worktree are kept in it.
    pub(super) git_dir: PathBuf,
    /// Where its own checkout is.
    pub(super) root: PathBuf,
    /// Whether the programs that its own configuration names may run.
    pub(super) filters: Filters,
}

/// A submodule whose commit is here.
pub(super) struct Submodule {
    /// Where it belongs, from the top of what it is part of.
    pub(super) path: String,
    /// Its commit.
    pub(super) commit: Commit,
    /// Where its content is.
    pub(super) source: SubmoduleSource,
}

/// What `.gitmodules` says of one.
#[derive(Default)]
struct SubmoduleEntry {
    name: String,
    /// Whether git does not check it out by itself: `update = none`.
    is_not_updated: bool,
}

/// Finds every submodule of a commit; `above` is where that commit itself belongs, for sentences.
///
/// # Errors
/// One that is not here, by name. Nothing is fetched: `git submodule update` does that.
pub(super) fn all(source: &SubmoduleSource, above: &str, commit: &Commit) -> Result<Vec<Submodule>, PortError> {
    let git = GitProgram::at(&source.common_dir).variable("GIT_DIR", &source.common_dir);
    let tree = list(&git, commit)?;
    let links: Vec<&TreeEntry> = tree.iter().filter(|entry| entry.is_submodule()).collect();
    if links.is_empty() {
        return Ok(Vec::new());
    }
    let entries = named(&git, commit)?;
    let mut found = Vec::new();
    for link in links {
        let entry = entries.get(&link.path);
        let commit = Commit::new(&link.id);
        let kept = candidates(source, &link.path, entry).find(|kept| has(&kept.common_dir, &commit));
        let path = format!("{above}{}", link.path);
        let Some(kept) = kept else {
            // An empty folder in its place is not what the commit says.
            let is_not_updated = entry.is_some_and(|entry| entry.is_not_updated);
            return Err(if is_not_updated { not_updated(&path, &commit) } else { absent(&path, &commit) });
        };
        found.push(Submodule { path: link.path.clone(), commit, source: kept });
    }
    Ok(found)
}

fn absent(path: &str, commit: &Commit) -> PortError {
    let summary = format!("the submodule {path} is not here at {}", commit.short());
    PortError::new(FailureKind::NotFound, summary).because(format!("run `git submodule update --init {path}`"))
}

fn not_updated(path: &str, commit: &Commit) -> PortError {
    let summary = format!("the submodule {path} is not checked out at {}: its update is none", commit.short());
    let mend = format!("run `git submodule update --init --checkout {path}`, or remove it from the commit");
    PortError::new(FailureKind::NotFound, summary).because(mend)
}

/// Reads `.gitmodules` of a commit, by path.
fn named(git: &GitProgram, commit: &Commit) -> Result<HashMap<String, SubmoduleEntry>, PortError> {
    let blob = format!("{commit}:.gitmodules");
    if !git.answer(&["cat-file", "-e", &blob])?.is_good() {
        return Ok(HashMap::new());
    }
    let asked = ["config", "-z", "--blob", &blob, "--get-regexp", r"^submodule\..*\.(path|update)$"];
    let answer = git.answer(&asked)?;
    let lines: Vec<String> = if answer.is_yes()? { entries(answer.bytes()).collect() } else { Vec::new() };
    let setting = |line: &String, end: &str| {
        let (key, value) = line.split_once('\n')?;
        let name = key.strip_prefix("submodule.")?.strip_suffix(end)?;
        Some((name.to_owned(), value.to_owned()))
    };
    let unmoved: Vec<String> = lines
        .iter()
        .filter_map(|line| setting(line, ".update"))
        .filter_map(|(name, value)| (value == "none").then_some(name))
        .collect();
    let paths = lines.iter().filter_map(|line| setting(line, ".path"));
    Ok(paths.map(|(name, path)| (path, SubmoduleEntry { is_not_updated: unmoved.contains(&name), name })).collect())
}

/// Returns the places where git keeps the content of a submodule.
fn candidates(
    source: &SubmoduleSource,
    path: &str,
    entry: Option<&SubmoduleEntry>,
) -> impl Iterator<Item = SubmoduleSource> {
    let stays = |name: &str| Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
    let name = entry.map(|entry| entry.name.clone()).filter(|name| stays(name));
    let root = source.root.join(path);
    let kept = [source.git_dir.clone(), source.common_dir.clone()];
    let kept = kept.into_iter().filter_map(move |dir| Some(dir.join("modules").join(name.as_ref()?)));
    let inside = Some(root.join(".git")).filter(|dir| dir.is_dir());
    let filters = source.filters;
    kept.chain(inside).filter(|dir| dir.is_dir()).map(move |dir| SubmoduleSource {
        common_dir: dir.clone(),
        git_dir: dir,
        root: root.clone(),
        filters,
    })
}

fn has(git_dir: &PathBuf, commit: &Commit) -> bool {
    let git = GitProgram::at(git_dir).variable("GIT_DIR", git_dir);
    git.answer(&["cat-file", "-e", &format!("{commit}^{{commit}}")]).is_ok_and(|answer| answer.is_good())
}
