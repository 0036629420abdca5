//! A repository on this machine: where it lies, what it may run, and how git is asked about it.

use super::commands::CommandLook;
use super::failure::under;
use super::program::{Filters, GitProgram};
use crate::patience::Patience;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tminus_core::branch::{BumpLook, ChangelogLook};
use tminus_core::branch_log::BranchLog;
use tminus_core::grammar::plan::FILE_NAME;
use tminus_core::names::Commit;
use tminus_core::ports::{BumpAsk, ChangelogAsk, FailureKind, LogAsk, PortError};

/// A repository on this machine, and the remote that its branches are pushed to.
#[derive(Clone, Debug)]
pub struct GitRepository {
    pub(super) root: PathBuf,
    pub(super) prefix: String,
    pub(super) git_dir: PathBuf,
    pub(super) common_dir: PathBuf,
    pub(super) is_bare: bool,
    pub(super) remote: String,
    pub(super) filters: Filters,
    pub(super) scripts: Vec<String>,
    pub(super) starts: Option<Arc<dyn CommandLook>>,
    pub(super) patience: Patience,
    pub(super) bumped: Arc<Mutex<Option<BumpSeen>>>,
    pub(super) logs: Arc<Mutex<Vec<LogSeen>>>,
    pub(super) drafted: Arc<Mutex<Option<ChangelogSeen>>>,
    pub(super) merged: Arc<Mutex<Vec<MergeSeen>>>,
}

/// What merging one commit into another came to; commits do not change.
#[derive(Debug)]
pub(super) struct MergeSeen {
    pub(super) from: Commit,
    pub(super) into: Commit,
    pub(super) outcome: MergeOutcome,
}

/// What a merge that nobody sees comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum MergeOutcome {
    /// It changes nothing: each change is there already.
    Nothing,
    /// So many commits come, and nobody's lines are in the way.
    Clean(u64),
    /// So many commits come, and these files are changed on both sides.
    Conflicts(u64, Vec<String>),
    /// So many commits come, and what comes of it cannot be told beforehand.
    Untold(u64),
}

/// What a bump of one commit came to when it was last looked at; a commit does not change.
#[derive(Debug)]
pub(super) struct BumpSeen {
    pub(super) at: Commit,
    pub(super) ask: BumpAsk,
    pub(super) look: BumpLook,
}

/// The tips that a log depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LogTips {
    pub(super) here: Option<Commit>,
    pub(super) ground: Option<Commit>,
    pub(super) copy: Option<Commit>,
    /// The tag of the release before, or all tags where it has none.
    pub(super) previous: Option<Commit>,
    pub(super) tags: String,
    pub(super) local: Option<Commit>,
    pub(super) has_remote: bool,
    pub(super) is_shallow: bool,
}

/// A log, and what it was made from.
#[derive(Debug)]
pub(super) struct LogSeen {
    pub(super) ask: LogAsk,
    pub(super) tips: LogTips,
    pub(super) log: BranchLog,
}

/// What the changelog of one commit came to when it was last looked at.
#[derive(Debug)]
pub(super) struct ChangelogSeen {
    pub(super) at: Commit,
    pub(super) ask: ChangelogAsk,
    /// Of every tag and what it stands for.
    pub(super) tags: String,
    pub(super) look: ChangelogLook,
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
        let git = GitProgram::at(folder);
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
        let (scripts, starts, patience) = (Vec::new(), None, Patience::default());
        let (bumped, drafted, logs, merged) = Default::default();
        Ok(Self {
            root,
            prefix,
            git_dir,
            common_dir,
            is_bare,
            remote,
            filters,
            scripts,
            starts,
            patience,
            bumped,
            logs,
            drafted,
            merged,
        })
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

    /// Lets a branch's state say what the plan's commands need and is not there.
    #[must_use]
    pub fn starting(self, starts: Arc<dyn CommandLook>) -> Self {
        Self { starts: Some(starts), ..self }
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

    /// Returns what changes whenever another commit is checked out, even when that is taken back.
    pub fn pulse(&self) -> String {
        pulse(&self.git_dir)
    }

    /// Returns the plan's file, from the top of the checkout.
    pub(super) fn plan(&self) -> String {
        format!("{}{FILE_NAME}", self.prefix)
    }

    /// Returns git as it is asked about this repository.
    pub(crate) fn program(&self) -> GitProgram {
        GitProgram::at(&self.root)
    }

    /// Says whether it has no checkout.
    pub(crate) const fn is_bare(&self) -> bool {
        self.is_bare
    }

    /// Asks git something, off the async threads.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        what: &str,
        question: impl FnOnce(&GitProgram, &Self) -> Result<T, PortError> + Send + 'static,
    ) -> Result<T, PortError> {
        let own = self.clone();
        let answer = tokio::task::spawn_blocking(move || question(&GitProgram::at(&own.root), &own)).await;
        match answer {
            Ok(answer) => answer.map_err(|failure| under(what, failure)),
            Err(error) => Err(PortError::new(FailureKind::Malformed, what).because(error.to_string())),
        }
    }
}

/// Returns what changes whenever the `HEAD` of a repository is written.
pub(super) fn pulse(git_dir: &Path) -> String {
    use std::os::unix::fs::MetadataExt as _;
    let of = |name: &str| {
        let found = std::fs::metadata(git_dir.join(name)).ok();
        found.map(|found| (found.ino(), found.mtime(), found.mtime_nsec(), found.len()))
    };
    format!("{:?} {:?}", of("HEAD"), of("logs/HEAD"))
}

pub(super) fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(bytes))
}
