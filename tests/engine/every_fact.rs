//! Whatever fact was the last on disk when the engine died: nothing that was acknowledged is lost, nothing is begun twice,
//! and the next engine takes the action up or asks a person.
//!
//! One engine carries the action out, and the disk is copied at each commit to the journal, before anybody hears of it: a
//! process that is killed there leaves exactly that behind. The same with real processes, at chosen facts:
//! `flight::crash` and `kills::facts`.

use super::act::{bump, changelog, merge_back, tag};
use super::{Flight, House, deploy, verify, version, who};
use crate::flight::crash::{How, copy};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tminus_core::action::{HorizonWait, Outcome, Request};
use tminus_core::command::{ActionCommand, Command, GateCommand};
use tminus_core::kinds::repository::Direction;
use tminus_core::names::{ActionId, ArtifactName, EnvName};
use tminus_core::order::Health;
use tminus_core::release::Release;

/// What the disk held at each commit of an action, by the last fact of it.
type Disks = BTreeMap<u64, TempDir>;

/// Carries the action out in the house, and returns the disk at each commit of it.
async fn disks(house: &mut House, request: &Request) -> Disks {
    let eve = house.records().len() as u64;
    let taken: Arc<Mutex<Disks>> = Arc::default();
    let (disks, folder) = (taken.clone(), house.folder.path().to_owned());
    house.witness = Some(Arc::new(move |seq| {
        let disk = tempfile::tempdir().unwrap();
        copy(&folder, &disk.path().join("disk"));
        disks.lock().unwrap().insert(seq, disk);
    }));
    let flight = house.start().await;
    let action = flight.start(request.clone()).await.unwrap();
    assert_eq!(flight.settled(&action).await.ended.map(|e| e.outcome), Some(Outcome::Good));
    flight.end().await;
    house.witness = None;
    let disks = std::mem::take(&mut *taken.lock().unwrap());
    assert!(disks.len() >= 6 && disks.keys().all(|seq| *seq > eve), "an action of {} commits is none", disks.len());
    disks
}

/// Goes on from a disk, as the next engine and the person at it do.
async fn goes_on(flight: &Flight, (seq, before): (u64, &Release), request: &Request) -> (ActionId, How) {
    let is_asked_for = |asked: &Request| (asked.verb(), asked.env()) == (request.verb(), request.env());
    let begun =
        before.actions.iter().rfind(|action| action.started.is_some() && is_asked_for(&action.proposal.request));
    let (action, how) = match begun {
        Some(action) if action.ended.is_some() => (action.id.clone(), How::WasOver),
        Some(action) => (action.id.clone(), How::TakenUp),
        None => (flight.start(request.clone()).await.unwrap(), How::TakenUp),
    };
    if !flight.settled(&action).await.is_stuck() {
        return (action, how);
    }
    assert_ne!(how, How::WasOver, "cut at {seq}");
    flight.act(ActionCommand::Retry { action: action.clone() }).await.unwrap();
    flight.until(|release| release.action(&action).is_some_and(|action| action.ended.is_some())).await;
    (action, How::Asked)
}

/// Goes on from every disk; says how each went on.
async fn at_every_fact(mut house: House, request: Request, runs: &str) -> Vec<How> {
    let mut went = Vec::new();
    for (seq, disk) in disks(&mut house, &request).await {
        let next = house.over(disk.path().join("disk"));
        let acknowledged = next.records();
        assert_eq!(acknowledged.last().map(|record| record.seq), Some(seq));
        let flight = next.start().await;
        let (action, how) = goes_on(&flight, (seq, &Release::of(&acknowledged)), &request).await;
        let world = flight.end().await.world.snapshot().unwrap();

        let after = next.records();
        assert_eq!(after.get(..acknowledged.len()), Some(&acknowledged[..]), "cut at {seq}: a fact was lost");
        tminus_engine::journal::verify(&next.journal()).unwrap();
        let release = Release::of(&after);
        let ended = release.action(&action).unwrap().ended.as_ref().map(|ending| ending.outcome);
        assert_eq!(ended, Some(Outcome::Good), "cut at {seq}");
        assert!(release.active_actions().next().is_none(), "cut at {seq}: something still runs");
        if let Some(env) = request.env() {
            let place = &release.environments[env].places[&ArtifactName::new("backend")];
            let there = place.running().map(|delivered| delivered.version);
            assert_eq!((there, place.health()), (Some(version(runs)), Health::Healthy), "cut at {seq}");
        }
        assert!(!world.orders.is_empty(), "cut at {seq}: the world saw no order");
        let mut steps: BTreeMap<&str, u32> = BTreeMap::new();
        for begun in &world.orders {
            let id = begun.order.id.as_str();
            assert_eq!(begun.times_begun, 1, "cut at {seq}: {id} was begun more than once");
            *steps.entry(id.rsplit_once('.').unwrap().0).or_default() += 1;
        }
        let most = if how == How::Asked { 2 } else { 1 };
        assert!(steps.values().all(|times| *times <= most), "cut at {seq}, {how:?}: {steps:?}");
        went.push(how);
    }
    went
}

/// Brings the bad release to the point where production waits only for its deploy.
pub(super) async fn approved() -> House {
    let house = House::new("bad-release");
    let flight = house.open().await;
    done(&flight, deploy("staging")).await;
    done(&flight, verify("staging", HorizonWait::UntilDue)).await;
    flight.start(deploy("production")).await.unwrap_err();
    let action = house.release().proposals(&EnvName::new("production")).next().unwrap().id.clone();
    for name in ["dana", "omer"] {
        let approve = Command::Gate(GateCommand::Approve { action: action.clone(), note: String::new() });
        flight.handle.command(&who(name), approve).await.unwrap();
    }
    flight.end().await;
    house
}

pub(super) async fn done(flight: &Flight, request: Request) {
    let action = flight.start(request).await.unwrap();
    assert_eq!(flight.settled(&action).await.ended.unwrap().outcome, Outcome::Good);
}

#[tokio::test]
async fn a_deploy_to_staging_survives_the_end_of_its_engine_at_every_fact() {
    let house = House::new("bad-release");
    house.open().await.end().await;
    let went = at_every_fact(house, deploy("staging"), "1.0.0").await;
    assert!(went.contains(&How::TakenUp) && went.last() == Some(&How::WasOver), "{went:?}");
}

#[tokio::test]
async fn a_deploy_to_production_survives_the_end_of_its_engine_at_every_fact() {
    let went = at_every_fact(approved().await, deploy("production"), "1.0.0").await;
    assert!(went.contains(&How::TakenUp) && went.contains(&How::Asked), "{went:?}");
    assert_eq!(went.last(), Some(&How::WasOver), "{went:?}");
}

#[tokio::test]
async fn a_rollback_survives_the_end_of_its_engine_at_every_fact() {
    let house = approved().await;
    let flight = house.start().await;
    done(&flight, deploy("production")).await;
    flight.end().await;
    let back = Request::RollBack { env: EnvName::new("production"), to: None, reason: "it is bad".to_owned() };
    let went = at_every_fact(house, back, "0.9.4").await;
    assert!(went.contains(&How::TakenUp) && went.last() == Some(&How::WasOver), "{went:?}");
}

#[tokio::test]
async fn a_bump_survives_the_end_of_its_engine_at_every_fact_and_asks_nobody() {
    let house = House::new("smooth");
    house.open().await.end().await;
    let went = at_every_fact(house, bump(Direction::Forward), "1.0.0").await;
    assert!(went.contains(&How::TakenUp) && !went.contains(&How::Asked), "{went:?}");
    assert_eq!(went.last(), Some(&How::WasOver), "{went:?}");
}

#[tokio::test]
async fn a_changelog_survives_the_end_of_its_engine_at_every_fact_and_asks_nobody() {
    let house = House::new("smooth");
    house.open().await.end().await;
    let went = at_every_fact(house, changelog(Direction::Forward), "1.0.0").await;
    assert!(went.contains(&How::TakenUp) && !went.contains(&How::Asked), "{went:?}");
    assert_eq!(went.last(), Some(&How::WasOver), "{went:?}");
}

#[tokio::test]
async fn a_merge_back_survives_the_end_of_its_engine_at_every_fact_and_asks_nobody() {
    let house = House::new("smooth");
    house.open().await.end().await;
    let went = at_every_fact(house, merge_back(Direction::Forward), "1.0.0").await;
    assert!(went.contains(&How::TakenUp) && !went.contains(&How::Asked), "{went:?}");
    assert_eq!(went.last(), Some(&How::WasOver), "{went:?}");
}

#[tokio::test]
async fn a_tag_survives_the_end_of_its_engine_at_every_fact_and_asks_nobody() {
    let house = House::new("smooth");
    house.open().await.end().await;
    let went = at_every_fact(house, tag(Direction::Forward), "1.0.0").await;
    assert!(went.contains(&How::TakenUp) && !went.contains(&How::Asked), "{went:?}");
    assert_eq!(went.last(), Some(&How::WasOver), "{went:?}");
}
