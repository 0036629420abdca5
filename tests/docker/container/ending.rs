//! What is asked to end goes on ending when nobody waits for it: it is waited for before the old one is brought back.

use super::world::{BOUND, Reached, World};
use crate::contract::target::end;
use crate::docker::image::Behaviour;
use std::time::{Duration, Instant};
use tminus_core::ports::{FailureKind, Target};

/// Stops an order while the old one, which does not end by itself, is on its way out.
async fn serves_after_a_stop(reached: Reached) {
    let Some(world) = World::new(reached) else { return };
    world.publish("1.0.0", Behaviour::Stubborn);
    world.publish("2.0.0", Behaviour::Good);
    world.run(&world.deliver("first", None, "1.0.0")).await.unwrap();
    let old = world.inspect(&world.delivery.container).unwrap();
    world.recorder.forget();
    let target = world.target();
    let ticket = target.begin(&world.deliver("second", Some("1.0.0"), "2.0.0")).await.unwrap();
    let aside =
        format!("/{}/stop", world.kept("kept", "1.0.0").replace("api.", &format!("{}.", world.delivery.container)));
    let place = format!("/{}/stop", world.delivery.container);
    let stopped = async {
        let begun = Instant::now();
        let is_ending =
            || world.recorder.mutating().iter().any(|(_, path)| path.ends_with(&aside) || path.ends_with(&place));
        while !is_ending() {
            assert!(begun.elapsed() < BOUND, "{:?}", world.recorder.mutating());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        target.cancel(&ticket).await.unwrap();
    };
    let (ended, ()) = tokio::join!(end(&*target, &ticket), stopped);
    let failure = ended.0.unwrap_err();
    assert_eq!((failure.kind, &failure.causes), (FailureKind::Cancelled, &Vec::new()));
    let now = world.inspect(&world.delivery.container).unwrap();
    assert_eq!(now.id, old.id);
    let started = |one: &bollard::models::ContainerInspectResponse| one.state.clone().unwrap().started_at.unwrap();
    assert!(started(&now) > started(&old), "it runs only until the engine has ended it");
    assert_eq!(world.containers(), ["api running"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn stopped_while_the_old_one_ends_it_serves_again_by_name() {
    serves_after_a_stop(Reached::ByName).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stopped_while_the_old_one_ends_it_serves_again_by_port() {
    serves_after_a_stop(Reached::ByPort).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_is_down_refuses_an_order_before_it_is_begun() {
    let Some(world) = World::new(Reached::ByName) else { return };
    world.publish("1.0.0", Behaviour::Good);
    world.publish("2.0.0", Behaviour::Good);
    world.run(&world.deliver("first", None, "1.0.0")).await.unwrap();
    world.registry.lock().unwrap().stop();
    let order = world.deliver("second", Some("1.0.0"), "2.0.0");
    let begun = Instant::now();
    let failure = world.run(&order).await.unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(90));
    assert_eq!(failure.kind, FailureKind::Rejected, "{failure:?}");
    assert!(failure.summary.contains("the registry 127.0.0.1:"), "{failure:?}");
    assert_eq!(world.target().find(&order.id).await.unwrap(), None);
    assert_eq!(world.containers(), ["api running"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_goes_down_behind_the_preview_fails_the_pull_at_once() {
    let Some(world) = World::new(Reached::ByName) else { return };
    world.publish("1.0.0", Behaviour::Good);
    world.publish("2.0.0", Behaviour::Good);
    world.run(&world.deliver("first", None, "1.0.0")).await.unwrap();
    let target = world.target();
    let ticket = target.begin(&world.deliver("second", Some("1.0.0"), "2.0.0")).await.unwrap();
    world.registry.lock().unwrap().stop();
    let begun = Instant::now();
    let failure = tokio::time::timeout(BOUND, end(&*target, &ticket)).await.expect("it does not end").0.unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(90));
    assert_eq!(failure.kind, FailureKind::Rejected, "{failure:?}");
    assert!(failure.summary.contains("could not be pulled from 127.0.0.1:"), "{failure:?}");
    assert_eq!(world.containers(), ["api running"]);
}
