//! A release's branch merged into another one by real git: one merge or none, whatever the checkouts, the hooks and the end of tminus
//! are like; and what counts as merged.

use super::world::{Project, secrets};
use crate::contract::target::end;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use tminus_core::kinds::repository::{Direction, MergeBackAct, RepositoryAct};
use tminus_core::names::{ActionId, Commit, OrderId, Version};
use tminus_core::order::{Order, Receipt, Task};
use tminus_core::ports::{FailureKind, MergeAsk, MergeLook, PortError, Repository, Target};
use tminus_services::command::Commands;
use tminus_services::git::{GitRepository, RepositoryTarget};

const RELEASE: &str = "release/1.0.0";

/// A repository whose release has a commit that `main` lacks, while another branch is checked out.
struct Merged {
    project: Project,
}

impl Merged {
    fn new() -> Self {
        let project = Project::new(&[("a", "1\n"), ("b", "1\n"), (".gitignore", "state\n")]);
        let merged = Self { project };
        for words in [
            &["config", "user.name", "Dana"][..],
            &["config", "user.email", "dana@example.com"],
            &["checkout", "-q", "-b", RELEASE],
        ] {
            merged.git(words);
        }
        merged.commit("a", "2\n");
        merged.git(&["checkout", "-q", "-b", "topic", "main"]);
        merged
    }

    fn at(&self, dir: &Path, words: &[&str]) -> std::process::Output {
        std::process::Command::new("git").current_dir(dir).args(words).output().unwrap()
    }

    fn git(&self, words: &[&str]) -> String {
        let out = self.at(self.project.path(), words);
        assert!(out.status.success(), "{words:?}: {out:?}");
        String::from_utf8(out.stdout).unwrap().trim().to_owned()
    }

    /// Commits a file on the branch that is checked out.
    fn commit(&self, file: &str, text: &str) {
        self.project.write(file, text);
        self.git(&["add", file]);
        self.git(&["commit", "-q", "-m", text.trim()]);
    }

    /// Commits a file on a branch, and goes back to where nobody is in the way.
    fn commit_on(&self, branch: &str, file: &str, text: &str) {
        self.git(&["checkout", "-q", branch]);
        self.commit(file, text);
        self.git(&["checkout", "-q", "topic"]);
    }

    fn tip(&self, branch: &str) -> Commit {
        Commit::new(self.git(&["rev-parse", branch]))
    }

    fn repository(&self) -> GitRepository {
        GitRepository::open(self.project.path(), "origin").unwrap()
    }

    fn target(&self) -> RepositoryTarget {
        let state = self.project.path().join("state");
        let commands = Commands::new(state.join("commands"), secrets(self.project.path()));
        RepositoryTarget::new(Arc::new(self.repository()), commands, state.join("repository"))
    }

    async fn look(&self) -> MergeLook {
        let ask = MergeAsk { branch: RELEASE.to_owned(), at: self.tip(RELEASE), into: "main".to_owned() };
        self.repository().merge_back(&ask).await.unwrap()
    }

    fn order(&self, id: &str, direction: Direction, (parent, made): (Commit, Option<Commit>)) -> Order {
        let act = RepositoryAct::MergeBack(MergeBackAct {
            into: "main".to_owned(),
            parent,
            from: RELEASE.to_owned(),
            head: self.tip(RELEASE),
            version: Version::parse("1.0.0").unwrap(),
            missing: Some(1),
            refused: Vec::new(),
            made,
        });
        let (id, action) = (OrderId::new(id), ActionId::new("merge-back-1.0.0-1"));
        Order { id, action, env: None, task: Task::Act { act, direction } }
    }

    fn forward(&self, id: &str) -> Order {
        self.order(id, Direction::Forward, (self.tip("main"), None))
    }

    async fn carry_out(&self, order: &Order) -> Result<Receipt, PortError> {
        let target = self.target();
        let ticket = target.begin(order).await?;
        end(&target, &ticket).await.0
    }

    /// The merge is refused with these words, and every branch and checkout is as it was.
    async fn refuses(&self, id: &str, says: &[&str]) {
        let before = (self.tip("main"), self.git(&["status", "--porcelain"]), self.git(&["worktree", "list"]));
        let failure = self.carry_out(&self.forward(id)).await.unwrap_err();
        for says in says {
            assert!(failure.sentence().contains(says), "{says}: {}", failure.sentence());
        }
        let after = (self.tip("main"), self.git(&["status", "--porcelain"]), self.git(&["worktree", "list"]));
        assert_eq!(after, before);
    }
}

#[tokio::test]
async fn a_release_is_merged_by_a_commit_of_its_own_and_taken_back_and_other_checkouts_are_left_alone() {
    let merged = Merged::new();
    let (before, head) = (merged.tip("main"), merged.tip(RELEASE));
    let look = merged.look().await;
    assert_eq!(
        (look.missing, &look.at, &look.held[..], &look.refused[..]),
        (Some(1), &Some(before.clone()), &[][..], &[][..])
    );
    merged.project.write("b", "mine\n");
    let made = Commit::new(merged.carry_out(&merged.forward("one")).await.unwrap().left.unwrap());
    assert_eq!(merged.tip("main"), made);
    let parents = format!("{made} {before} {head}");
    assert_eq!(merged.git(&["rev-list", "--parents", "-1", "main"]), parents, "no fast-forward");
    assert_eq!(merged.git(&["log", "-1", "--format=%s%an", "main"]), "Merge release/1.0.0 into mainDana");
    assert_eq!(
        (merged.git(&["status", "--porcelain"]).as_str(), merged.git(&["branch", "--show-current"]).as_str()),
        ("M b", "topic")
    );
    assert_eq!(merged.look().await.missing, Some(0));
    let back = merged.order("two", Direction::Back, (before.clone(), Some(made)));
    merged.carry_out(&back).await.unwrap();
    assert_eq!((merged.tip("main"), merged.look().await.missing), (before, Some(1)));
}

#[tokio::test]
async fn what_was_picked_or_squashed_is_merged_and_what_was_taken_out_again_is_not() {
    let merged = Merged::new();
    merged.commit_on(RELEASE, "b", "2\n");
    assert_eq!(merged.look().await.missing, Some(2));
    merged.git(&["checkout", "-q", "main"]);
    merged.git(&["cherry-pick", RELEASE]);
    assert_eq!(merged.look().await.missing, Some(2), "one of two");
    merged.git(&["cherry-pick", &format!("{RELEASE}~1")]);
    assert_eq!(merged.look().await.missing, Some(0), "picked");
    merged.git(&["revert", "--no-edit", "HEAD"]);
    assert_ne!(merged.look().await.missing, Some(0), "taken out again");
    merged.git(&["reset", "-q", "--hard", "topic"]);
    merged.git(&["merge", "-q", "--squash", RELEASE]);
    merged.git(&["commit", "-q", "-m", "squashed"]);
    assert_eq!(merged.look().await.missing, Some(0), "squashed");
}

#[tokio::test]
async fn where_the_remote_has_it_it_is_merged_and_an_old_branch_here_is_updated_first() {
    let merged = Merged::new();
    merged.git(&["config", "remote.origin.url", "/nowhere"]);
    merged.git(&["update-ref", "refs/remotes/origin/main", RELEASE]);
    assert_eq!(merged.look().await.missing, Some(0));
    merged.git(&["checkout", "-q", "-b", "theirs", "main"]);
    merged.commit("b", "3\n");
    merged.git(&["update-ref", "refs/remotes/origin/main", "theirs"]);
    let look = merged.look().await;
    assert_eq!(
        (look.missing, &look.refused[..]),
        (Some(1), &["main lacks commits of origin/main: update it first".to_owned()][..])
    );
    merged.git(&["branch", "-q", "-D", "main"]);
    let look = merged.look().await;
    assert_eq!(
        (look.missing, &look.refused[0][..]),
        (Some(1), "there is no main here: `git branch main origin/main` makes it")
    );
    merged.git(&["update-ref", "-d", "refs/remotes/origin/main"]);
    assert_eq!(merged.look().await.missing, None, "there is nothing to compare with");
}

#[tokio::test]
async fn a_conflict_names_its_files_and_the_way_out_and_changes_nothing() {
    let merged = Merged::new();
    merged.commit_on("main", "a", "3\n");
    let says = [
        "release/1.0.0 and main change the same in a",
        "`git switch main && git merge --no-ff release/1.0.0`",
        "`git merge --abort`",
    ];
    let look = merged.look().await;
    assert!(says.iter().all(|says| look.refused[0].contains(says)), "{look:?}");
    merged.refuses("one", &says).await;
    // As a person mends it.
    merged.git(&["checkout", "-q", "main"]);
    assert!(!merged.at(merged.project.path(), &["merge", "--no-ff", RELEASE]).status.success());
    merged.project.write("a", "4\n");
    merged.git(&["commit", "-q", "-a", "-m", "mended"]);
    assert_eq!(merged.look().await.missing, Some(0));
}

#[tokio::test]
async fn a_branch_with_work_in_its_checkout_or_in_the_middle_of_something_is_not_moved() {
    let merged = Merged::new();
    let other = merged.project.path().join("state/other");
    merged.git(&["worktree", "add", "-q", other.to_str().unwrap(), "main"]);
    std::fs::write(other.join("b"), "mine\n").unwrap();
    let says = "with changes in b: commit them, or `git stash` them";
    assert!(merged.look().await.held[0].contains(says), "{:?}", merged.look().await);
    merged.refuses("dirty", &[says]).await;
    assert_eq!(std::fs::read_to_string(other.join("b")).unwrap(), "mine\n");
    assert!(merged.at(&other, &["commit", "-q", "-a", "-m", "mine"]).status.success());
    assert!(!merged.at(&other, &["rebase", "--root", "-x", "false"]).status.success());
    let says = "a rebase of main is not finished in another checkout";
    assert!(merged.look().await.held[0].contains(says), "{:?}", merged.look().await);
    merged.refuses("rebased", &[says]).await;
    assert!(merged.at(&other, &["rebase", "--abort"]).status.success());
    assert!(merged.at(&other, &["merge", "-q", "--no-commit", "--no-ff", RELEASE]).status.success());
    merged.refuses("merging", &["a merge is not finished in "]).await;
    assert!(merged.at(&other, &["merge", "--abort"]).status.success());
    let made = merged.carry_out(&merged.forward("clean")).await.unwrap().left.unwrap();
    assert_eq!(merged.tip("main").as_str(), made);
    assert_eq!(std::fs::read_to_string(other.join("a")).unwrap(), "2\n", "its files follow");
}

#[tokio::test]
async fn a_hook_that_fails_leaves_nothing_and_its_words_are_told() {
    let merged = Merged::new();
    let hook = merged.project.path().join(".git/hooks/pre-merge-commit");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, "#!/bin/sh\necho no merges on friday >&2\nexit 1\n").unwrap();
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    merged.refuses("one", &["git made no merge, and nothing was changed", "no merges on friday"]).await;
}

#[tokio::test]
async fn a_merge_that_is_followed_again_after_each_step_is_done_once() {
    let merged = Merged::new();
    let (before, order) = (merged.tip("main"), merged.forward("one"));
    let ticket = merged.target().begin(&order).await.unwrap();
    assert_eq!(merged.target().find(&order.id).await, Ok(None), "nothing was done yet");
    // Killed while the checkout of its own was there, the merge made in it and not written down.
    let checkout = merged.project.path().join("state/repository/checkout");
    merged.git(&["worktree", "add", "-q", "--detach", checkout.to_str().unwrap(), before.as_str()]);
    assert!(merged.at(&checkout, &["merge", "-q", "--no-ff", "--no-commit", RELEASE]).status.success());
    let made = end(&merged.target(), &ticket).await.0.unwrap().left.unwrap();
    assert_eq!(merged.tip("main").as_str(), made);
    // Killed after the branch moved, before its end was recorded.
    assert_eq!(end(&merged.target(), &ticket).await.0.unwrap().left.as_deref(), Some(made.as_str()));
    assert!(merged.target().find(&order.id).await.unwrap().is_some());
    // Killed between the merge, which is written down, and the branch.
    merged.git(&["update-ref", "refs/heads/main", before.as_str()]);
    assert_eq!(merged.target().find(&order.id).await, Ok(None));
    assert_eq!(end(&merged.target(), &ticket).await.0.unwrap().left.as_deref(), Some(made.as_str()));
    assert_eq!((merged.tip("main").as_str(), merged.git(&["worktree", "list"]).lines().count()), (made.as_str(), 1));
    // Somebody has committed on the branch since: nothing of theirs is lost.
    merged.commit_on("main", "b", "5\n");
    let danas = merged.tip("main");
    let back = merged.order("two", Direction::Back, (before, Some(Commit::new(made))));
    let kept = merged.carry_out(&back).await.unwrap_err();
    assert_eq!((kept.kind, merged.tip("main")), (FailureKind::Conflict, danas), "{kept:?}");
}

#[tokio::test]
async fn a_look_starts_no_driver_and_a_merge_that_is_trusted_does() {
    let merged = Merged::new();
    merged.commit_on("main", "a", "3\n");
    let ran = merged.project.path().join(".git/ran");
    std::fs::write(merged.project.path().join(".git/info/attributes"), "a merge=own\n").unwrap();
    merged.git(&["config", "merge.own.driver", &format!("touch {} && cp %B %A", ran.display())]);
    for repository in [merged.repository(), merged.repository().trusted()] {
        let ask = MergeAsk { branch: RELEASE.to_owned(), at: merged.tip(RELEASE), into: "main".to_owned() };
        let look = repository.merge_back(&ask).await.unwrap();
        assert_eq!((look.missing, &look.refused[..], ran.exists()), (Some(1), &[][..], false));
    }
    merged.refuses("one", &["the repository's own configuration starts programs that merge files"]).await;
    let state = merged.project.path().join("state");
    let commands = Commands::new(state.join("commands"), secrets(merged.project.path()));
    let trusted = Arc::new(merged.repository().trusted());
    let target = RepositoryTarget::new(trusted, commands, state.join("repository"));
    let ticket = target.begin(&merged.forward("two")).await.unwrap();
    let made = end(&target, &ticket).await.0.unwrap().left.unwrap();
    assert_eq!((merged.tip("main").as_str(), merged.git(&["show", "main:a"]).as_str()), (made.as_str(), "2"));
    assert!(ran.exists());
}

#[tokio::test]
async fn a_checkout_whose_folder_was_removed_by_hand_is_in_nobodys_way() {
    let merged = Merged::new();
    for branch in ["main", RELEASE] {
        let gone = merged.project.path().join("state/gone").join(branch);
        merged.git(&["worktree", "add", "-q", gone.to_str().unwrap(), branch]);
        std::fs::remove_dir_all(&gone).unwrap();
    }
    let state = merged.repository().branch(RELEASE, "main", "v1.0.0").await.unwrap();
    assert_eq!((state.commit, &state.held[..], &state.unsaved[..]), (Some(merged.tip(RELEASE)), &[][..], &[][..]));
    assert_eq!(merged.look().await.held, [""; 0]);
    let made = merged.carry_out(&merged.forward("one")).await.unwrap().left.unwrap();
    assert_eq!(merged.tip("main").as_str(), made);
}

#[tokio::test]
async fn what_a_hook_puts_into_the_merge_is_refused_and_nothing_is_left_of_it() {
    let merged = Merged::new();
    let hook = merged.project.path().join(".git/hooks/post-merge");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    // git itself takes no file that a hook stages before the merge; one that runs after it can make the commit anew.
    let anew = "git commit-tree \"$(git write-tree)\" -p HEAD^1 -p HEAD^2 -m mine";
    let script = format!("echo more > more && git add more && git update-ref --no-deref HEAD \"$({anew})\"");
    std::fs::write(&hook, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    merged.refuses("one", &["a hook changed more in the merge", "is left out, and nothing was changed"]).await;
}
