//! What the engine does when a target hangs, a disk is full, a secret slips out, an answer comes late.

use super::{House, Meddler, backend, deploy, meddle, verify, version, who};
use async_trait::async_trait;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tminus_core::action::{HorizonWait, Outcome};
use tminus_core::branch_log::BranchLog;
use tminus_core::command::{ActionCommand, CheckCommand, Command, RefusalKind};
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::measurement::{Ask, Measurement, ProbeQuestion, Reading};
use tminus_core::names::{CheckName, Commit};
use tminus_core::order::{Observation, Order, Receipt, Ticket};
use tminus_core::plan::Deliver;
use tminus_core::ports::{
    BranchBase, BranchState, BumpAsk, BumpLook, ChangelogAsk, ChangelogLook, Changes, LogAsk, MergeAsk, MergeLook,
    PortError, Probe, ProgressSender, Repository, Target,
};
use tminus_core::release::StepPhase;
use tminus_core::telemetry::Telemetry;
use tminus_core::verdict::Verdict;
use tminus_engine::World;
use tokio::sync::{Semaphore, mpsc};

const SECRET: &str = "hunter2-and-a-half";

/// A target that never answers a look.
struct Hangs;

#[async_trait]
impl Meddler for Hangs {
    async fn observe(&self, _: &dyn Target) -> Result<Observation, PortError> {
        std::future::pending().await
    }
}

/// A target that says a secret wherever it can.
struct Tells(AtomicBool);

#[async_trait]
impl Meddler for Tells {
    async fn observe(&self, inner: &dyn Target) -> Result<Observation, PortError> {
        let words = Some(format!("pulled with {SECRET}"));
        Ok(Observation { words, ..inner.observe().await? })
    }

    async fn follow(
        &self,
        inner: &dyn Target,
        ticket: &Ticket,
        progress: ProgressSender,
    ) -> Result<Receipt, PortError> {
        let receipt = inner.follow(ticket, progress).await?;
        if self.0.swap(true, Ordering::SeqCst) {
            return Ok(Receipt { summary: format!("delivered with {SECRET}"), ..receipt });
        }
        Err(Failure::new(FailureKind::Rejected, format!("denied for {SECRET}")).because(SECRET))
    }
}

/// A probe that lets each measurement go only when it is told to.
struct Gated {
    asked: mpsc::UnboundedSender<CheckName>,
    go: Semaphore,
    found: String,
    at_once: AtomicUsize,
    most: AtomicUsize,
}

impl Gated {
    fn new(found: &str) -> (Arc<Self>, mpsc::UnboundedReceiver<CheckName>) {
        let (asked, inbox) = mpsc::unbounded_channel();
        let (at_once, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        (Arc::new(Self { asked, go: Semaphore::new(0), found: found.to_owned(), at_once, most }), inbox)
    }
}

#[async_trait]
impl Probe for Gated {
    async fn measure(&self, ask: &Ask, _: ProgressSender) -> Result<Measurement, PortError> {
        let ProbeQuestion::Check(check) = &ask.question else { panic!("not a check") };
        self.most.fetch_max(self.at_once.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        self.asked.send(check.name.clone()).unwrap();
        self.go.acquire().await.unwrap().forget();
        self.at_once.fetch_sub(1, Ordering::SeqCst);
        let reading = Reading::Rehearsed { verdict: Verdict::Pass, found: self.found.clone() };
        Ok(Measurement {
            asked: check.title.clone(),
            reading,
            tail: self.found.clone(),
            whole: None,
            sha256: String::new(),
            bytes: 0,
            ignored: Vec::new(),
            given: Vec::new(),
            outside: Vec::new(),
        })
    }
}

fn run(checks: &[&str]) -> Command {
    let checks = checks.iter().map(|name| CheckName::new(*name)).collect();
    Command::Check(CheckCommand::Run { release: version("1.0.0"), checks })
}

#[tokio::test]
async fn a_target_that_hangs_does_not_hold_up_who_joins_or_another_environment() {
    let house = House::new("smooth");
    house.open().await.end().await;
    let flight = house.start_with(|world| meddle(world, "production", Arc::new(Hangs))).await;
    let release = version("1.0.0");
    let preview = flight.handle.preview(&release, deploy("production"));
    tokio::select! {
        biased;
        _ = preview => panic!("a target that hangs answered"),
        () = async {
            flight.attach().await;
            flight.handle.preview(&version("1.0.0"), deploy("staging")).await.unwrap();
        } => {}
    }
}

#[tokio::test]
async fn a_secret_that_a_service_says_is_in_no_fact() {
    let house = House::new("smooth");
    let (probe, _asked) = Gated::new(&format!("the password is {SECRET}"));
    probe.go.add_permits(1_000);
    let flight = house
        .open_with(|world| {
            world.mask.learn(SECRET);
            meddle(world, "staging", Arc::new(Tells(AtomicBool::new(false))));
            world.probe = probe;
        })
        .await;
    let action = flight.start(deploy("staging")).await.unwrap();
    assert!(flight.settled(&action).await.is_stuck());
    flight.act(ActionCommand::Retry { action: action.clone() }).await.unwrap();
    flight.until(|r| r.action(&action).is_some_and(|a| a.ended.is_some())).await;
    let action = flight.start(verify("staging", HorizonWait::Now)).await.unwrap();
    flight.settled(&action).await;
    let texts: Vec<String> = house.records().iter().map(|record| serde_json::to_string(record).unwrap()).collect();
    assert!(texts.iter().any(|text| text.contains("the password is •••")), "what it said is in some fact: {texts:?}");
    for text in texts {
        assert!(!text.contains(SECRET), "{text}");
    }
}

#[tokio::test]
async fn no_more_checks_run_at_once_than_the_plan_allows() {
    let mut house = House::new("smooth");
    house.plan.limits.parallel_checks = 2;
    let (probe, mut asked) = Gated::new("well");
    let flight = house.open_with(|world| world.probe = probe.clone()).await;
    let checks = ["version", "changelog", "quality", "dependencies", "mobile-lint"];
    let (done, ()) = futures::join!(flight.command(run(&checks)), async {
        // Two are asked before any is let go; then each that goes makes room for one.
        asked.recv().await.unwrap();
        for _ in 1..checks.len() {
            asked.recv().await.unwrap();
            probe.go.add_permits(1);
        }
        probe.go.add_permits(1);
    });
    done.unwrap();
    assert_eq!(probe.most.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_check_runs_after_those_it_needs() {
    let mut house = House::new("smooth");
    let version = house.plan.checks.iter_mut().find(|c| c.name.as_str() == "version").unwrap();
    version.needs = vec!["quality".into()];
    let (probe, mut asked) = Gated::new("well");
    probe.go.add_permits(10);
    let flight = house.open_with(|world| world.probe = probe).await;
    flight.command(run(&["version", "quality"])).await.unwrap();
    assert_eq!((asked.recv().await.unwrap().as_str(), asked.recv().await.unwrap().as_str()), ("quality", "version"));
}

#[tokio::test]
async fn a_check_whose_need_is_not_met_is_not_run_and_is_no_data() {
    let mut house = House::new("smooth");
    let version = house.plan.checks.iter_mut().find(|c| c.name.as_str() == "version").unwrap();
    version.needs = vec!["quality".into()];
    let (probe, mut asked) = Gated::new("well");
    let flight = house.open_with(|world| world.probe = probe).await;
    flight.command(run(&["version"])).await.unwrap();
    assert!(asked.try_recv().is_err(), "it was run");
    let release = house.release();
    let run = release.checks[&super::version("1.0.0")][&CheckName::new("version")].newest().unwrap();
    assert_eq!(run.verdict, Verdict::NoData);
    assert!(run.evidence.found.contains("needs quality"), "{}", run.evidence.found);
}

fn cancel(checks: &[&str]) -> Command {
    let checks = checks.iter().map(|name| CheckName::new(*name)).collect();
    Command::Check(CheckCommand::Cancel { release: version("1.0.0"), checks })
}

#[tokio::test]
async fn a_check_that_is_cancelled_has_no_result_and_the_others_go_on() {
    let house = House::new("smooth");
    let (probe, mut asked) = Gated::new("well");
    let flight = house.open_with(|world| world.probe = probe.clone()).await;
    let (done, ()) = futures::join!(flight.command(run(&["version", "changelog"])), async {
        asked.recv().await.unwrap();
        asked.recv().await.unwrap();
        flight.command(cancel(&["version"])).await.unwrap();
        probe.go.add_permits(1);
    });
    done.unwrap();
    let release = house.release();
    let checks = &release.checks[&version("1.0.0")];
    let ended = |name: &str| checks[&CheckName::new(name)].newest().unwrap().clone();
    assert_eq!((ended("version").verdict, ended("changelog").verdict), (Verdict::NoData, Verdict::Pass));
    assert!(ended("version").evidence.found.contains("cancelled by"), "{}", ended("version").evidence.found);
    assert!(checks.values().all(|state| state.running.is_none()), "one runs for ever");
}

#[tokio::test]
async fn cancelling_all_leaves_nothing_running_and_runs_nothing_that_waited() {
    let mut house = House::new("smooth");
    let waits = house.plan.checks.iter_mut().find(|c| c.name.as_str() == "version").unwrap();
    waits.needs = vec!["changelog".into()];
    let (probe, mut asked) = Gated::new("well");
    let flight = house.open_with(|world| world.probe = probe.clone()).await;
    let (done, ()) = futures::join!(flight.command(run(&["version", "changelog"])), async {
        assert_eq!(asked.recv().await.unwrap().as_str(), "changelog");
        flight.command(cancel(&[])).await.unwrap();
    });
    done.unwrap();
    assert!(asked.try_recv().is_err(), "what waited was run");
    assert!(!house.release().checks[&version("1.0.0")].contains_key(&CheckName::new("version")));
    let refused = flight.command(cancel(&[])).await.unwrap_err();
    assert_eq!(refused.kind, RefusalKind::Unknown, "{refused}");
}

/// Makes the journal unwritable under a running engine, as a disk that fails does.
fn break_journal(house: &House) {
    let connection = rusqlite::Connection::open(house.journal()).unwrap();
    connection
        .execute_batch(
            "CREATE TRIGGER broken BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT, 'the disk is gone'); END;",
        )
        .unwrap();
}

#[tokio::test]
async fn an_engine_that_cannot_write_touches_nothing_more_and_says_so() {
    let house = House::new("smooth");
    let begun = Arc::new(Begun::default());
    let flight = house.open_with(|world| meddle(world, "staging", begun.clone())).await;
    break_journal(&house);
    let refusal = flight.start(deploy("staging")).await.unwrap_err();
    assert_eq!(refusal.kind, RefusalKind::JournalLost);
    assert_eq!(flight.command(Command::Refresh).await.unwrap_err().kind, RefusalKind::JournalLost);
    assert!(begun.0.lock().unwrap().is_empty());
    let (snapshot, _) = flight.attach().await;
    assert!(snapshot.release.seq > 0, "what was written can still be read");
}

#[tokio::test]
async fn a_client_that_waits_for_checks_is_answered_when_the_journal_is_lost() {
    let house = House::new("smooth");
    let (probe, mut asked) = Gated::new("well");
    let flight = house.open_with(|world| world.probe = probe.clone()).await;
    let (done, ()) = futures::join!(flight.command(run(&["version", "changelog"])), async {
        asked.recv().await.unwrap();
        break_journal(&house);
        probe.go.add_permits(10);
    });
    assert_eq!(done.unwrap_err().kind, RefusalKind::JournalLost);
    let preview = flight.handle.preview(&version("1.0.0"), deploy("staging")).await;
    assert_eq!(preview.unwrap_err().kind, RefusalKind::JournalLost);
}

/// Notes what is begun.
#[derive(Default)]
struct Begun(Mutex<Vec<Order>>);

#[async_trait]
impl Meddler for Begun {
    async fn begin(&self, inner: &dyn Target, order: &Order) -> Result<Ticket, PortError> {
        self.0.lock().unwrap().push(order.clone());
        inner.begin(order).await
    }
}

/// A target whose look takes until it is let go, and then tells what was there when it was asked.
struct Late {
    is_late: AtomicBool,
    asked: mpsc::UnboundedSender<()>,
    go: Semaphore,
}

#[async_trait]
impl Meddler for Late {
    async fn observe(&self, inner: &dyn Target) -> Result<Observation, PortError> {
        let seen = inner.observe().await?;
        if self.is_late.swap(false, Ordering::SeqCst) {
            self.asked.send(()).unwrap();
            self.go.acquire().await.unwrap().forget();
        }
        Ok(seen)
    }
}

#[tokio::test]
async fn a_look_that_comes_late_does_not_undo_what_was_seen_since() {
    let house = House::new("smooth");
    let (asked, mut was_asked) = mpsc::unbounded_channel();
    let late = Arc::new(Late { is_late: AtomicBool::new(false), asked, go: Semaphore::new(0) });
    let flight = house.open_with(|world| meddle(world, "staging", late.clone())).await;
    late.is_late.store(true, Ordering::SeqCst);
    let slow = flight.handle.clone();
    let slow = tokio::spawn(async move { slow.command(&who("omer"), Command::Refresh).await });
    was_asked.recv().await.unwrap();
    let action = flight.start(deploy("staging")).await.unwrap();
    assert_eq!(flight.settled(&action).await.ended.unwrap().outcome, Outcome::Good);
    late.go.add_permits(1);
    slow.await.unwrap().unwrap();
    let release = flight.attach().await.0.release.clone();
    let place = &release.environments[&backend("staging").0].places[&backend("").1];
    assert_eq!(place.running().unwrap().version, version("1.0.0"));
    assert_eq!(place.stays.last().unwrap().delivered.version, version("1.0.0"));
}

/// A target that is out of sight for a while, with the order in flight.
struct OutOfSight(AtomicUsize, Begun);

#[async_trait]
impl Meddler for OutOfSight {
    async fn begin(&self, inner: &dyn Target, order: &Order) -> Result<Ticket, PortError> {
        self.1.begin(inner, order).await
    }

    async fn follow(
        &self,
        inner: &dyn Target,
        ticket: &Ticket,
        progress: ProgressSender,
    ) -> Result<Receipt, PortError> {
        if self.0.fetch_add(1, Ordering::SeqCst) == 0 {
            return Err(Failure::new(FailureKind::Unreachable, "connection reset"));
        }
        inner.follow(ticket, progress).await
    }
}

#[tokio::test]
async fn an_order_that_went_out_of_sight_is_followed_again_and_not_begun_again() {
    let house = House::new("smooth");
    let sight = Arc::new(OutOfSight(AtomicUsize::new(0), Begun::default()));
    let flight = house.open_with(|world| meddle(world, "staging", sight.clone())).await;
    let action = flight.start(deploy("staging")).await.unwrap();
    let stuck = flight.settled(&action).await;
    assert_eq!(stuck.current().unwrap().1.phase, StepPhase::Failed);
    flight.act(ActionCommand::Retry { action: action.clone() }).await.unwrap();
    let release = flight.until(|r| r.action(&action).is_some_and(|a| a.ended.is_some())).await;
    assert_eq!(release.action(&action).unwrap().ended.as_ref().unwrap().outcome, Outcome::Good);
    assert_eq!(sight.1.0.lock().unwrap().len(), 1, "begun once");
}

/// A target that begins the order, and whose answer never comes.
struct NoAnswer(Begun);

#[async_trait]
impl Meddler for NoAnswer {
    async fn begin(&self, inner: &dyn Target, order: &Order) -> Result<Ticket, PortError> {
        self.0.begin(inner, order).await?;
        Err(Failure::new(FailureKind::Timeout, "no answer"))
    }
}

#[tokio::test]
async fn an_order_whose_beginning_got_no_answer_is_looked_for_and_followed() {
    let house = House::new("smooth");
    let target = Arc::new(NoAnswer(Begun::default()));
    let flight = house.open_with(|world| meddle(world, "staging", target.clone())).await;
    let action = flight.start(deploy("staging")).await.unwrap();
    assert_eq!(flight.settled(&action).await.ended.unwrap().outcome, Outcome::Good);
    assert_eq!(target.0.0.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_verification_is_cut_short_when_somebody_asks_and_its_check_is_no_data() {
    let house = House::new("smooth");
    let (probe, mut asked) = Gated::new("well");
    let flight = house.open_with(|world| world.probe = probe.clone()).await;
    flight.settled(&flight.start(deploy("staging")).await.unwrap()).await;
    let action = flight.start(verify("staging", HorizonWait::Now)).await.unwrap();
    let check = asked.recv().await.unwrap();
    flight.act(ActionCommand::Stop { action: action.clone() }).await.unwrap();
    assert_eq!(flight.settled(&action).await.ended.unwrap().outcome, Outcome::Stopped);
    probe.go.add_permits(10);
    flight.command(Command::Refresh).await.unwrap();
    let release = house.release();
    assert_eq!(release.checks[&version("1.0.0")][&check].newest().unwrap().verdict, Verdict::NoData);
    assert_eq!(release.checks[&version("1.0.0")][&check].running, None);
}

/// A place where the release runs.
struct Brought;

#[async_trait]
impl Meddler for Brought {
    async fn observe(&self, inner: &dyn Target) -> Result<Observation, PortError> {
        Ok(Observation { version: Some(version("1.0.0")), digest: None, ..inner.observe().await? })
    }
}

#[tokio::test]
async fn a_verification_that_cannot_see_one_of_two_artifacts_could_not_tell() {
    let mut house = House::new("smooth");
    let staging = house.plan.environments.iter_mut().find(|e| e.name.as_str() == "staging").unwrap();
    let mobile = Deliver { artifact: "mobile".into(), ..staging.deliver[0].clone() };
    staging.deliver.push(mobile.clone());
    let runs = |world: &mut World| {
        drop(world.targets.remove(&("staging".into(), mobile.artifact)));
        meddle(world, "staging", Arc::new(Brought));
    };
    let flight = house.open_with(runs).await;
    let action = flight.start(verify("staging", HorizonWait::Now)).await.unwrap();
    let settled = flight.settled(&action).await;
    assert_eq!(settled.ended.unwrap().outcome, Outcome::Unclear);
    assert_eq!(settled.steps[0].verdict, Some(Verdict::NoData));
}

/// A repository whose branch and whose looks are in a test's hand.
struct Moves {
    inner: Arc<dyn Repository>,
    commit: Mutex<Commit>,
    /// What a look waits for once it has read the branch.
    hold: Mutex<Option<Arc<Semaphore>>>,
    held: mpsc::UnboundedSender<()>,
    /// Where to report a move.
    listener: mpsc::UnboundedSender<mpsc::Sender<()>>,
}

/// What a test hears of it.
struct MovesHeard {
    repository: Arc<Moves>,
    held: mpsc::UnboundedReceiver<()>,
    listener: mpsc::UnboundedReceiver<mpsc::Sender<()>>,
}

impl Moves {
    fn put_into(world: &mut World) -> MovesHeard {
        let ((held, are_held), (listener, listeners)) = (mpsc::unbounded_channel(), mpsc::unbounded_channel());
        let (inner, commit, hold) = (world.repository.clone(), Mutex::new(FIRST.into()), Mutex::default());
        let repository = Arc::new(Self { inner, commit, hold, held, listener });
        world.repository = repository.clone();
        MovesHeard { repository, held: are_held, listener: listeners }
    }

    fn commit(&self) -> Commit {
        self.commit.lock().unwrap().clone()
    }

    fn move_to(&self, commit: &str) {
        *self.commit.lock().unwrap() = Commit::new(commit);
    }

    /// Holds every look that begins from now on until the semaphore lets it go.
    fn hold(&self) -> Arc<Semaphore> {
        let hold = Arc::new(Semaphore::new(0));
        *self.hold.lock().unwrap() = Some(hold.clone());
        hold
    }

    fn hold_no_more(&self) {
        *self.hold.lock().unwrap() = None;
    }
}

const FIRST: &str = "1111111111111111111111111111111111111111";
const SECOND: &str = "2222222222222222222222222222222222222222";

#[async_trait]
impl Repository for Moves {
    async fn branch(&self, branch: &str, base: &str, tag: &str) -> Result<BranchState, PortError> {
        let commit = Some(self.commit());
        let hold = self.hold.lock().unwrap().clone();
        if let Some(hold) = hold {
            self.held.send(()).unwrap();
            drop(hold.acquire().await.unwrap());
        }
        Ok(BranchState { commit, ..self.inner.branch(branch, base, tag).await? })
    }
    async fn log(&self, ask: &LogAsk) -> Result<BranchLog, PortError> {
        let since = Some(self.commit().to_string());
        Ok(BranchLog { since, ..self.inner.log(ask).await? })
    }
    async fn watch(&self, moved: tokio::sync::mpsc::Sender<()>) -> Result<(), PortError> {
        self.listener.send(moved.clone()).unwrap();
        moved.closed().await;
        Ok(())
    }
    async fn merge_back(&self, ask: &MergeAsk) -> Result<MergeLook, PortError> {
        self.inner.merge_back(ask).await
    }

    async fn bump(&self, at: &Commit, ask: &BumpAsk) -> Result<BumpLook, PortError> {
        self.inner.bump(at, ask).await
    }

    async fn changelog(&self, at: &Commit, ask: &ChangelogAsk) -> Result<ChangelogLook, PortError> {
        self.inner.changelog(at, ask).await
    }
    async fn resolve(&self, name: &str) -> Result<Option<Commit>, PortError> {
        self.inner.resolve(name).await
    }
    async fn contains(&self, commit: &Commit, other: &Commit) -> Result<bool, PortError> {
        self.inner.contains(commit, other).await
    }
    async fn changes(&self, from: &Commit, to: &Commit) -> Result<Changes, PortError> {
        self.inner.changes(from, to).await
    }
    async fn tags(&self) -> Result<Vec<(String, jiff::Timestamp)>, PortError> {
        self.inner.tags().await
    }
    async fn base(&self, name: &str) -> Result<Option<BranchBase>, PortError> {
        self.inner.base(name).await
    }
    async fn try_branch(&self, branch: &str, at: &Commit) -> Result<(), PortError> {
        self.inner.try_branch(branch, at).await
    }
}

#[tokio::test]
async fn a_deploy_whose_branch_moved_on_is_refused_at_its_first_look() {
    let house = House::new("smooth");
    let mut heard = None;
    let flight = house.open_with(|world| heard = Some(Moves::put_into(world))).await;
    let MovesHeard { repository, .. } = heard.unwrap();
    repository.move_to(SECOND);
    let action = flight.start(deploy("staging")).await.unwrap();
    let release = flight.until(|r| r.action(&action).is_some_and(|a| a.ended.is_some())).await;
    let ended = release.action(&action).unwrap().ended.clone().unwrap();
    assert_eq!(ended.outcome, Outcome::Refused, "{}", ended.summary);
}

#[tokio::test]
async fn a_look_at_the_branches_that_comes_late_does_not_bring_an_old_commit_back() {
    let house = House::new("smooth");
    let mut heard = None;
    let flight = house.open_with(|world| heard = Some(Moves::put_into(world))).await;
    let MovesHeard { repository, mut held, listener: _listener } = heard.unwrap();
    flight.command(Command::Refresh).await.unwrap();
    let hold = repository.hold();
    let slow = flight.handle.clone();
    let slow = tokio::spawn(async move { slow.command(&who("omer"), Command::Refresh).await });
    held.recv().await.unwrap();
    repository.hold_no_more();
    repository.move_to(SECOND);
    flight.command(Command::Refresh).await.unwrap();
    hold.add_permits(1);
    slow.await.unwrap().unwrap();
    let (snapshot, _) = flight.attach().await;
    let state = snapshot.release.openings[&version("1.0.0")].state.clone().unwrap();
    assert_eq!(state.commit, Some(Commit::new(SECOND)));
    let logs = snapshot.newest.iter().filter_map(|newest| match newest {
        Telemetry::BranchLog { log, .. } => log.since.as_deref(),
        _ => None,
    });
    assert_eq!(logs.collect::<Vec<_>>(), [SECOND]);
}

/// A target that counts its looks.
struct Looked(mpsc::UnboundedSender<()>);

#[async_trait]
impl Meddler for Looked {
    async fn observe(&self, inner: &dyn Target) -> Result<Observation, PortError> {
        self.0.send(()).unwrap();
        inner.observe().await
    }
}

#[tokio::test]
async fn one_look_at_a_move_runs_at_a_time_and_what_moved_meanwhile_is_looked_at_after_it() {
    let house = House::new("smooth").watching();
    let (looked, mut looks) = mpsc::unbounded_channel();
    let mut heard = None;
    let change = |world: &mut World| {
        meddle(world, "staging", Arc::new(Looked(looked)));
        heard = Some(Moves::put_into(world));
    };
    let _flight = house.open_with(change).await;
    let MovesHeard { repository, mut held, mut listener } = heard.unwrap();
    let moved = listener.recv().await.unwrap();
    let hold = repository.hold();
    moved.send(()).await.unwrap();
    held.recv().await.unwrap();
    // The second move waits in the channel; there is room for a third once a look at the second has begun.
    moved.send(()).await.unwrap();
    while looks.try_recv().is_ok() {}
    tokio::select! {
        biased;
        _ = moved.send(()) => panic!("a second look began beside the first"),
        // Staging is looked at every two seconds, which is longer than the time between two looks at moves.
        () = async { for _ in 0..3 { looks.recv().await.unwrap() } } => {}
    }
    repository.hold_no_more();
    hold.add_permits(Semaphore::MAX_PERMITS);
    moved.send(()).await.unwrap();
}

/// An adapter with a mistake in it.
struct Breaks;

#[async_trait]
impl Meddler for Breaks {
    async fn follow(&self, _: &dyn Target, _: &Ticket, _: ProgressSender) -> Result<Receipt, PortError> {
        panic!("a mistake in an adapter")
    }
}

#[tokio::test]
async fn an_adapter_that_panics_leaves_a_step_that_a_person_looks_at() {
    let house = House::new("smooth");
    let flight = house.open_with(|world| meddle(world, "staging", Arc::new(Breaks))).await;
    let action = flight.start(deploy("staging")).await.unwrap();
    let state = flight.settled(&action).await;
    let (_, step) = state.current().unwrap();
    assert_eq!(step.phase, StepPhase::Unclear);
    assert!(step.summary.contains("tminus itself failed"), "{}", step.summary);
    let preview = flight.handle.preview(&version("1.0.0"), verify("staging", HorizonWait::Now)).await;
    assert!(preview.is_ok(), "the engine goes on");
}

/// A probe with a mistake in it.
struct Slips;

#[async_trait]
impl Probe for Slips {
    async fn measure(&self, _: &Ask, _: ProgressSender) -> Result<Measurement, PortError> {
        panic!("a mistake in a probe")
    }
}

#[tokio::test]
async fn a_check_whose_probe_panics_ends_without_data() {
    let house = House::new("smooth");
    let flight = house.open_with(|world| world.probe = Arc::new(Slips)).await;
    let check = CheckName::new("version");
    let run = CheckCommand::Run { release: version("1.0.0"), checks: vec![check.clone()] };
    flight.command(Command::Check(run)).await.unwrap();
    let (snapshot, _) = flight.attach().await;
    let state = &snapshot.release.checks[&version("1.0.0")][&check];
    assert!(state.running.is_none(), "it runs for ever");
    let run = state.runs.last().unwrap();
    assert_eq!(run.verdict, Verdict::NoData);
    assert!(run.evidence.found.contains("tminus itself failed"), "{}", run.evidence.found);
}
