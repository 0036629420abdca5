//! The two laws: the record first, then the world; the record first, then the screen.

use super::{House, Meddler, deploy, meddle, version, who};
use async_trait::async_trait;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tminus_core::action::{Outcome, Request};
use tminus_core::command::{ActionCommand, Command, Consent, GateCommand};
use tminus_core::fact::{Fact, StepFact};
use tminus_core::names::EnvName;
use tminus_core::order::{Order, Ticket};
use tminus_core::ports::{PortError, Target};
use tminus_core::release::Release;
use tminus_core::telemetry::Event;
use tminus_engine::EngineNews;
use tminus_engine::journal::{Journal, JournalError, JournalReader};

/// Reads the journal from the disk at the moment at which the world is touched.
struct Inspector {
    journal: PathBuf,
    touched: Mutex<Vec<(Order, bool)>>,
}

#[async_trait]
impl Meddler for Inspector {
    async fn begin(&self, inner: &dyn Target, order: &Order) -> Result<Ticket, PortError> {
        let records = JournalReader::open(&self.journal).unwrap().records(0).unwrap();
        let is_it = |fact: &Fact| matches!(fact, Fact::Step(StepFact::Started { order: id, .. }) if *id == order.id);
        let is_written = records.iter().any(|r| is_it(&r.fact));
        self.touched.lock().unwrap().push((order.clone(), is_written));
        inner.begin(order).await
    }
}

#[tokio::test]
async fn nothing_touches_the_world_before_its_step_is_on_disk() {
    let house = House::new("smooth");
    let inspector = Arc::new(Inspector { journal: house.journal(), touched: Mutex::default() });
    let flight = house.open_with(|world| meddle(world, "staging", inspector.clone())).await;
    let action = flight.start(deploy("staging")).await.unwrap();
    assert_eq!(flight.settled(&action).await.ended.unwrap().outcome, Outcome::Good);
    let touched = inspector.touched.lock().unwrap();
    assert_eq!(touched.len(), 1);
    assert!(touched.iter().all(|(_, is_written)| *is_written));
}

#[tokio::test]
async fn what_a_client_hears_is_in_the_journal_already_and_gives_the_same_fold() {
    let house = House::new("smooth");
    let flight = house.open().await;
    let (snapshot, mut events) = flight.attach().await;
    let mut release = (*snapshot.release).clone();
    let action = flight.start(deploy("staging")).await.unwrap();
    while release.action(&action).is_none_or(|a| a.ended.is_none()) {
        if let EngineNews::Event(Event::Fact(record)) = events.next().await.unwrap() {
            assert!(house.records().contains(&record), "{record:?} is not on disk");
            release.apply(&record);
        }
    }
    let seq = release.seq;
    let replayed = house.records().into_iter().take_while(|r| r.seq <= seq).collect::<Vec<_>>();
    assert_eq!(Release::of(&replayed), release);
}

#[tokio::test]
async fn a_deploy_runs_what_its_gate_lacks_before_it_is_held_for_the_rest() {
    let house = House::new("smooth");
    let flight = house.open().await;
    let refusal = flight.start(deploy("production")).await.unwrap_err();
    assert!(refusal.says.contains("0 of 2 approvals"), "{refusal}");
    let kinds = house.kinds();
    assert!(kinds.contains(&"check.finished") && !kinds.contains(&"action.started"), "{kinds:?}");
    assert!(!refusal.says.contains("One version in every file"), "it ran, and passed: {refusal}");
}

#[tokio::test]
async fn a_proposal_outlives_its_engine_and_is_approved_by_the_next() {
    let house = House::new("smooth");
    let flight = house.open().await;
    flight.start(deploy("production")).await.unwrap_err();
    flight.end().await;
    let flight = house.start().await;
    let action = house.release().proposals(&EnvName::new("production")).next().unwrap().id.clone();
    let approve = Command::Gate(GateCommand::Approve { action: action.clone(), note: String::new() });
    flight.handle.command(&who("omer"), approve).await.unwrap();
    assert_eq!(house.release().action(&action).unwrap().approvals.len(), 1);
}

#[tokio::test]
async fn a_preview_that_is_not_true_any_more_is_refused() {
    let house = House::new("smooth");
    let flight = house.open().await;
    let seen = flight.handle.preview(&version("1.0.0"), deploy("staging")).await.unwrap().proposal;
    let action = flight.start(deploy("staging")).await.unwrap();
    flight.settled(&action).await;
    let consent = Consent { typed: None, seen: Some(seen) };
    let again = ActionCommand::Start { release: version("1.0.0"), request: deploy("staging"), consent };
    let refusal = flight.act(again).await.unwrap_err();
    assert!(refusal.says.contains("changed since the preview"), "{refusal}");
}

#[tokio::test]
async fn what_a_preview_shows_is_what_is_done() {
    let house = House::new("smooth");
    let flight = house.open().await;
    let preview = flight.handle.preview(&version("1.0.0"), deploy("staging")).await.unwrap();
    let action = flight.start(deploy("staging")).await.unwrap();
    let done = flight.settled(&action).await;
    let done: Vec<_> = done.steps.into_iter().map(|s| (s.step.title, s.step.task)).collect();
    let shown: Vec<_> = preview.steps.into_iter().map(|s| (s.title, s.task)).collect();
    assert_eq!(done, shown);
}

#[tokio::test]
async fn a_client_that_is_too_slow_is_given_everything_anew() {
    let house = House::new("smooth");
    let flight = house.open().await;
    let (_, mut slow) = flight.attach().await;
    // Every look at a target that is as it was is an event; more of them than the engine holds for anybody.
    for _ in 0..1_700 {
        flight.command(Command::Refresh).await.unwrap();
    }
    let EngineNews::Resync(snapshot) = slow.next().await.unwrap() else {
        panic!("it was not told that it fell behind")
    };
    assert_eq!(snapshot.release.seq, house.release().seq);
}

#[tokio::test]
async fn a_second_engine_on_the_same_journal_is_refused() {
    let house = House::new("smooth");
    let flight = house.start().await;
    assert!(matches!(Journal::open(&house.journal()), Err(JournalError::Held { .. })));
    flight.end().await;
    drop(super::open_journal(&house.journal()));
}

#[tokio::test]
async fn a_version_is_marked_bad_in_the_name_of_who_rolled_it_back() {
    let house = House::new("smooth");
    let flight = house.open().await;
    let action = flight.start(deploy("staging")).await.unwrap();
    flight.settled(&action).await;
    let reason = "it is slow".to_owned();
    let back = Request::RollBack { env: EnvName::new("staging"), to: None, reason };
    let action = flight.start(back).await.unwrap();
    assert_eq!(flight.settled(&action).await.ended.unwrap().outcome, Outcome::Good);
    assert_eq!(house.release().bad[&version("1.0.0")][0].who, who("dana"));
}
