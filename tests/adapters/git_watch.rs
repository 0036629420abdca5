//! What the repository tells by itself when something in it moves.

use super::world::Project;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tminus_core::ports::{FailureKind, PortError, Repository as _};
use tminus_services::git::GitRepository;
use tokio::sync::mpsc::{self, Receiver};
use tokio::task::JoinHandle;

fn git(dir: &Path, words: &[&str]) {
    let mut command = Command::new("git");
    command.current_dir(dir).args(["-c", "user.name=Dana", "-c", "user.email=dana@example.com"]).args(words);
    let out = command.output().unwrap();
    assert!(out.status.success(), "{words:?}: {out:?}");
}

/// A watch that has begun.
struct Watched {
    moves: Receiver<()>,
    task: JoinHandle<Result<(), PortError>>,
}

impl Watched {
    async fn over(dir: &Path) -> Self {
        let repository = GitRepository::open(dir, "origin").unwrap();
        let (sender, moves) = mpsc::channel(1);
        let mut watched = Self { moves, task: tokio::spawn(async move { repository.watch(sender).await }) };
        watched.told().await;
        watched
    }

    /// Waits until something was told.
    async fn told(&mut self) {
        tokio::time::timeout(Duration::from_secs(60), self.moves.recv())
            .await
            .expect("told in time")
            .expect("it watches");
    }
}

#[tokio::test]
async fn commits_branches_tags_checkouts_and_fetches_are_told_each() {
    let project = Project::new(&[("a", "1")]);
    let dir = project.path();
    let mut watched = Watched::over(dir).await;
    for words in [
        ["commit", "-q", "--allow-empty", "-m", "one"].as_slice(),
        &["branch", "team/of/one"],
        &["update-ref", "refs/heads/team/of/one", "HEAD~1"],
        &["tag", "v1.0.0"],
        &["pack-refs", "--all"],
        &["checkout", "-q", "--detach"],
        &["rm", "-q", "--cached", "a"],
        &["fetch", "-q", "."],
    ] {
        git(dir, words);
        watched.told().await;
    }
}

#[tokio::test]
async fn a_folder_of_branches_that_is_removed_and_made_again_is_still_watched() {
    let project = Project::new(&[("a", "1")]);
    let dir = project.path();
    git(dir, &["commit", "-q", "--allow-empty", "-m", "one"]);
    git(dir, &["branch", "release/1.0.0"]);
    let mut watched = Watched::over(dir).await;
    // git removes the folder `release` with its last branch, and makes it again for the new name.
    for (from, to, at) in [("release/1.0.0", "release/1.0.1", "HEAD~1"), ("release/1.0.1", "release/1.0.2", "HEAD")] {
        git(dir, &["branch", "-m", from, to]);
        watched.told().await;
        git(dir, &["update-ref", &format!("refs/heads/{to}"), at]);
        watched.told().await;
    }
    git(dir, &["pack-refs", "--all"]);
    watched.told().await;
    for at in ["HEAD~1", "HEAD"] {
        git(dir, &["update-ref", "refs/heads/release/1.0.2", at]);
        watched.told().await;
    }
}

#[tokio::test]
async fn a_commit_in_another_worktree_of_the_same_repository_is_told() {
    let project = Project::new(&[("a", "1")]);
    let dir = tempfile::tempdir().unwrap();
    let side = dir.path().join("side");
    git(project.path(), &["worktree", "add", "-q", side.to_str().unwrap(), "-b", "release/1.0.0"]);
    let mut watched = Watched::over(&side).await;
    git(project.path(), &["commit", "-q", "--allow-empty", "-m", "one"]);
    watched.told().await;
    let mut watched = Watched::over(project.path()).await;
    git(&side, &["commit", "-q", "--allow-empty", "-m", "two"]);
    watched.told().await;
}

#[tokio::test]
async fn ten_thousand_branches_written_at_once_are_told_as_one_move_in_two_seconds_at_most() {
    let project = Project::new(&[("a", "1")]);
    let (dir, head) = (project.path().to_owned(), project.head());
    let mut watched = Watched::over(&dir).await;
    let all: String = (0..10_000).map(|n| format!("create refs/heads/many/{n} {head}\n")).collect();
    std::fs::write(dir.join("all"), all).unwrap();
    let begun = Instant::now();
    let mut writing = tokio::task::spawn_blocking(move || {
        let input = Stdio::from(std::fs::File::open(dir.join("all")).unwrap());
        Command::new("git").current_dir(&dir).args(["update-ref", "--stdin"]).stdin(input).status().unwrap()
    });
    let mut count = 0;
    let done = loop {
        tokio::select! {
            done = &mut writing => break done.unwrap(),
            Some(()) = watched.moves.recv() => count += 1,
        }
    };
    let most = begun.elapsed().as_secs() / 2 + 2;
    assert!(done.success());
    watched.told().await;
    eprintln!("{} moves told within {:?}", count + 1, begun.elapsed());
    assert!(count <= most, "{count} in {:?}", begun.elapsed());
    assert!(!watched.task.is_finished(), "it still watches");
}

#[tokio::test]
async fn a_reftable_is_watched_as_well() {
    let dir = tempfile::tempdir().unwrap();
    let made =
        Command::new("git").arg("-C").arg(dir.path()).args(["init", "-q", "--ref-format=reftable"]).output().unwrap();
    if !made.status.success() {
        eprintln!("skipped: this git has no reftable");
        return;
    }
    git(dir.path(), &["commit", "-q", "--allow-empty", "-m", "one"]);
    let mut watched = Watched::over(dir.path()).await;
    git(dir.path(), &["branch", "other"]);
    watched.told().await;
}

#[tokio::test]
async fn a_watch_ends_when_nobody_listens_and_says_why_when_the_repository_is_gone() {
    let project = Project::new(&[("a", "1")]);
    let Watched { moves, task } = Watched::over(project.path()).await;
    drop(moves);
    assert_eq!(task.await.unwrap(), Ok(()));
    let Watched { moves: mut open, task } = Watched::over(project.path()).await;
    std::fs::remove_dir_all(project.path().join(".git")).unwrap();
    while open.recv().await.is_some() {}
    assert_eq!(task.await.unwrap().unwrap_err().kind, FailureKind::Unavailable);
}
