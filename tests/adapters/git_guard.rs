//! What git may start and fetch: nothing that a repository brings before its plan is trusted, and nothing over the network
//! to answer a question. And what libgit2 lays down is what git reads.

use super::world::Project;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use tempfile::TempDir;
use tminus_core::names::Commit;
use tminus_core::ports::{FailureKind, Repository as _};
use tminus_services::git::{GitRepository, PlanAt, is_ignored, survey};
use tminus_services::worktree::Worktree;

/// A folder with a repository `source` that a person made with git itself.
struct Ground {
    dir: TempDir,
    _project: Project,
}

impl Ground {
    fn new(script: &str) -> Self {
        // It holds the slot of a program.
        let ground = Self { dir: tempfile::tempdir().unwrap(), _project: Project::new(&[("a", "1")]) };
        ground.sh("git init -q -b main source; cd source; git config uploadpack.allowFilter true");
        ground.sh(&format!("cd source\n{script}"));
        ground
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn sh(&self, script: &str) -> String {
        let mut command = Command::new("sh");
        command.args(["-ec", script]).current_dir(self.dir.path()).env("HOME", self.dir.path());
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "dana").env(format!("GIT_{who}_EMAIL"), "dana@example.com");
        }
        let done = command.output().unwrap();
        assert!(done.status.success(), "{script}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    }

    fn commit(&self, repository: &str, name: &str) -> Commit {
        Commit::new(self.sh(&format!("git -C {repository} rev-parse {name}")))
    }

    /// Counts the objects that a clone lacks.
    fn lacks(&self, clone: &str) -> usize {
        let all = self.sh(&format!("git -C {clone} rev-list --objects --all --missing=print"));
        all.lines().filter(|line| line.starts_with('?')).count()
    }
}

fn open(dir: &Path) -> GitRepository {
    GitRepository::open(dir, "origin").unwrap()
}

const TWO_COMMITS: &str = "echo 1 > tminus.toml; echo 1 > a; mkdir d; echo 1 > d/b; git add -A; git commit -qm one
    echo 2 > tminus.toml; echo 2 > a; echo 2 > d/b; git commit -qam two";

#[tokio::test]
async fn a_question_to_a_partial_clone_fetches_nothing_and_names_what_it_lacks() {
    let ground = Ground::new(TWO_COMMITS);
    ground.sh("git clone -q --filter=blob:none \"file://$PWD/source\" clone");
    let (old, new) = (ground.commit("clone", "HEAD~1"), ground.commit("clone", "HEAD"));
    let clone = open(&ground.path("clone"));
    let lacks = ground.lacks("clone");
    assert!(lacks > 0, "it is partial");
    let failure = clone.holds_plan(&old).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::NotFound, "{failure:?}");
    assert!(failure.sentence().contains("the clone is partial and does not hold the object"), "{failure:?}");
    assert_eq!(clone.holds_plan(&new).await, Ok(PlanAt::Same), "what is here is answered");
    assert_eq!(clone.standing().await.unwrap().changed, Some(Vec::new()));
    assert_eq!(clone.changes(&old, &new).await.unwrap().paths, ["a", "d/b", "tminus.toml"]);
    assert_eq!(ground.lacks("clone"), lacks, "nothing was fetched");
}

#[tokio::test]
async fn a_clone_without_folders_says_so_instead_of_guessing() {
    let ground = Ground::new(TWO_COMMITS);
    ground.sh("git clone -q --filter=tree:0 \"file://$PWD/source\" clone");
    let (old, new) = (ground.commit("clone", "HEAD~1"), ground.commit("clone", "HEAD"));
    let clone = open(&ground.path("clone"));
    for failure in [
        clone.is_tracked("a", &old).await.unwrap_err(),
        clone.changes(&old, &new).await.unwrap_err(),
        clone.is_ignored(&["x".to_owned()], &old).await.unwrap_err(),
    ] {
        assert!(failure.sentence().contains("the clone is partial"), "{failure:?}");
    }
    assert_eq!(clone.standing().await.unwrap().changed, Some(Vec::new()));
}

#[tokio::test]
async fn the_own_checkout_of_a_partial_clone_fetches_what_it_needs_or_says_why_it_cannot() {
    let ground = Ground::new(TWO_COMMITS);
    ground.sh("git clone -q --filter=blob:none --sparse \"file://$PWD/source\" clone");
    let old = ground.commit("clone", "HEAD~1");
    let own = Worktree::new(Arc::new(open(&ground.path("clone"))), ground.path("own"));
    let lease = own.at(&old).await.unwrap();
    assert_eq!(fs::read_to_string(lease.dir().join("d/b")).unwrap(), "1\n");
    drop(lease);
    ground.sh("git clone -q --filter=blob:none --no-checkout \"file://$PWD/source\" other; mv source gone");
    let other = Worktree::new(Arc::new(open(&ground.path("other"))), ground.path("own-too"));
    let failure = other.at(&old).await.unwrap_err();
    assert!(failure.sentence().contains("does not hold the object"), "{failure:?}");
    assert!(failure.sentence().contains("does not appear to be a git repository"), "{failure:?}");
}

#[tokio::test]
async fn a_shallow_clone_is_read_as_what_it_is() {
    let ground = Ground::new(TWO_COMMITS);
    ground.sh("git clone -q --depth 1 \"file://$PWD/source\" clone");
    let (clone, head) = (open(&ground.path("clone")), ground.commit("clone", "HEAD"));
    assert_eq!(clone.standing().await.unwrap().changed, Some(Vec::new()));
    let own = Worktree::new(Arc::new(clone.clone()), ground.path("own"));
    assert_eq!(fs::read_to_string(own.at(&head).await.unwrap().dir().join("d/b")).unwrap(), "2\n");
    assert!(clone.changes(&ground.commit("source", "HEAD~1"), &head).await.unwrap().everything);
}

/// A submodule whose own configuration, and nobody else's, has a filter that leaves a mark.
fn with_a_filter_in_a_submodule() -> Ground {
    let ground = Ground::new("echo top > top; git add -A; git commit -qm top");
    ground.sh("git init -q -b main lib; cd lib; echo '*.bin filter=mark' > .gitattributes; echo x > a.bin
               git add -A; git commit -qm lib");
    ground.sh("cd source; git -c protocol.file.allow=always submodule --quiet add ../lib vendor; git commit -qam sub");
    ground.sh("cd source/vendor; git config filter.mark.clean \"touch $PWD/../../ran; cat\"");
    // The same content at another time: git has to read it again.
    ground.sh("cd source/vendor; rm a.bin; echo x > a.bin; touch -d 2001-01-01 a.bin");
    ground
}

#[tokio::test]
async fn a_filter_of_a_submodule_runs_only_where_the_plan_is_trusted() {
    let ground = with_a_filter_in_a_submodule();
    let repository = open(&ground.path("source"));
    let standing = repository.standing().await.unwrap();
    assert_eq!(standing.changed, Some(Vec::new()), "the content is the same without it");
    assert!(!ground.path("ran").exists(), "nothing that the repository brings was started");
    assert_eq!(repository.clone().trusted().standing().await.unwrap().changed, Some(Vec::new()));
    assert!(ground.path("ran").exists());
}

#[tokio::test]
async fn a_change_in_a_submodule_is_named_with_its_path() {
    let ground = with_a_filter_in_a_submodule();
    ground.sh("cd source/vendor; echo new > new; git commit -q --allow-empty -m on");
    let changed = open(&ground.path("source")).standing().await.unwrap().changed.unwrap();
    assert_eq!(changed.len(), 1, "{changed:?}");
    assert!(changed[0].to_string().starts_with("vendor (a submodule at another commit"), "{}", changed[0]);
    ground.sh("cd source/vendor; git reset -q --hard HEAD~1");
    let changed = open(&ground.path("source")).standing().await.unwrap().changed.unwrap();
    assert_eq!(changed.iter().map(|d| d.path.as_str()).collect::<Vec<_>>(), ["vendor/new"]);
}

#[tokio::test]
async fn filling_runs_no_filter_of_a_submodule_that_may_not_run() {
    let ground = with_a_filter_in_a_submodule();
    ground.sh("cd source/vendor; git config filter.mark.smudge \"touch $PWD/../../ran; cat\"; rm -f ../../ran");
    let (repository, head) = (open(&ground.path("source")), ground.commit("source", "HEAD"));
    let own = Worktree::new(Arc::new(repository.clone()), ground.path("own"));
    let failure = own.at(&head).await.unwrap_err();
    assert!(failure.sentence().contains("filter.mark.smudge"), "{failure:?}");
    assert!(!ground.path("ran").exists());
    let own = Worktree::new(Arc::new(repository.trusted()), ground.path("own"));
    assert_eq!(fs::read_to_string(own.at(&head).await.unwrap().dir().join("vendor/a.bin")).unwrap(), "x\n");
    assert!(ground.path("ran").exists());
}

#[tokio::test]
async fn a_remote_is_asked_by_no_program_that_the_repository_brings() {
    let ground = Ground::new("echo 1 > a; git add -A; git commit -qm one; git tag v1");
    ground.sh("git clone -q \"file://$PWD/source\" clone");
    let clone = open(&ground.path("clone"));
    assert_eq!(clone.remote_tag("v1").await, Ok(Some(ground.commit("source", "HEAD"))));
    assert_eq!(clone.remote_tag("v2").await, Ok(None));
    ground.sh("cd clone; git config core.sshCommand \"touch $PWD/../ran; false\"; git remote set-url origin ssh://x/y");
    let failure = clone.remote_tag("v1").await.unwrap_err();
    assert!(failure.sentence().contains("core.sshcommand"), "{failure:?}");
    assert!(!ground.path("ran").exists());
    assert!(clone.clone().trusted().remote_tag("v1").await.is_err());
    assert!(ground.path("ran").exists(), "a trusted one is asked as its person asks it");
    ground.sh("cd clone; git config --unset core.sshCommand; git config protocol.ext.allow always
               git remote set-url origin \"ext::touch $PWD/../ext\"");
    let failure = clone.remote_tag("v1").await.unwrap_err();
    assert!(failure.sentence().contains("transport 'ext' not allowed"), "{failure:?}");
    assert!(!ground.path("ext").exists());
}

#[tokio::test]
async fn init_reads_by_name_what_git_reads_in_every_kind_of_repository() {
    let make =
        "echo x > .gitignore; git add -A; git commit -qm one; git branch release/1; git tag v1; git remote add up u
                git update-ref refs/remotes/up/dev HEAD";
    let ground = Ground::new(make);
    ground
        .sh("git clone -q --depth 1 \"file://$PWD/source\" shallow; git -C source worktree add -q ../linked release/1
               git clone -q --bare source bare; git --git-dir=bare worktree add -q of-bare main");
    for kind in ["--object-format=sha256", "--ref-format=reftable"] {
        ground.sh(&format!("git init -q -b main {kind} x{kind} || git init -q -b main x{kind}; cd x{kind}; {make}"));
    }
    let found = |name: &str| survey(&ground.path(name)).unwrap().unwrap();
    for name in ["source", "x--object-format=sha256", "x--ref-format=reftable"] {
        let found = found(name);
        assert_eq!(found.branches, ["dev", "main", "release/1"], "{name}");
        let (head, tags, remotes) = (found.head.as_deref(), found.tags, found.remotes);
        assert_eq!((head, tags, remotes), (Some("main"), vec!["v1".to_owned()], vec!["up".to_owned()]), "{name}");
        assert_eq!(found.root, ground.path(name).canonicalize().unwrap(), "{name}");
    }
    assert_eq!(found("linked").head.as_deref(), Some("release/1"));
    assert_eq!(found("of-bare").head.as_deref(), Some("main"));
    assert_eq!(found("shallow").branches, ["main"]);
    assert!(survey(&ground.path("bare")).unwrap_err().summary.contains("is bare"));
    ground.sh("mkdir none; rm -f source/.git/HEAD; git -C shallow checkout -q --detach");
    assert_eq!(survey(&ground.path("none")), Ok(None));
    assert_eq!(found("shallow").head, None, "no branch is checked out");
    assert!(is_ignored(&ground.path("shallow"), "x") && !is_ignored(&ground.path("shallow"), "y"));
    assert!(!is_ignored(&ground.path("none"), "x"));
}

#[tokio::test]
async fn what_libgit2_writes_is_what_git_reads() {
    let project = Project::new(&[("a", "1"), ("d/b", "1"), (".gitignore", "*.log\n")]);
    let tip = project.commit(&[("a", "2"), ("new", "1")]);
    project.git.remote("origin", "https://example.com/x.git").unwrap();
    let head = project.git.head().unwrap().peel(git2::ObjectType::Commit).unwrap();
    project.git.tag_lightweight("v1", &head, false).unwrap();
    project.write("x.log", "noise");
    let git = |words: &[&str]| {
        let done = Command::new("git").arg("-C").arg(project.path()).args(words).output().unwrap();
        assert!(done.status.success(), "{words:?}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    };
    assert_eq!(git(&["fsck", "--strict", "--no-progress"]), "");
    let mut walk = project.git.revwalk().unwrap();
    walk.push_head().unwrap();
    let first = walk.last().unwrap().unwrap().to_string();
    assert_eq!(git(&["rev-list", "--max-parents=0", "HEAD"]), first);
    assert_eq!(open(project.path()).lineage().await.unwrap().commits, [first]);
    let branches: Vec<String> =
        project.git.branches(None).unwrap().map(|b| b.unwrap().0.name().unwrap().unwrap().to_owned()).collect();
    let found = survey(project.path()).unwrap().unwrap();
    assert_eq!(found.branches, branches);
    assert_eq!(found.head.as_deref(), project.git.head().unwrap().shorthand());
    assert_eq!(found.tags, project.git.tag_names(None).unwrap().iter().flatten().collect::<Vec<_>>());
    assert_eq!(found.remotes, project.git.remotes().unwrap().iter().flatten().collect::<Vec<_>>());
    assert_eq!(git(&["remote", "get-url", "origin"]), project.git.find_remote("origin").unwrap().url().unwrap());
    assert_eq!(open(project.path()).resolve("HEAD").await, Ok(Some(tip)));
    let is_clean = |git: &git2::Repository| {
        let mut options = git2::StatusOptions::new();
        git.statuses(Some(options.include_untracked(true))).unwrap().iter().all(|entry| entry.status().is_ignored())
    };
    assert!(is_clean(&project.git) && git(&["status", "--porcelain"]).is_empty());
    project.write("a", "changed");
    assert!(!is_clean(&project.git) && !git(&["status", "--porcelain"]).is_empty());
    assert_eq!(open(project.path()).standing().await.unwrap().changed.unwrap().len(), 1);
}
