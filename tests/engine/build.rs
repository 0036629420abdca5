//! Builds: stage after stage, stopped in the middle, taken up again, and what a plan that builds nothing answers.

use super::{Flight, House, version};
use async_trait::async_trait;
use std::sync::{Arc, Mutex};
use tminus_core::action::{Outcome, Request};
use tminus_core::command::ActionCommand;
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::names::{ActionId, ArtifactName, OrderId, Version};
use tminus_core::order::{BuildStage, Call, Observation, Order, Readiness, Receipt, Task, Ticket};
use tminus_core::ports::{PortError, ProgressSender, Target};
use tminus_core::release::StepPhase;
use tminus_engine::World;
use tokio::sync::watch;

/// A builder whose second stage goes on until somebody cancels it.
struct Slow {
    begun: Mutex<Vec<BuildStage>>,
    cancelled: watch::Sender<bool>,
}

impl Slow {
    fn new() -> Arc<Self> {
        Arc::new(Self { begun: Mutex::default(), cancelled: watch::channel(false).0 })
    }

    fn begun(&self) -> Vec<BuildStage> {
        self.begun.lock().unwrap().clone()
    }
}

fn unasked<T>() -> Result<T, PortError> {
    Err(Failure::new(FailureKind::Rejected, "nobody asks a builder that"))
}

#[async_trait]
impl Target for Slow {
    async fn observe(&self) -> Result<Observation, PortError> {
        unasked()
    }
    async fn readiness(&self, _: &Version) -> Result<Readiness, PortError> {
        unasked()
    }
    fn calls(&self, order: &Order) -> Vec<Call> {
        let Task::Build { stage, .. } = &order.task else { return Vec::new() };
        vec![Call::Process { words: vec!["build".into(), format!("{stage:?}")], dir: None }]
    }
    async fn begin(&self, order: &Order) -> Result<Ticket, PortError> {
        let Task::Build { stage, .. } = order.task else { return unasked() };
        self.begun.lock().unwrap().push(stage);
        Ok(Ticket { order: order.id.clone(), reference: serde_json::to_value(stage).unwrap() })
    }
    async fn follow(&self, ticket: &Ticket, _: ProgressSender) -> Result<Receipt, PortError> {
        if ticket.reference == serde_json::to_value(BuildStage::Build).unwrap() {
            self.cancelled.subscribe().wait_for(|is_so| *is_so).await.unwrap();
            return Err(Failure::new(FailureKind::Cancelled, "the build was stopped"));
        }
        Ok(Receipt { order: ticket.order.clone(), delivered: None, summary: "done".into(), left: None })
    }
    async fn find(&self, _: &OrderId) -> Result<Option<Ticket>, PortError> {
        Ok(None)
    }
    async fn cancel(&self, _: &Ticket) -> Result<(), PortError> {
        self.cancelled.send_replace(true);
        Ok(())
    }
}

fn building(builder: &Arc<Slow>) -> impl FnOnce(&mut World) {
    let builder: Arc<dyn Target> = builder.clone();
    move |world: &mut World| drop(world.builders.insert(ArtifactName::new("backend"), builder))
}

fn build() -> Request {
    Request::Build { version: version("1.0.0"), artifact: None }
}

async fn in_flight(flight: &Flight, action: &ActionId) {
    let is_running = |phase, ticket: bool| phase == StepPhase::Running && ticket;
    flight
        .until(|release| {
            let step = release.action(action).and_then(|a| a.steps.get(1));
            step.is_some_and(|s| is_running(s.phase, s.ticket.is_some()))
        })
        .await;
}

#[tokio::test]
async fn a_build_is_stopped_in_the_middle_of_a_stage() {
    let (house, builder) = (House::new("smooth"), Slow::new());
    let flight = house.open_with(building(&builder)).await;
    let action = flight.start(build()).await.unwrap();
    in_flight(&flight, &action).await;
    flight.act(ActionCommand::Stop { action: action.clone() }).await.unwrap();
    let done = flight.settled(&action).await;
    let ending = done.ended.unwrap();
    assert_eq!(ending.outcome, Outcome::Stopped);
    assert!(ending.summary.contains("in the middle of \"Build backend 1.0.0"), "{}", ending.summary);
    assert_eq!(done.steps[1].failure.as_ref().unwrap().kind, FailureKind::Cancelled);
    assert_eq!(builder.begun(), [BuildStage::LogIn, BuildStage::Build], "nothing was begun after it");
}

#[tokio::test]
async fn a_stop_that_was_asked_before_a_crash_reaches_the_build_that_is_taken_up() {
    let (house, builder) = (House::new("smooth"), Slow::new());
    let flight = house.open_with(building(&builder)).await;
    let action = flight.start(build()).await.unwrap();
    in_flight(&flight, &action).await;
    flight.end().await;
    let flight = house.start_with(building(&builder)).await;
    flight.act(ActionCommand::Stop { action: action.clone() }).await.unwrap();
    assert_eq!(flight.settled(&action).await.ended.unwrap().outcome, Outcome::Stopped);
    assert_eq!(builder.begun().len(), 2, "it was followed, not begun again");
}

#[tokio::test]
async fn the_preview_of_a_build_names_every_stage_with_its_calls_and_what_cannot_be_undone() {
    let (house, builder) = (House::new("smooth"), Slow::new());
    let flight = house.open_with(building(&builder)).await;
    let preview = flight.handle.preview(&version("1.0.0"), build()).await.unwrap();
    let calls: Vec<String> = preview.steps.iter().flat_map(|s| s.calls.iter().map(Call::display)).collect();
    let stages = ["build LogIn", "build Build", "build Inspect", "build Tag", "build Push", "build Compare"];
    assert_eq!(calls, stages);
    assert!(preview.irreversible.iter().any(|line| line.starts_with("Push backend")), "{:?}", preview.irreversible);
    assert_eq!(preview.gate, None);
}

#[tokio::test]
async fn an_artifact_that_the_plan_does_not_build_is_refused_with_the_reason() {
    let house = House::new("smooth");
    let flight = house.open().await;
    let request = Request::Build { version: version("1.0.0"), artifact: Some(ArtifactName::new("mobile")) };
    let refusal = flight.start(request).await.unwrap_err();
    assert!(refusal.says.contains("no `build` for the image mobile"), "{refusal}");
}
