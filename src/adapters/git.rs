//! The git repository that is being released, as the person's own `git` program sees it.
//!
//! Every question is asked anew, on a blocking thread: a checkout that moves under a long session is seen.

mod beginning;
mod branch;
mod checkout;
mod failure;
mod fill;
mod filters;
mod ignored;
mod inventory;
mod lineage;
mod marks;
mod program;
mod remote;
mod status;
mod submodule;
mod survey;
mod tree;

pub use beginning::PlanAt;
pub(crate) use fill::{fill, pulse_of};
pub use ignored::Answers;
pub use inventory::Inventory;
pub use lineage::Lineage;
pub use marks::{FileMark, FileMarks, file_mark};
use program::{Filters, Git};
pub use status::{Difference, DifferenceKind, Standing};
pub use survey::{Survey, is_ignored, survey};

use crate::adapters::patience::Patience;
use crate::config::plan::FILE_NAME;
use crate::domain::branch::{BranchBase, BranchState, Changes};
use crate::domain::names::Commit;
use crate::ports::{FailureKind, PortError, Repository};
use async_trait::async_trait;
use failure::under;
use jiff::Timestamp;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

/// A repository on this machine, and the remote that its branches are pushed to.
#[derive(Clone, Debug)]
pub struct GitRepository {
    root: PathBuf,
    prefix: String,
    git_dir: PathBuf,
    common_dir: PathBuf,
    is_bare: bool,
    remote: String,
    filters: Filters,
    scripts: Vec<String>,
    patience: Patience,
}

impl GitRepository {
    /// Opens the repository that a folder lies in; an error in git's words when it cannot be read.
    ///
    /// The filters of its own configuration are withheld until [`GitRepository::trusted`].
    pub fn open(folder: &Path, remote: &str) -> Result<Self, PortError> {
        let what = format!("{} is in no git repository that can be read", folder.display());
        Self::found(folder, remote).map_err(|failure| under(&what, failure))
    }

    fn found(folder: &Path, remote: &str) -> Result<Self, PortError> {
        if !folder.is_dir() {
            return Err(PortError::new(FailureKind::NotFound, "there is no such folder"));
        }
        let git = Git::at(folder);
        let about = ["rev-parse", "--is-bare-repository", "--absolute-git-dir", "--git-common-dir"];
        let out = git.read(&about)?;
        let mut lines = out.split(|byte| *byte == b'\n');
        let mut line = || lines.next().unwrap_or_default();
        let is_bare = line() == b"true";
        let git_dir = path_of(line());
        // From a folder within, an older git prints it relative to that folder.
        let common_dir = folder.join(path_of(line()));
        let (root, prefix) = if is_bare {
            (git_dir.clone(), String::new())
        } else {
            let out = git.read(&["rev-parse", "--show-toplevel", "--show-prefix"])?;
            let mut lines = out.split(|byte| *byte == b'\n');
            let root = path_of(lines.next().unwrap_or_default());
            (root, String::from_utf8_lossy(lines.next().unwrap_or_default()).into_owned())
        };
        let (remote, filters) = (remote.to_owned(), Filters::Withheld);
        let (scripts, patience) = (Vec::new(), Patience::default());
        Ok(Self { root, prefix, git_dir, common_dir, is_bare, remote, filters, scripts, patience })
    }

    /// Lets the filters of its own configuration run where git itself runs them: the plan is trusted.
    #[must_use]
    pub fn trusted(self) -> Self {
        Self { filters: Filters::Run, ..self }
    }

    /// Names the scripts that the plan's actions run, from the folder that it was opened in: a branch's state says which
    /// of them lie here and are in no commit.
    #[must_use]
    pub fn running(self, scripts: Vec<String>) -> Self {
        Self { scripts, ..self }
    }

    /// Says how long its remote may take to answer.
    #[must_use]
    pub fn patient(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    /// Returns the top folder of the checkout; the repository itself when it is bare.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the folder that it was opened in, from the top of the checkout, with a `/` at its end; empty at the top.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Returns the list of the files that the checkout tracks.
    pub fn index(&self) -> PathBuf {
        self.git_dir.join("index")
    }

    /// Returns the folder that holds what all its checkouts share.
    pub fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    /// Returns for each path, alone, whether the rules of a commit ignore it. What the commit tracks is not ignored.
    pub async fn is_ignored(&self, paths: &[String], commit: &Commit) -> Result<Answers, PortError> {
        let (paths, commit) = (paths.to_vec(), commit.clone());
        self.ask("the ignore rules could not be read", move |git, about| {
            let on_disk = |path: &str| match about.root.join(&about.prefix).join(path).metadata() {
                Ok(there) if there.is_dir() => ignored::OnDisk::Folder,
                Ok(_) => ignored::OnDisk::File,
                Err(_) => ignored::OnDisk::Absent,
            };
            ignored::answers(git, &commit, (&about.prefix, &paths), on_disk)
        })
        .await
    }

    /// Returns where the checkout stands, and in what it differs from its commit.
    pub async fn standing(&self) -> Result<Standing, PortError> {
        self.ask("the checkout could not be read", status::standing).await
    }

    /// Returns what changes whenever another commit is checked out, even when that is taken back.
    pub fn pulse(&self) -> String {
        pulse(&self.git_dir)
    }

    /// Returns the plan's file, from the top of the checkout.
    fn plan(&self) -> String {
        format!("{}{FILE_NAME}", self.prefix)
    }

    /// Says whether a commit holds the plan that lies here.
    pub async fn holds_plan(&self, commit: &Commit) -> Result<PlanAt, PortError> {
        let commit = commit.clone();
        self.ask("the plan could not be looked up", move |git, about| beginning::holds_plan(git, about, &commit)).await
    }

    /// Says whether a commit tracks a path, or something below it.
    pub async fn is_tracked(&self, path: &str, commit: &Commit) -> Result<bool, PortError> {
        let (path, commit) = (format!("{}{path}", self.prefix), commit.clone());
        self.ask(&format!("{path} could not be looked for"), move |git, _| tree::is_tracked_in(git, &path, &commit))
            .await
    }

    /// Returns the files of the checkout among these, by their paths from its top, that a commit does not hold.
    pub async fn ignored_among(&self, paths: &[String], commit: &Commit) -> Result<Vec<String>, PortError> {
        let (paths, commit) = (paths.to_vec(), commit.clone());
        self.ask("the files of the commit could not be looked up", move |git, _| tree::ignored_in(git, &commit, &paths))
            .await
    }

    /// Returns what marks the content of every tracked file of the checkout.
    pub async fn marks(&self) -> Result<FileMarks, PortError> {
        self.ask("the files of the checkout could not be listed", |git, _| FileMarks::of(git)).await
    }

    /// Returns when a file was last changed on the way to a commit; `None` for a file that is not tracked there, and for
    /// one that was last changed beyond the end of a shallow clone.
    pub async fn changed_at(&self, path: &str, commit: &Commit) -> Result<Option<Timestamp>, PortError> {
        let (file, commit) = (format!("{}{path}", self.prefix), commit.clone());
        self.ask(&format!("the history of {path} could not be read"), move |git, about| {
            branch::changed_at(git, &file, (&commit, &about.common_dir))
        })
        .await
    }

    /// Returns the date of a commit, in seconds since 1970.
    pub async fn committed_at(&self, commit: &Commit) -> Result<i64, PortError> {
        let commit = commit.clone();
        self.ask("the date of the commit could not be read", move |git, _| {
            let date = git.line(&["log", "-1", "--format=%ct", commit.as_str(), "--"])?;
            date.parse().map_err(|_| PortError::new(FailureKind::Malformed, format!("git dates it {date:?}")))
        })
        .await
    }

    /// Asks git something, off the async threads.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        what: &str,
        question: impl FnOnce(&Git, &Self) -> Result<T, PortError> + Send + 'static,
    ) -> Result<T, PortError> {
        let own = self.clone();
        let answer = tokio::task::spawn_blocking(move || question(&Git::at(&own.root), &own)).await;
        match answer {
            Ok(answer) => answer.map_err(|failure| under(what, failure)),
            Err(error) => Err(PortError::new(FailureKind::Malformed, what).because(error.to_string())),
        }
    }
}

/// Returns what changes whenever the `HEAD` of a repository is written.
pub(crate) fn pulse(git_dir: &Path) -> String {
    use std::os::unix::fs::MetadataExt as _;
    let of = |name: &str| {
        let found = std::fs::metadata(git_dir.join(name)).ok();
        found.map(|found| (found.ino(), found.mtime(), found.mtime_nsec(), found.len()))
    };
    format!("{:?} {:?}", of("HEAD"), of("logs/HEAD"))
}

fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(bytes))
}

#[async_trait]
impl Repository for GitRepository {
    async fn branch(&self, branch: &str, base: &str, tag: &str) -> Result<BranchState, PortError> {
        let (branch, base, tag) = (branch.to_owned(), base.to_owned(), tag.to_owned());
        let what = format!("the branch {branch} could not be read");
        self.ask(&what, move |git, about| branch::state(git, about, (&branch, &base, &tag))).await
    }

    async fn resolve(&self, name: &str) -> Result<Option<Commit>, PortError> {
        let wanted = name.to_owned();
        self.ask(&format!("{name} could not be read"), move |git, _| branch::resolve(git, &wanted)).await
    }

    /// A commit that is no longer here (rebased away, or beyond a shallow clone's end) counts as everything changed.
    async fn changes(&self, from: &Commit, to: &Commit) -> Result<Changes, PortError> {
        let (from, to) = (from.clone(), to.clone());
        self.ask("the changed files could not be listed", move |git, _| branch::changes(git, &from, &to)).await
    }

    async fn tags(&self) -> Result<Vec<(String, Timestamp)>, PortError> {
        self.ask("the tags could not be listed", |git, _| branch::tags(git)).await
    }

    async fn base(&self, name: &str) -> Result<Option<BranchBase>, PortError> {
        let wanted = name.to_owned();
        self.ask(&format!("{name} could not be read"), move |git, about| beginning::base(git, about, &wanted)).await
    }

    async fn try_branch(&self, branch: &str, at: &Commit) -> Result<(), PortError> {
        let (name, commit) = (branch.to_owned(), at.clone());
        let what = format!("the branch {branch} cannot be created");
        let obstacles = self.ask(&what, move |git, about| beginning::obstacles(git, about, (&name, &commit))).await?;
        match obstacles.is_empty() {
            true => Ok(()),
            false => Err(PortError { causes: obstacles, ..PortError::new(FailureKind::Conflict, what) }),
        }
    }

    async fn create_branch(&self, branch: &str, at: &Commit) -> Result<(), PortError> {
        let (name, commit) = (branch.to_owned(), at.clone());
        let what = format!("the branch {branch} could not be created");
        let elsewhere =
            self.ask(&what, move |git, about| checkout::create_branch(git, about, (&name, &commit))).await?;
        match elsewhere {
            None => Ok(()),
            Some(there) => Err(PortError::new(FailureKind::Conflict, what)
                .because(format!("it is there already, at {}", there.short()))),
        }
    }
}
