//! The commits around a branch, from real repositories.

use super::world::Project;
use std::process::Command;
use tminus_core::branch_log::{BranchLog, CheckoutNote, CommitList, RemoteApart};
use tminus_core::ports::{LogAsk, Repository as _};
use tminus_services::git::GitRepository;

fn git(project: &Project, words: &[&str]) -> String {
    let mut command = Command::new("git");
    command.current_dir(project.path()).args(["-c", "user.name=Dana", "-c", "user.email=dana@example.com"]).args(words);
    let out = command.output().unwrap();
    assert!(out.status.success(), "{words:?}: {out:?}");
    String::from_utf8(out.stdout).unwrap().trim().to_owned()
}

fn commit(project: &Project, subject: &str) {
    git(project, &["commit", "--quiet", "--allow-empty", "-m", subject]);
}

fn ask(previous: Option<&str>) -> LogAsk {
    LogAsk {
        branch: "release/1.0.0".to_owned(),
        base: "main".to_owned(),
        tag: "v1.0.0".to_owned(),
        previous: previous.map(str::to_owned),
    }
}

async fn log_of(project: &Project, previous: Option<&str>) -> BranchLog {
    GitRepository::open(project.path(), "origin").unwrap().log(&ask(previous)).await.unwrap()
}

fn subjects(list: &CommitList) -> Vec<&str> {
    list.first.iter().map(|commit| commit.subject.as_str()).collect()
}

/// A release of two commits that its base has not, one of the base that it has not, and one before both since `v0.9.0`.
fn branched() -> Project {
    let project = Project::new(&[("a", "1")]);
    git(&project, &["tag", "-a", "-m", "Release", "v0.9.0"]);
    commit(&project, "feat: a page");
    git(&project, &["checkout", "-q", "-b", "release/1.0.0"]);
    commit(&project, "fix(page): its title");
    git(&project, &["commit", "-q", "--allow-empty", "--author", "Omer <o@example.com>", "-m", "words"]);
    git(&project, &["checkout", "-q", "main"]);
    commit(&project, "feat: search");
    git(&project, &["checkout", "-q", "release/1.0.0"]);
    project
}

#[tokio::test]
async fn the_commits_since_the_release_before_are_listed_newest_first_and_those_on_either_side_of_the_base() {
    let project = branched();
    let log = log_of(&project, Some("v0.9.0")).await;
    assert_eq!(log.since.as_deref(), Some("v0.9.0"));
    assert_eq!(subjects(&log.new), ["words", "fix(page): its title", "feat: a page"]);
    assert_eq!(subjects(&log.ahead), ["words", "fix(page): its title"]);
    assert_eq!(subjects(&log.behind), ["feat: search"]);
    let counts =
        |list: &[(String, u64)]| list.iter().map(|(what, n)| format!("{what} {n}")).collect::<Vec<_>>().join(", ");
    assert_eq!(counts(&log.new.authors), "Dana 2, Omer 1");
    assert_eq!(counts(&log.new.kinds), "feat 1, fix 1, other 1");
    assert_eq!((log.remote, log.notes), (None, Vec::new()));
}

#[tokio::test]
async fn without_a_release_before_the_nearest_tag_counts_and_never_the_releases_own() {
    let project = branched();
    git(&project, &["tag", "v1.0.0"]);
    assert_eq!(log_of(&project, None).await.since.as_deref(), Some("v0.9.0"));
    assert_eq!(log_of(&project, Some("v0.8.0-gone")).await.since.as_deref(), Some("v0.9.0"));
    git(&project, &["tag", "-d", "v0.9.0"]);
    let log = log_of(&project, None).await;
    assert_eq!((log.since, log.new.total), (None, 4), "from the first commit");
}

#[tokio::test]
async fn what_moved_is_read_again_by_the_same_repository() {
    let project = branched();
    let repository = GitRepository::open(project.path(), "origin").unwrap();
    let asked = ask(None);
    assert_eq!(repository.log(&asked).await.unwrap().new.total, 3);
    commit(&project, "one more");
    assert_eq!(repository.log(&asked).await.unwrap().new.total, 4);
    git(&project, &["tag", "v0.9.9", "HEAD~1"]);
    let log = repository.log(&asked).await.unwrap();
    assert_eq!((log.since.as_deref(), log.new.total), (Some("v0.9.9"), 1));
    git(&project, &["checkout", "-q", "--detach"]);
    assert_eq!(repository.log(&asked).await.unwrap().notes, [CheckoutNote::Detached], "nothing else moved");
}

#[tokio::test]
async fn the_remotes_copy_is_counted_both_ways_and_one_that_was_not_seen_is_not_zero() {
    let project = branched();
    git(&project, &["remote", "add", "origin", "https://example.com/x.git"]);
    let apart = async || log_of(&project, None).await.remote.unwrap().apart;
    assert_eq!(apart().await, RemoteApart::NoCopy);
    git(&project, &["update-ref", "refs/remotes/origin/release/1.0.0", "main"]);
    assert_eq!(apart().await, RemoteApart::By(2, 1));
    git(&project, &["checkout", "-q", "main"]);
    git(&project, &["branch", "-q", "-D", "release/1.0.0"]);
    assert_eq!(apart().await, RemoteApart::OnlyCopy);
}

#[tokio::test]
async fn another_worktree_a_shallow_clone_and_an_unfinished_rebase_are_named() {
    let project = branched();
    git(&project, &["checkout", "-q", "main"]);
    let dir = tempfile::tempdir().unwrap();
    let side = dir.path().canonicalize().unwrap().join("side");
    git(&project, &["worktree", "add", "-q", side.to_str().unwrap(), "release/1.0.0"]);
    std::fs::create_dir(project.git.path().join("rebase-merge")).unwrap();
    let root = git(&project, &["rev-list", "--max-parents=0", "HEAD"]);
    std::fs::write(project.git.path().join("shallow"), format!("{root}\n")).unwrap();
    let notes = log_of(&project, None).await.notes;
    let other = CheckoutNote::OtherWorktree(side.to_str().unwrap().to_owned());
    assert_eq!(notes, [other, CheckoutNote::Shallow, CheckoutNote::InProgress("a rebase".to_owned())]);
}

#[tokio::test]
async fn what_a_shallow_clone_cannot_tell_is_not_listed_as_if_it_were_new() {
    let project = branched();
    let (main, release) = (git(&project, &["rev-parse", "main"]), git(&project, &["rev-parse", "HEAD"]));
    std::fs::write(project.git.path().join("shallow"), format!("{main}\n{release}\n")).unwrap();
    let log = log_of(&project, Some("v0.9.0")).await;
    assert_eq!((log.since, log.ahead.total, log.behind.total), (None, 0, 0));
}

#[tokio::test]
async fn a_branch_that_is_not_there_has_no_commits_and_is_no_trouble() {
    let project = Project::new(&[("a", "1")]);
    let log = log_of(&project, None).await;
    assert_eq!(log, BranchLog::default());
    let dir = tempfile::tempdir().unwrap();
    git2::Repository::init(dir.path()).unwrap();
    let unborn = GitRepository::open(dir.path(), "origin").unwrap();
    assert_eq!(unborn.log(&ask(None)).await.unwrap(), BranchLog::default());
}

#[tokio::test]
async fn texts_of_commits_are_bounded_and_none_of_them_ends_the_list() {
    let project = branched();
    commit(&project, &format!("feat: {}", "long ".repeat(4_000)));
    commit(&project, "a\u{1f}b\u{1}c");
    let log = log_of(&project, Some("v0.9.0")).await;
    assert_eq!(log.new.total, 5);
    assert_eq!(log.new.first[0].subject, "a\u{1f}b\u{1}c", "made safe by the engine");
    assert_eq!(log.new.first[1].subject.chars().count(), 200);
}

#[tokio::test]
async fn more_commits_than_are_told_one_by_one_are_counted_and_more_than_are_counted_are_said() {
    let project = Project::new(&[("a", "1")]);
    let mut stream = String::new();
    for number in 1..=CommitList::COUNTED + 5 {
        let from = if number == 1 { "from refs/heads/main^0\n" } else { "" };
        let second = 1_700_000_000 + number;
        stream += &format!(
            "commit refs/heads/release/1.0.0\ncommitter Dana <d@example.com> {second} +0000\ndata 2\nx\n{from}\n"
        );
    }
    let file = project.path().join("stream");
    std::fs::write(&file, stream).unwrap();
    let input = std::fs::File::open(&file).unwrap();
    let done = Command::new("git").current_dir(project.path()).args(["fast-import", "--quiet"]).stdin(input).status();
    assert!(done.unwrap().success());
    let log = log_of(&project, None).await;
    assert_eq!((log.new.total, log.new.is_more), (CommitList::COUNTED as u64, true));
    assert_eq!((log.new.first.len(), log.ahead.first.len()), (CommitList::SHOWN, CommitList::FEW));
    git(&project, &["tag", "v0.9.0", "release/1.0.0~201"]);
    let log = log_of(&project, None).await;
    assert_eq!((log.new.total, log.new.is_more, log.new.left_out()), (201, false, 1));
}
