//! The contract of each port, kept by the world, and that nothing begun is lost or begun again.

use super::{Played, the_plan, version};
use crate::contract::acts::{ActsFixture, acts_keep_the_contract};
use async_trait::async_trait;
use std::collections::BTreeMap;
use std::sync::Arc;
use tminus_core::failure::FailureKind;
use tminus_core::kinds::repository::{BranchAct, Direction, RepositoryAct};
use tminus_core::measurement::{Ask, ProbeQuestion, Reading};
use tminus_core::names::{ActionId, Commit, EnvName, LogName, OrderId};
use tminus_core::order::{Health, Order, Progress, Task};
use tminus_core::ports::{Checkout, Repository, Target};
use tminus_core::time::Span;
use tminus_core::verdict::Verdict;
use tminus_rehearsal::{Rehearsal, Scenario, TimeKind};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;

const ENVIRONMENTS: [&str; 5] = ["development", "staging", "testflight", "production", "app-store"];

#[tokio::test]
async fn a_delivery_is_followed_to_its_end_and_leaves_its_label_in_no_real_time() {
    let began = std::time::Instant::now();
    for env in ENVIRONMENTS {
        let played = Played::new("smooth");
        let before = played.now();
        let (receipt, progress) = played.bring(env, "1.0.0", "one").await;
        assert_eq!(receipt.unwrap().delivered.unwrap().version, version("1.0.0"), "{env}");
        let seen = played.observe(env).await;
        assert_eq!((seen.version, seen.health), (Some(version("1.0.0")), Health::Healthy), "{env}");
        assert_eq!(seen.action, Some(ActionId::new("one-action")), "{env}");
        assert!(seen.since.unwrap() > before && played.now() >= Span::seconds(20).after(before), "{env}");
        assert!(progress.iter().any(|one| matches!(one, Progress::Share { done, total, .. } if done < total)), "{env}");
        assert!(progress.iter().any(|one| matches!(one, Progress::Line(_))), "{env}");
    }
    // The reviews of the stores alone last a day.
    assert!(began.elapsed().as_secs() < 3_600, "virtual time waited");
}

#[tokio::test]
async fn begin_makes_the_calls_of_the_preview_and_no_others() {
    for env in ENVIRONMENTS {
        let played = Played::new("smooth");
        let order = played.order(env, "1.0.0", "one").await;
        let shown = played.target(env).calls(&order);
        assert!(shown.iter().any(|call| call.display().contains("1.0.0")), "{env}: {shown:?}");
        played.target(env).begin(&order).await.unwrap();
        let world = played.world.world.snapshot().unwrap();
        assert_eq!(world.order(&order.id).unwrap().calls, shown, "{env}");
    }
}

#[test]
fn real_time_has_passed_for_whoever_plays_on_in_virtual_time() {
    let played = Played::new("smooth");
    let open = |time| Rehearsal::open(played.folder.path(), &the_plan(), &played.scenario, time).unwrap();
    let left = {
        let real = open(TimeKind::Real);
        real.now()
    };
    assert!(open(TimeKind::Virtual).now() >= left, "time went back");
    // Virtual time stands still while nobody plays.
    let stands = open(TimeKind::Virtual).now();
    assert_eq!(open(TimeKind::Virtual).now(), stands);
}

#[tokio::test]
async fn an_order_that_was_begun_is_not_begun_again_and_the_try_is_counted() {
    let played = Played::new("smooth");
    let order = played.order("staging", "1.0.0", "one").await;
    played.target("staging").begin(&order).await.unwrap();
    let failure = played.target("staging").begin(&order).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Conflict);
    let world = played.world.world.snapshot().unwrap();
    assert_eq!((world.orders.len(), world.orders[0].times_begun), (1, 2));
}

#[tokio::test]
async fn an_order_is_found_and_followed_after_a_kill_at_every_phase() {
    for env in ENVIRONMENTS {
        let mut played = Played::new("smooth");
        let order = played.order(env, "1.0.0", "one").await;
        played.target(env).begin(&order).await.unwrap();
        let phases = played.world.world.snapshot().unwrap().orders[0].itinerary.phases.clone();
        assert!(!phases.is_empty(), "{env}");
        for phase in phases {
            played.reopen();
            let ticket = played.target(env).find(&order.id).await.unwrap().expect("it was begun");
            assert_eq!(ticket.order, order.id);
            let halfway = Span::from(phase.takes.duration() / 2);
            played.world.advance(halfway).unwrap();
            let time = played.now();
            played.reopen();
            assert_eq!(played.now(), time, "the time was lost");
            played.world.advance(Span::from(phase.takes.duration() - halfway.duration())).unwrap();
        }
        played.reopen();
        let ticket = played.target(env).find(&order.id).await.unwrap().unwrap();
        let (sender, _inbox) = mpsc::channel(8);
        let receipt = played.target(env).follow(&ticket, sender).await.unwrap();
        assert_eq!(receipt.order, order.id);
        let world = played.world.world.snapshot().unwrap();
        assert!(world.orders.iter().all(|begun| begun.times_begun == 1), "{env}");
        assert_eq!(played.observe(env).await.version, Some(version("1.0.0")), "{env}");
    }
}

#[tokio::test]
async fn what_was_never_begun_is_not_found() {
    let played = Played::new("smooth");
    assert_eq!(played.target("staging").find(&OrderId::new("nothing")).await.unwrap(), None);
    assert_eq!(played.world.runner.find(&OrderId::new("nothing")).await.unwrap(), None);
}

#[tokio::test]
async fn a_delivery_that_is_stopped_in_time_changes_nothing() {
    for env in ENVIRONMENTS {
        let played = Played::new("smooth");
        let order = played.order(env, "1.0.0", "one").await;
        let ticket = played.target(env).begin(&order).await.unwrap();
        played.pass("1s");
        played.target(env).cancel(&ticket).await.unwrap();
        let (sender, _inbox) = mpsc::channel(8);
        let failure = played.target(env).follow(&ticket, sender).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Cancelled, "{env}");
        let seen = played.observe(env).await;
        assert_eq!((seen.version, seen.health), (Some(version("0.9.4")), Health::Healthy), "{env}");
        assert_eq!(seen.action, None, "{env}");
    }
}

#[tokio::test]
async fn a_place_that_is_busy_or_holds_another_digest_refuses() {
    let played = Played::new("smooth");
    let mut other = played.order("staging", "1.0.0", "other").await;
    let Task::Deliver { to, .. } = &mut other.task else { panic!("a delivery") };
    to.digest = Some("sha256:0000".into());
    assert_eq!(played.target("staging").begin(&other).await.unwrap_err().kind, FailureKind::Conflict);
    let order = played.order("staging", "1.0.0", "one").await;
    played.target("staging").begin(&order).await.unwrap();
    let second = Order { id: OrderId::new("two"), ..order.clone() };
    assert!(played.target("staging").begin(&second).await.unwrap_err().sentence().contains("busy with order one"));
    assert_eq!(played.target("production").begin(&second).await.unwrap_err().kind, FailureKind::Rejected);
}

#[tokio::test]
async fn the_same_version_has_one_digest_everywhere_and_two_versions_have_two() {
    let played = Played::new("smooth");
    let digest =
        async |env: &str, text: &str| played.target(env).readiness(&version(text)).await.unwrap().digest.unwrap();
    assert_eq!(digest("staging", "1.0.0").await, digest("production", "1.0.0").await);
    assert_ne!(digest("staging", "1.0.0").await, digest("staging", "0.9.4").await);
    assert!(digest("staging", "1.0.0").await.as_str().starts_with("sha256:"));
    assert_eq!(digest("testflight", "1.0.0").await.as_str(), "10000");
}

#[tokio::test]
async fn the_app_store_has_no_way_back_and_the_others_have_one_by_name() {
    for env in ENVIRONMENTS {
        let played = Played::new("smooth");
        played.bring(env, "1.0.0", "one").await.0.unwrap();
        let ready = played.target(env).readiness(&version("0.9.4")).await.unwrap();
        let (receipt, _) = played.bring(env, "0.9.4", "back").await;
        match env {
            "app-store" => {
                assert!(ready.blockers[0].starts_with("the App Store cannot roll back"), "{ready:?}");
                assert_eq!(receipt.unwrap_err().kind, FailureKind::Rejected);
                assert_eq!(played.observe(env).await.version, Some(version("1.0.0")));
            }
            _ => {
                assert!(ready.is_ready() && ready.takes.unwrap() < Span::seconds(60), "{env}: {ready:?}");
                receipt.unwrap();
                assert_eq!(played.observe(env).await.version, Some(version("0.9.4")), "{env}");
            }
        }
    }
}

#[tokio::test]
async fn the_past_can_be_seen_as_it_happened_and_time_goes_on_from_it() {
    let played = Played::new("smooth");
    let (present, past) = (played.world.present().unwrap(), played.world.past().unwrap());
    played.world.rewind_to_first().unwrap();
    let mut seen = Vec::new();
    for moment in &past {
        played.world.travel_to(*moment).unwrap();
        let now = played.observe("production").await;
        if seen.last() != Some(&now.version) {
            assert!(now.version.is_none() || now.since == Some(*moment));
            seen.push(now.version);
        }
    }
    assert_eq!(seen, [None, Some(version("0.9.3")), Some(version("0.9.4"))]);
    played.world.travel_to(present).unwrap();
    assert_eq!(played.now(), present);
    played.world.travel_to(past[0]).unwrap();
    assert_eq!(played.now(), present, "time went back");
    let order = played.order("staging", "1.0.0", "one").await;
    played.target("staging").begin(&order).await.unwrap();
    assert!(played.world.rewind_to_first().is_err());
}

#[tokio::test]
async fn a_world_plays_the_scenario_that_it_was_made_for() {
    let played = Played::new("smooth");
    let other = Scenario::named("crash-loop").unwrap();
    let opened = Rehearsal::open(played.folder.path(), &the_plan(), &other, TimeKind::Virtual);
    let Err(failure) = opened else { panic!("it was opened") };
    assert!(failure.sentence().contains("plays smooth, not crash-loop"), "{failure}");
    std::fs::write(played.folder.path().join("world.json"), "{").unwrap();
    assert!(played.target("staging").observe().await.is_err(), "a broken world shows nothing");
}

#[tokio::test]
async fn two_processes_share_one_world() {
    let played = Played::new("smooth");
    let other = Rehearsal::open(played.folder.path(), &the_plan(), &played.scenario, TimeKind::Virtual).unwrap();
    played.pass("5m");
    assert_eq!(other.now(), played.now());
    let order = played.order("staging", "1.0.0", "one").await;
    played.target("staging").begin(&order).await.unwrap();
    let target = &other.targets[&(EnvName::new("staging"), "backend".into())];
    assert_eq!(target.begin(&order).await.unwrap_err().kind, FailureKind::Conflict);
}

#[tokio::test]
async fn a_world_in_real_time_is_not_behind_what_it_has_shown() {
    let played = Played::new("smooth");
    played.pass("7d");
    let real = Rehearsal::open(played.folder.path(), &the_plan(), &played.scenario, TimeKind::Real).unwrap();
    assert!(real.now() >= played.now());
    assert!(!real.clock.is_virtual());
    assert!(real.rewind_to_first().is_err());
}

#[tokio::test]
async fn commands_are_played_and_not_run() {
    let played = Played::new("smooth");
    let proof = played.folder.path().join("proof");
    let words = vec!["touch".to_owned(), proof.display().to_string()];
    let task = Task::Run { words, dir: None, env: Vec::new(), timeout: None };
    let order = Order { id: OrderId::new("run"), action: ActionId::new("a"), env: Some(EnvName::new("staging")), task };
    let ticket = played.world.runner.begin(&order).await.unwrap();
    assert_eq!(played.world.runner.begin(&order).await.unwrap_err().kind, FailureKind::Conflict);
    let (sender, _inbox) = mpsc::channel(8);
    let receipt = played.world.runner.follow(&ticket, sender).await.unwrap();
    assert_eq!(receipt.summary, "rehearsed: nothing was run");
    assert!(!proof.exists());
}

fn ask(question: ProbeQuestion, env: Option<&str>) -> Ask {
    let env = env.map(EnvName::new);
    Ask { question, values: BTreeMap::new(), commit: None, env, version: None, since: None, settled: None }
}

#[tokio::test]
async fn a_check_is_played_and_says_so() {
    let played = Played::new("smooth");
    let check = the_plan().check(&"backend-tests".into()).unwrap().clone();
    let (sender, _inbox) = mpsc::channel(8);
    let measured = played.world.probe.measure(&ask(ProbeQuestion::Check(check), None), sender).await.unwrap();
    let Reading::Rehearsed { verdict, found } = measured.reading else { panic!("{measured:?}") };
    assert_eq!((verdict, found.as_str()), (Verdict::Pass, "rehearsed: nothing was run"));
}

#[tokio::test]
async fn a_metric_of_nowhere_and_of_an_empty_place_is_no_number() {
    let mut scenario = Scenario::named("smooth").unwrap();
    scenario.deployed.retain(|deployed| deployed.env.as_str() != "production");
    let played = Played::of(scenario);
    let metric = the_plan().metric(&"error-rate".into()).unwrap().clone();
    let question = ProbeQuestion::Metric { metric, window: Span::seconds(60) };
    let (sender, _inbox) = mpsc::channel(8);
    let there = played.world.probe.measure(&ask(question.clone(), Some("production")), sender.clone()).await.unwrap();
    assert_eq!(there.reading, Reading::Metric { value: None, count: None, baseline: None });
    assert!(played.world.probe.measure(&ask(question, None), sender).await.is_err());
}

#[tokio::test]
async fn lines_are_the_same_whoever_reads_them_and_tell_of_the_start() {
    let played = Played::new("smooth");
    let before = played.now();
    played.bring("staging", "1.0.0", "one").await.0.unwrap();
    played.pass("1m");
    let backend = &played.world.logs[&LogName::new("backend")];
    let lines = backend.read(Some(before), 10_000).await.unwrap().lines;
    assert_eq!(lines, backend.read(Some(before), 10_000).await.unwrap().lines);
    assert!(lines.is_sorted_by_key(|line| line.at) && lines[0].at >= before);
    assert!(lines.iter().any(|line| line.text.contains("Application startup complete")));
    assert!(lines.iter().any(|line| line.text.contains("GET /api/")));
    assert_eq!(backend.read(Some(before), 3).await.unwrap().lines, lines[lines.len() - 3..]);
    assert!(!lines.is_empty());
    let quiet = &played.world.logs[&LogName::new("nginx")].read(Some(before), 10_000).await.unwrap().lines;
    assert!(!quiet.is_empty() && quiet.iter().all(|line| !line.text.contains("startup")));
}

#[tokio::test]
async fn following_lines_does_not_move_time_and_takes_up_where_it_was() {
    let played = Played::new("smooth");
    let log = played.world.logs[&LogName::new("backend")].clone();
    let (sender, mut inbox) = mpsc::channel(10_000);
    let before = played.now();
    let following = tokio::spawn(async move { log.follow(Some(before), sender).await });
    played.pass("1m");
    let first = inbox.recv().await.unwrap();
    assert!(first.at > before && played.now() == Span::seconds(60).after(before));
    let mut last = first.at;
    played.pass("1m");
    while last <= Span::seconds(60).after(before) {
        let line = inbox.recv().await.unwrap();
        assert!(line.at >= last, "a line came twice or out of order");
        last = line.at;
    }
    drop(inbox);
    following.await.unwrap().unwrap();
}

#[tokio::test]
async fn the_played_repository_knows_its_past_and_its_branches_once() {
    let played = Played::new("smooth");
    let repository = &played.world.repository;
    let tags: Vec<_> = repository.tags().await.unwrap().into_iter().map(|(tag, _)| tag).collect();
    assert_eq!(tags, ["v0.9.4", "v0.9.3"]);
    let main = repository.resolve("main").await.unwrap().unwrap();
    assert_eq!(repository.resolve("release/1.0.0").await.unwrap(), None);
    let branch = |id: &str, at: &Commit| {
        let act = RepositoryAct::Branch(BranchAct { branch: "release/1.0.0".to_owned(), at: at.clone() });
        let task = Task::Act { act, direction: Direction::Forward };
        Order { id: OrderId::new(id), action: ActionId::new("cut"), env: None, task }
    };
    for id in ["one", "two"] {
        let ticket = played.world.acts.begin(&branch(id, &main)).await.unwrap();
        let (sender, _inbox) = mpsc::channel(8);
        let receipt = played.world.acts.follow(&ticket, sender).await.unwrap();
        assert_eq!(receipt.summary, "rehearsed: the branch is there and checked out");
    }
    let state = repository.branch("release/1.0.0", "main", "v1.0.0").await.unwrap();
    assert_eq!((state.commit, state.checkout, state.tag), (Some(main), Checkout::Clean, None));
    let elsewhere = repository.resolve("v0.9.4").await.unwrap().unwrap();
    let failure = played.world.acts.begin(&branch("three", &elsewhere)).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Conflict);
}

#[async_trait]
impl ActsFixture for Played {
    fn acts(&self) -> Arc<dyn Target> {
        self.world.acts.clone()
    }

    fn repository(&self) -> Arc<dyn Repository> {
        self.world.repository.clone()
    }

    async fn commit(&self) -> Commit {
        self.world.repository.resolve("main").await.unwrap().unwrap()
    }
}

#[tokio::test]
async fn the_played_repository_keeps_the_contract_of_acts() {
    acts_keep_the_contract(&Played::new("smooth")).await;
}

/// Asks a backend over a plain connection; a test needs no more of a client.
pub(super) async fn get(url: &str, path: &str) -> (u16, String) {
    let address = url.strip_prefix("http://").unwrap();
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    (status, answer.split_once("\r\n\r\n").unwrap().1.to_owned())
}

#[tokio::test]
async fn the_backend_answers_as_what_is_deployed_and_stops_when_dropped() {
    let played = Played::new("smooth");
    let backend = played.world.serve().await.unwrap();
    assert_eq!(backend.urls.len(), 3, "one for each environment with an image");
    let staging = backend.urls[&EnvName::new("staging")].clone();
    assert!(staging.starts_with("http://127.0.0.1:"));
    assert!(get(&staging, "/api/health").await.1.contains(r#""version":"0.9.4""#));
    let order = played.order("staging", "1.0.0", "one").await;
    played.target("staging").begin(&order).await.unwrap();
    played.pass("19s");
    assert_eq!(get(&staging, "/api/health").await.0, 503, "nothing runs while containers are exchanged");
    played.pass("1m");
    assert!(get(&staging, "/api/health").await.1.contains(r#""version":"1.0.0""#));
    for (path, text) in [("/api/content", "הבית שלנו"), ("/api/voice/health", "healthy"), ("/api/user/profile", "he")]
    {
        let (status, body) = get(&staging, path).await;
        assert!(status == 200 && body.contains(text), "{path}: {status} {body}");
    }
    assert_eq!(get(&staging, "/etc/passwd").await.0, 404);
    drop(backend);
    let address = staging.strip_prefix("http://").unwrap().to_owned();
    while tokio::net::TcpStream::connect(&address).await.is_ok() {
        tokio::task::yield_now().await;
    }
}
