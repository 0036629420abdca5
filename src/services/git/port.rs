//! What is asked of a repository, each question by the file that knows the answer.

use super::beginning::{self, PlanAt};
use super::ignored::{self, IgnoredPaths};
use super::marks::FileMarks;
use super::program::GitProgram;
use super::repository::GitRepository;
use super::status::{self, CheckoutStatus};
use super::{branch, bump, changelog, checkout, log, merge_look, tree, watch};
use async_trait::async_trait;
use jiff::Timestamp;
use tminus_core::branch::{BranchBase, BranchState, BumpLook, ChangelogLook, Changes, MergeLook};
use tminus_core::branch_log::BranchLog;
use tminus_core::names::Commit;
use tminus_core::need::{Need, Unmet};
use tminus_core::ports::{BumpAsk, ChangelogAsk, FailureKind, LogAsk, MergeAsk, PortError, Repository};
use tokio::sync::mpsc::Sender;

impl GitRepository {
    /// Returns for each path, alone, whether the rules of a commit ignore it. What the commit tracks is not ignored.
    pub async fn is_ignored(&self, paths: &[String], commit: &Commit) -> Result<IgnoredPaths, PortError> {
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
    pub async fn standing(&self) -> Result<CheckoutStatus, PortError> {
        self.ask("the checkout could not be read", status::standing).await
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

    /// Returns what the plan's commands need and is not there, and why not all of it could be looked at. What git ignores and
    /// an earlier command may make is left out.
    async fn unmet(&self, commit: Option<&Commit>) -> (Vec<Unmet>, Option<String>) {
        let Some(starts) = &self.starts else { return (Vec::new(), None) };
        let mut unmet = match starts.unmet().await {
            Ok(unmet) => unmet,
            Err(failure) => return (Vec::new(), Some(failure.sentence())),
        };
        let late = |unmet: &Unmet| match &unmet.need {
            Need::File { path, is_late: true, .. } => Some(path.clone()),
            Need::File { .. } | Need::Program { .. } | Need::Value(_) | Need::Variable(_) => None,
        };
        let paths: Vec<String> = unmet.iter().filter_map(late).collect();
        let Some(commit) = commit.filter(|_| !paths.is_empty()) else { return (unmet, None) };
        match self.is_ignored(&paths, commit).await {
            Ok(ignored) => {
                let is_ignored = |path: &String| ignored.found.iter().any(|(known, is)| known == path && *is);
                unmet.retain(|unmet| !late(unmet).is_some_and(|path| is_ignored(&path)));
                (unmet, None)
            }
            // Which of them git ignores is unknown, so nobody can say that they are missing.
            Err(failure) => {
                unmet.retain(|unmet| late(unmet).is_none());
                (unmet, Some(failure.sentence()))
            }
        }
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

    /// Creates a branch at a commit and checks it out; an error when it exists elsewhere. Doing it twice does no harm.
    pub async fn create_branch(&self, branch: &str, at: &Commit) -> Result<(), PortError> {
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

#[async_trait]
impl Repository for GitRepository {
    async fn branch(&self, branch: &str, base: &str, tag: &str) -> Result<BranchState, PortError> {
        let (branch, base, tag) = (branch.to_owned(), base.to_owned(), tag.to_owned());
        let what = format!("the branch {branch} could not be read");
        let state = self.ask(&what, move |git, about| branch::state(git, about, (&branch, &base, &tag))).await?;
        let (unmet, unlooked) = self.unmet(state.commit.as_ref()).await;
        Ok(BranchState { unmet, unlooked: state.unlooked.or(unlooked), ..state })
    }

    async fn log(&self, ask: &LogAsk) -> Result<BranchLog, PortError> {
        log::log(self, ask).await
    }

    async fn watch(&self, moved: Sender<()>) -> Result<(), PortError> {
        watch::watch(self, moved).await
    }

    async fn bump(&self, at: &Commit, ask: &BumpAsk) -> Result<BumpLook, PortError> {
        let (at, ask) = (at.clone(), ask.clone());
        self.ask("the version files could not be read", move |git, about| bump::look(git, about, (&at, &ask))).await
    }

    async fn changelog(&self, at: &Commit, ask: &ChangelogAsk) -> Result<ChangelogLook, PortError> {
        let (at, ask) = (at.clone(), ask.clone());
        self.ask("the changelog could not be read", move |git, about| changelog::look(git, about, (&at, &ask))).await
    }

    async fn merge_back(&self, ask: &MergeAsk) -> Result<MergeLook, PortError> {
        let asked = ask.clone();
        let what = format!("what merging {} into {} comes to could not be read", ask.branch, ask.into);
        self.ask(&what, move |git, about| merge_look::look(git, about, &asked)).await
    }

    async fn resolve(&self, name: &str) -> Result<Option<Commit>, PortError> {
        let wanted = name.to_owned();
        self.ask(&format!("{name} could not be read"), move |git, _| tree::resolve(git, &wanted)).await
    }

    async fn contains(&self, commit: &Commit, other: &Commit) -> Result<bool, PortError> {
        let (commit, other) = (commit.clone(), other.clone());
        let what = format!("whether {} contains {} could not be read", commit.short(), other.short());
        let ancestor = move |git: &GitProgram, _: &Self| {
            git.answer(&["merge-base", "--is-ancestor", other.as_str(), commit.as_str()])?.is_yes()
        };
        self.ask(&what, ancestor).await
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
}
