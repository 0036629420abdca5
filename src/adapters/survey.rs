//! What a git repository holds by name, for `init`: branches, tags, remotes, and what it ignores. How a release stands
//! is the `Repository` port's story.

use git2::{BranchType, ErrorCode, Repository};
use std::path::{Path, PathBuf};

/// What a repository holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// The top folder of the checkout.
    pub root: PathBuf,
    /// Names of local branches and of the remotes' branches without the remote, each once, sorted.
    pub branches: Vec<String>,
    /// The branch that is checked out.
    pub head: Option<String>,
    /// Names of tags, sorted.
    pub tags: Vec<String>,
    /// Names of remotes.
    pub remotes: Vec<String>,
}

/// Reads the repository around a folder; nothing when there is none.
///
/// # Errors
/// A repository that is damaged, bare, or belongs to another user.
pub fn survey(folder: &Path) -> Result<Option<Survey>, git2::Error> {
    let Some(repository) = discover(folder)? else { return Ok(None) };
    let root =
        repository.workdir().ok_or_else(|| git2::Error::from_str("the repository is bare: it has no checkout"))?;
    let mut branches = Vec::new();
    for branch in repository.branches(None)? {
        let (branch, kind) = branch?;
        // a name that is not UTF-8 cannot stand in a plan
        let Ok(Some(name)) = branch.name() else { continue };
        let name = match kind {
            BranchType::Local => name,
            BranchType::Remote => name.split_once('/').map_or(name, |(_, rest)| rest),
        };
        branches.push(name.to_owned());
    }
    branches.retain(|name| name != "HEAD");
    branches.sort();
    branches.dedup();
    let tags = repository.tag_names(None)?.iter().flatten().map(str::to_owned).collect();
    let remotes = repository.remotes()?.iter().flatten().map(str::to_owned).collect();
    let head = repository.find_reference("HEAD").ok().and_then(|head| {
        head.symbolic_target().and_then(|target| target.strip_prefix("refs/heads/")).map(str::to_owned)
    });
    Ok(Some(Survey { root: root.to_owned(), branches, head, tags, remotes }))
}

/// Says whether git ignores a path, from the top of the checkout; false outside a repository.
pub fn is_ignored(folder: &Path, path: &str) -> bool {
    discover(folder).ok().flatten().is_some_and(|repository| repository.is_path_ignored(path).unwrap_or(false))
}

fn discover(folder: &Path) -> Result<Option<Repository>, git2::Error> {
    match Repository::discover(folder) {
        Ok(repository) => Ok(Some(repository)),
        Err(none) if none.code() == ErrorCode::NotFound => Ok(None),
        Err(failed) => Err(failed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use git2::{RepositoryInitOptions, Signature, Time};

    fn repository(dir: &Path) -> Repository {
        Repository::init_opts(dir, RepositoryInitOptions::new().initial_head("main")).unwrap()
    }

    fn commit(repository: &Repository, at: i64) -> git2::Oid {
        let who = Signature::new("dana", "dana@example.com", &Time::new(at, 0)).unwrap();
        let tree = repository.find_tree(repository.index().unwrap().write_tree().unwrap()).unwrap();
        let parent = repository.head().ok().and_then(|h| h.peel_to_commit().ok());
        let parents: Vec<_> = parent.iter().collect();
        repository.commit(Some("HEAD"), &who, &who, "change", &tree, &parents).unwrap()
    }

    #[test]
    fn a_folder_outside_a_repository_has_no_survey() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(survey(dir.path()).unwrap(), None);
    }

    #[test]
    fn branches_and_tags_are_found_by_name_even_before_a_commit() {
        let dir = tempfile::tempdir().unwrap();
        let repository = repository(dir.path());
        assert_eq!(survey(dir.path()).unwrap().unwrap().head.as_deref(), Some("main"));
        let only = commit(&repository, 1_000);
        let only = repository.find_commit(only).unwrap();
        repository.branch("release/1.0.0", &only, false).unwrap();
        repository.tag_lightweight("v0.9.4", only.as_object(), false).unwrap();
        let found = survey(dir.path()).unwrap().unwrap();
        assert_eq!(
            (found.branches, found.tags),
            (vec!["main".to_owned(), "release/1.0.0".to_owned()], vec!["v0.9.4".to_owned()])
        );
    }
}
