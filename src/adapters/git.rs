//! The git repository that is being released, read through libgit2: it starts no program and runs no hook.
//!
//! Every question opens the repository anew on a blocking thread: a checkout that moves under a long session is seen.

mod beginning;
mod branch;
mod checkout;
mod failure;

pub use beginning::PlanAt;
pub use checkout::Standing;

use crate::config::plan::FILE_NAME;
use crate::domain::branch::{BranchBase, BranchState, Changes};
use crate::domain::names::Commit;
use crate::ports::{FailureKind, PortError, Repository};
use async_trait::async_trait;
use failure::git_failure;
use git2::{ErrorCode, Oid, Sort};
use jiff::Timestamp;
use std::path::{Path, PathBuf};

/// A repository on this machine, and the remote that its branches are pushed to.
#[derive(Clone, Debug)]
pub struct GitRepository {
    root: PathBuf,
    remote: String,
    /// The plan's file, from the root.
    plan: PathBuf,
}

impl GitRepository {
    /// Opens the repository that a folder lies in; an error when there is none, or it belongs to somebody else.
    pub fn open(folder: &Path, remote: &str) -> Result<Self, PortError> {
        let repository = git2::Repository::discover(folder).map_err(|error| {
            git_failure(&format!("{} is in no git repository that can be read", folder.display()), &error)
        })?;
        let root = repository.workdir().unwrap_or_else(|| repository.path()).to_owned();
        let below = folder.canonicalize().ok().zip(root.canonicalize().ok());
        let below = below.and_then(|(folder, root)| folder.strip_prefix(root).map(Path::to_owned).ok());
        Ok(Self { root, remote: remote.to_owned(), plan: below.unwrap_or_default().join(FILE_NAME) })
    }

    /// Returns the folder that paths of the plan count from; the repository itself when it is bare.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the oldest commit without a parent that the checkout grew from: what the project is known by.
    ///
    /// A shallow clone does not have it, and says so.
    pub async fn first_commit(&self) -> Result<Commit, PortError> {
        self.ask("the first commit could not be found", |repository, _| {
            let mut walk = repository.revwalk()?;
            match branch::absent_is_none(repository.head())? {
                Some(head) => walk.push(head.peel_to_commit()?.id())?,
                None => return Ok((false, None)),
            }
            walk.set_sorting(Sort::TOPOLOGICAL)?;
            let mut roots = Vec::new();
            for id in walk {
                let commit = repository.find_commit(id?)?;
                if commit.parent_count() == 0 {
                    roots.push((commit.time().seconds(), commit.id()));
                }
            }
            let is_shallow = repository.is_shallow();
            Ok((is_shallow, roots.into_iter().min()))
        })
        .await
        .and_then(|(is_shallow, first)| match (is_shallow, first) {
            (true, _) => Err(PortError::new(
                FailureKind::Rejected,
                "this is a shallow clone, and its first commit is not here: `git fetch --unshallow`",
            )),
            (false, Some((_, id))) => Ok(Commit::new(id.to_string())),
            (false, None) => Err(PortError::new(FailureKind::NotFound, "the repository has no commit yet")),
        })
    }

    /// Returns for each path, alone, whether git ignores it. A file that is tracked is not ignored, whatever the rules say.
    pub async fn is_ignored(&self, paths: &[String]) -> Result<Vec<(String, bool)>, PortError> {
        let paths = paths.to_vec();
        self.ask("the ignore rules could not be read", move |repository, _| {
            let index = repository.index()?;
            let ask = |path: String| {
                let is_tracked = index.get_path(Path::new(&path), 0).is_some();
                let is_ignored = !is_tracked && repository.is_path_ignored(&path)?;
                Ok((path, is_ignored))
            };
            paths.into_iter().map(ask).collect()
        })
        .await
    }

    /// Returns where the checkout stands, and in how many files it differs from its commit.
    pub async fn standing(&self) -> Result<Standing, PortError> {
        self.ask("the checkout could not be read", |repository, _| checkout::standing(repository)).await
    }

    /// Says whether a tag carries a message of its own; `None` when there is no such tag.
    pub async fn is_annotated(&self, tag: &str) -> Result<Option<bool>, PortError> {
        let name = format!("refs/tags/{tag}");
        self.ask("the tag could not be read", move |repository, _| {
            let reference = branch::absent_is_none(repository.find_reference(&name))?;
            Ok(reference.map(|found| found.peel_to_tag().is_ok()))
        })
        .await
    }

    /// Says whether a commit holds the plan that lies here.
    pub async fn holds_plan(&self, commit: &Commit) -> Result<PlanAt, PortError> {
        let (commit, plan) = (commit.clone(), self.plan.clone());
        self.ask("the plan could not be looked up", move |repository, _| {
            beginning::holds_plan(repository, &commit, &plan)
        })
        .await
    }

    /// Returns when a file was last changed on the way to a commit; `None` for a file that is not tracked there.
    pub async fn changed_at(&self, path: &str, commit: &Commit) -> Result<Option<Timestamp>, PortError> {
        let (file, commit) = (PathBuf::from(path), commit.clone());
        self.ask(&format!("the history of {path} could not be read"), move |repository, _| {
            branch::changed_at(repository, &file, Oid::from_str(commit.as_str())?)
        })
        .await
    }

    /// Returns the date of a commit, in seconds since 1970.
    pub async fn committed_at(&self, commit: &Commit) -> Result<i64, PortError> {
        let commit = commit.clone();
        self.ask("the date of the commit could not be read", move |repository, _| {
            Ok(repository.find_commit(Oid::from_str(commit.as_str())?)?.time().seconds())
        })
        .await
    }

    /// Asks libgit2 something, off the async threads.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        what: &str,
        question: impl FnOnce(&git2::Repository, &str) -> Result<T, git2::Error> + Send + 'static,
    ) -> Result<T, PortError> {
        let (root, remote) = (self.root.clone(), self.remote.clone());
        let answer = tokio::task::spawn_blocking(move || question(&git2::Repository::open(root)?, &remote)).await;
        match answer {
            Ok(answer) => answer.map_err(|error| git_failure(what, &error)),
            Err(error) => Err(PortError::new(FailureKind::Malformed, what).because(error.to_string())),
        }
    }
}

#[async_trait]
impl Repository for GitRepository {
    async fn branch(&self, branch: &str, base: &str, tag: &str) -> Result<BranchState, PortError> {
        let (branch, base, tag) = (branch.to_owned(), base.to_owned(), tag.to_owned());
        let what = format!("the branch {branch} could not be read");
        self.ask(&what, move |repository, remote| branch::state(repository, remote, (&branch, &base, &tag))).await
    }

    async fn resolve(&self, name: &str) -> Result<Option<Commit>, PortError> {
        let wanted = name.to_owned();
        self.ask(&format!("{name} could not be read"), move |repository, _| {
            let object = branch::absent_is_none(repository.revparse_single(&wanted))?;
            let commit = object.map(|object| object.peel_to_commit()).transpose()?;
            Ok(commit.map(|commit| Commit::new(commit.id().to_string())))
        })
        .await
    }

    /// A commit that is no longer here (rebased away, or beyond a shallow clone's end) counts as everything changed.
    async fn changes(&self, from: &Commit, to: &Commit) -> Result<Changes, PortError> {
        let (from, to) = (from.clone(), to.clone());
        self.ask("the changed files could not be listed", move |repository, _| {
            let new = repository.find_commit(Oid::from_str(to.as_str())?)?;
            let old = Oid::from_str(from.as_str()).and_then(|id| repository.find_commit(id));
            match branch::absent_is_none(old)? {
                Some(old) => branch::changes(repository, &old, &new),
                None => Ok(Changes { paths: Vec::new(), everything: true }),
            }
        })
        .await
    }

    async fn tags(&self) -> Result<Vec<(String, Timestamp)>, PortError> {
        self.ask("the tags could not be listed", |repository, _| branch::tags(repository)).await
    }

    async fn base(&self, name: &str) -> Result<Option<BranchBase>, PortError> {
        let wanted = name.to_owned();
        self.ask(&format!("{name} could not be read"), move |repository, remote| {
            beginning::base(repository, remote, &wanted)
        })
        .await
    }

    async fn try_branch(&self, branch: &str, at: &Commit) -> Result<(), PortError> {
        let (name, commit, plan) = (branch.to_owned(), at.clone(), self.plan.clone());
        let what = format!("the branch {branch} cannot be created");
        let obstacles =
            self.ask(&what, move |repository, _| beginning::obstacles(repository, (&name, &commit), &plan)).await?;
        match obstacles.is_empty() {
            true => Ok(()),
            false => Err(PortError { causes: obstacles, ..PortError::new(FailureKind::Conflict, what) }),
        }
    }

    async fn create_branch(&self, branch: &str, at: &Commit) -> Result<(), PortError> {
        if !git2::Branch::name_is_valid(branch).unwrap_or(false) {
            return Err(PortError::new(FailureKind::Malformed, format!("{branch:?} cannot name a branch")));
        }
        let (name, commit) = (branch.to_owned(), at.clone());
        let what = format!("the branch {branch} could not be created");
        let elsewhere = self
            .ask(&what, move |repository, remote| checkout::create_branch(repository, remote, (&name, &commit)))
            .await?;
        match elsewhere {
            None => Ok(()),
            Some(there) => Err(PortError::new(FailureKind::Conflict, what)
                .because(format!("it is there already, at {}", there.short()))),
        }
    }
}

/// Says whether an error only means that something is not there.
fn is_absence(error: &git2::Error) -> bool {
    matches!(error.code(), ErrorCode::NotFound | ErrorCode::UnbornBranch)
}
