//! Killed behind each request that changes something, an order is driven on by the next tminus, and comes to the same
//! end with nothing done twice.

use super::world::{BOUND, Reached, World};
use crate::contract::target::end;
use crate::docker::image::Behaviour;
use tminus_core::order::{Call, Health, Order};
use tminus_core::ports::Target;

/// Follows an order until so many requests were sent, then lets everything go.
async fn until_crash(world: &World, order: &Order, requests: usize) {
    let target = world.target();
    let ticket = target.begin(order).await.unwrap();
    let (sender, _nobody) = tokio::sync::mpsc::channel(1);
    let sent = world.recorder.until(|sent| sent.len() >= requests);
    tokio::select! {
        ended = target.follow(&ticket, sender) => drop(ended),
        () = sent => {}
    }
}

/// An engine makes, stops and removes one of a name once: whoever comes back while it is at it may ask for it again.
fn is_done_once(call: &Call) -> bool {
    let Call::Request { line, .. } = call else { return false };
    line.starts_with("POST /containers/create?") || line.starts_with("DELETE ") || line.ends_with("/stop")
}

async fn survives(reached: Reached) {
    let Some(world) = World::new(reached) else { return };
    world.publish("1.0.0", Behaviour::Good);
    world.publish("2.0.0", Behaviour::Good);
    world.run(&world.deliver("first", None, "1.0.0")).await.unwrap();
    world.recorder.forget();
    world.run(&world.deliver("second", Some("1.0.0"), "2.0.0")).await.unwrap();
    let (mut from, mut to) = ("2.0.0", "1.0.0");
    let whole = 11;
    for requests in 1..=whole {
        let order = world.deliver(&format!("crash-{requests}"), Some(from), to);
        world.recorder.forget();
        until_crash(&world, &order, requests).await;
        let again = world.target();
        let ticket = again.find(&order.id).await.unwrap().expect("it was begun");
        let receipt = tokio::time::timeout(BOUND, end(&*again, &ticket)).await.expect("it does not end").0;
        let made = world.made();
        let receipt = receipt.unwrap_or_else(|failure| panic!("after {requests} of {made:#?}: {failure:?}"));
        assert_eq!(receipt.delivered, Some(world.delivered(to)));
        let mut done = made;
        done.dedup_by(|again, before| again == before && is_done_once(again));
        let mut once = done.clone();
        once.dedup();
        assert_eq!(once, done, "something was done twice after {requests}");
        let kept = ["1.0.0", "2.0.0"].map(|version| format!("{} exited", world.kept("kept", version)));
        assert_eq!(world.containers(), ["api running".to_owned()].into_iter().chain(kept).collect::<Vec<_>>());
        let observed = world.target().observe().await.unwrap();
        assert_eq!((observed.version, observed.health), (Some(world.delivered(to).version), Health::Healthy));
        std::mem::swap(&mut from, &mut to);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_by_name_survives_a_crash_behind_each_request() {
    survives(Reached::ByName).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_by_port_survives_a_crash_behind_each_request() {
    survives(Reached::ByPort).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_its_engine_is_still_removing_when_tminus_is_back_is_waited_for() {
    let Some(world) = World::new(Reached::ByPort) else { return };
    world.publish("1.0.0", Behaviour::Good);
    world.publish("2.0.0", Behaviour::Littering);
    world.run(&world.deliver("first", None, "1.0.0")).await.unwrap();
    // On a busy machine the engine may be done before tminus is back: then it is tried again.
    for attempt in 1..=5 {
        world.recorder.forget();
        let order = world.deliver(&format!("there-{attempt}"), Some("1.0.0"), "2.0.0");
        let target = world.target();
        let ticket = target.begin(&order).await.unwrap();
        let (sender, _nobody) = tokio::sync::mpsc::channel(1);
        tokio::select! {
            ended = target.follow(&ticket, sender) => panic!("no candidate was removed: {ended:?}"),
            () = world.recorder.until(|sent| sent.iter().any(|(method, _)| method == "DELETE")) => {}
        }
        let again = world.target();
        let ticket = again.find(&order.id).await.unwrap().expect("it was begun");
        let receipt = tokio::time::timeout(BOUND, end(&*again, &ticket)).await.expect("it does not end").0.unwrap();
        assert_eq!(receipt.delivered, Some(world.delivered("2.0.0")));
        if world.recorder.mutating().iter().any(|(_, path)| path.contains("/wait")) {
            return;
        }
        world.run(&world.deliver(&format!("back-{attempt}"), Some("2.0.0"), "1.0.0")).await.unwrap();
    }
    panic!("each time it was gone before anybody looked: {:#?}", world.recorder.mutating());
}
