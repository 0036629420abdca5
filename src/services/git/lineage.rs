//! Where a history comes from: its first commits, and what it was cloned from.

use super::GitRepository;
use super::program::{GitProgram, entries};
use std::path::{Path, PathBuf};
use tminus_core::ports::PortError;

/// How many clones of clones on this machine are gone through.
const DEPTH: usize = 3;

/// Where a history comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lineage {
    /// Commits without a parent: first the one that first parents lead to, then the others, oldest first.
    pub commits: Vec<String>,
    /// Whether the history ends before its beginning: a shallow clone.
    pub is_partial: bool,
    /// The addresses that it was cloned from.
    pub remotes: Vec<String>,
}

impl GitRepository {
    /// Finds where the history of the checkout comes from. What replaces or grafts commits counts for nothing.
    ///
    /// A shallow clone of a repository on this machine asks there.
    pub async fn lineage(&self) -> Result<Lineage, PortError> {
        self.ask("the first commits could not be found", |git, about| of(git, about, DEPTH)).await
    }

    /// Says whether the repository has all these commits, and there is at least one.
    pub async fn has_all(&self, commits: &[String]) -> bool {
        let commits = commits.to_vec();
        let asked = self.ask("the first commits could not be found", move |git, _| {
            let names: Vec<u8> = commits.iter().flat_map(|commit| format!("{commit}\n").into_bytes()).collect();
            let answer = git.read_with(&["cat-file", "--batch-check=%(objecttype)"], &names)?;
            let is_there = answer.text().lines().all(|kind| kind == "commit");
            Ok(!commits.is_empty() && answer.is_good() && is_there)
        });
        asked.await.unwrap_or_default()
    }

    /// Returns the addresses that it was cloned from: the release's remote, and `origin`.
    pub async fn remotes(&self) -> Vec<String> {
        self.ask("the remotes could not be read", remotes).await.unwrap_or_default()
    }
}

fn of(git: &GitProgram, about: &GitRepository, depth: usize) -> Result<Lineage, PortError> {
    let remotes = remotes(git, about)?;
    let is_born = git.answer(&["rev-parse", "--verify", "--quiet", "HEAD^{commit}"])?.is_good();
    if !is_born {
        return Ok(Lineage { remotes, ..Lineage::default() });
    }
    let ends = std::fs::read_to_string(about.common_dir.join("shallow")).unwrap_or_default();
    let is_partial = !ends.trim().is_empty();
    let roots = |more: &[&str]| -> Result<Vec<String>, PortError> {
        let words = [&["rev-list", "--max-parents=0"], more, &["HEAD", "--"]].concat();
        let found = git.line(&words)?;
        // Newest first; where a shallow clone ends is no beginning.
        Ok(found.lines().rev().filter(|id| !ends.lines().any(|end| end == *id)).map(str::to_owned).collect())
    };
    let mut commits = roots(&[])?;
    // A long history is gone through once more only where it has several beginnings.
    if commits.len() > 1 {
        let first = roots(&["--first-parent"])?;
        commits.retain(|id| !first.contains(id));
        commits.splice(0..0, first);
    }
    if is_partial && depth > 0 {
        let here = remotes.iter().filter_map(|url| local(url, &about.root));
        let whole = here.filter_map(|dir| GitRepository::open(&dir, &about.remote).ok());
        let asked = whole.filter_map(|there| of(&GitProgram::at(&there.root), &there, depth - 1).ok());
        if let Some(there) = asked.into_iter().find(|there| !there.commits.is_empty() || !there.remotes.is_empty()) {
            let remotes = [remotes, there.remotes].concat();
            return Ok(Lineage { commits: there.commits, is_partial: there.is_partial, remotes });
        }
    }
    Ok(Lineage { commits, is_partial, remotes })
}

fn remotes(git: &GitProgram, about: &GitRepository) -> Result<Vec<String>, PortError> {
    let mut urls: Vec<String> = Vec::new();
    for remote in [about.remote.as_str(), "origin"] {
        let answer = git.answer(&["config", "-z", "--get-all", &format!("remote.{remote}.url")])?;
        let found: Vec<String> = if answer.is_good() { entries(answer.bytes()).collect() } else { Vec::new() };
        urls.extend(found.into_iter().filter(|url| !urls.contains(url)).collect::<Vec<_>>());
    }
    Ok(urls)
}

/// Returns the folder that an address names on this machine.
fn local(url: &str, root: &Path) -> Option<PathBuf> {
    let path = url.strip_prefix("file://").unwrap_or(url);
    let dir = root.join(path);
    dir.is_dir().then_some(dir)
}
