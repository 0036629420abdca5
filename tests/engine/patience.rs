//! A verification that comes too early says when it could tell, and waits where that is short.

use super::every_fact::{approved, done};
use super::{deploy, verify};
use tminus_core::action::{HorizonWait, Outcome, Request};
use tminus_core::names::EnvName;
use tminus_core::order::Progress;
use tminus_core::plan::Limit;
use tminus_core::telemetry::{Event, Telemetry};
use tminus_engine::EngineNews;

/// Rolls production back, and verifies it at once by a plan with this limit of errors: how that ended, what its steps found,
/// and what was said while it ran.
async fn verified(limit: f64) -> (Outcome, String, String) {
    let mut house = approved().await;
    let flight = house.start().await;
    done(&flight, deploy("production")).await;
    let env = EnvName::new("production");
    done(&flight, Request::RollBack { env, to: None, reason: "it is slow".to_owned() }).await;
    flight.end().await;
    let metric = house.plan.metrics.iter_mut().find(|metric| metric.name.as_str() == "error-rate").unwrap();
    metric.below = Some(Limit::Share(limit));
    let flight = house.start().await;
    let (snapshot, mut events) = flight.attach().await;
    let mut release = (*snapshot.release).clone();
    let action = flight.start(verify("production", HorizonWait::Now)).await.unwrap();
    let mut said = String::new();
    while release.action(&action).is_none_or(|action| action.ended.is_none()) {
        match events.next().await.unwrap() {
            EngineNews::Resync(fresh) => release = (*fresh.release).clone(),
            EngineNews::Event(Event::Fact(record)) => release.apply(&record),
            EngineNews::Event(Event::Telemetry(Telemetry::Step { progress: Progress::Line(line), .. })) => {
                said.push_str(&line)
            }
            EngineNews::Event(Event::Telemetry(_)) => {}
        }
    }
    let ended = release.action(&action).unwrap();
    let found = ended.steps.iter().map(|step| step.summary.as_str()).collect::<Vec<_>>().join("\n");
    (ended.ended.as_ref().unwrap().outcome, found, said)
}

#[tokio::test]
async fn a_verification_right_after_a_rollback_says_when_it_could_tell() {
    let (outcome, found, _) = verified(0.001).await;
    assert_eq!(outcome, Outcome::Unclear, "{found}");
    assert!(found.contains("more samples would tell, in about"), "{found}");
}

#[tokio::test]
async fn a_verification_right_after_a_rollback_waits_where_that_is_short() {
    let (outcome, found, said) = verified(0.05).await;
    assert!(matches!(outcome, Outcome::Good | Outcome::GoodSoFar), "{outcome:?}: {found}");
    assert!(said.contains("more samples would tell, in about"), "{said}");
}
