//! What a repository holds by name, for `init`: branches, tags, remotes, and what it ignores. How a release stands is the
//! `Repository` port's story.

use super::program::GitProgram;
use super::repository::path_of;
use std::path::{Path, PathBuf};
use tminus_core::ports::{FailureKind, PortError};

/// What a repository holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RepositorySurvey {
    /// The top folder of the checkout.
    pub root: PathBuf,
    /// Names of local branches and of the remotes' branches without the remote, each once, sorted.
    pub branches: Vec<String>,
    /// The branch that is checked out.
    pub head: Option<String>,
    /// Names of tags, the newest last; those of one second by their version.
    pub tags: Vec<String>,
    /// Names of remotes.
    pub remotes: Vec<String>,
}

/// Reads the repository around a folder; nothing when there is none.
///
/// # Errors
/// A repository that is damaged, bare, or belongs to another user, in git's words.
pub fn survey(folder: &Path) -> Result<Option<RepositorySurvey>, PortError> {
    let git = GitProgram::at(folder);
    match git.answer(&["rev-parse", "--is-bare-repository"])?.good() {
        Err(failure) if failure.kind == FailureKind::NotFound => return Ok(None),
        told => told?,
    }
    if git.line(&["rev-parse", "--is-bare-repository"])? == "true" {
        return Err(PortError::new(FailureKind::Rejected, "the repository is bare: it has no checkout"));
    }
    let root = git.read(&["rev-parse", "--show-toplevel"])?;
    let root = path_of(root.strip_suffix(b"\n").unwrap_or(&root));
    // A name that is not UTF-8 cannot stand in a plan.
    let names = |words: &[&str]| -> Result<Vec<String>, PortError> {
        let out = git.read(words)?;
        let lines = out.split(|byte| *byte == b'\n').filter_map(|line| std::str::from_utf8(line).ok());
        Ok(lines.filter(|line| !line.is_empty()).map(str::to_owned).collect())
    };
    let mut branches = names(&["for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads"])?;
    let of_remotes = names(&["for-each-ref", "--format=%(refname:lstrip=2)", "refs/remotes"])?;
    branches.extend(of_remotes.iter().filter_map(|name| name.split_once('/')).map(|(_, name)| name.to_owned()));
    branches.retain(|name| name != "HEAD");
    branches.sort();
    branches.dedup();
    let by_date = ["--sort=version:refname", "--sort=creatordate"];
    let tags = names(&["for-each-ref", by_date[0], by_date[1], "--format=%(refname:lstrip=2)", "refs/tags"])?;
    let head = git.answer(&["symbolic-ref", "--quiet", "HEAD"])?;
    let head = head.text().strip_prefix("refs/heads/").filter(|_| head.is_good()).map(str::to_owned);
    Ok(Some(RepositorySurvey { root, branches, head, tags, remotes: names(&["remote"])? }))
}

/// Says whether git ignores a path, from the top of the checkout; false outside a repository, and of what it tracks.
pub fn is_ignored(folder: &Path, path: &str) -> bool {
    let answer = GitProgram::at(folder).answer(&["check-ignore", "--quiet", "--", path]);
    answer.is_ok_and(|answer| answer.is_good())
}
