//! Pushing the release's branch and tag: by real git, to a remote on this machine, never by force.

use super::world::{Project, secrets};
use crate::contract::target::end;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;
use tminus_core::branch::BranchState;
use tminus_core::kinds::repository::{Direction, PushAct, PushedTag, RepositoryAct};
use tminus_core::names::{ActionId, Commit, OrderId};
use tminus_core::order::{Order, Receipt, Task};
use tminus_core::ports::{FailureKind, PortError, Repository as _, Target as _};
use tminus_services::command::Commands;
use tminus_services::git::{GitRepository, RepositoryTarget};

const BRANCH: &str = "release/1.0.0";
const TAG: &str = "v1.0.0";

/// A repository with the branch of a release, its remote, and a clone of somebody else.
struct Fixture {
    project: Project,
    home: TempDir,
}

impl Fixture {
    fn new() -> Self {
        let (project, home) = (Project::new(&[("a", "1"), (".gitignore", "state\n")]), tempfile::tempdir().unwrap());
        let fixture = Self { project, home };
        let remote = fixture.remote();
        let remote = remote.to_str().unwrap();
        fixture.git(&["init", "--quiet", "--bare", "--initial-branch=main", remote]);
        fixture.git(&["remote", "add", "origin", remote]);
        fixture.git(&["push", "--quiet", "origin", "main"]);
        fixture.git(&["checkout", "--quiet", "-b", BRANCH]);
        fixture
    }

    fn remote(&self) -> PathBuf {
        self.home.path().join("remote.git")
    }

    fn git_at(&self, dir: &Path, words: &[&str]) -> String {
        let who = ["-c", "user.name=Dana", "-c", "user.email=d@example.com"];
        let out = std::process::Command::new("git").current_dir(dir).args(who).args(words).output().unwrap();
        assert!(out.status.success(), "{words:?}: {out:?}");
        String::from_utf8_lossy(&out.stdout).trim().to_owned()
    }

    fn git(&self, words: &[&str]) -> String {
        self.git_at(self.project.path(), words)
    }

    fn commit(&self) -> Commit {
        self.git(&["commit", "--quiet", "--allow-empty", "--message=x"]);
        self.project.head()
    }

    /// What the remote has under a name; nothing where it has none.
    fn there(&self, name: &str) -> String {
        self.git_at(&self.remote(), &["for-each-ref", "--format=%(objectname)", name])
    }

    /// Commits on the remote's branch, as somebody else does.
    fn somebody_pushes(&self) -> String {
        let clone = self.home.path().join("clone");
        self.git(&["clone", "--quiet", "--branch", BRANCH, self.remote().to_str().unwrap(), clone.to_str().unwrap()]);
        self.git_at(&clone, &["commit", "--quiet", "--allow-empty", "--message=theirs"]);
        self.git_at(&clone, &["push", "--quiet", "origin", BRANCH]);
        self.git_at(&clone, &["rev-parse", "HEAD"])
    }

    fn hook(&self, name: &str, text: &str) {
        let path = self.project.path().join(".git/hooks").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    async fn state(&self) -> BranchState {
        let repository = GitRepository::open(self.project.path(), "origin").unwrap();
        repository.branch(BRANCH, "main", TAG).await.unwrap()
    }

    /// What is pushed as the branch stands now.
    async fn act(&self) -> PushAct {
        let state = self.state().await;
        let tag = state.tag.and(state.tag_object).map(|tag| PushedTag { name: TAG.to_owned(), object: tag.id });
        let (remote, branch) = ("origin".to_owned(), BRANCH.to_owned());
        PushAct { remote, branch, commit: state.commit.unwrap(), before: state.remote, tag }
    }

    async fn carry_out(&self, id: &str, act: PushAct, direction: Direction) -> Result<Receipt, PortError> {
        let (state, root) = (self.project.path().join("state"), self.project.path());
        let commands = Commands::new(state.join("commands"), secrets(root));
        let repository = Arc::new(GitRepository::open(root, "origin").unwrap());
        let target = RepositoryTarget::new(repository, commands, state.join("repository"));
        let (id, action) = (OrderId::new(id), ActionId::new("push-1.0.0-1"));
        let ticket = target
            .begin(&Order { id, action, env: None, task: Task::Act { act: RepositoryAct::Push(act), direction } })
            .await?;
        end(&target, &ticket).await.0
    }

    async fn push(&self, id: &str) -> Result<Receipt, PortError> {
        self.carry_out(id, self.act().await, Direction::Forward).await
    }
}

#[tokio::test]
async fn the_branch_goes_as_it_was_previewed_with_its_tag_and_twice_does_no_harm() {
    let fixture = Fixture::new();
    let commit = fixture.commit();
    fixture.git(&["tag", "--annotate", "--message=one", TAG]);
    let act = fixture.act().await;
    fixture.commit();
    let receipt = fixture.carry_out("pushed", act.clone(), Direction::Forward).await.unwrap();
    assert_eq!(receipt.summary, "pushed release/1.0.0 with the tag v1.0.0 to origin");
    assert_eq!(receipt.left, Some(fixture.git(&["rev-parse", "refs/tags/v1.0.0"])));
    assert_eq!(fixture.there("refs/heads/release/1.0.0"), commit.as_str(), "what was committed since stays here");
    assert_eq!(fixture.there("refs/tags/v1.0.0"), fixture.git(&["rev-parse", "refs/tags/v1.0.0"]));
    let state = fixture.state().await;
    assert_eq!((state.pushed, state.remote), (Some(false), Some(commit)));
    fixture.carry_out("again", act, Direction::Forward).await.unwrap();
}

#[tokio::test]
async fn what_somebody_else_pushed_is_never_overwritten_forward_or_back() {
    let fixture = Fixture::new();
    fixture.commit();
    let act = fixture.act().await;
    fixture.push("first").await.unwrap();
    let theirs = fixture.somebody_pushes();
    let back = fixture.carry_out("back", act, Direction::Back).await.unwrap_err();
    let there = format!("release/1.0.0 on origin is at {}", &theirs[..7]);
    assert_eq!((back.kind, &back.summary), (FailureKind::Conflict, &there));
    fixture.commit();
    let behind = fixture.push("second").await.unwrap_err();
    assert_eq!((behind.kind, &behind.summary), (FailureKind::Conflict, &there));
    assert_eq!(fixture.there("refs/heads/release/1.0.0"), theirs);
}

#[tokio::test]
async fn a_push_is_taken_back_to_where_the_remote_stood_before() {
    let fixture = Fixture::new();
    let first = fixture.commit();
    let created = fixture.act().await;
    fixture.push("first").await.unwrap();
    fixture.commit();
    let moved = fixture.act().await;
    assert_eq!(moved.before.as_ref(), Some(&first));
    fixture.push("second").await.unwrap();
    let receipt = fixture.carry_out("back", moved, Direction::Back).await.unwrap();
    assert_eq!(receipt.summary, format!("moved release/1.0.0 on origin back to {}", first.short()));
    assert_eq!(fixture.there("refs/heads/release/1.0.0"), first.as_str());
    fixture.carry_out("gone", created, Direction::Back).await.unwrap();
    assert_eq!(fixture.there("refs/heads/release/1.0.0"), "");
    assert_eq!(fixture.state().await.remote, None);
}

#[tokio::test]
async fn a_hook_that_refuses_is_told_in_its_words_and_nothing_is_pushed() {
    let fixture = Fixture::new();
    fixture.commit();
    fixture.hook("pre-push", "#!/bin/sh\necho 'the tests are red' >&2\nexit 1\n");
    let failure = fixture.push("refused").await.unwrap_err();
    assert!(failure.sentence().contains("the tests are red"), "{failure:?}");
    assert_eq!(fixture.there("refs/heads/release/1.0.0"), "");
}

#[tokio::test]
async fn a_remote_that_wants_a_password_is_never_asked_for_it_at_the_terminal() {
    let fixture = Fixture::new();
    fixture.commit();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/shop.git", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 4_096];
            let _read = stream.read(&mut request).await;
            let who = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"shop\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            let _sent = stream.write_all(who.as_bytes()).await;
        }
    });
    fixture.git(&["remote", "set-url", "origin", &url]);
    let failure = fixture.push("asked").await.unwrap_err();
    assert!(
        failure.sentence().contains("Authentication failed") || failure.sentence().contains("could not read"),
        "{failure:?}"
    );
    assert_ne!(failure.kind, FailureKind::Timeout);
    serving.abort();
}

#[tokio::test]
async fn a_tag_that_the_remote_has_as_another_holds_the_branch_back_too() {
    let fixture = Fixture::new();
    fixture.git(&["tag", "--annotate", "--message=theirs", TAG]);
    fixture.git(&["push", "--quiet", "origin", TAG]);
    let theirs = fixture.there("refs/tags/v1.0.0");
    fixture.commit();
    fixture.git(&["tag", "--annotate", "--force", "--message=ours", TAG]);
    let failure = fixture.push("held").await.unwrap_err();
    assert!(failure.sentence().contains("already exists"), "{failure:?}");
    assert_eq!((fixture.there("refs/heads/release/1.0.0"), fixture.there("refs/tags/v1.0.0")), (String::new(), theirs));
}

#[tokio::test]
async fn a_push_that_is_cut_short_behind_the_branch_and_before_its_tag_is_not_done() {
    let fixture = Fixture::new();
    fixture.commit();
    fixture.push("branch").await.unwrap();
    fixture.git(&["tag", "--annotate", "--message=one", TAG]);
    fixture.hook("pre-push", "#!/bin/sh\nkill -9 $PPID\n");
    fixture.push("cut short").await.unwrap_err();
    assert_eq!(fixture.there("refs/tags/v1.0.0"), "");
}

#[tokio::test]
async fn a_clone_that_follows_one_branch_alone_asks_the_remote_what_it_pushed() {
    let fixture = Fixture::new();
    let commit = fixture.commit();
    fixture.git(&["config", "remote.origin.fetch", "+refs/heads/main:refs/remotes/origin/main"]);
    let receipt = fixture.push("unseen").await.unwrap();
    assert_eq!(receipt.left.as_deref(), Some(commit.as_str()));
    assert_eq!(fixture.there("refs/heads/release/1.0.0"), commit.as_str());
}
