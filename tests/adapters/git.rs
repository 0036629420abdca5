//! The repository, in all the shapes that a repository can have.

use super::world::Project;
use std::sync::Arc;
use tminus_core::branch::{BranchState, Checkout};
use tminus_core::names::Commit;
use tminus_core::ports::{FailureKind, Repository as _};
use tminus_services::git::{GitRepository, Lineage};
use tminus_services::worktree::Worktree;

fn open(project: &Project) -> GitRepository {
    GitRepository::open(project.path(), "origin").unwrap()
}

#[tokio::test]
async fn a_folder_without_a_repository_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let failure = GitRepository::open(dir.path(), "origin").unwrap_err();
    assert_eq!(failure.kind, FailureKind::NotFound);
    assert!(failure.summary.contains("in no git repository"), "{failure}");
}

#[tokio::test]
async fn a_branch_is_measured_against_its_base() {
    let project = Project::new(&[("a", "1")]);
    let repository = open(&project);
    let base = project.head();
    repository.create_branch("release/1.0.0", &base).await.unwrap();
    let tip = project.commit(&[("b", "1")]);
    project
        .git
        .tag_lightweight("v1.0.0", &project.git.head().unwrap().peel(git2::ObjectType::Commit).unwrap(), false)
        .unwrap();
    let state = repository.branch("release/1.0.0", "main", "v1.0.0").await.unwrap();
    assert_eq!((state.ahead, state.behind), (1, 0));
    assert_eq!((state.commit.as_ref(), state.tag.as_ref()), (Some(&tip), Some(&tip)));
    assert_eq!((state.pushed, state.checkout), (None, Checkout::Clean));
    let main = repository.branch("main", "release/1.0.0", "v9").await.unwrap();
    assert_eq!((main.ahead, main.behind, main.checkout), (0, 1, Checkout::Elsewhere(Some(tip))));
    let none = repository.branch("release/2.0.0", "main", "..").await.unwrap();
    assert_eq!((none.commit, none.tag), (None, None));
}

#[tokio::test]
async fn how_far_branches_are_apart_cannot_be_told_where_a_shallow_clone_ends_before_they_meet() {
    let project = Project::new(&[("a", "1")]);
    let base = project.git.head().unwrap().peel_to_commit().unwrap();
    let who = git2::Signature::now("Dana", "dana@example.com").unwrap();
    let of_release =
        project.git.commit(Some("refs/heads/release/1.0.0"), &who, &who, "b", &base.tree().unwrap(), &[&base]).unwrap();
    let tip = project.commit(&[("b", "1")]);
    let state = async || open(&project).branch("release/1.0.0", "main", "v1").await.unwrap();
    let told = |state: &BranchState| (state.ahead, state.behind, state.uncounted.clone());
    assert_eq!(told(&state().await), (1, 1, None));
    project.git.reference("refs/remotes/origin/main", of_release, true, "fetched").unwrap();
    let copy = async || open(&project).base("main").await.unwrap().unwrap().remote.unwrap().ahead;
    assert_eq!(copy().await, Some(1));
    std::fs::write(project.git.path().join("shallow"), format!("{tip}\n{of_release}\n")).unwrap();
    assert_eq!(told(&state().await), (0, 0, Some("the clone is shallow".to_owned())));
    assert_eq!(copy().await, None);
}

#[tokio::test]
async fn a_pushed_branch_is_told_from_one_that_is_not() {
    let project = Project::new(&[("a", "1")]);
    project.git.remote("origin", "https://example.com/x.git").unwrap();
    let repository = open(&project);
    assert_eq!(repository.branch("main", "main", "v1").await.unwrap().pushed, Some(false));
    let id = project.git.head().unwrap().target().unwrap();
    project.git.reference("refs/remotes/origin/main", id, true, "pushed").unwrap();
    assert_eq!(repository.branch("main", "main", "v1").await.unwrap().pushed, Some(true));
}

#[tokio::test]
async fn an_annotated_tag_leads_to_its_commit() {
    let project = Project::new(&[("a", "1")]);
    let head = project.git.head().unwrap().peel(git2::ObjectType::Commit).unwrap();
    let who = git2::Signature::now("Dana", "dana@example.com").unwrap();
    project.git.tag("v1.0.0", &head, &who, "Release 1.0.0", false).unwrap();
    let repository = open(&project);
    assert_eq!(repository.branch("main", "main", "v1.0.0").await.unwrap().tag, Some(project.head()));
    assert_eq!(repository.resolve("v1.0.0").await, Ok(Some(project.head())));
    assert_eq!(repository.resolve("no-such-name").await, Ok(None));
    assert_eq!(repository.tags().await.unwrap()[0].0, "v1.0.0");
}

#[tokio::test]
async fn files_that_git_does_not_know_make_the_checkout_dirty_and_ignored_ones_do_not() {
    let project = Project::new(&[("a", "1"), (".gitignore", "*.log\n")]);
    let repository = open(&project);
    project.write("x.log", "noise");
    assert_eq!(repository.standing().await.unwrap().changed, Some(Vec::new()));
    project.write("new", "1");
    project.write("a", "2");
    assert_eq!(repository.branch("main", "main", "v1").await.unwrap().checkout, Checkout::Dirty(2));
}

#[tokio::test]
async fn a_detached_head_is_a_checkout_like_any_other() {
    let project = Project::new(&[("a", "1")]);
    let id = project.git.head().unwrap().target().unwrap();
    project.git.set_head_detached(id).unwrap();
    assert_eq!(open(&project).branch("main", "main", "v1").await.unwrap().checkout, Checkout::Clean);
}

#[tokio::test]
async fn an_unborn_branch_and_a_bare_repository_are_no_trouble() {
    let dir = tempfile::tempdir().unwrap();
    git2::Repository::init(dir.path()).unwrap();
    let unborn = GitRepository::open(dir.path(), "origin").unwrap();
    assert_eq!(unborn.standing().await.unwrap().commit, None);
    assert_eq!(unborn.branch("main", "main", "v1").await.unwrap().commit, None);
    assert_eq!(unborn.lineage().await, Ok(Lineage::default()));
    let dir = tempfile::tempdir().unwrap();
    git2::Repository::init_bare(dir.path()).unwrap();
    let bare = GitRepository::open(dir.path(), "origin").unwrap();
    assert_eq!(bare.standing().await.unwrap().changed, None);
    assert_eq!(bare.branch("main", "main", "v1").await.unwrap().checkout, Checkout::Elsewhere(None));
}

#[tokio::test]
async fn a_linked_worktree_has_a_standing_of_its_own() {
    let project = Project::new(&[("a", "1")]);
    let dir = tempfile::tempdir().unwrap();
    project.git.worktree("side", &dir.path().join("side"), None).unwrap();
    project.write("a", "changed in the main checkout");
    let side = GitRepository::open(&dir.path().join("side"), "origin").unwrap();
    assert_eq!(side.standing().await.unwrap().changed, Some(Vec::new()));
    assert_eq!(side.lineage().await.unwrap().commits, [project.head().to_string()]);
    assert_eq!(side.common_dir().canonicalize().unwrap(), project.git.path().canonicalize().unwrap());
}

#[tokio::test]
async fn a_shallow_clone_does_not_know_its_first_commit() {
    let project = Project::new(&[("a", "1")]);
    let tip = project.commit(&[("a", "2")]);
    std::fs::write(project.git.path().join("shallow"), format!("{tip}\n")).unwrap();
    let lineage = open(&project).lineage().await.unwrap();
    assert_eq!((lineage.commits, lineage.is_partial), (Vec::new(), true));
    assert_eq!(open(&project).changed_at("a", &tip).await, Ok(None), "where the clone ends, every file looks new");
}

#[tokio::test]
async fn the_first_commit_stays_the_same() {
    let project = Project::new(&[("a", "1")]);
    let first = project.head();
    let tip = project.commit(&[("a", "2")]);
    let repository = open(&project);
    assert_eq!(repository.lineage().await.unwrap().commits, [first.to_string()]);
    assert!(repository.has_all(&[first.to_string(), tip.to_string()]).await);
    assert!(!repository.has_all(&[first.to_string(), "0".repeat(40)]).await && !repository.has_all(&[]).await);
}

#[tokio::test]
async fn each_path_is_asked_alone_and_a_tracked_file_is_not_ignored() {
    let project = Project::new(&[(".env.local", "x"), (".gitignore", ".env*\n!.env.example\n")]);
    // Added before the rule was there.
    let mut index = project.git.index().unwrap();
    index.add_all([".env.local"], git2::IndexAddOption::FORCE, None).unwrap();
    index.write().unwrap();
    let head = project.commit(&[]);
    let asked = [".env", ".env.example", ".env.local"].map(str::to_owned);
    let mut found = open(&project).is_ignored(&asked, &head).await.unwrap().found;
    found.sort();
    assert_eq!(found.iter().map(|(_, is)| *is).collect::<Vec<_>>(), [true, false, false]);
}

#[tokio::test]
async fn a_link_changes_with_what_it_leads_to() {
    let project = Project::new(&[("real", "1"), ("dir/f", "1"), ("other", "1")]);
    for (link, target) in [("a/l", "../real"), ("b", "a/l"), ("c", "dir"), ("out", "/etc/hosts")] {
        let path = project.path().join(link);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(target, path).unwrap();
    }
    let from = project.commit(&[]);
    let to = project.commit(&[("real", "2"), ("dir/f", "2")]);
    let mut paths = open(&project).changes(&from, &to).await.unwrap().paths;
    paths.sort();
    assert_eq!(paths, ["a/l", "b", "c/f", "dir/f", "real"]);
}

#[tokio::test]
async fn changes_are_listed_and_an_unknown_past_is_everything() {
    let project = Project::new(&[("a", "1"), ("b", "1")]);
    let from = project.head();
    let to = project.commit(&[("b", "2"), ("c/d", "1")]);
    let repository = open(&project);
    let changes = repository.changes(&from, &to).await.unwrap();
    assert_eq!((changes.paths, changes.everything), (vec!["b".to_owned(), "c/d".to_owned()], false));
    let gone = Commit::new("0123456789012345678901234567890123456789");
    assert!(repository.changes(&gone, &to).await.unwrap().everything);
}

#[tokio::test]
async fn a_branch_is_created_once_and_never_moved() {
    let project = Project::new(&[("a", "1")]);
    let repository = open(&project);
    let first = project.head();
    repository.create_branch("release/1.0.0", &first).await.unwrap();
    repository.create_branch("release/1.0.0", &first).await.unwrap();
    assert_eq!(project.git.head().unwrap().shorthand(), Some("release/1.0.0"));
    let second = project.commit(&[("a", "2")]);
    let failure = repository.create_branch("release/1.0.0", &first).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Conflict);
    assert_eq!(project.head(), second);
    assert_eq!(repository.create_branch("bad..name", &first).await.unwrap_err().kind, FailureKind::Malformed);
}

#[tokio::test]
async fn creating_a_branch_never_overwrites_work() {
    let project = Project::new(&[("a", "1")]);
    let first = project.head();
    project.commit(&[("a", "2")]);
    project.write("a", "not committed");
    let failure = open(&project).create_branch("release/1.0.0", &first).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Conflict, "{failure:?}");
    assert_eq!(std::fs::read_to_string(project.path().join("a")).unwrap(), "not committed");
    assert!(project.git.find_branch("release/1.0.0", git2::BranchType::Local).is_err());
}

#[tokio::test]
async fn a_files_age_is_that_of_its_content() {
    let project = Project::new(&[("a", "1"), ("b", "1")]);
    project.commit_at(&[("a", "2")], 1_750_000_000);
    let tip = project.commit_at(&[("b", "2")], 1_760_000_000);
    let repository = open(&project);
    let at = |second| Ok(Some(jiff::Timestamp::from_second(second).unwrap()));
    assert_eq!(repository.changed_at("a", &tip).await, at(1_750_000_000));
    assert_eq!(repository.changed_at("b", &tip).await, at(1_760_000_000));
    assert_eq!(repository.changed_at("c", &tip).await, Ok(None));
}

#[tokio::test]
async fn the_own_checkout_holds_exactly_the_commit_and_leaves_the_project_alone() {
    let project = Project::new(&[("a", "1"), (".gitignore", "*.log\n")]);
    let first = project.head();
    project.commit(&[("a", "2"), ("b", "2")]);
    let state = tempfile::tempdir().unwrap();
    let worktree = Worktree::new(Arc::new(open(&project)), state.path().join("worktree"));
    let lease = worktree.at(&first).await.unwrap();
    assert_eq!(std::fs::read_to_string(lease.dir().join("a")).unwrap(), "1");
    std::fs::write(lease.dir().join("left.log"), "over").unwrap();
    std::fs::write(lease.dir().join("a"), "changed").unwrap();
    drop(lease);
    let lease = worktree.at(&project.head()).await.unwrap();
    assert_eq!(std::fs::read_to_string(lease.dir().join("a")).unwrap(), "2");
    assert!(lease.dir().join("b").exists() && !lease.dir().join("left.log").exists());
    let inside = GitRepository::open(lease.dir(), "origin").unwrap();
    assert_eq!(inside.standing().await.unwrap().changed, Some(Vec::new()));
    assert_eq!(project.git.worktrees().unwrap().len(), 0);
}
