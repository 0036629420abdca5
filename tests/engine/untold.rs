//! A container that is up and has no health check: whether it is healthy is unknown, and nobody says that it is.

use super::{House, Meddler, deploy, meddle, verify};
use async_trait::async_trait;
use std::sync::Arc;
use tminus_core::action::{HorizonWait, Outcome};
use tminus_core::order::{Health, Observation};
use tminus_core::ports::{PortError, Target};
use tminus_core::verdict::Verdict;

/// A target that says how it is in this way, whatever it is.
struct Says(Health, &'static str);

#[async_trait]
impl Meddler for Says {
    async fn observe(&self, inner: &dyn Target) -> Result<Observation, PortError> {
        Ok(Observation { health: self.0, words: Some(self.1.to_owned()), ..inner.observe().await? })
    }
}

const UP: Says = Says(Health::Unknown, "up 3 seconds, no health check");

#[tokio::test]
async fn a_deploy_of_what_has_no_health_check_succeeds_and_says_that_nobody_can_tell() {
    let house = House::new("smooth");
    let flight = house.open_with(|world| meddle(world, "staging", Arc::new(UP))).await;
    let action = flight.start(deploy("staging")).await.unwrap();
    let ending = flight.settled(&action).await.ended.unwrap();
    assert_eq!(ending.outcome, Outcome::Good);
    assert!(ending.summary.ends_with("no health check, so whether it is healthy is unknown"), "{}", ending.summary);
}

#[tokio::test]
async fn a_look_at_what_has_no_health_check_has_no_verdict_and_is_not_green() {
    let house = House::new("smooth");
    let flight = house.open_with(|world| meddle(world, "staging", Arc::new(UP))).await;
    let action = flight.start(deploy("staging")).await.unwrap();
    flight.settled(&action).await;
    let action = flight.start(verify("staging", HorizonWait::Now)).await.unwrap();
    let look = flight.settled(&action).await.steps[0].clone();
    assert_eq!(look.verdict, None);
    assert!(look.summary.contains("no health check"), "{}", look.summary);
}

#[tokio::test]
async fn a_container_that_is_not_up_is_not_excused_by_a_missing_health_check() {
    let house = House::new("smooth");
    let stopped = Arc::new(Says(Health::Stopped, "exited with 1"));
    let flight = house.open_with(|world| meddle(world, "staging", stopped)).await;
    let action = flight.start(deploy("staging")).await.unwrap();
    let state = flight.settled(&action).await;
    assert!(state.is_stuck());
    let failure = state.steps[1].failure.clone().unwrap();
    assert!(failure.summary.contains("is stopped: exited with 1"), "{failure:?}");
}

/// An orchestrator that runs the release, and does not know how it is.
struct Unknowing;

#[async_trait]
impl Meddler for Unknowing {
    async fn observe(&self, inner: &dyn Target) -> Result<Observation, PortError> {
        let version = Some(super::version("1.0.0"));
        Ok(Observation { health: Health::Unknown, version, digest: None, ..inner.observe().await? })
    }
}

#[tokio::test]
async fn an_orchestrator_that_does_not_know_is_no_data() {
    let house = House::new("smooth");
    let flight = house.open_with(|world| meddle(world, "production", Arc::new(Unknowing))).await;
    let action = flight.start(verify("production", HorizonWait::Now)).await.unwrap();
    assert_eq!(flight.settled(&action).await.steps[0].verdict, Some(Verdict::NoData));
}
