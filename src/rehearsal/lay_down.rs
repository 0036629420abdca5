//! Lays the rehearsal's project down as a real git repository. What is in it is [`super::project`]'s story.

use super::project::{self, Edit, ProjectCommit};
use crate::scenario::Scenario;
use git2::{IndexAddOption, ObjectType, Oid, Repository, RepositoryInitOptions, Signature, Time};
use jiff::{SignedDuration, Timestamp};
use std::fs;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::{Path, PathBuf};
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::names::{Commit, Version};

/// A project that was laid down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaidDown {
    /// Its folder.
    pub dir: PathBuf,
    /// Its first commit, which tells it from every other one.
    pub first_commit: Commit,
    /// The branch of the release, checked out.
    pub branch: String,
    /// The version of the release.
    pub version: Version,
}

/// Why it could not be laid down, on the way to a [`Failure`].
#[derive(Debug, thiserror::Error)]
enum LayDownError {
    #[error(transparent)]
    Git(#[from] git2::Error),
    #[error("{0}: {1}")]
    File(PathBuf, std::io::Error),
    #[error("{0} does not hold {1:?}")]
    Edit(&'static str, &'static str),
    #[error(transparent)]
    Version(#[from] tminus_core::names::NotAVersion),
}

/// Lays the project down in a folder that is empty or not there yet: branches, tags, a copy of the remote, and the
/// release branch checked out and clean.
///
/// # Errors
/// When the folder holds something already, or cannot be written.
pub fn lay_down(dir: &Path, scenario: &Scenario) -> Result<LaidDown, Failure> {
    lay_down_with(dir, scenario, &[])
}

/// Lays it down with some files more, or other ones, from its first commit on: each a path with its text.
///
/// # Errors
/// When the folder holds something already, or cannot be written.
pub fn lay_down_with(dir: &Path, scenario: &Scenario, files: &[(&str, String)]) -> Result<LaidDown, Failure> {
    let says = format!("the rehearsal project could not be laid down in {}", dir.display());
    if fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Failure::new(FailureKind::Conflict, says).because("the folder is not empty"));
    }
    lay(dir, scenario, files).map_err(|trouble| Failure::new(FailureKind::Rejected, says).caused_by(&trouble))
}

fn lay(dir: &Path, scenario: &Scenario, files: &[(&str, String)]) -> Result<LaidDown, LayDownError> {
    fs::create_dir_all(dir).map_err(|error| LayDownError::File(dir.to_owned(), error))?;
    let repository =
        Repository::init_opts(dir, RepositoryInitOptions::new().initial_head("main").external_template(false))?;
    settle(&repository)?;
    let history = History { repository: &repository, dir, present: Timestamp::now() };
    for (path, text) in project::FILES {
        history.write(path, text)?;
    }
    for (path, text) in files {
        history.write(path, text)?;
    }
    history.write(".rehearsal", &own_word(scenario))?;
    let first = history.commit(120 * 24, "noa", "The whole product in one repository")?;
    history.play(project::before_the_branch())?;
    let branch = format!("release/{}", project::VERSION);
    let fork = repository.head()?.peel_to_commit()?;
    repository.branch(&branch, &fork, false)?;
    history.play(project::beside_the_branch())?;
    history.check_out(&branch)?;
    history.play(project::on_the_branch())?;
    push(&repository, &branch)?;
    history.write(project::DOTENV.0, project::DOTENV.1)?;
    let version = Version::parse(project::VERSION)?;
    Ok(LaidDown { dir: dir.to_owned(), first_commit: Commit::new(first.to_string()), branch, version })
}

/// Settings of this repository alone, so that nothing of the person's own git gets in the way.
fn settle(repository: &Repository) -> Result<(), git2::Error> {
    let mut config = repository.config()?;
    config.set_str("user.name", "Dana")?;
    config.set_str("user.email", &address("dana"))?;
    config.set_bool("commit.gpgsign", false)?;
    config.set_bool("tag.gpgsign", false)?;
    config.set_str("core.autocrlf", "false")
}

fn address(name: &str) -> String {
    format!("{name}@rehearsal.invalid")
}

/// Returns a text that no other laid-down project has, so that each has a first commit and a journal of its own.
fn own_word(scenario: &Scenario) -> String {
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_i128(Timestamp::now().as_nanosecond());
    hasher.write_u32(std::process::id());
    let word = hasher.finish();
    format!("A rehearsal of `{}`. Its own word is {word:016x}.\n", scenario.name)
}

/// Sets up a remote beside the repository's own files, and pushes everything there; it is never part of the checkout.
fn push(repository: &Repository, branch: &str) -> Result<(), git2::Error> {
    let path = repository.path().join("rehearsal-origin.git");
    Repository::init_opts(
        &path,
        RepositoryInitOptions::new().bare(true).initial_head("main").external_template(false),
    )?;
    let mut remote = repository.remote("origin", &path.to_string_lossy())?;
    let specs: Vec<_> = ["main", branch].iter().map(|name| format!("refs/heads/{name}:refs/heads/{name}")).collect();
    let tags = ["refs/tags/v0.9.3:refs/tags/v0.9.3", "refs/tags/v0.9.4:refs/tags/v0.9.4"].map(str::to_owned);
    remote.push(&specs.into_iter().chain(tags).collect::<Vec<_>>(), None)?;
    for name in ["main", branch] {
        repository.find_branch(name, git2::BranchType::Local)?.set_upstream(Some(&format!("origin/{name}")))?;
    }
    Ok(())
}

struct History<'a> {
    repository: &'a Repository,
    dir: &'a Path,
    present: Timestamp,
}

impl History<'_> {
    fn play(&self, changes: Vec<ProjectCommit>) -> Result<(), LayDownError> {
        for change in changes {
            for edit in &change.edits {
                self.edit(edit)?;
            }
            let commit = self.commit(change.hours_ago, change.author, change.message)?;
            if let Some(tag) = change.tag {
                let object = self.repository.find_object(commit, Some(ObjectType::Commit))?;
                let who = self.signature(change.hours_ago, change.author)?;
                self.repository.tag(tag, &object, &who, change.message, false)?;
            }
        }
        Ok(())
    }

    fn edit(&self, edit: &Edit) -> Result<(), LayDownError> {
        match *edit {
            Edit::Write(path, text) => self.write(path, text),
            Edit::Replace(path, from, to) => {
                let file = self.dir.join(path);
                let text = fs::read_to_string(&file).map_err(|error| LayDownError::File(file, error))?;
                if !text.contains(from) {
                    return Err(LayDownError::Edit(path, from));
                }
                self.write(path, &text.replacen(from, to, 1))
            }
        }
    }

    fn write(&self, path: &str, text: &str) -> Result<(), LayDownError> {
        let file = self.dir.join(path);
        let made = file.parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| fs::write(&file, text)).map_err(|error| LayDownError::File(file, error))
    }

    fn commit(&self, hours_ago: i64, author: &str, message: &str) -> Result<Oid, LayDownError> {
        let mut index = self.repository.index()?;
        index.add_all(["*"], IndexAddOption::DEFAULT, None)?;
        index.write()?;
        let tree = self.repository.find_tree(index.write_tree()?)?;
        let who = self.signature(hours_ago, author)?;
        let parent = self.repository.head().ok().map(|head| head.peel_to_commit()).transpose()?;
        let parents: Vec<_> = parent.iter().collect();
        Ok(self.repository.commit(Some("HEAD"), &who, &who, message, &tree, &parents)?)
    }

    fn signature(&self, hours_ago: i64, author: &str) -> Result<Signature<'static>, git2::Error> {
        let then = self.present.checked_sub(SignedDuration::from_hours(hours_ago)).unwrap_or(self.present);
        let name: String = author[..1].to_uppercase() + &author[1..];
        Signature::new(&name, &address(author), &Time::new(then.as_second(), 0))
    }

    fn check_out(&self, branch: &str) -> Result<(), git2::Error> {
        let name = format!("refs/heads/{branch}");
        let tree = self.repository.find_reference(&name)?.peel(ObjectType::Tree)?;
        self.repository.checkout_tree(&tree, Some(git2::build::CheckoutBuilder::new().force()))?;
        self.repository.set_head(&name)
    }
}
