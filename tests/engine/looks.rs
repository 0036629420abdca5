//! What a look finds out counts, whatever else was seen meanwhile; and a deploy looks at what it comes after.

use super::{House, Meddler, backend, deploy, meddle, verify, version};
use async_trait::async_trait;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tminus_core::action::{HorizonWait, Outcome, Request};
use tminus_core::branch_log::BranchLog;
use tminus_core::command::{Command, ReleaseCommand};
use tminus_core::names::{Digest, EnvName, Version};
use tminus_core::order::{Health, Observation, Readiness};
use tminus_core::ports::{FailureKind, PortError, Target};
use tminus_core::release::Release;
use tminus_core::telemetry::{Event, Telemetry};
use tminus_engine::{Accepted, EngineNews};
use tokio::sync::watch;

/// Lets the look that it was told to hold wait until another one was answered.
struct Held {
    hold: watch::Sender<bool>,
}

#[async_trait]
impl Meddler for Held {
    async fn observe(&self, inner: &dyn Target) -> Result<Observation, PortError> {
        let is_mine = self.hold.send_if_modified(std::mem::take);
        if is_mine {
            self.hold.subscribe().wait_for(|is_over| *is_over).await.unwrap();
        }
        inner.observe().await
    }
}

#[tokio::test]
async fn what_a_slow_look_found_out_of_a_version_is_not_lost_to_a_newer_look() {
    let house = House::new("smooth");
    let held = Arc::new(Held { hold: watch::channel(false).0 });
    let flight = house.open_with(|world| meddle(world, "staging", held.clone())).await;
    flight.command(Command::Refresh).await.unwrap();
    let asked = version("0.9.1");
    let back =
        Request::RollBack { env: EnvName::new("staging"), to: Some(asked.clone()), reason: "it is slow".to_owned() };
    held.hold.send_replace(true);
    let newer = async {
        // The slow look has begun once it has taken the sign.
        held.hold.subscribe().wait_for(|is_left| !*is_left).await.unwrap();
        flight.command(Command::Refresh).await.unwrap();
        held.hold.send_replace(true);
    };
    let open = version("1.0.0");
    let (preview, ()) = futures::join!(flight.handle.preview(&open, back), newer);
    preview.unwrap();
    let release = flight.until(|_| true).await;
    let place = &release.environments[&EnvName::new("staging")].places[&backend("staging").1];
    assert!(place.ready.contains_key(&asked), "{:?}", place.ready.keys());
}

/// Counts the looks.
#[derive(Default)]
struct Counted(AtomicUsize);

#[async_trait]
impl Meddler for Counted {
    async fn observe(&self, inner: &dyn Target) -> Result<Observation, PortError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        inner.observe().await
    }
}

#[tokio::test]
async fn a_deploy_looks_again_at_what_it_comes_after_for_its_preview_and_before_it_is_decided() {
    let house = House::new("smooth");
    let counted = Arc::new(Counted::default());
    let flight = house.open_with(|world| meddle(world, "staging", counted.clone())).await;
    let count = || counted.0.load(Ordering::SeqCst);
    // What the gate lacks is run for the first one.
    flight.start(deploy("production")).await.unwrap_err();
    let before = count();
    flight.handle.preview(&version("1.0.0"), deploy("production")).await.unwrap();
    assert_eq!(count(), before + 1);
    flight.start(deploy("production")).await.unwrap_err();
    assert_eq!(count(), before + 2);
}

/// Builds every tag anew as soon as it is told to.
#[derive(Default)]
struct Rebuilt(AtomicBool);

#[async_trait]
impl Meddler for Rebuilt {
    async fn readiness(&self, inner: &dyn Target, version: &Version) -> Result<Readiness, PortError> {
        let ready = inner.readiness(version).await?;
        let digest = Some(Digest::new(format!("sha256:{}", "f".repeat(64))));
        Ok(if self.0.load(Ordering::SeqCst) { Readiness { digest, ..ready } } else { ready })
    }
}

#[tokio::test]
async fn what_runs_is_verified_also_when_its_tag_names_another_image_by_now() {
    let house = House::new("smooth");
    let rebuilt = Arc::new(Rebuilt::default());
    let flight = house.open_with(|world| meddle(world, "staging", rebuilt.clone())).await;
    let action = flight.start(deploy("staging")).await.unwrap();
    flight.settled(&action).await;
    rebuilt.0.store(true, Ordering::SeqCst);
    flight.handle.preview(&version("1.0.0"), deploy("staging")).await.unwrap();
    let action = flight.start(verify("staging", HorizonWait::Now)).await.unwrap();
    let ended = flight.settled(&action).await.ended.unwrap();
    assert_eq!(ended.outcome, Outcome::Good, "{ended:?}");
}

/// Cannot be reached, for the reason that it was given.
struct Gone(std::sync::Mutex<(FailureKind, &'static str)>);

#[async_trait]
impl Meddler for Gone {
    async fn observe(&self, _inner: &dyn Target) -> Result<Observation, PortError> {
        let (kind, why) = *self.0.lock().unwrap();
        Err(PortError::new(kind, why))
    }
}

#[tokio::test]
async fn why_a_place_cannot_be_seen_is_what_the_newest_engine_and_kind_of_failure_say() {
    let house = House::new("smooth");
    let gone = Arc::new(Gone(std::sync::Mutex::new((FailureKind::Unreachable, "try 1: refused"))));
    let place = backend("staging");
    let lost = |release: &Release| release.environments[&place.0].places[&place.1].lost.clone();
    let flight = house.open_with(|world| meddle(world, "staging", gone.clone())).await;
    flight.command(Command::Refresh).await.unwrap();
    let (since, _) = lost(&*flight.until(|r| lost(r).is_some()).await).unwrap();

    gone.0.lock().unwrap().1 = "try 2: refused";
    let before = house.records().len();
    flight.command(Command::Refresh).await.unwrap();
    assert_eq!(house.records().len(), before, "the same kind of failure in other words is no news");

    *gone.0.lock().unwrap() = (FailureKind::Unauthorized, "no permission");
    flight.command(Command::Refresh).await.unwrap();
    let of_kind = |kind: FailureKind| move |r: &Release| lost(r).is_some_and(|(_, failure)| failure.kind == kind);
    flight.until(of_kind(FailureKind::Unauthorized)).await;
    flight.end().await;

    gone.0.lock().unwrap().1 = "another account has no permission";
    let flight = house.start_with(|world| meddle(world, "staging", gone.clone())).await;
    flight.command(Command::Refresh).await.unwrap();
    let release = flight.until(|r| lost(r).is_some_and(|(_, failure)| failure.summary.starts_with("another"))).await;
    assert_eq!(lost(&release).unwrap().0, since, "it cannot be seen since the first time");
}

/// Runs what it is told to, and remembers about which versions it was asked.
struct Runs {
    there: Mutex<(Version, Health)>,
    asked: Mutex<Vec<Version>>,
}

#[async_trait]
impl Meddler for Runs {
    async fn observe(&self, inner: &dyn Target) -> Result<Observation, PortError> {
        let (version, health) = self.there.lock().unwrap().clone();
        Ok(Observation { version: Some(version), digest: None, health, ..inner.observe().await? })
    }

    async fn readiness(&self, inner: &dyn Target, version: &Version) -> Result<Readiness, PortError> {
        self.asked.lock().unwrap().push(version.clone());
        inner.readiness(version).await
    }
}

#[tokio::test]
async fn what_a_rollback_would_bring_back_is_looked_at_however_many_came_after_it() {
    let house = House::new("smooth");
    let good = version("0.9.1");
    let runs = Arc::new(Runs { there: Mutex::new((good.clone(), Health::Healthy)), asked: Mutex::default() });
    let flight = house.open_with(|world| meddle(world, "staging", runs.clone())).await;
    flight.command(Command::Refresh).await.unwrap();
    for bad in ["1.0.1", "1.0.2", "1.0.3", "1.0.4"] {
        *runs.there.lock().unwrap() = (version(bad), Health::Unhealthy);
        flight.command(Command::Refresh).await.unwrap();
    }
    runs.asked.lock().unwrap().clear();
    flight.command(Command::Refresh).await.unwrap();
    assert!(runs.asked.lock().unwrap().contains(&good), "{:?}", runs.asked);
}

/// Lets telemetry of the commits by until nothing else is asked.
async fn logs_told(flight: &super::Flight, events: &mut tminus_engine::EventStream, ask: usize) -> Vec<Arc<BranchLog>> {
    let mut told = Vec::new();
    for _ in 0..ask {
        flight.command(Command::Refresh).await.unwrap();
    }
    // A fact of this test's own is the end of what was asked before it.
    let end = flight
        .command(Command::Release(ReleaseCommand::Schedule { version: version("1.0.0"), zero: ZERO.parse().unwrap() }));
    let Accepted::Recorded(end) = end.await.unwrap() else { panic!("nothing was recorded") };
    loop {
        match events.next().await.unwrap() {
            EngineNews::Event(Event::Telemetry(Telemetry::BranchLog { log, .. })) => told.push(log),
            EngineNews::Event(Event::Fact(record)) if record.seq == end => return told,
            EngineNews::Event(_) | EngineNews::Resync(_) => {}
        }
    }
}

const ZERO: &str = "2027-01-01T09:00:00Z";

#[tokio::test]
async fn the_commits_around_a_branch_are_told_once_kept_for_who_joins_late_and_never_recorded() {
    let house = House::new("smooth");
    let flight = house.open().await;
    let (_, mut events) = flight.attach().await;
    let told = logs_told(&flight, &mut events, 3).await;
    assert!(told.len() <= 1, "{} times, and nothing moved", told.len());
    let (snapshot, _) = flight.attach().await;
    let kept = snapshot.newest.iter().filter_map(|told| match told {
        Telemetry::BranchLog { log, .. } => Some(log.new.total),
        _ => None,
    });
    assert_eq!(kept.collect::<Vec<_>>(), [7]);
    let journal: String = house.records().iter().map(|record| serde_json::to_string(record).unwrap()).collect();
    assert!(!journal.contains("which is only played"));
}
