//! After a crash: what was begun is found and followed, or a person is asked; nothing is begun twice.

use super::{House, Meddler, backend, deploy, meddle, verify, version};
use async_trait::async_trait;
use std::future::pending;
use std::sync::{Arc, Mutex};
use tminus_core::action::{HorizonWait, Outcome};
use tminus_core::command::ActionCommand;
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::measurement::{Ask, Measurement};
use tminus_core::names::OrderId;
use tminus_core::order::{Order, Receipt, Ticket};
use tminus_core::ports::{PortError, Probe, ProgressSender, Target};
use tminus_core::release::{Release, StepPhase, StepState};
use tminus_core::verdict::Verdict;
use tokio::sync::Notify;

/// Where the power goes: the call comes this far, and never returns.
#[derive(Clone, Copy, PartialEq)]
enum Cut {
    /// Nothing was begun.
    BeforeBegin,
    /// It was begun, and nobody was told.
    AfterBegin,
    /// It is followed.
    Following,
}

struct PowerCut {
    at: Cut,
    reached: Notify,
}

impl PowerCut {
    fn new(at: Cut) -> Arc<Self> {
        Arc::new(Self { at, reached: Notify::new() })
    }

    async fn here(&self, at: Cut) {
        if self.at == at {
            self.reached.notify_one();
            pending::<()>().await;
        }
    }
}

#[async_trait]
impl Meddler for PowerCut {
    async fn begin(&self, inner: &dyn Target, order: &Order) -> Result<Ticket, PortError> {
        self.here(Cut::BeforeBegin).await;
        let ticket = inner.begin(order).await?;
        self.here(Cut::AfterBegin).await;
        Ok(ticket)
    }

    async fn follow(
        &self,
        inner: &dyn Target,
        ticket: &Ticket,
        progress: ProgressSender,
    ) -> Result<Receipt, PortError> {
        self.here(Cut::Following).await;
        inner.follow(ticket, progress).await
    }
}

/// After the crash: notes what is begun, and may not know what was.
#[derive(Default)]
struct After {
    begun: Mutex<Vec<OrderId>>,
    is_ignorant: bool,
}

#[async_trait]
impl Meddler for After {
    async fn begin(&self, inner: &dyn Target, order: &Order) -> Result<Ticket, PortError> {
        self.begun.lock().unwrap().push(order.id.clone());
        inner.begin(order).await
    }

    async fn find(&self, inner: &dyn Target, order: &OrderId) -> Result<Option<Ticket>, PortError> {
        match self.is_ignorant {
            true => Err(Failure::new(FailureKind::Rejected, "this service keeps no book of its orders")),
            false => inner.find(order).await,
        }
    }
}

/// Lets a deploy to staging go until the power is cut, and returns the house with its action.
async fn cut(at: Cut) -> (House, tminus_core::names::ActionId) {
    let house = House::new("smooth");
    let power = PowerCut::new(at);
    let flight = house.open_with(|world| meddle(world, "staging", power.clone())).await;
    let action = flight.start(deploy("staging")).await.unwrap();
    power.reached.notified().await;
    if at == Cut::Following {
        flight.until(|r| r.action(&action).unwrap().current().is_some_and(|(_, s)| s.ticket.is_some())).await;
    }
    flight.end().await;
    (house, action)
}

#[tokio::test]
async fn an_order_with_a_ticket_is_adopted_and_not_begun_again() {
    let (house, action) = cut(Cut::Following).await;
    let after = Arc::new(After::default());
    let flight = house.start_with(|world| meddle(world, "staging", after.clone())).await;
    assert_eq!(flight.settled(&action).await.ended.unwrap().outcome, Outcome::Good);
    assert!(after.begun.lock().unwrap().is_empty());
    assert!(house.kinds().contains(&"step.adopted"));
}

#[tokio::test]
async fn an_order_without_a_ticket_is_found_at_the_service_and_followed() {
    let (house, action) = cut(Cut::AfterBegin).await;
    let after = Arc::new(After::default());
    let flight = house.start_with(|world| meddle(world, "staging", after.clone())).await;
    assert_eq!(flight.settled(&action).await.ended.unwrap().outcome, Outcome::Good);
    assert!(after.begun.lock().unwrap().is_empty());
}

#[tokio::test]
async fn an_order_that_the_service_does_not_know_is_unclear_until_a_person_tries_again() {
    let (house, action) = cut(Cut::BeforeBegin).await;
    let after = Arc::new(After::default());
    let flight = house.start_with(|world| meddle(world, "staging", after.clone())).await;
    let stuck = flight.settled(&action).await;
    assert_eq!(stuck.current().unwrap().1.phase, StepPhase::Unclear);
    assert!(after.begun.lock().unwrap().is_empty(), "nothing is begun blindly");
    flight.act(ActionCommand::Retry { action: action.clone() }).await.unwrap();
    let release = flight.until(|r| r.action(&action).is_some_and(|a| a.ended.is_some())).await;
    assert_eq!(release.action(&action).unwrap().ended.as_ref().unwrap().outcome, Outcome::Good);
    assert_eq!(after.begun.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn an_action_that_began_in_another_environment_says_so_before_it_begins_anything_here() {
    let (mut house, action) = cut(Cut::BeforeBegin).await;
    house.changed = Some("STAGE is not what it was when this began".to_owned());
    let after = Arc::new(After::default());
    let flight = house.start_with(|world| meddle(world, "staging", after.clone())).await;
    flight.settled(&action).await;
    flight.act(ActionCommand::Retry { action: action.clone() }).await.unwrap();
    let says = |s: &StepState| s.failure.as_ref().is_some_and(|f| f.sentence().starts_with("STAGE is not what it was"));
    let held = |r: &Release| r.action(&action).and_then(|a| a.current()).is_some_and(|(_, s)| says(s));
    flight.until(held).await;
    assert!(after.begun.lock().unwrap().is_empty(), "nothing is begun with another value and without a word");
    flight.act(ActionCommand::Retry { action: action.clone() }).await.unwrap();
    flight.until(|r| r.action(&action).is_some_and(|a| a.ended.is_some())).await;
    assert_eq!(after.begun.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_pull_that_the_service_does_not_know_is_begun_again_and_nobody_is_asked() {
    for is_ignorant in [false, true] {
        let house = super::every_fact::approved().await;
        let power = PowerCut::new(Cut::BeforeBegin);
        let flight = house.start_with(|world| meddle(world, "production", power.clone())).await;
        let action = flight.start(deploy("production")).await.unwrap();
        power.reached.notified().await;
        let is_pull = |r: &Release| r.action(&action).unwrap().current().unwrap().1.step.title.starts_with("Pull ");
        flight.until(is_pull).await;
        flight.end().await;
        let after = Arc::new(After { is_ignorant, ..After::default() });
        let flight = house.start_with(|world| meddle(world, "production", after.clone())).await;
        assert_eq!(flight.settled(&action).await.ended.unwrap().outcome, Outcome::Good, "{is_ignorant}");
        assert_eq!(after.begun.lock().unwrap().len(), 2, "the pull and the delivery");
    }
}

#[tokio::test]
async fn a_service_that_cannot_know_leaves_it_unclear_until_a_person_says_that_it_is_done() {
    let (house, action) = cut(Cut::AfterBegin).await;
    let after = Arc::new(After { is_ignorant: true, ..After::default() });
    let flight = house.start_with(|world| meddle(world, "staging", after.clone())).await;
    let stuck = flight.settled(&action).await;
    let (_, step) = stuck.current().unwrap();
    assert_eq!(step.phase, StepPhase::Unclear);
    assert!(step.summary.contains("keeps no book"), "{}", step.summary);
    flight.act(ActionCommand::Accept { action: action.clone(), note: "I looked".into() }).await.unwrap();
    let release = flight.until(|r| r.action(&action).is_some_and(|a| a.ended.is_some())).await;
    assert_eq!(release.action(&action).unwrap().ended.as_ref().unwrap().outcome, Outcome::Good);
    assert!(after.begun.lock().unwrap().is_empty());
}

/// A probe that never answers.
struct Silent(Notify);

#[async_trait]
impl Probe for Silent {
    async fn measure(&self, _: &Ask, _: ProgressSender) -> Result<Measurement, PortError> {
        self.0.notify_one();
        pending().await
    }
}

#[tokio::test]
async fn a_check_that_was_cut_off_is_no_data_and_its_verification_measures_again() {
    let house = House::new("smooth");
    let silent = Arc::new(Silent(Notify::new()));
    let flight = house.open_with(|world| world.probe = silent.clone()).await;
    flight.settled(&flight.start(deploy("staging")).await.unwrap()).await;
    let action = flight.start(verify("staging", HorizonWait::Now)).await.unwrap();
    silent.0.notified().await;
    flight.end().await;
    let flight = house.start().await;
    flight.settled(&action).await;
    let release = house.release();
    let runs = &release.checks[&version("1.0.0")][&"api-health".into()].runs;
    let verdicts: Vec<_> = runs.iter().map(|r| r.verdict).collect();
    assert_eq!(verdicts, [Verdict::NoData, Verdict::Pass]);
}

#[tokio::test]
async fn whatever_was_killed_nothing_is_begun_under_two_orders() {
    for at in [Cut::BeforeBegin, Cut::AfterBegin, Cut::Following] {
        let (house, action) = cut(at).await;
        let flight = house.start().await;
        flight.settled(&action).await;
        let rehearsal = flight.end().await;
        let world = rehearsal.world.snapshot().unwrap();
        let begun = world.orders.iter().filter(|o| o.order.env == Some(backend("staging").0)).count();
        assert!(begun <= 1, "{begun} orders");
    }
}

#[tokio::test]
async fn a_clock_that_was_set_forward_between_two_engines_is_the_first_thing_in_the_journal() {
    let mut house = House::new("smooth");
    house.clock_set = Some(jiff::SignedDuration::from_hours(3));
    house.start().await.end().await;
    assert_eq!(house.kinds().first(), Some(&"clock.set-forward"));
    assert_eq!(
        house.release().jumps.iter().map(|jump| jump.by).collect::<Vec<_>>(),
        [jiff::SignedDuration::from_hours(3)]
    );
}
