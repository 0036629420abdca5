//! Probes in the real world: what they read, and when what they read counts.

use super::http::{ok, serve};
use super::world::{Project, progress, sh};
use async_trait::async_trait;
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use tminus_core::changelog::ChangelogSection;
use tminus_core::kinds::check::{
    CheckKind, ConnectsCheck, DotenvCheck, FileCheck, HttpCheck, IgnoredCheck, LogCheck, Method, RunCheck,
};
use tminus_core::mask::Mask;
use tminus_core::measurement::{Ask, Measurement, ProbeQuestion, Reading};
use tminus_core::names::{CheckName, ConnectName, LogName, Phase};
use tminus_core::plan::{
    Check, CommandLine, EnvValue, Expect, Placeholder, ReleaseRules, Secret, Template, VersionFile,
};
use tminus_core::ports::{Clock, FailureKind, LogSource, MetricSource, PortError, Probe as _};
use tminus_core::time::Span;
use tminus_services::clock::SystemClock;
use tminus_services::docker::Link;
use tminus_services::git::GitRepository;
use tminus_services::http::Http;
use tminus_services::logs::{FileLog, SafeLog};
use tminus_services::probe::{ProbeDeps, RealProbe, Stock};
use tminus_services::secrets::{Permission, Secrets};
use tminus_services::worktree::Worktree;

pub struct World {
    project: Project,
    state: tempfile::TempDir,
    permission: Permission,
    clock: Arc<dyn Clock>,
}

impl World {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let state = tempfile::tempdir().unwrap();
        let clock = Arc::new(SystemClock);
        Self { project: Project::new(files), state, permission: Permission::Trusted, clock }
    }

    fn probe(&self) -> RealProbe {
        self.measuring(HashMap::new())
    }

    /// Returns a probe that can ask these services for numbers.
    pub fn measuring(&self, metrics: HashMap<ConnectName, Arc<dyn MetricSource>>) -> RealProbe {
        let root = self.project.path().to_owned();
        let repository = Arc::new(GitRepository::open(&root, "origin").unwrap().trusted());
        let log = FileLog::new("backend".into(), self.state.path().join("log"), self.clock.clone());
        let log = SafeLog::new(Arc::new(log), Mask::new(), None);
        RealProbe::new(ProbeDeps {
            worktree: Worktree::new(repository.clone(), self.state.path().join("worktree")),
            repository,
            rules: rules(),
            http: Http::default(),
            stock: Stock { images: HashMap::new(), link: Link::new(None) },
            secrets: Arc::new(Secrets::new(&root, self.permission, Mask::new())),
            clock: self.clock.clone(),
            logs: HashMap::from([(LogName::new("backend"), Arc::new(log) as Arc<dyn LogSource>)]),
            services: HashMap::new(),
            metrics,
            workflows: HashMap::new(),
            state: self.state.path().join("state"),
            root,
        })
    }

    fn ask(&self, check: Check) -> Ask {
        Ask {
            question: ProbeQuestion::Check(check),
            values: BTreeMap::from([(Placeholder::Version, "1.0.0".to_owned())]),
            commit: Some(self.project.head()),
            env: None,
            version: None,
            since: None,
            settled: None,
        }
    }

    async fn measure(&self, check: Check) -> Result<Measurement, PortError> {
        self.probe().measure(&self.ask(check), progress().0).await
    }

    async fn reading(&self, way: CheckKind) -> Reading {
        self.measure(check(way)).await.unwrap().reading
    }
}

fn rules() -> ReleaseRules {
    let place = |file: &str, key: &str| VersionFile { file: file.to_owned(), key: key.to_owned() };
    ReleaseRules {
        base: "main".to_owned(),
        branch: Template::new("release/{version}"),
        hotfix: Template::new("hotfix/{version}"),
        tag: Template::new("v{version}"),
        changelog: Some("CHANGELOG.md".to_owned()),
        notes: None,
        versions: vec![place("pyproject.toml", "tool.poetry.version"), place("package.json", "version")],
        sign: false,
        remote: "origin".to_owned(),
    }
}

fn check(way: CheckKind) -> Check {
    Check {
        name: CheckName::new("it"),
        phase: Phase::new("pre-deploy"),
        group: None,
        title: "It holds".to_owned(),
        way,
        expect: Expect::default(),
        needs: Vec::new(),
        paths: Vec::new(),
        fresh: None,
        owner: None,
        required: true,
        in_worktree: false,
        env: Vec::new(),
        timeout: None,
        lint_ok: BTreeMap::new(),
    }
}

fn run(script: &str) -> CheckKind {
    CheckKind::Run(RunCheck { run: CommandLine(sh(script).into_iter().map(Template::new).collect()), dir: None })
}

fn why(reading: Reading) -> String {
    match reading {
        Reading::Unmeasured(why) => why,
        other => panic!("measured: {other:?}"),
    }
}

#[tokio::test]
async fn a_command_runs_on_the_releases_commit_and_its_output_is_kept() {
    let world = World::new(&[("a", "1")]);
    let measured = world.measure(check(run("cat a; echo {version}; echo err >&2; exit 4"))).await.unwrap();
    let Reading::Process { exit, stdout, cut, .. } = measured.reading else { panic!("{measured:?}") };
    assert_eq!((exit, stdout.as_str(), cut), (Some(4), "11.0.0\n", false));
    assert!(measured.asked.starts_with("sh -c 'cat a; echo 1.0.0"), "{}", measured.asked);
    assert!(measured.tail.contains("err"));
    assert_eq!((measured.bytes, measured.sha256.len()), (11, 64));
}

#[tokio::test]
async fn a_dirty_checkout_is_not_the_releases_commit_and_nothing_runs() {
    let world = World::new(&[("a", "1"), ("b", "1")]);
    world.project.write("a", "2");
    world.project.write("new", "2");
    let why = why(world.reading(run("touch ran")).await);
    let says =
        "the checkout has 2 changed files, so it is not the release's commit: a (changed: commit it, or undo it), new ";
    assert!(why.starts_with(says), "{why}");
    assert!(!world.project.path().join("ran").exists());
}

#[tokio::test]
async fn a_checkout_at_another_commit_counts_for_nothing() {
    let world = World::new(&[("a", "1")]);
    let mut ask = world.ask(check(run("true")));
    world.project.commit(&[("a", "2")]);
    let measured = world.probe().measure(&ask, progress().0).await.unwrap();
    assert!(why(measured.reading).starts_with("the checkout is at "));
    ask.commit = None;
    let measured = world.probe().measure(&ask, progress().0).await.unwrap();
    assert!(why(measured.reading).contains("no commit of a release"));
}

#[tokio::test]
async fn what_a_check_leaves_in_the_checkout_is_its_own_fault() {
    let world = World::new(&[("a", "1"), (".gitignore", "cache\n")]);
    assert!(matches!(world.reading(run("touch cache")).await, Reading::Process { exit: Some(0), .. }));
    let why = why(world.reading(run("touch report.xml")).await);
    assert!(why.starts_with("while it ran, 1 file in the checkout changed"), "{why}");
}

#[tokio::test]
async fn a_checkout_that_moves_while_a_check_runs_counts_for_nothing() {
    let world = World::new(&[("a", "1")]);
    let script = "git -c user.name=x -c user.email=x@example.com commit -q --allow-empty -m moved";
    let why = why(world.reading(run(script)).await);
    assert!(why.starts_with("the checkout moved while it ran"), "{why}");
}

#[tokio::test]
async fn in_the_own_worktree_a_dirty_checkout_does_not_matter() {
    let world = World::new(&[("a", "1")]);
    world.project.write("a", "2");
    let measured = world.measure(Check { in_worktree: true, ..check(run("cat a; touch left")) }).await.unwrap();
    let Reading::Process { stdout, .. } = measured.reading else { panic!("{measured:?}") };
    assert_eq!(stdout, "1");
    assert!(!world.project.path().join("left").exists());
}

#[tokio::test]
async fn nothing_in_a_plan_runs_before_it_is_trusted() {
    let mut world = World::new(&[("a", "1")]);
    world.permission = Permission::Untrusted;
    let failure = world.measure(check(run("touch ran"))).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Unauthorized);
    assert!(!world.project.path().join("ran").exists());
}

#[tokio::test]
async fn a_secret_reaches_a_check_and_not_its_evidence() {
    let world = World::new(&[("a", "1"), (".gitignore", ".env\n")]);
    world.project.write(".env", "KEY=hunter2-hunter2\n");
    let secret = EnvValue::Secret(Secret::Dotenv { file: ".env".to_owned(), key: "KEY".to_owned() });
    let check = Check {
        env: vec![("KEY".to_owned(), secret)],
        ..check(run("test $KEY = hunter2-hunter2 && echo the key is $KEY"))
    };
    let measured = world.measure(check).await.unwrap();
    assert!(matches!(measured.reading, Reading::Process { exit: Some(0), .. }), "{measured:?}");
    assert!(!serde_json::to_string(&measured).unwrap().contains("hunter2-hunter2"), "{measured:?}");
}

#[tokio::test]
async fn a_check_has_only_its_own_time() {
    let world = World::new(&[("a", "1")]);
    let check = Check { timeout: Some(Span::millis(200)), ..check(run("exec sleep 600")) };
    assert_eq!(world.measure(check).await.unwrap_err().kind, FailureKind::Timeout);
}

fn http(url: &str, tries: u32) -> HttpCheck {
    HttpCheck { method: Method::Get, url: Template::new(url), headers: Vec::new(), body: None, tries }
}

#[tokio::test]
async fn every_try_is_sent_and_kept_in_its_order() {
    let world = World::new(&[("a", "1")]);
    let bad = b"HTTP/1.1 503 Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_vec();
    let (address, serving) = serve(vec![ok("one"), bad, ok("three")]).await;
    let measured = world.measure(check(CheckKind::Http(http(&format!("{address}/v/{{version}}"), 3)))).await.unwrap();
    assert_eq!(measured.asked, format!("GET {address}/v/1.0.0, 3 times"));
    let Reading::Http(tries) = measured.reading else { panic!() };
    let statuses: Vec<u16> = tries.iter().map(|one| one.answer.as_ref().unwrap().status).collect();
    assert_eq!(statuses, [200, 503, 200]);
    assert!(serving.await.unwrap()[0].starts_with("GET /v/1.0.0 "));
    assert_eq!(measured.bytes, 8);
}

#[tokio::test]
async fn a_secret_header_is_sent_and_not_shown() {
    let world = World::new(&[(".gitignore", ".env\n")]);
    world.project.write(".env", "TOKEN=hunter2-hunter2\n");
    let (address, serving) = serve(vec![ok("you sent hunter2-hunter2")]).await;
    let token = EnvValue::Secret(Secret::Dotenv { file: ".env".to_owned(), key: "TOKEN".to_owned() });
    let asked = HttpCheck { headers: vec![("X-Token".to_owned(), token)], ..http(&address, 1) };
    let measured = world.measure(check(CheckKind::Http(asked))).await.unwrap();
    assert!(measured.asked.ends_with("X-Token: •••"), "{}", measured.asked);
    assert!(!serde_json::to_string(&measured).unwrap().contains("hunter2-hunter2"), "{measured:?}");
    assert!(serving.await.unwrap()[0].contains("x-token: hunter2-hunter2"));
}

#[tokio::test]
async fn a_service_that_refuses_or_is_silent_gives_no_answer() {
    let world = World::new(&[("a", "1")]);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let silent = Check { timeout: Some(Span::seconds(1)), ..check(CheckKind::Http(http(&address, 3))) };
    // On a busy machine the time of the whole check may be over a moment before that of its last try.
    match world.measure(silent).await {
        Ok(Measurement { reading: Reading::Http(tries), .. }) => {
            assert!(!tries.is_empty() && tries.iter().all(|one| one.answer.is_err()), "{tries:?}");
        }
        Ok(other) => panic!("{other:?}"),
        Err(failure) => assert_eq!(failure.kind, FailureKind::Timeout, "{failure:?}"),
    }
    drop(listener);
    let Reading::Http(tries) = world.reading(CheckKind::Http(http(&address, 1))).await else { panic!() };
    assert!(tries[0].answer.as_ref().unwrap_err().starts_with("connection refused"), "{tries:?}");
}

#[tokio::test]
async fn an_address_without_its_environment_cannot_be_asked() {
    let world = World::new(&[("a", "1")]);
    let failure = world.measure(check(CheckKind::Http(http("{url}/api/health", 1)))).await.unwrap_err();
    assert_eq!(failure.sentence(), "the request cannot be made: {url} has no value here");
}

#[tokio::test]
async fn each_version_file_says_what_it_holds_or_why_not() {
    let toml = "[tool.poetry]\nversion = \"1.0.0\"\n";
    let world = World::new(&[("pyproject.toml", toml), ("package.json", "{}")]);
    let Reading::Versions(found) = world.reading(CheckKind::Versions).await else { panic!() };
    let found: Vec<_> = found.into_iter().map(|place| place.found).collect();
    assert_eq!(found, [Ok("1.0.0".to_owned()), Err("it has no version".to_owned())]);
}

#[tokio::test]
async fn ignored_paths_are_asked_one_by_one() {
    let world = World::new(&[(".gitignore", ".env\n")]);
    let way = CheckKind::Ignored(IgnoredCheck(vec![".env".to_owned(), "b/.env.production".to_owned()]));
    let wanted = vec![(".env".to_owned(), true), ("b/.env.production".to_owned(), false)];
    assert_eq!(world.reading(way).await, Reading::Ignored(wanted));
}

#[tokio::test]
async fn an_environment_file_is_read_for_names_alone() {
    let world = World::new(&[(".gitignore", ".env\n")]);
    world.project.write(".env", "SET=hunter2-hunter2\nEMPTY=\"\"\n");
    let needs = ["SET", "EMPTY", "MISSING"].map(str::to_owned).to_vec();
    let way = || CheckKind::Dotenv(DotenvCheck { file: ".env".to_owned(), needs: needs.clone() });
    let measured = world.measure(check(way())).await.unwrap();
    assert!(!format!("{measured:?}").contains("hunter2"));
    let (missing, empty) = (vec!["MISSING".to_owned()], vec!["EMPTY".to_owned()]);
    assert_eq!(measured.reading, Reading::Dotenv { missing, empty, doubtful: Vec::new() });
    std::fs::remove_file(world.project.path().join(".env")).unwrap();
    assert_eq!(world.measure(check(way())).await.unwrap_err().kind, FailureKind::NotFound);
}

fn file(path: &str, has: Option<&str>, newer_than: Option<&str>) -> CheckKind {
    CheckKind::File(FileCheck {
        path: Template::new(path),
        has: has.map(Template::new),
        newer_than: newer_than.map(str::to_owned),
    })
}

#[tokio::test]
async fn a_file_is_looked_at_for_what_was_asked() {
    let world = World::new(&[("NOTES.md", "for 1.0.0"), ("old.md", "x")]);
    world.project.commit_at(&[("NOTES.md", "for 1.0.0!")], Timestamp::now().as_second() - 60);
    let is = |exists, has, newer| Reading::File { exists, has, newer };
    assert_eq!(world.reading(file("NOTES.md", Some("{version}"), Some("1h"))).await, is(true, Some(true), Some(true)));
    assert_eq!(world.reading(file("NOTES.md", Some("2.0.0"), Some("1s"))).await, is(true, Some(false), Some(false)));
    assert_eq!(world.reading(file("old.md", None, Some("30d"))).await, is(true, None, Some(false)));
    assert_eq!(world.reading(file("NOTES.md", None, Some("old.md"))).await, is(true, None, Some(true)));
    assert_eq!(world.reading(file("none.md", Some("x"), None)).await, is(false, None, None));
}

#[tokio::test]
async fn a_file_that_leads_out_of_the_repository_is_refused() {
    let world = World::new(&[("a", "1")]);
    std::os::unix::fs::symlink("/etc/passwd", world.project.path().join("link")).unwrap();
    world.project.commit(&[]);
    for path in ["link", "../x", "/etc/passwd"] {
        let failure = world.measure(check(file(path, Some("root"), None))).await.unwrap_err();
        assert!(failure.summary.contains("leads out of the repository"), "{path}: {failure}");
    }
}

#[tokio::test]
async fn the_changelog_has_a_section_or_has_none() {
    let world = World::new(&[("CHANGELOG.md", "# Changes\n## [1.0.0] - 2026-11-22\n- new\n")]);
    let is = |section| Reading::Changelog(Some(section));
    assert_eq!(world.reading(CheckKind::Changelog).await, is(ChangelogSection::Written { line: 2 }));
    world.project.commit(&[("CHANGELOG.md", "# Changes\n## [0.9.4]\n- old\n")]);
    assert_eq!(world.reading(CheckKind::Changelog).await, is(ChangelogSection::Missing));
}

/// A clock that leaps, and writes down where to.
struct Leaping {
    now: Mutex<Timestamp>,
}

#[async_trait]
impl Clock for Leaping {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap()
    }

    async fn sleep_until(&self, moment: Timestamp) {
        *self.now.lock().unwrap() = moment;
    }

    fn is_virtual(&self) -> bool {
        true
    }
}

#[tokio::test]
async fn a_log_is_searched_from_the_deploy_on_and_waited_for() {
    let start: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
    let mut world = World::new(&[("a", "1")]);
    let clock = Arc::new(Leaping { now: Mutex::new(start) });
    world.clock = clock.clone();
    let way = || {
        CheckKind::Log(LogCheck {
            source: "backend".into(),
            has: "startup complete".to_owned(),
            within: Span::seconds(60),
        })
    };
    let mut ask = world.ask(check(way()));
    ask.since = Some(start);
    let log = world.state.path().join("log");
    std::fs::write(&log, "2026-11-22T11:00:00Z startup complete\n").unwrap();
    let reading = world.probe().measure(&ask, progress().0).await.unwrap().reading;
    assert_eq!(reading, Reading::Log { line: None, looked_at: 0, doubt: None }, "the line is of the version before");
    assert_eq!(clock.now(), Span::seconds(60).after(start), "it waited for its time and no longer");
    std::fs::write(&log, "2026-11-22T12:00:05Z up\n2026-11-22T12:00:07Z startup complete\n").unwrap();
    let reading = world.probe().measure(&ask, progress().0).await.unwrap().reading;
    assert_eq!(
        reading,
        Reading::Log { line: Some("2026-11-22T12:00:07Z startup complete".to_owned()), looked_at: 2, doubt: None }
    );
}

#[tokio::test]
async fn a_way_without_an_adapter_says_so() {
    let world = World::new(&[("a", "1")]);
    let failure =
        world.measure(check(CheckKind::Connects(ConnectsCheck(ConnectName::new("mongo"))))).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Unavailable);
    assert_eq!(failure.summary, "`connects` to mongo is not available in this build");
}

#[tokio::test]
async fn the_time_of_a_check_begins_when_its_checkout_is_ready() {
    let world = World::new(&[(".gitattributes", "big filter=slow\n"), ("big", "x"), ("settings", "A=1\n")]);
    world.project.git.config().unwrap().set_str("filter.slow.smudge", "sleep 1.2; cat").unwrap();
    let asked = DotenvCheck { file: "settings".to_owned(), needs: vec!["A".to_owned()] };
    let check = check(CheckKind::Dotenv(asked));
    let measured = world.measure(Check { in_worktree: true, timeout: Some(Span::seconds(1)), ..check }).await.unwrap();
    assert!(matches!(measured.reading, Reading::Dotenv { .. }), "{measured:?}");
}
