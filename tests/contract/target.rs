//! What every [`Target`] keeps: what is previewed is what is done, once, and it can be found again.

use async_trait::async_trait;
use std::sync::Arc;
use tminus_core::names::OrderId;
use tminus_core::order::{Call, Order, Progress, Receipt, Ticket};
use tminus_core::ports::{FailureKind, PortError, Target};
use tokio::sync::mpsc;

/// A world with one target in it.
#[async_trait]
pub trait TargetFixture: Send + Sync {
    /// Returns the target; each call one that knows nothing but what the world and the disk know, as after a restart.
    fn target(&self) -> Arc<dyn Target>;

    /// Returns an order that will be done.
    fn good(&self, id: &str) -> Order;

    /// Returns an order that the service will refuse, or break.
    fn bad(&self, id: &str) -> Order;

    /// Returns an order that is not done before it is stopped.
    fn endless(&self, id: &str) -> Order;

    /// Returns the calls that reached the world, in order.
    async fn made(&self) -> Vec<Call>;

    /// Says whether a call that reached the world is the previewed one, as far as the world can tell.
    fn is_same(&self, previewed: &Call, made: &Call) -> bool {
        previewed == made
    }
}

/// Follows an order to its end, taking its progress.
pub async fn end(target: &dyn Target, ticket: &Ticket) -> (Result<Receipt, PortError>, Vec<Progress<String>>) {
    let (sender, mut receiver) = mpsc::channel(1_024);
    let end = target.follow(ticket, sender).await;
    let mut progress = Vec::new();
    while let Some(one) = receiver.recv().await {
        progress.push(one);
    }
    (end, progress)
}

/// Holds a target to the whole contract.
pub async fn a_target_keeps_the_contract(fixture: &dyn TargetFixture) {
    what_is_previewed_is_what_is_done(fixture).await;
    an_order_is_never_begun_twice(fixture).await;
    an_order_is_found_by_its_id_after_a_restart(fixture).await;
    a_failure_is_the_orders_own(fixture).await;
    an_order_can_be_stopped(fixture).await;
}

async fn what_is_previewed_is_what_is_done(fixture: &dyn TargetFixture) {
    let (target, order) = (fixture.target(), fixture.good("contract-done"));
    let previewed = target.calls(&order);
    assert!(!previewed.is_empty(), "an order that does nothing");
    assert_eq!(previewed, target.calls(&order), "a preview is pure");
    let before = fixture.made().await.len();
    assert_eq!(before, 0, "a preview reached the world");
    assert_eq!(target.find(&order.id).await, Ok(None), "found before it was begun");
    let ticket = target.begin(&order).await.unwrap();
    assert_eq!(ticket.order, order.id);
    let receipt = end(&*target, &ticket).await.0.unwrap();
    assert_eq!(receipt.order, order.id);
    each_call_was_previewed(fixture, &previewed).await;
    assert_eq!(end(&*target, &ticket).await.0, Ok(receipt), "following again changes nothing");
}

/// The calls that were made are the previewed ones, in their order; only one under a condition may be left out.
pub async fn each_call_was_previewed(fixture: &dyn TargetFixture, previewed: &[Call]) {
    let made = fixture.made().await;
    let mut left = made.iter().peekable();
    for call in previewed {
        match call {
            Call::When { call, .. } => drop(left.next_if(|made| fixture.is_same(call, made))),
            Call::Process { .. } | Call::Request { .. } => {
                let next = left.next().filter(|made| fixture.is_same(call, made));
                assert!(next.is_some(), "not made, or not in its place: {call:?}\nof {made:#?}");
            }
        }
    }
    assert_eq!(left.next(), None, "made, and not previewed, of {made:#?}");
}

async fn an_order_is_never_begun_twice(fixture: &dyn TargetFixture) {
    let made = fixture.made().await;
    let failure = fixture.target().begin(&fixture.good("contract-done")).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Conflict, "{failure:?}");
    assert_eq!(fixture.made().await, made);
}

async fn an_order_is_found_by_its_id_after_a_restart(fixture: &dyn TargetFixture) {
    let target = fixture.target();
    let ticket = target.find(&OrderId::new("contract-done")).await.unwrap().expect("it was begun");
    let receipt = end(&*target, &ticket).await.0.unwrap();
    assert_eq!(receipt.order, OrderId::new("contract-done"));
    assert_eq!(target.find(&OrderId::new("contract-never")).await, Ok(None));
}

async fn a_failure_is_the_orders_own(fixture: &dyn TargetFixture) {
    let (target, order) = (fixture.target(), fixture.bad("contract-bad"));
    let failure = match target.begin(&order).await {
        Ok(ticket) => end(&*target, &ticket).await.0.unwrap_err(),
        Err(failure) => failure,
    };
    assert!(!failure.summary.is_empty());
}

async fn an_order_can_be_stopped(fixture: &dyn TargetFixture) {
    let (target, order) = (fixture.target(), fixture.endless("contract-endless"));
    let ticket = target.begin(&order).await.unwrap();
    target.cancel(&ticket).await.unwrap();
    let failure = end(&*target, &ticket).await.0.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Cancelled, "{failure:?}");
}
