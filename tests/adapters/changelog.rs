//! The changelog of a real repository, written by real git: one commit or none.

use super::world::{Project, secrets};
use crate::contract::target::end;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;
use tminus_core::kinds::repository::{ChangelogAct, Direction, RepositoryAct};
use tminus_core::names::{ActionId, Commit, OrderId, Version};
use tminus_core::order::{Order, Receipt, Task};
use tminus_core::plan::Template;
use tminus_core::ports::{ChangelogAsk, ChangelogLook, PortError, Repository, Target};
use tminus_services::command::Commands;
use tminus_services::git::{GitRepository, RepositoryTarget};

const FILE: &str = "CHANGELOG.md";
const TEXT: &str = "# Changelog\n\n## [0.9.4] - 2026-01-01\n\n- old\n";

struct Written {
    project: Project,
}

impl Written {
    fn new() -> Self {
        let written = Self { project: Project::new(&[(FILE, TEXT), ("other", "1\n"), (".gitignore", "state\n")]) };
        written.git(&["config", "user.name", "Dana"]);
        written.git(&["config", "user.email", "dana@example.com"]);
        written.git(&["tag", "v0.9.4"]);
        written.git(&["tag", "nightly"]);
        for message in ["fix(api): no crash", "feat: voice"] {
            written.git(&["commit", "-q", "--allow-empty", "-m", message]);
        }
        written.git(&["branch", "release/1.0.0"]);
        written
    }

    fn git(&self, words: &[&str]) -> String {
        let out = std::process::Command::new("git").current_dir(self.project.path()).args(words).output().unwrap();
        assert!(out.status.success(), "{words:?}: {out:?}");
        String::from_utf8(out.stdout).unwrap()
    }

    fn repository(&self) -> GitRepository {
        GitRepository::open(self.project.path(), "origin").unwrap()
    }

    fn target(&self) -> RepositoryTarget {
        let state = self.project.path().join("state");
        let commands = Commands::new(state.join("commands"), secrets(self.project.path()));
        RepositoryTarget::new(Arc::new(self.repository()), commands, state.join("repository"))
    }

    fn tip(&self) -> Commit {
        Commit::new(self.git(&["rev-parse", "release/1.0.0"]).trim())
    }

    async fn look(&self, file: &str) -> ChangelogLook {
        let (file, version) = (file.to_owned(), Version::parse("1.0.0").unwrap());
        let ask = ChangelogAsk { file, version, tags: Template::new("v{version}") };
        self.repository().changelog(&self.tip(), &ask).await.unwrap()
    }

    fn order(&self, id: &str, direction: Direction, (parent, section, made): (Commit, &str, Option<Commit>)) -> Order {
        let act = RepositoryAct::Changelog(ChangelogAct {
            branch: "release/1.0.0".to_owned(),
            parent,
            version: Version::parse("1.0.0").unwrap(),
            tag: "v1.0.0".to_owned(),
            file: FILE.to_owned(),
            line: 3,
            replaces: String::new(),
            section: section.to_owned(),
            is_empty: false,
            since: None,
            refused: Vec::new(),
            made,
        });
        let (id, action) = (OrderId::new(id), ActionId::new("changelog-1.0.0-1"));
        Order { id, action, env: None, task: Task::Act { act, direction } }
    }

    async fn carry_out(&self, order: &Order) -> Result<Receipt, PortError> {
        let target = self.target();
        let ticket = target.begin(order).await?;
        end(&target, &ticket).await.0
    }
}

#[tokio::test]
async fn the_section_is_drafted_from_the_commits_since_the_last_release_and_committed_alone() {
    let written = Written::new();
    let look = written.look(FILE).await;
    assert_eq!((look.since.as_deref(), look.heading.as_str()), (Some("v0.9.4"), "## [1.0.0] - YYYY-MM-DD"));
    assert_eq!(look.drafted, "### Added\n\n- voice\n\n### Fixed\n\n- **api:** no crash\n");
    let (before, section) = (written.tip(), format!("## [1.0.0] - 2026-11-30\n\n{}", look.drafted));
    written.project.write(FILE, "mine, and of another branch\n");
    let order = written.order("one", Direction::Forward, (before.clone(), &section, None));
    let done = written.carry_out(&order).await.unwrap();
    assert_eq!(
        (done.summary.as_str(), done.left.as_deref()),
        ("wrote the section of 1.0.0 in CHANGELOG.md", Some(written.tip().as_str()))
    );
    let expected = TEXT.replace("## [0.9.4]", &format!("{}\n\n## [0.9.4]", section.trim()));
    assert_eq!(written.git(&["show", "release/1.0.0:CHANGELOG.md"]), expected);
    assert_eq!(written.git(&["log", "-1", "--format=%an %s", "release/1.0.0"]), "Dana Changelog of 1.0.0\n");
    assert_eq!(written.git(&["diff", "--name-only", before.as_str(), "release/1.0.0"]), "CHANGELOG.md\n");
    assert_eq!(
        written.git(&["status", "--porcelain"]),
        " M CHANGELOG.md\n",
        "the checkout of another branch is left alone"
    );
    assert!(written.look(FILE).await.refused.concat().contains("CHANGELOG.md: line 3 has a section for 1.0.0 already"));
    let made = Some(written.tip());
    written.carry_out(&written.order("two", Direction::Back, (before.clone(), "", made))).await.unwrap();
    assert_eq!((written.tip(), written.git(&["worktree", "list"]).lines().count()), (before, 1));
}

#[tokio::test]
async fn a_file_that_cannot_be_written_without_a_guess_is_refused_by_name() {
    let written = Written::new();
    written.git(&["checkout", "-q", "release/1.0.0"]);
    std::os::unix::fs::symlink(FILE, written.project.path().join("LINK.md")).unwrap();
    std::fs::write(written.project.path().join("LATIN.md"), b"# \xe9\n").unwrap();
    written.project.commit(&[
        ("CRYPT.md", "x\n"),
        (".gitattributes", "CRYPT.md filter=crypt\n"),
        ("NEWS.rst", "x\n"),
        ("THERE.md", "# C\n\n## 1.0.0\n\n- a\n"),
    ]);
    for (file, says) in [
        ("LINK.md", "LINK.md: LINK.md is a symbolic link, which is not followed"),
        ("LATIN.md", "LATIN.md: it is not UTF-8, and another encoding is not written"),
        ("CRYPT.md", "CRYPT.md: git fills it in with the filter crypt"),
        ("NEWS.rst", "NEWS.rst: only a changelog of Markdown (`.md`) is written"),
        ("NONE.md", "NONE.md: the commit does not hold it: git ignores it, or nobody added it"),
        ("THERE.md", "THERE.md: line 3 has a section for 1.0.0 already"),
    ] {
        assert_eq!(written.look(file).await.refused, [says]);
    }
    written.project.write(FILE, "mine\n");
    assert_eq!(written.look(FILE).await.refused, ["CHANGELOG.md has changes that are not committed"]);
}

#[tokio::test]
async fn a_hook_that_changes_the_section_and_a_section_that_hides_another_leave_nothing() {
    let written = Written::new();
    let before = written.tip();
    let hides = written.order("one", Direction::Forward, (before.clone(), "## 1.0.0\n\n- a\n<!--", None));
    let failure = written.carry_out(&hides).await.unwrap_err();
    assert!(format!("{failure:?}").contains("CHANGELOG.md: "), "{failure:?}");
    let path = written.project.path().join(".git/hooks/pre-commit");
    written
        .project
        .write(".git/hooks/pre-commit", "#!/bin/sh\necho '- more' >> CHANGELOG.md && git add CHANGELOG.md\n");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    let order = written.order("two", Direction::Forward, (before.clone(), "## 1.0.0\n\n- a", None));
    let failure = written.carry_out(&order).await.unwrap_err();
    assert!(format!("{failure:?}").contains("a hook changed what was written in CHANGELOG.md"), "{failure:?}");
    assert_eq!((written.tip(), written.git(&["worktree", "list"]).lines().count()), (before, 1));
}

#[tokio::test]
async fn a_changelog_that_is_followed_again_after_each_step_is_written_once() {
    let written = Written::new();
    let before = written.tip();
    let order = written.order("one", Direction::Forward, (before.clone(), "## 1.0.0\n\n- a", None));
    let ticket = written.target().begin(&order).await.unwrap();
    assert_eq!(written.target().find(&order.id).await, Ok(None), "nothing was done yet");
    let made = end(&written.target(), &ticket).await.0.unwrap().left.unwrap();
    assert_eq!(end(&written.target(), &ticket).await.0.unwrap().left.as_deref(), Some(made.as_str()));
    written.git(&["update-ref", "refs/heads/release/1.0.0", before.as_str()]);
    assert_eq!(end(&written.target(), &ticket).await.0.unwrap().left.as_deref(), Some(made.as_str()));
    assert_eq!(written.tip().as_str(), made);
}
