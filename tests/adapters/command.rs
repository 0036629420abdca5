//! Commands as targets: recorded before they start, found again, never begun twice.

use super::world::{Project, progress, secrets, sh};
use crate::contract::target::{TargetFixture, a_target_keeps_the_contract, end};
use async_trait::async_trait;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use tminus_core::mask::Mask;
use tminus_core::names::{ActionId, Digest, EnvName, OrderId, Version};
use tminus_core::order::{Call, Delivered, Order, Progress, Task, Ticket};
use tminus_core::plan::{CommandLine, EnvValue, Secret, Template};
use tminus_core::ports::{FailureKind, Target};
use tminus_core::time::Span;
use tminus_services::command::{CommandDelivery, CommandRunner, CommandTarget, Commands};
use tminus_services::git::GitRepository;
use tminus_services::secrets::{Permission, Secrets};
use tminus_services::trusted::{self, TrustedFiles};
use tminus_storage::paths::Paths;
use tminus_storage::trust::{Grant, Trust};

fn version(text: &str) -> Version {
    Version::parse(text).unwrap()
}

fn line(words: &[&str]) -> CommandLine {
    CommandLine(words.iter().map(|word| Template::new(*word)).collect())
}

fn order(id: &str, task: Task) -> Order {
    Order { id: OrderId::new(id), action: ActionId::new("A1"), env: Some(EnvName::new("production")), task }
}

fn run(id: &str, words: Vec<String>) -> Order {
    order(id, Task::Run { words, dir: None, env: Vec::new(), timeout: None })
}

fn delivered(text: &str) -> Delivered {
    Delivered { version: version(text), digest: Some(Digest::new("sha256:abc")) }
}

fn deliver(id: &str) -> Order {
    let (from, to) = (Some(delivered("0.9.4")), delivered("1.0.0"));
    order(id, Task::Deliver { artifact: "backend".into(), from, to })
}

fn restore(id: &str) -> Order {
    let (from, to) = (Some(delivered("1.0.0")), delivered("0.9.4"));
    order(id, Task::Restore { artifact: "backend".into(), from, to })
}

/// Each command writes its own words down, one a line, the way the world saw them.
const WRITE: &str = "printf '%s\\n' \"$0\" \"$@\" >> calls; printf '%s\\n' -- >> calls";

struct Fixture {
    root: TempDir,
    deliver: bool,
}

impl Fixture {
    fn new(deliver: bool) -> Self {
        Self { root: tempfile::tempdir().unwrap(), deliver }
    }

    fn commands(&self) -> Commands {
        Commands::new(self.root.path().join("state"), secrets(self.root.path()))
    }

    fn delivery(&self) -> CommandDelivery {
        let script = format!("case $2 in bad) exit 7;; endless) exec sleep 600;; esac; {WRITE}");
        CommandDelivery {
            env: EnvName::new("production"),
            url: Some("https://example.com".to_owned()),
            image: Some(Template::new("registry/backend:{version}")),
            current: vec![line(&["sh", "-c", "echo v0.9.4 sha256:abc"])],
            current_json: None,
            deploy: vec![
                line(&["sh", "-c", &script, "first", "{version}", "{digest}"]),
                line(&["sh", "-c", &script, "then", "{previous}", "{image}", "{env}", "{url}"]),
            ],
            undo: vec![line(&["sh", "-c", WRITE, "undo", "{previous}", "{version}"])],
            dir: None,
            timeout: None,
        }
    }
}

#[async_trait]
impl TargetFixture for Fixture {
    fn target(&self) -> Arc<dyn Target> {
        match self.deliver {
            true => Arc::new(CommandTarget::new(self.delivery(), self.commands())),
            false => Arc::new(CommandRunner::new(self.commands())),
        }
    }

    fn good(&self, id: &str) -> Order {
        match self.deliver {
            true => deliver(id),
            false => run(id, [sh(WRITE), vec!["a word with 'quotes' and $signs".to_owned()]].concat()),
        }
    }

    fn bad(&self, id: &str) -> Order {
        match self.deliver {
            true => told(id, "bad"),
            false => run(id, sh("echo the disk is full >&2; exit 7")),
        }
    }

    fn endless(&self, id: &str) -> Order {
        match self.deliver {
            true => told(id, "endless"),
            false => run(id, sh("exec sleep 600")),
        }
    }

    async fn made(&self) -> Vec<Call> {
        let text = std::fs::read_to_string(self.root.path().join("calls")).unwrap_or_default();
        let script = match &self.delivery().deploy[0] {
            CommandLine(words) if self.deliver => words[2].to_string(),
            CommandLine(_) => WRITE.to_owned(),
        };
        let call = |seen: &str| {
            let words = [sh(&script), seen.lines().map(str::to_owned).collect()].concat();
            Call::Process { words, dir: None }
        };
        text.split_terminator("--\n").map(call).collect()
    }
}

/// A delivery whose digest tells the script what to do.
fn told(id: &str, what: &str) -> Order {
    let to = Delivered { version: version("1.0.0"), digest: Some(Digest::new(what)) };
    order(id, Task::Deliver { artifact: "backend".into(), from: Some(delivered("0.9.4")), to })
}

#[tokio::test]
async fn the_runner_of_extra_steps_keeps_the_contract() {
    a_target_keeps_the_contract(&Fixture::new(false)).await;
}

#[tokio::test]
async fn a_delivery_by_commands_keeps_the_contract() {
    a_target_keeps_the_contract(&Fixture::new(true)).await;
}

#[tokio::test]
async fn an_undo_names_the_version_that_comes_back() {
    let fixture = Fixture::new(true);
    let target = fixture.target();
    let calls = target.calls(&restore("r1"));
    assert!(calls[0].display().ends_with("undo 0.9.4 1.0.0"), "{}", calls[0].display());
    let ticket = target.begin(&restore("r1")).await.unwrap();
    let receipt = end(&*target, &ticket).await.0.unwrap();
    assert_eq!(receipt.delivered, Some(delivered("0.9.4")));
}

#[tokio::test]
async fn a_delivery_without_undo_has_no_way_back_and_says_so() {
    let fixture = Fixture::new(true);
    let target = CommandTarget::new(CommandDelivery { undo: Vec::new(), ..fixture.delivery() }, fixture.commands());
    assert_eq!(target.calls(&restore("r1")), Vec::new());
    assert_eq!(target.begin(&restore("r1")).await.unwrap_err().kind, FailureKind::Rejected);
    assert_eq!(target.readiness(&version("0.9.4")).await.unwrap().keeps, ["the plan names no `undo`"]);
}

#[tokio::test]
async fn what_is_there_is_what_current_prints() {
    let seen = Fixture::new(true).target().observe().await.unwrap();
    assert_eq!((seen.version, seen.digest), (Some(version("0.9.4")), Some(Digest::new("sha256:abc"))));
}

#[tokio::test]
async fn a_failure_says_what_the_command_said() {
    let target = Fixture::new(false).target();
    let ticket = target.begin(&run("f1", sh("echo one; echo the disk is full >&2; exit 7"))).await.unwrap();
    let (end, lines) = end(&*target, &ticket).await;
    assert_eq!(end.unwrap_err().sentence(), "sh ended with exit 7: one: the disk is full");
    assert!(lines.contains(&Progress::Line("the disk is full".to_owned())), "{lines:?}");
}

#[tokio::test]
async fn a_program_that_is_not_there_fails_at_once_and_is_not_forgotten() {
    let target = Fixture::new(false).target();
    let order = run("n1", vec!["no-such-program".to_owned()]);
    assert_eq!(target.begin(&order).await.unwrap_err().kind, FailureKind::NotFound);
    let ticket = target.find(&order.id).await.unwrap().expect("it is in the book");
    assert_eq!(end(&*target, &ticket).await.0.unwrap_err().kind, FailureKind::NotFound);
}

#[tokio::test]
async fn a_later_command_that_fails_stops_the_ones_after_it() {
    let fixture = Fixture::new(true);
    let mut delivery = fixture.delivery();
    delivery.deploy.insert(0, line(&["false"]));
    let target = CommandTarget::new(delivery, fixture.commands());
    let ticket = target.begin(&deliver("l1")).await.unwrap();
    assert!(end(&target, &ticket).await.0.is_err());
    assert_eq!(fixture.made().await, Vec::new());
}

#[tokio::test]
async fn time_runs_out_for_a_step_too() {
    let target = Fixture::new(false).target();
    let task = Task::Run { words: sh("sleep 600"), dir: None, env: Vec::new(), timeout: Some(Span::millis(200)) };
    let ticket = target.begin(&order("t1", task)).await.unwrap();
    assert_eq!(end(&*target, &ticket).await.0.unwrap_err().kind, FailureKind::Timeout);
}

#[tokio::test]
async fn a_command_outlives_its_tminus_is_adopted_and_never_called_a_success() {
    let fixture = Fixture::new(false);
    let go = fixture.root.path().join("go");
    let script = "echo started; while [ ! -e go ]; do :; done; echo went";
    let first = fixture.target();
    let order = run("o1", sh(script));
    first.begin(&order).await.unwrap();
    drop(first);
    let second = fixture.target();
    let ticket = second.find(&order.id).await.unwrap().expect("it still runs");
    assert_eq!(second.begin(&order).await.unwrap_err().kind, FailureKind::Conflict);
    // It is followed while it runs: what it printed is gone with it otherwise.
    let (sender, mut printed) = tokio::sync::mpsc::channel(1_024);
    let reading = async {
        let mut lines = Vec::new();
        while let Some(line) = printed.recv().await {
            std::fs::write(&go, "").unwrap();
            lines.push(line);
        }
        lines
    };
    let (end, lines) = tokio::join!(second.follow(&ticket, sender), reading);
    let failure = end.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Unclear);
    assert!(failure.sentence().contains("whether it did its work is unknown"), "{}", failure.sentence());
    assert_eq!(lines.last(), Some(&Progress::Line("went".to_owned())));
    assert_eq!(second.find(&order.id).await.unwrap_err().kind, FailureKind::Unclear);
}

/// Follows an order, and does something when a line has come; returns the lines.
async fn lines_of(target: &dyn Target, ticket: &Ticket, mut each: impl FnMut(&str)) -> Vec<String> {
    let (sender, mut printed) = tokio::sync::mpsc::channel::<Progress<String>>(65_536);
    let reading = async {
        let mut lines = Vec::new();
        while let Some(progress) = printed.recv().await {
            let Progress::Line(line) = progress else { continue };
            each(&line);
            lines.push(line);
        }
        lines
    };
    tokio::join!(target.follow(ticket, sender), reading).1
}

#[tokio::test]
async fn what_an_adopted_program_prints_stays_in_bounds_and_what_was_let_go_of_is_told() {
    let fixture = Fixture::new(false);
    let file = |name: &str| fixture.root.path().join(name);
    // 24 MB in lines of 1,000 bytes, once nobody but the adopter is there to bound it.
    let script = "while [ ! -e flood ]; do :; done; head -c 24000000 /dev/zero | tr '\\0' 'x' | fold -w 999; echo; echo $$ > pid; \
                  while [ ! -e go ]; do :; done; echo went";
    let order = run("m1", sh(script));
    let first = fixture.target();
    first.begin(&order).await.unwrap();
    drop(first);
    let second = fixture.target();
    let ticket = second.find(&order.id).await.unwrap().expect("it still runs");
    std::fs::write(file("flood"), "").unwrap();
    let mut length = None;
    let lines = lines_of(&*second, &ticket, |line| {
        if line.contains("of output are missing here") {
            let pid = std::fs::read_to_string(file("pid")).unwrap_or_default();
            length = std::fs::metadata(format!("/proc/{}/fd/1", pid.trim())).ok().map(|about| about.len());
            std::fs::write(file("go"), "").unwrap();
        }
    });
    let lines = tokio::time::timeout(std::time::Duration::from_secs(60), lines).await.expect("nothing was let go of");
    assert_eq!(lines.last().map(String::as_str), Some("went"));
    assert!(length.is_none_or(|length| length <= 16 << 20), "{length:?} bytes are held");
}

#[tokio::test]
async fn what_an_order_printed_is_kept_until_it_is_followed_whatever_is_begun_meanwhile() {
    let fixture = Fixture::new(false);
    let target = fixture.target();
    let ticket = target.begin(&run("k1", sh("echo one"))).await.unwrap();
    // Followed to their ends, others show that the first has had time to end.
    for id in ["k2", "k3", "k4"] {
        let other = target.begin(&run(id, sh("echo other"))).await.unwrap();
        assert_eq!(lines_of(&*target, &other, |_| {}).await, ["other"]);
    }
    assert_eq!(lines_of(&*target, &ticket, |_| {}).await, ["one"]);
    target.begin(&run("k5", sh("true"))).await.unwrap();
    let again = lines_of(&*target, &ticket, |_| {}).await;
    assert!(!again.is_empty() && again.iter().all(|line| line.ends_with("is gone")), "{again:?}");
}

#[tokio::test]
async fn an_orphan_can_be_stopped() {
    let fixture = Fixture::new(false);
    let order = run("s1", sh("exec sleep 600"));
    fixture.target().begin(&order).await.unwrap();
    let second = fixture.target();
    let ticket = second.find(&order.id).await.unwrap().expect("it still runs");
    second.cancel(&ticket).await.unwrap();
    assert!(end(&*second, &ticket).await.0.is_err());
}

#[tokio::test]
async fn the_book_is_for_its_owner_alone_and_no_output_is_ever_in_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let fixture = Fixture::new(false);
    let target = fixture.target();
    let ticket = target.begin(&run("b1", sh("echo secret"))).await.unwrap();
    let (_, _) = end(&*target, &ticket).await;
    let state = fixture.root.path().join("state");
    assert_eq!(std::fs::metadata(&state).unwrap().permissions().mode() & 0o777, 0o700);
    let files: Vec<_> = std::fs::read_dir(state).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    assert_eq!(std::fs::metadata(&files[0]).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_step_gets_its_secrets_and_its_ids_as_variables() {
    let fixture = Fixture::new(false);
    write(fixture.root.path(), ".env", "KEY=hunter2-hunter2\n");
    let key = EnvValue::Secret(Secret::Dotenv { file: ".env".to_owned(), key: "KEY".to_owned() });
    let task = Task::Run {
        words: sh("test \"$KEY\" = hunter2-hunter2 && echo $TMINUS_ACTION $TMINUS_ORDER $TMINUS_ENV $KEY"),
        dir: None,
        env: vec![("KEY".to_owned(), key)],
        timeout: None,
    };
    let target = fixture.target();
    let ticket = target.begin(&order("v1", task)).await.unwrap();
    let (end, lines) = end(&*target, &ticket).await;
    end.unwrap();
    let [Progress::Line(line)] = &lines[..] else { panic!("{lines:?}") };
    // Whoever takes it makes it safe: a `Progress<String>` goes nowhere else.
    let mask = tminus_core::mask::Mask::new();
    mask.learn("hunter2-hunter2");
    let line = mask.line(line);
    assert!(line.starts_with("A1 v1 production ") && !line.contains("hunter2"), "{line}");
}

fn write(root: &Path, file: &str, text: &str) {
    std::fs::write(root.join(file), text).unwrap();
}

#[tokio::test]
async fn a_ticket_from_elsewhere_is_refused() {
    let target = Fixture::new(false).target();
    let ticket = tminus_core::order::Ticket { order: OrderId::new("x"), reference: serde_json::Value::Null };
    assert_eq!(target.follow(&ticket, progress().0).await.unwrap_err().kind, FailureKind::Rejected);
}

#[tokio::test]
async fn a_file_that_changed_since_it_was_trusted_holds_what_would_run_it_until_it_is_trusted_again() {
    let project = Project::new(&[("scripts/s.sh", "true\n")]);
    let home = tempfile::tempdir().unwrap();
    let (paths, patterns) = (Paths::below(home.path()), ["scripts/**".to_owned()]);
    let repository = Arc::new(GitRepository::open(project.path(), "origin").unwrap());
    let trust = || async {
        let commands = trusted::lines(Ok(&repository), &patterns).await;
        let grant = Grant { by: "dana".into(), at: jiff::Timestamp::UNIX_EPOCH, commands: commands.clone() };
        Trust::load(&paths).unwrap().grant(project.path(), grant).unwrap();
        commands
    };
    let files = TrustedFiles::new(Ok(repository.clone()), (project.path(), &paths), (&patterns, trust().await));
    let secrets = Secrets::new(project.path(), Permission::Trusted, Mask::new()).trusting(files);
    let runner = CommandRunner::new(Commands::new(home.path().join("commands"), Arc::new(secrets)));
    let try_it = |id: &'static str| {
        let runner = runner.clone();
        async move {
            let begun = runner.begin(&run(id, sh("sh scripts/s.sh"))).await.map(drop);
            begun.map_err(|failure| failure.sentence())
        }
    };
    assert_eq!(try_it("A1.0.1").await, Ok(()));
    project.write("scripts/s.sh", "echo EVIL\n");
    let held = try_it("A1.0.2").await.unwrap_err();
    assert!(held.contains("scripts/s.sh has changed since it was trusted"), "{held}");
    assert!(held.contains("`tminus trust`"), "{held}");
    trust().await;
    assert_eq!(try_it("A1.0.3").await, Ok(()), "a person trusted it as it is now");
    project.commit(&[("scripts/new.sh", "echo EVIL\n")]);
    let held = try_it("A1.0.4").await.unwrap_err();
    assert!(held.contains("scripts/new.sh is new"), "{held}");
    trust().await;
    Trust::load(&paths).unwrap().revoke(project.path()).unwrap();
    let held = try_it("A1.0.5").await.unwrap_err();
    assert!(held.contains("the plan is no longer trusted"), "{held}");
}
