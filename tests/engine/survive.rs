//! What an engine does when its disk is full, when somebody else released, when the clock leaps.

use super::{House, Meddler, deploy, meddle, verify, version, who};
use crate::docker::need::present;
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command as Process;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tminus_core::action::{HorizonWait, Outcome};
use tminus_core::command::{Command, RefusalKind};
use tminus_core::order::{Order, Receipt, Ticket};
use tminus_core::ports::{Clock, PortError, ProgressSender, Target};
use tminus_core::release::StepPhase;
use tminus_core::seat::{SeatCommand, Wish};
use tminus_core::telemetry::{Event, Telemetry};
use tminus_engine::EngineNews;
use tokio::sync::{Notify, watch};

/// A disk of one mebibyte, which is gone with this.
struct Disk(TempDir);

impl Disk {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut mount = Process::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs"]).arg(folder.path());
        let is_mounted = mount.output().is_ok_and(|done| done.status.success());
        present("the right to mount a tmpfs (root)", is_mounted.then_some(Self(folder)))
    }

    fn filler(&self) -> PathBuf {
        self.0.path().join("filler")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop(Process::new("umount").arg(self.0.path()).status());
    }
}

/// Fills the disk as soon as the order has begun.
struct Fills {
    filler: PathBuf,
    begun: Arc<AtomicUsize>,
}

fn fill(place: &Path) {
    let mut file = File::create(place).unwrap();
    let block = [0_u8; 4_096];
    while file.write_all(&block).is_ok() {}
    while file.write_all(&block[..1]).is_ok() {}
}

#[async_trait]
impl Meddler for Fills {
    async fn begin(&self, inner: &dyn Target, order: &Order) -> Result<Ticket, PortError> {
        let ticket = inner.begin(order).await?;
        self.begun.fetch_add(1, Ordering::SeqCst);
        fill(&self.filler);
        Ok(ticket)
    }
}

/// Counts what is begun.
struct Counts(Arc<AtomicUsize>);

#[async_trait]
impl Meddler for Counts {
    async fn begin(&self, inner: &dyn Target, order: &Order) -> Result<Ticket, PortError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        inner.begin(order).await
    }
}

#[tokio::test]
async fn a_disk_that_is_full_in_the_middle_of_a_deploy_stops_the_engine_and_the_next_one_takes_up() {
    let Some(disk) = Disk::mount() else { return };
    let house = House::new("smooth").with_journal(disk.0.path());
    house.open().await.end().await;
    let begun = Arc::new(AtomicUsize::new(0));
    let fills = Arc::new(Fills { filler: disk.filler(), begun: begun.clone() });
    let flight = house.start_with(|world| meddle(world, "staging", fills)).await;
    let (_, mut events) = flight.attach().await;
    let action = flight.start(deploy("staging")).await.unwrap();
    let failure = loop {
        match events.next().await.unwrap() {
            EngineNews::Event(Event::Telemetry(Telemetry::JournalLost { failure })) => break failure,
            EngineNews::Event(_) | EngineNews::Resync(_) => {}
        }
    };
    assert!(failure.sentence().contains("is full"), "{}", failure.sentence());
    // It stays readable, and says so to who comes later; nothing is begun, and nobody gets a seat.
    let (snapshot, _) = flight.attach().await;
    assert!(snapshot.lost.as_ref().is_some_and(|why| why.contains("is full")), "{:?}", snapshot.lost);
    assert!(snapshot.release.action(&action).unwrap().is_active());
    let refused = flight.start(deploy("production")).await.unwrap_err();
    assert_eq!(refused.kind, RefusalKind::JournalLost);
    assert!(refused.says.contains("tminus engine stop"), "{refused}");
    let sit = SeatCommand::Sit { wish: Wish::Act, place: "a terminal".to_owned() };
    assert_eq!(flight.command(Command::Seat(sit)).await.unwrap_err().kind, RefusalKind::JournalLost);
    let preview = flight.handle.preview(&version("1.0.0"), deploy("production")).await;
    assert_eq!(preview.unwrap_err().kind, RefusalKind::JournalLost);
    // Whoever follows holds the engine.
    drop(events);
    flight.end().await;
    let known = house.records().len();
    tminus_engine::journal::verify(&disk.0.path().join("journal.db")).unwrap();

    // Room again: the next engine asks the service, follows what was begun, and begins it no second time.
    std::fs::remove_file(disk.filler()).unwrap();
    let flight = house.start_with(|world| meddle(world, "staging", Arc::new(Counts(begun.clone())))).await;
    let done = flight.settled(&action).await;
    assert_eq!(done.ended.map(|e| e.outcome), Some(Outcome::Good));
    assert_eq!(begun.load(Ordering::SeqCst), 1);
    flight.end().await;
    assert!(house.records().len() > known);
    tminus_engine::journal::verify(&disk.0.path().join("journal.db")).unwrap();
}

/// Fills the disk once the order works, and ends the order when it is let.
struct Works {
    filler: PathBuf,
    is_full: Notify,
    goes_on: Notify,
    is_through: AtomicBool,
}

#[async_trait]
impl Meddler for Works {
    async fn follow(&self, inner: &dyn Target, ticket: &Ticket, said: ProgressSender) -> Result<Receipt, PortError> {
        fill(&self.filler);
        self.is_full.notify_one();
        self.goes_on.notified().await;
        let done = inner.follow(ticket, said).await;
        self.is_through.store(true, Ordering::SeqCst);
        done
    }
}

#[tokio::test]
async fn an_engine_whose_journal_is_lost_ends_when_what_was_begun_is_through() {
    let Some(disk) = Disk::mount() else { return };
    let house = House::new("smooth").with_journal(disk.0.path());
    house.open().await.end().await;
    let (is_full, goes_on, is_through) = (Notify::new(), Notify::new(), AtomicBool::new(false));
    let works = Arc::new(Works { filler: disk.filler(), is_full, goes_on, is_through });
    let meddler = works.clone();
    let flight = house.start_with(|world| meddle(world, "staging", meddler)).await;
    flight.start(deploy("staging")).await.unwrap();
    works.is_full.notified().await;
    let sit = SeatCommand::Sit { wish: Wish::Act, place: "a terminal".to_owned() };
    assert_eq!(flight.command(Command::Seat(sit)).await.unwrap_err().kind, RefusalKind::JournalLost);
    // Anybody may end it, and it ends after the order.
    let omer = who("omer");
    let halted = async {
        flight.handle.halt(&omer).await.unwrap();
        works.is_through.load(Ordering::SeqCst)
    };
    let let_go = async {
        flight.attach().await;
        assert!(!works.is_through.load(Ordering::SeqCst));
        works.goes_on.notify_one();
    };
    let (was_through, ()) = tokio::join!(halted, let_go);
    assert!(was_through, "the engine ended before the order did");
    flight.end().await;
}

#[tokio::test]
async fn an_engine_that_starts_on_a_full_disk_touches_nothing_and_can_be_read() {
    let Some(disk) = Disk::mount() else { return };
    let house = House::new("smooth").with_journal(disk.0.path());
    let flight = house.open().await;
    fill(&disk.filler());
    // It only notices when it writes.
    let refused = flight.start(deploy("staging")).await.unwrap_err();
    assert_eq!(refused.kind, RefusalKind::JournalLost);
    let (snapshot, _) = flight.attach().await;
    assert!(snapshot.lost.is_some() && snapshot.release.actions.is_empty());
    flight.end().await;
}

/// Two journals over one world, with the same facts in them: one for each of two teams that do not know of each other.
async fn two_journals(house: &House) -> (TempDir, House) {
    let folder = tempfile::tempdir().unwrap();
    let other = House::new("smooth").with_journal(folder.path()).in_world_of(house).of("omer");
    other.open().await.end().await;
    (folder, other)
}

#[tokio::test]
async fn a_target_that_carries_an_action_of_another_journal_is_not_touched() {
    let house = House::new("smooth");
    let flight = house.open().await;
    let (_folder, other) = two_journals(&house).await;
    let theirs = other.start().await;
    let action = theirs.start(deploy("staging")).await.unwrap();
    theirs.settled(&action).await;
    theirs.end().await;
    let preview = flight.handle.preview(&version("1.0.0"), deploy("staging")).await.unwrap();
    let named = |says: &String| says.contains(action.as_str()) && says.contains("somebody else released");
    // An action is numbered by its journal: the two may be called alike, and then nobody could tell.
    assert!(flight.until(|_| true).await.action(&action).is_none());
    assert!(preview.blockers.iter().any(named), "{:?}", preview.blockers);
    let refused = flight.start(deploy("staging")).await.unwrap_err();
    assert_eq!(refused.kind, RefusalKind::Held);
    assert!(refused.says.contains(action.as_str()), "{refused}");
}

/// Lets another journal's engine release in the moment between the decision and the first look.
struct Meanwhile {
    other: Mutex<Option<House>>,
    action: Arc<Mutex<Option<String>>>,
    looks: AtomicUsize,
}

#[async_trait]
impl Meddler for Meanwhile {
    async fn observe(&self, inner: &dyn Target) -> Result<tminus_core::order::Observation, PortError> {
        let is_first = self.looks.fetch_add(1, Ordering::SeqCst) == 0;
        let other = if is_first { self.other.lock().unwrap().take() } else { None };
        if let Some(other) = other {
            let theirs = other.start().await;
            let action = theirs.start(deploy("staging")).await.unwrap();
            theirs.settled(&action).await;
            theirs.end().await;
            *self.action.lock().unwrap() = Some(action.to_string());
        }
        inner.observe().await
    }
}

#[tokio::test]
async fn the_first_step_looks_for_an_action_of_another_journal_again() {
    let house = House::new("smooth");
    house.open().await.end().await;
    let (_folder, other) = two_journals(&house).await;
    let named = Arc::new(Mutex::new(None));
    let (other, looks) = (Mutex::new(Some(other)), AtomicUsize::new(0));
    let meddler = Arc::new(Meanwhile { other, action: named.clone(), looks });
    let flight = house.start_with(|world| meddle(world, "staging", meddler)).await;
    // No preview: the first look of all is that of the first step, and they release just before it.
    let action = flight.start(deploy("staging")).await.unwrap();
    let ended = flight.settled(&action).await.ended.unwrap();
    assert_eq!(ended.outcome, Outcome::Refused, "{}", ended.summary);
    let stranger = named.lock().unwrap().clone().unwrap();
    assert!(ended.summary.contains(&stranger) && ended.summary.contains("somebody else"), "{}", ended.summary);
}

/// A clock that leaps as a test says, forward and back.
struct Leaping {
    now: watch::Sender<Timestamp>,
    sleeps: AtomicUsize,
}

impl Leaping {
    fn at(now: Timestamp) -> Arc<Self> {
        Arc::new(Self { now: watch::channel(now).0, sleeps: AtomicUsize::new(0) })
    }

    fn leap(&self, by: SignedDuration) {
        self.now.send_modify(|now| *now = now.checked_add(by).unwrap());
    }
}

#[async_trait]
impl Clock for Leaping {
    fn now(&self) -> Timestamp {
        *self.now.borrow()
    }

    async fn sleep_until(&self, moment: Timestamp) {
        self.sleeps.fetch_add(1, Ordering::SeqCst);
        self.now.subscribe().wait_for(|now| *now >= moment).await.unwrap();
    }
}

#[tokio::test]
async fn a_wait_ends_at_the_right_wall_time_however_the_clock_leaps() {
    let house = House::new("smooth");
    let flight = house.open().await;
    let action = flight.start(deploy("staging")).await.unwrap();
    flight.settled(&action).await;
    let release = flight.until(|_| true).await;
    let delivered = release.action(&action).unwrap().since();
    flight.end().await;

    let clock = Leaping::at(delivered.checked_add(SignedDuration::from_secs(5)).unwrap());
    let shown = clock.clone();
    let flight = house.start_with(|world| world.clock = shown).await;
    let action = flight.start(verify("staging", HorizonWait::UntilDue)).await.unwrap();
    let is_waiting = |release: &tminus_core::release::Release| {
        let current = release.action(&action).and_then(|a| a.current());
        current.is_some_and(|(_, s)| s.step.title.starts_with("Wait until") && s.phase == StepPhase::Running)
    };
    flight.until(is_waiting).await;
    // Back by an hour, as a clock that is set: it waits on, and does not spin.
    clock.leap(SignedDuration::from_hours(-1));
    flight.attach().await;
    assert!(is_waiting(&*flight.until(|_| true).await));
    let slept = clock.sleeps.load(Ordering::SeqCst);
    assert!(slept <= 3, "it asked the clock {slept} times while nothing moved");
    // Forward over the end, as a machine that slept: it is over.
    clock.leap(SignedDuration::from_hours(9));
    let done = flight.settled(&action).await;
    assert!(done.ended.is_some() && !done.steps.is_empty());
    for step in &done.steps {
        let (began, ended) = (step.began.unwrap(), step.ended.unwrap());
        assert!(tminus_core::time::age(ended, began) < std::time::Duration::from_secs(10 * 3_600));
    }
    assert_eq!(flight.handle.now(), clock.now());
    flight.end().await;
    assert!(house.records().iter().all(|r| r.who == who("dana") || r.who.user.is_empty()));
}
