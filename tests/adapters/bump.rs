//! The version files of a real repository, raised by real git: one commit or none, whatever the checkout, the hooks and the end of
//! tminus are like.

use super::world::{Project, secrets};
use crate::contract::target::end;
use std::os::unix::fs::PermissionsExt as _;
use tminus_core::kinds::repository::{BumpAct, Direction, RepositoryAct};
use tminus_core::names::{ActionId, Commit, OrderId, Version};
use tminus_core::order::{Order, Receipt, Task};
use tminus_core::plan::VersionFile;
use tminus_core::ports::{BumpAsk, BumpLook, FailureKind, PortError, Repository, Target};
use tminus_services::command::Commands;
use tminus_services::git::{GitRepository, RepositoryTarget};

/// Each file with its key; `@` stands for the version, and every other text stays.
const FILES: &[(&str, &str, &str)] = &[
    ("Cargo.toml", "package.version", "[package]\nname = \"shop\"\nversion = \"@\" # 0.9.4\n"),
    (
        "Cargo.lock",
        "",
        "[[package]]\nname = \"dep\"\nversion = \"0.9.4\"\nsource = \"x\"\n\n[[package]]\nname = \"shop\"\nversion = \"@\"\n",
    ),
    ("api/pyproject.toml", "tool.poetry.version", "[tool.poetry]\r\nversion = \"@\"\r\n"),
    ("web/package.json", "version", "{\"version\": \"@\", \"dependencies\": {\"a\": \"0.9.4\"}}"),
    (
        "web/package-lock.json",
        "",
        "{\"version\": \"@\", \"packages\": {\"\": {\"version\": \"@\"}, \"a\": {\"version\": \"0.9.4\"}}}\n",
    ),
    (
        "ios/Info.plist",
        "CFBundleShortVersionString",
        "<plist><dict><key>CFBundleShortVersionString</key><string>@</string></dict></plist>\n",
    ),
    ("ios/a.pbxproj", "MARKETING_VERSION", "{ a = { MARKETING_VERSION = @; };\n b = { MARKETING_VERSION = @; }; }\n"),
    ("chart.yaml", "appVersion", "version: 0.9.4\nappVersion: \"@\"\n"),
    (
        "app/build.gradle",
        "android.defaultConfig.versionName",
        "android {\n  defaultConfig {\n    versionName '@'\n  }\n}\n",
    ),
    ("VERSION", "version", "\u{feff}@"),
];

struct Bumped {
    project: Project,
}

impl Bumped {
    fn new() -> Self {
        let texts: Vec<(&str, String)> =
            FILES.iter().map(|(file, _, text)| (*file, text.replace('@', "0.9.4"))).collect();
        let mut files: Vec<(&str, &str)> = texts.iter().map(|(file, text)| (*file, text.as_str())).collect();
        files.extend([("other", "1\n"), (".gitignore", "state\nsecret.txt\n")]);
        let bumped = Self { project: Project::new(&files) };
        for words in [
            &["config", "user.name", "Dana"][..],
            &["config", "user.email", "dana@example.com"],
            &["branch", "release/1.0.0"],
        ] {
            bumped.git(words);
        }
        bumped
    }

    fn git(&self, words: &[&str]) -> String {
        let out = std::process::Command::new("git").current_dir(self.project.path()).args(words).output().unwrap();
        assert!(out.status.success(), "{words:?}: {out:?}");
        String::from_utf8(out.stdout).unwrap()
    }

    fn hook(&self, name: &str, text: &str) {
        let path = format!(".git/hooks/{name}");
        self.project.write(&path, text);
        let path = self.project.path().join(path);
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn repository(&self) -> GitRepository {
        GitRepository::open(self.project.path(), "origin").unwrap()
    }

    fn target(&self) -> RepositoryTarget {
        let state = self.project.path().join("state");
        let commands = Commands::new(state.join("commands"), secrets(self.project.path()));
        RepositoryTarget::new(std::sync::Arc::new(self.repository()), commands, state.join("repository"))
    }

    fn tip(&self) -> Commit {
        Commit::new(self.git(&["rev-parse", "release/1.0.0"]).trim())
    }

    async fn look(&self, places: &[(&str, &str)]) -> BumpLook {
        self.repository().bump(&self.tip(), &ask(places)).await.unwrap()
    }

    /// Makes the order as a preview of all files would.
    async fn order(&self, id: &str) -> Order {
        let places = named();
        let look = self.look(&places).await;
        assert_eq!(look.refused, Vec::<String>::new());
        self.order_of(id, Direction::Forward, (self.tip(), look, None))
    }

    fn order_of(
        &self,
        id: &str,
        direction: Direction,
        (parent, look, made): (Commit, BumpLook, Option<Commit>),
    ) -> Order {
        let BumpAsk { places, version, tag } = ask(&named());
        let (branch, edits, refused) = ("release/1.0.0".to_owned(), look.edits, Vec::new());
        let act = RepositoryAct::Bump(BumpAct { branch, parent, version, tag, places, edits, refused, made });
        let (id, action) = (OrderId::new(id), ActionId::new("bump-1.0.0-1"));
        Order { id, action, env: None, task: Task::Act { act, direction } }
    }

    async fn carry_out(&self, order: &Order) -> Result<Receipt, PortError> {
        let target = self.target();
        let ticket = target.begin(order).await?;
        end(&target, &ticket).await.0
    }

    /// Nothing is left of it: no checkout, no change, the branch where it was.
    fn is_untouched(&self, before: &Commit) {
        assert_eq!(self.tip(), *before);
        assert_eq!(self.git(&["status", "--porcelain"]), "");
        assert_eq!(self.git(&["worktree", "list"]).lines().count(), 1);
    }

    fn holds(&self, commit: &str, version: &str) {
        for (file, _, text) in FILES {
            let there = self.git(&["show", &format!("{commit}:{file}")]);
            assert_eq!(there, text.replace('@', version), "{file}");
        }
    }
}

fn ask(places: &[(&str, &str)]) -> BumpAsk {
    let place = |(file, key): &(&str, &str)| VersionFile { file: (*file).to_owned(), key: (*key).to_owned() };
    let version = Version::parse("1.0.0").unwrap();
    BumpAsk { places: places.iter().map(place).collect(), version, tag: "v1.0.0".to_owned() }
}

fn named() -> Vec<(&'static str, &'static str)> {
    FILES.iter().filter(|(_, key, _)| !key.is_empty()).map(|(file, key, _)| (*file, *key)).collect()
}

#[tokio::test]
async fn every_version_file_and_lock_is_raised_in_one_commit_and_the_checkout_of_another_branch_is_left_alone() {
    let bumped = Bumped::new();
    let (before, main) = (bumped.tip(), bumped.git(&["rev-parse", "main"]));
    bumped.project.write("other", "mine\n");
    let done = bumped.carry_out(&bumped.order("one").await).await.unwrap();
    let tip = bumped.tip();
    assert_eq!((done.summary.as_str(), done.left.as_deref()), ("raised 10 files to 1.0.0", Some(tip.as_str())));
    bumped.holds("release/1.0.0", "1.0.0");
    assert_eq!(
        bumped.git(&["log", "-1", "--format=%an %ae %s", "release/1.0.0"]),
        "Dana dana@example.com Version 1.0.0\n"
    );
    assert_eq!(bumped.git(&["rev-parse", "release/1.0.0^"]).trim(), before.as_str());
    assert_eq!(bumped.git(&["rev-parse", "main", "HEAD"]), format!("{main}{main}"));
    assert_eq!(bumped.git(&["status", "--porcelain"]), " M other\n");
    assert_eq!(bumped.git(&["worktree", "list"]).lines().count(), 1);
    let look = bumped.look(&named()).await;
    assert_eq!((look.edits.len(), look.refused.len()), (0, 0), "every file says it");
    let back = bumped.order_of("two", Direction::Back, (before.clone(), look, Some(tip)));
    bumped.carry_out(&back).await.unwrap();
    assert_eq!(bumped.tip(), before);
}

#[tokio::test]
async fn where_the_branch_is_checked_out_its_files_follow_and_other_work_stays() {
    let bumped = Bumped::new();
    bumped.git(&["checkout", "-q", "release/1.0.0"]);
    let before = bumped.tip();
    bumped.project.write("other", "mine\n");
    bumped.git(&["add", "other"]);
    let made = bumped.carry_out(&bumped.order("one").await).await.unwrap().left.map(Commit::new);
    assert_eq!(bumped.git(&["status", "--porcelain"]), "M  other\n");
    assert_eq!(std::fs::read_to_string(bumped.project.path().join("VERSION")).unwrap(), "\u{feff}1.0.0");
    let back = |id| bumped.order_of(id, Direction::Back, (before.clone(), BumpLook::default(), made.clone()));
    let staged = bumped.carry_out(&back("two")).await.unwrap_err();
    assert!(staged.sentence().contains("changes are staged there"), "{staged:?}");
    bumped.git(&["reset", "-q"]);
    bumped.carry_out(&back("three")).await.unwrap();
    assert_eq!((bumped.tip(), bumped.git(&["status", "--porcelain"]).as_str()), (before, " M other\n"));
}

#[tokio::test]
async fn a_version_file_with_changes_of_its_own_in_the_checkout_is_refused_and_kept() {
    let bumped = Bumped::new();
    bumped.git(&["checkout", "-q", "release/1.0.0"]);
    let (before, order) = (bumped.tip(), bumped.order("one").await);
    bumped.project.write("VERSION", "0.9.5\n");
    assert_eq!(bumped.look(&named()).await.refused, ["VERSION has changes that are not committed"]);
    let refused = bumped.carry_out(&order).await.unwrap_err();
    assert_eq!(refused.kind, FailureKind::Conflict, "{refused:?}");
    assert_eq!((bumped.tip(), bumped.git(&["status", "--porcelain"]).as_str()), (before, " M VERSION\n"));
}

#[tokio::test]
async fn a_hook_that_fails_leaves_nothing_and_its_words_are_told() {
    let bumped = Bumped::new();
    let before = bumped.tip();
    bumped.hook("pre-commit", "#!/bin/sh\necho 'the linter is unhappy' >&2\nexit 1\n");
    let failure = bumped.carry_out(&bumped.order("one").await).await.unwrap_err();
    let says = failure.sentence();
    let told = format!("{says} {}", failure.causes.join(" "));
    assert!(
        told.contains("git made no commit, and nothing was changed") && told.contains("the linter is unhappy"),
        "{told}"
    );
    bumped.is_untouched(&before);
}

#[tokio::test]
async fn a_hook_that_adds_or_changes_something_leaves_nothing_either() {
    for (script, says) in [
        ("#!/bin/sh\necho more > extra && git add extra\n", "a hook put extra into the commit too"),
        ("#!/bin/sh\nprintf 0.9.4 > VERSION && git add VERSION\n", "a hook changed the version in VERSION again"),
    ] {
        let bumped = Bumped::new();
        let before = bumped.tip();
        bumped.hook("pre-commit", script);
        let failure = bumped.carry_out(&bumped.order("one").await).await.unwrap_err();
        assert!(format!("{failure:?}").contains(says), "{failure:?}");
        bumped.is_untouched(&before);
    }
}

#[tokio::test]
async fn a_bump_that_is_followed_again_after_each_step_is_done_once() {
    let bumped = Bumped::new();
    let (before, order) = (bumped.tip(), bumped.order("one").await);
    let ticket = bumped.target().begin(&order).await.unwrap();
    assert_eq!(bumped.target().find(&order.id).await, Ok(None), "nothing was done yet");
    // Killed while the checkout of its own was there, the commit made in it and not written down.
    let checkout = bumped.project.path().join("state/repository/checkout");
    bumped.git(&["worktree", "add", "-q", "--detach", checkout.to_str().unwrap(), before.as_str()]);
    let made = end(&bumped.target(), &ticket).await.0.unwrap().left.unwrap();
    assert_eq!(bumped.tip().as_str(), made);
    // Killed after the branch moved, before its end was recorded.
    assert_eq!(end(&bumped.target(), &ticket).await.0.unwrap().left.as_deref(), Some(made.as_str()));
    assert!(bumped.target().find(&order.id).await.unwrap().is_some());
    // Killed between the commit, which is written down, and the branch.
    bumped.git(&["update-ref", "refs/heads/release/1.0.0", before.as_str()]);
    assert_eq!(bumped.target().find(&order.id).await, Ok(None));
    assert_eq!(end(&bumped.target(), &ticket).await.0.unwrap().left.as_deref(), Some(made.as_str()));
    assert_eq!((bumped.tip().as_str(), bumped.git(&["worktree", "list"]).lines().count()), (made.as_str(), 1));
}

#[tokio::test]
async fn a_commit_that_something_else_has_too_is_not_taken_back() {
    let bumped = Bumped::new();
    let before = bumped.tip();
    let made = bumped.carry_out(&bumped.order("one").await).await.unwrap().left.map(Commit::new);
    bumped.git(&["update-ref", "refs/remotes/origin/release/1.0.0", "release/1.0.0"]);
    let back = bumped.order_of("two", Direction::Back, (before, BumpLook::default(), made.clone()));
    let kept = bumped.carry_out(&back).await.unwrap_err();
    assert!(format!("{kept:?}").contains("refs/remotes/origin/release/1.0.0 has"), "{kept:?}");
    assert_eq!(Some(bumped.tip()), made);
}

#[tokio::test]
async fn what_somebody_committed_after_a_bump_is_not_taken_back_with_it() {
    let bumped = Bumped::new();
    let before = bumped.tip();
    let made = bumped.carry_out(&bumped.order("one").await).await.unwrap().left.map(Commit::new);
    bumped.git(&["checkout", "-q", "release/1.0.0"]);
    let back = bumped.order_of("two", Direction::Back, (before, BumpLook::default(), made));
    let ticket = bumped.target().begin(&back).await.unwrap();
    // Killed here; Dana commits, and the order is followed again.
    bumped.git(&["commit", "-q", "--allow-empty", "-m", "of Dana"]);
    let danas = bumped.tip();
    let kept = end(&bumped.target(), &ticket).await.0.unwrap_err();
    assert!(format!("{kept:?}").contains("release/1.0.0 no longer ends with"), "{kept:?}");
    assert_eq!(bumped.tip(), danas);
}

#[tokio::test]
async fn a_branch_that_is_being_rebased_in_another_checkout_is_not_moved() {
    let bumped = Bumped::new();
    let before = bumped.tip();
    let other = bumped.project.path().join("state/rebased");
    bumped.git(&["worktree", "add", "-q", other.to_str().unwrap(), "release/1.0.0"]);
    let rebase = std::process::Command::new("git")
        .args(["rebase", "--root", "-x", "false"])
        .current_dir(&other)
        .output()
        .unwrap();
    assert!(!rebase.status.success(), "{rebase:?}");
    let order = bumped.order("one").await;
    let failure = bumped.carry_out(&order).await.unwrap_err();
    assert!(format!("{failure:?}").contains("a rebase of release/1.0.0 is not finished"), "{failure:?}");
    assert_eq!(bumped.tip(), before);
}

#[tokio::test]
async fn what_is_no_plain_file_of_the_commit_is_refused_by_name() {
    let bumped = Bumped::new();
    bumped.git(&["checkout", "-q", "release/1.0.0"]);
    std::os::unix::fs::symlink("VERSION", bumped.project.path().join("link")).unwrap();
    bumped.project.commit(&[
        ("large.txt", "0.9.4\n"),
        (".gitattributes", "large.txt filter=crypt\n"),
        ("pointer", "version https://git-lfs.github.com/spec/v1\n"),
    ]);
    let sub = format!("160000,{},sub", bumped.tip());
    bumped.git(&["update-index", "--add", "--cacheinfo", &sub]);
    bumped.git(&["commit", "-q", "-m", "sub"]);
    bumped.project.write("secret.txt", "0.9.4\n");
    for (file, says) in [
        ("link", "link: link is a symbolic link, which is not followed"),
        ("sub/VERSION", "sub/VERSION: sub is a submodule, which has commits of its own"),
        ("secret.txt", "secret.txt: the commit does not hold it: git ignores it, or nobody added it"),
        ("large.txt", "large.txt: git fills it in with the filter crypt"),
        ("pointer", "pointer: it is a pointer of LFS"),
    ] {
        let look = bumped.look(&[("VERSION", "version"), (file, "version")]).await;
        assert_eq!((look.refused, look.edits), (vec![says.to_owned()], Vec::new()));
    }
}
