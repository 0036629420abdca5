//! Actions on the repository, done by real git: once, as previewed, with hooks and signing, and found again after a restart.

use super::world::{Project, secrets};
use crate::contract::acts::{ActsFixture, acts_keep_the_contract};
use crate::contract::target::{TargetFixture, a_target_keeps_the_contract, end};
use async_trait::async_trait;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};
use tminus_core::kinds::repository::{BranchAct, Direction, RepositoryAct, TagAct};
use tminus_core::names::{ActionId, Commit, OrderId};
use tminus_core::need::Unmet;
use tminus_core::order::{Call, Order, Receipt, Task};
use tminus_core::ports::{FailureKind, PortError, Repository, Target};
use tminus_services::command::Commands;
use tminus_services::git::{CommandLook, GitRepository, RepositoryTarget};

/// Writes down what git was started with, once for each change of a name; a tag of this name waits to be stopped.
const HOOK: &str = r#"#!/bin/sh
refs=$(cat)
case "$1 $refs" in
    prepared*refs/tags/endless*) exec sleep 600 ;;
    committed*refs/tags/*) tr '\0' '\n' < /proc/$PPID/cmdline >> made; echo end-of-call >> made ;;
esac
"#;

/// A signer of OpenPGP that always succeeds.
const SIGNER: &str = r#"#!/bin/sh
cat > /dev/null
printf '\n[GNUPG:] SIG_CREATED played\n' >&2
printf -- '-----BEGIN PGP SIGNATURE-----\nplayed\n-----END PGP SIGNATURE-----\n'
"#;

struct Fixture {
    root: PathBuf,
    project: Mutex<Project>,
}

impl Fixture {
    fn new() -> Self {
        let changelog = ("CHANGELOG.md", "# Changelog\n\n## 0.9.4\n\n- four\n");
        let ignored = (".gitignore", "made\nstate\n");
        let project = Project::new(&[("a", "1"), ("VERSION", "0.9.4\n"), changelog, ignored]);
        let fixture = Self { root: project.path().to_owned(), project: Mutex::new(project) };
        fixture.set(&[("user.name", "Dana"), ("user.email", "dana@example.com"), ("tag.gpgSign", "false")]);
        fixture.program(".git/hooks/reference-transaction", HOOK);
        fixture
    }

    fn project(&self) -> MutexGuard<'_, Project> {
        self.project.lock().unwrap()
    }

    fn set(&self, settings: &[(&str, &str)]) {
        let mut config = self.project().git.config().unwrap().open_level(git2::ConfigLevel::Local).unwrap();
        settings.iter().for_each(|(name, value)| config.set_str(name, value).unwrap());
    }

    fn program(&self, path: &str, text: &str) {
        self.project().write(path, text);
        let path = self.root.join(path);
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn repository(&self) -> GitRepository {
        GitRepository::open(&self.root, "origin").unwrap()
    }

    fn order(&self, id: &str, (name, sign, direction): (&str, bool, Direction)) -> Order {
        let (commit, message) = (self.project().head(), "shop 1.0.0".to_owned());
        let object = Some(direction).filter(|direction| *direction == Direction::Back).and_then(|_| self.id(name));
        let act = RepositoryAct::Tag(TagAct { name: name.to_owned(), commit, message, sign, object });
        let (id, action) = (OrderId::new(id), ActionId::new("tag-1.0.0-1"));
        Order { id, action, env: None, task: Task::Act { act, direction } }
    }

    async fn carry_out(&self, order: &Order) -> Result<Receipt, PortError> {
        let target = self.target();
        let ticket = target.begin(order).await?;
        end(&*target, &ticket).await.0
    }

    async fn tip(&self, name: &str) -> Option<Commit> {
        self.repository().resolve(&format!("refs/tags/{name}")).await.unwrap()
    }

    fn id(&self, name: &str) -> Option<String> {
        let project = self.project();
        let found = project.git.revparse_single(&format!("refs/tags/{name}")).ok();
        found.map(|tag| tag.id().to_string())
    }

    fn object(&self, name: &str) -> String {
        let project = self.project();
        let found = project.git.revparse_single(&format!("refs/tags/{name}")).unwrap();
        let tag = found.as_tag().expect("an annotated tag");
        tag.message().unwrap().to_owned()
    }
}

fn git(fixture: &Fixture, words: &[&str]) {
    let out = std::process::Command::new("git").current_dir(&fixture.root).args(words).output().unwrap();
    assert!(out.status.success(), "{out:?}");
}

#[async_trait]
impl TargetFixture for Fixture {
    fn target(&self) -> Arc<dyn Target> {
        let state = self.root.join("state");
        let commands = Commands::new(state.join("commands"), secrets(&self.root));
        Arc::new(RepositoryTarget::new(Arc::new(Self::repository(self)), commands, state.join("repository")))
    }

    fn good(&self, id: &str) -> Order {
        self.order(id, ("v1.0.0", false, Direction::Forward))
    }

    fn bad(&self, id: &str) -> Order {
        self.order(id, ("no..name", false, Direction::Forward))
    }

    fn endless(&self, id: &str) -> Order {
        self.order(id, ("endless", false, Direction::Forward))
    }

    async fn made(&self) -> Vec<Call> {
        let text = std::fs::read_to_string(self.root.join("made")).unwrap_or_default();
        let words = |call: &str| call.lines().map(str::to_owned).collect();
        text.split_terminator("end-of-call\n")
            .filter(|call| !call.is_empty())
            .map(|call| Call::Process { words: words(call), dir: None })
            .collect()
    }
}

#[async_trait]
impl ActsFixture for Fixture {
    fn acts(&self) -> Arc<dyn Target> {
        self.target()
    }

    fn repository(&self) -> Arc<dyn Repository> {
        Arc::new(Self::repository(self))
    }

    async fn commit(&self) -> Commit {
        self.project().head()
    }
}

#[tokio::test]
async fn the_repository_keeps_the_contract_of_acts() {
    acts_keep_the_contract(&Fixture::new()).await;
}

#[tokio::test]
async fn a_tag_that_somebody_else_made_meanwhile_is_not_taken_for_ones_own() {
    let fixture = Fixture::new();
    let order = fixture.good("one");
    fixture.carry_out(&order).await.unwrap();
    std::fs::remove_dir_all(fixture.root.join("state/commands")).unwrap();
    fixture.project().git.tag_delete("v1.0.0").unwrap();
    for by_hand in [&["tag", "v1.0.0"][..], &["tag", "-a", "-m", "signed off by legal", "v1.0.0"]] {
        git(&fixture, by_hand);
        assert_eq!(fixture.target().find(&order.id).await, Ok(None), "{by_hand:?}");
        git(&fixture, &["tag", "--delete", "v1.0.0"]);
    }
}

#[tokio::test]
async fn the_repository_keeps_the_contract_of_a_target() {
    a_target_keeps_the_contract(&Fixture::new()).await;
}

#[tokio::test]
async fn a_tag_is_annotated_at_the_commit_and_taken_back_again() {
    let fixture = Fixture::new();
    let done = fixture.carry_out(&fixture.good("one")).await.unwrap();
    assert_eq!(done.summary, "tagged v1.0.0");
    assert_eq!(fixture.tip("v1.0.0").await, Some(fixture.project().head()));
    assert_eq!(fixture.object("v1.0.0"), "shop 1.0.0\n");
    let undone = fixture.carry_out(&fixture.order("two", ("v1.0.0", false, Direction::Back))).await.unwrap();
    assert_eq!((undone.summary.as_str(), fixture.tip("v1.0.0").await), ("removed the tag v1.0.0", None));
}

#[tokio::test]
async fn a_tag_that_git_made_and_nobody_can_look_at_is_unknown_and_no_failure() {
    let fixture = Fixture::new();
    let spoils = "#!/bin/sh\ncat > /dev/null\ntest \"$1\" != committed || mv .git/HEAD .git/HEAD.away\n";
    fixture.program(".git/hooks/reference-transaction", spoils);
    let failure = fixture.carry_out(&fixture.good("one")).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Unclear, "{failure:?}");
    assert!(failure.summary.contains("whether it tagged v1.0.0 is unknown"), "{failure:?}");
    std::fs::rename(fixture.root.join(".git/HEAD.away"), fixture.root.join(".git/HEAD")).unwrap();
    assert_eq!(fixture.tip("v1.0.0").await, Some(fixture.project().head()), "it is there");
}

#[tokio::test]
async fn a_tag_at_another_commit_is_left_where_it_is() {
    let fixture = Fixture::new();
    let first = fixture.project().head();
    fixture.carry_out(&fixture.good("one")).await.unwrap();
    fixture.project().commit(&[("a", "2")]);
    for direction in [Direction::Forward, Direction::Back] {
        let failure = fixture.carry_out(&fixture.order("two", ("v1.0.0", false, direction))).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Conflict, "{failure:?}");
        assert_eq!(failure.sentence(), format!("refs/tags/v1.0.0 is at {}: nothing was done", first.short()));
    }
    assert_eq!(fixture.tip("v1.0.0").await, Some(first));
}

#[tokio::test]
async fn without_an_identity_git_says_so_and_nothing_is_tagged() {
    let fixture = Fixture::new();
    fixture.set(&[("user.name", "")]);
    let failure = fixture.carry_out(&fixture.good("one")).await.unwrap_err();
    assert!(failure.sentence().contains("empty ident name"), "{failure:?}");
    assert_eq!(fixture.tip("v1.0.0").await, None);
}

#[tokio::test]
async fn a_signature_that_cannot_be_made_leaves_no_tag_whether_the_plan_or_git_wants_it() {
    for (name, sign, of_git) in [("v1.0.0", true, "false"), ("v1.0.1", false, "true")] {
        let fixture = Fixture::new();
        fixture.set(&[("gpg.format", "openpgp"), ("gpg.program", "false"), ("tag.gpgSign", of_git)]);
        let failure = fixture.carry_out(&fixture.order("one", (name, sign, Direction::Forward))).await.unwrap_err();
        assert!(failure.sentence().contains("unable to sign the tag"), "{failure:?}");
        assert_eq!(fixture.tip(name).await, None);
        fixture.program("signer", SIGNER);
        fixture.set(&[("gpg.program", fixture.root.join("signer").to_str().unwrap())]);
        fixture.carry_out(&fixture.order("two", (name, sign, Direction::Forward))).await.unwrap();
        assert!(fixture.object(name).contains("BEGIN PGP SIGNATURE"), "{}", fixture.object(name));
    }
}

/// Cuts an order short, as a crash does that comes after git was started and before its end was written down.
fn cut_short(fixture: &Fixture, order: &Order) {
    let folder = fixture.root.join("state/commands");
    let files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let is_record = |path: &PathBuf| std::fs::read_to_string(path).is_ok_and(|text| text.contains(order.id.as_str()));
    let records: Vec<PathBuf> = files.filter(|path| path.is_file()).filter(is_record).collect();
    assert!(!records.is_empty(), "{folder:?}");
    for path in records {
        let mut record: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        record["record"]["state"] = serde_json::json!({ "Starting": 0 });
        std::fs::write(&path, record.to_string()).unwrap();
    }
}

#[tokio::test]
async fn a_tag_whose_making_nobody_saw_to_its_end_is_for_a_person_to_settle() {
    let fixture = Fixture::new();
    let order = fixture.good("one");
    fixture.carry_out(&order).await.unwrap();
    cut_short(&fixture, &order);
    let failure = fixture.target().find(&order.id).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Unclear, "{failure:?}");
    assert!(failure.sentence().contains("nothing proves that it is tminus's own"), "{failure:?}");
    assert!(fixture.tip("v1.0.0").await.is_some(), "it is left alone");
    let again = fixture.carry_out(&fixture.good("two")).await.unwrap_err();
    assert_eq!(again.kind, FailureKind::Conflict, "it is not made twice: {again:?}");
}

#[tokio::test]
async fn the_same_words_by_hand_are_not_taken_for_ones_own_signed_or_not() {
    for sign in [false, true] {
        let fixture = Fixture::new();
        fixture.program("signer", SIGNER);
        fixture.set(&[("gpg.format", "openpgp"), ("gpg.program", fixture.root.join("signer").to_str().unwrap())]);
        let order = fixture.order("one", ("v1.0.0", sign, Direction::Forward));
        fixture.carry_out(&order).await.unwrap();
        fixture.project().git.tag_delete("v1.0.0").unwrap();
        cut_short(&fixture, &order);
        let nothing = fixture.target().find(&order.id).await.unwrap_err();
        assert_eq!(nothing.kind, FailureKind::Unclear, "no tag is there, and whether git was started is unknown");
        git(&fixture, &["tag", "-a", "-m", "shop 1.0.0", "v1.0.0"]);
        let failure = fixture.target().find(&order.id).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Unclear, "sign = {sign}: {failure:?}");
    }
}

#[tokio::test]
async fn a_tag_that_somebody_made_while_git_failed_is_not_taken_for_ones_own() {
    let fixture = Fixture::new();
    let meanwhile = "#!/bin/sh\ngit -c tag.gpgSign=false tag -a -m 'shop 1.0.0' v1.0.0\nexit 1\n";
    fixture.program("signer", meanwhile);
    let signer = fixture.root.join("signer");
    fixture.set(&[("gpg.format", "openpgp"), ("gpg.program", signer.to_str().unwrap()), ("tag.gpgSign", "true")]);
    let failure = fixture.carry_out(&fixture.good("one")).await.unwrap_err();
    assert!(fixture.tip("v1.0.0").await.is_some(), "somebody made it");
    assert_eq!(failure.kind, FailureKind::Unclear, "{failure:?}");
    assert!(failure.sentence().contains("unable to sign the tag"), "{failure:?}");
}

#[tokio::test]
async fn a_tag_that_git_was_never_started_for_was_not_made_whatever_is_there() {
    let fixture = Fixture::new();
    let order = fixture.good("one");
    fixture.carry_out(&order).await.unwrap();
    std::fs::remove_dir_all(fixture.root.join("state/commands")).unwrap();
    assert_eq!(fixture.target().find(&order.id).await, Ok(None));
    let undo = fixture.order("two", ("v1.0.0", false, Direction::Back));
    fixture.carry_out(&undo).await.unwrap();
    std::fs::remove_dir_all(fixture.root.join("state/commands")).unwrap();
    let ticket = fixture.target().find(&undo.id).await.unwrap().expect("the tag is gone, which is what was asked for");
    assert_eq!(end(&*fixture.target(), &ticket).await.0.unwrap().summary, "removed the tag v1.0.0");
}

#[tokio::test]
async fn a_message_that_begins_with_gits_comment_sign_stays_whole() {
    let fixture = Fixture::new();
    let mut order = fixture.good("one");
    let Task::Act { act: RepositoryAct::Tag(tag), .. } = &mut order.task else { panic!("{order:?}") };
    tag.message = "#shop 1.0.0".to_owned();
    let made = fixture.carry_out(&order).await.unwrap();
    assert_eq!((fixture.object("v1.0.0").as_str(), made.left), ("#shop 1.0.0\n", fixture.id("v1.0.0")));
}

#[tokio::test]
async fn a_tag_of_a_tag_is_looked_at_like_another() {
    let fixture = Fixture::new();
    git(&fixture, &["tag", "-a", "-m", "inner", "inner"]);
    git(&fixture, &["tag", "-a", "-m", "outer", "v1.0.0", "inner"]);
    let state = fixture.repository().branch("main", "main", "v1.0.0").await.unwrap();
    assert_eq!(state.tag, Some(fixture.project().head()));
    assert_eq!(state.tag_object.map(|object| object.id), fixture.id("v1.0.0"));
    let failure = fixture.carry_out(&fixture.good("one")).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Conflict, "{failure:?}");
}

#[tokio::test]
async fn a_branch_says_why_it_cannot_be_stopped() {
    let fixture = Fixture::new();
    let act = RepositoryAct::Branch(BranchAct { branch: "release/1.0.0".to_owned(), at: fixture.project().head() });
    let task = Task::Act { act, direction: Direction::Forward };
    let order = Order { id: OrderId::new("one"), action: ActionId::new("cut-1.0.0-1"), env: None, task };
    let ticket = fixture.target().begin(&order).await.unwrap();
    let refused = fixture.target().cancel(&ticket).await.unwrap_err();
    assert_eq!(refused.sentence(), "git creates the branch and checks it out in one go");
}

/// A look at the plan's commands that never succeeds.
#[derive(Debug)]
struct Blind;

#[async_trait]
impl CommandLook for Blind {
    async fn unmet(&self) -> Result<Vec<Unmet>, PortError> {
        Err(PortError::new(FailureKind::Malformed, "nobody could look"))
    }
}

#[tokio::test]
async fn what_the_commands_need_hides_nothing_of_the_branch_where_it_cannot_be_looked_at() {
    let fixture = Fixture::new();
    fixture.carry_out(&fixture.good("one")).await.unwrap();
    let seen = fixture.repository().starting(Arc::new(Blind)).branch("main", "main", "v1.0.0").await.unwrap();
    let head = Some(fixture.project().head());
    assert_eq!((&seen.commit, &seen.tag, seen.unlooked.as_deref()), (&head, &head, Some("nobody could look")));
    let seen = fixture.repository().branch("main", "main", "v1.0.0").await.unwrap();
    assert_eq!(seen.unlooked, None);
}

fn cut(id: &str, at: &Commit) -> Order {
    let act = RepositoryAct::Branch(BranchAct { branch: "release/1.0.0".to_owned(), at: at.clone() });
    let (id, action) = (OrderId::new(id), ActionId::new("cut-1.0.0-1"));
    Order { id, action, env: None, task: Task::Act { act, direction: Direction::Forward } }
}

#[tokio::test]
async fn a_cut_that_was_killed_between_the_branch_and_its_checkout_is_not_a_failed_one() {
    let fixture = Fixture::new();
    let (at, target) = (fixture.project().head(), fixture.target());
    let ticket = target.begin(&cut("one", &at)).await.unwrap();
    let lock = fixture.root.join(".git/index.lock");
    std::fs::write(&lock, "").unwrap();
    let before = end(&*target, &ticket).await.0.unwrap_err();
    assert_eq!(before.kind, FailureKind::Unclear, "the git that holds the lock may still create it: {before:?}");
    let oid = git2::Oid::from_str(at.as_str()).unwrap();
    fixture.project().git.reference("refs/heads/release/1.0.0", oid, false, "").unwrap();
    let killed = end(&*target, &ticket).await.0.unwrap_err();
    assert_eq!(killed.kind, FailureKind::Unclear, "{killed:?}");
    let says = format!("the branch release/1.0.0 is at {}, and is not checked out", at.short());
    assert_eq!(killed.summary, says);
    std::fs::remove_file(&lock).unwrap();
    assert_eq!(end(&*target, &ticket).await.0.unwrap().summary, "the branch is there and checked out");
    assert_eq!(fixture.project().git.head().unwrap().shorthand().unwrap(), "release/1.0.0");
}

#[tokio::test]
async fn a_cut_that_git_refuses_leaves_no_branch_and_says_why() {
    let fixture = Fixture::new();
    let first = fixture.project().head();
    fixture.project().commit(&[("a", "2")]);
    fixture.project().write("a", "mine");
    let refused = fixture.carry_out(&cut("one", &first)).await.unwrap_err();
    assert_eq!(refused.kind, FailureKind::Conflict, "{refused:?}");
    assert_eq!(fixture.repository().resolve("refs/heads/release/1.0.0").await.unwrap(), None);
}

#[tokio::test]
async fn what_came_of_an_order_whose_record_is_gone_is_unknown() {
    let fixture = Fixture::new();
    let (at, target) = (fixture.project().head(), fixture.target());
    for order in [cut("one", &at), fixture.good("two")] {
        let ticket = target.begin(&order).await.unwrap();
        std::fs::remove_dir_all(fixture.root.join("state/repository")).unwrap();
        let unknown = end(&*target, &ticket).await.0.unwrap_err();
        assert_eq!(unknown.kind, FailureKind::Unclear, "{unknown:?}");
    }
}

#[tokio::test]
async fn where_git_is_killed_behind_its_work_a_tag_is_for_a_person_to_settle_and_a_removed_one_is_removed() {
    let fixture = Fixture::new();
    let killed = "#!/bin/sh\ncat > /dev/null\ntest \"$1\" != committed || kill -KILL $PPID\n";
    fixture.program(".git/hooks/reference-transaction", killed);
    let failure = fixture.carry_out(&fixture.good("one")).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Unclear, "{failure:?}");
    assert!(fixture.tip("v1.0.0").await.is_some());
    fixture.carry_out(&fixture.order("two", ("v1.0.0", false, Direction::Back))).await.unwrap();
    assert_eq!(fixture.tip("v1.0.0").await, None);
}

#[tokio::test]
async fn a_branch_is_created_while_it_is_followed_and_once_however_often_that_is() {
    let fixture = Fixture::new();
    let first = fixture.project().head();
    let branch = |id: &str, direction| {
        let act = RepositoryAct::Branch(BranchAct { branch: "release/1.0.0".to_owned(), at: first.clone() });
        let (id, action) = (OrderId::new(id), ActionId::new("cut-1.0.0-1"));
        Order { id, action, env: None, task: Task::Act { act, direction } }
    };
    let tip = || async { fixture.repository().resolve("refs/heads/release/1.0.0").await.unwrap() };
    let order = branch("one", Direction::Forward);
    fixture.target().begin(&order).await.unwrap();
    assert_eq!(tip().await, None);
    // As after a crash before the ticket was recorded: nothing was done, so another order begins it.
    assert_eq!(fixture.target().find(&order.id).await, Ok(None));
    assert_eq!(fixture.target().begin(&order).await.unwrap_err().kind, FailureKind::Conflict);
    let order = branch("one again", Direction::Forward);
    let ticket = fixture.target().begin(&order).await.unwrap();
    for _ in 0..2 {
        let done = end(&*fixture.target(), &ticket).await.0.unwrap();
        assert_eq!((done.summary.as_str(), tip().await), ("the branch is there and checked out", Some(first.clone())));
    }
    assert_eq!(fixture.target().find(&order.id).await.unwrap().map(|found| found.order), Some(order.id));
    let undone = fixture.carry_out(&branch("two", Direction::Back)).await.unwrap_err();
    assert_eq!((undone.sentence().as_str(), tip().await), ("a person takes a branch back", Some(first.clone())));
    fixture.project().commit(&[("a", "2")]);
    let moved = fixture.carry_out(&branch("three", Direction::Forward)).await.unwrap_err();
    assert_eq!(moved.kind, FailureKind::Conflict, "{moved:?}");
}
