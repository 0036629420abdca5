//! Every scenario is read, and its world behaves as it tells.

use super::ports::get;
use super::{Played, the_plan, version};
use std::collections::BTreeMap;
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::measurement::{Ask, ProbeQuestion, Reading};
use tminus_core::names::{EnvName, LogName};
use tminus_core::order::Health;
use tminus_core::time::Span;
use tminus_rehearsal::Scenario;
use tokio::sync::mpsc;

impl Played {
    async fn metric(&self, name: &str, window: &str) -> Result<(f64, Option<f64>, Option<f64>), Failure> {
        let metric = the_plan().metric(&name.into()).unwrap().clone();
        let question = ProbeQuestion::Metric { metric, window: Span::parse(window).unwrap() };
        let env = Some(EnvName::new("production"));
        let ask =
            Ask { question, values: BTreeMap::new(), commit: None, env, version: None, since: None, settled: None };
        let (sender, _inbox) = mpsc::channel(8);
        let Reading::Metric { value, count, baseline } = self.world.probe.measure(&ask, sender).await?.reading else {
            panic!("not a metric");
        };
        Ok((value.unwrap(), count, baseline))
    }
}

#[test]
fn all_eight_are_read_and_each_tells_scripts_and_expects_something() {
    let names: Vec<_> = Scenario::all().unwrap().into_iter().map(|scenario| scenario.name).collect();
    let eight = [
        "smooth",
        "bad-release",
        "slow-rollout",
        "crash-loop",
        "image-missing",
        "rollback-impossible",
        "review-rejected",
        "service-down",
    ];
    assert_eq!(names, eight);
    for scenario in Scenario::all().unwrap() {
        assert!(!scenario.tells.trim().is_empty() && scenario.script.len() > 3 && scenario.expect.len() > 3);
        assert_eq!(scenario.missing(&[]).len(), scenario.expect.len(), "an empty journal has nothing of it");
    }
    let unknown = Scenario::named("bad-relase").unwrap_err();
    assert_eq!(unknown.to_string(), "no scenario is called \"bad-relase\"; did you mean \"bad-release\"?");
}

#[tokio::test]
async fn smooth_stays_well_and_is_measured_against_the_release_before() {
    let played = Played::new("smooth");
    played.bring("production", "1.0.0", "one").await.0.unwrap();
    played.pass("30m");
    let (errors, count, baseline) = played.metric("error-rate", "30m").await.unwrap();
    assert!(errors < 0.0003 && count == Some(12_000.0) && baseline.is_some_and(|before| errors <= before));
    assert!(played.metric("latency-p95", "30m").await.unwrap().0 < 0.2);
}

#[tokio::test]
async fn bad_release_is_well_at_first_then_errs_then_says_so_itself_and_is_well_after_the_rollback() {
    let played = Played::new("bad-release");
    let backend = played.world.serve().await.unwrap();
    let url = &backend.urls[&EnvName::new("production")];
    played.bring("production", "1.0.0", "one").await.0.unwrap();
    played.pass("3m");
    assert!(played.metric("error-rate", "3m").await.unwrap().0 < 0.001);
    assert_eq!(get(url, "/api/content").await.0, 200);
    played.pass("2m");
    assert_eq!(get(url, "/api/content").await.0, 500);
    assert_eq!(get(url, "/api/health").await.0, 200, "the health check notices late");
    assert_eq!(played.observe("production").await.health, Health::Healthy);
    played.pass("6m");
    assert_eq!(get(url, "/api/health").await.0, 503);
    assert_eq!(played.observe("production").await.health, Health::Unhealthy);
    let lines = played.world.logs[&LogName::new("cluster-backend")].read(None, 1_000).await.unwrap().lines;
    assert!(lines.iter().any(|line| line.text == "ERROR TimeoutError: pool exhausted"));
    played.pass("19m");
    let (errors, ..) = played.metric("error-rate", "30m").await.unwrap();
    assert!((0.035..0.047).contains(&errors), "{errors}");
    assert_eq!(played.metric("latency-p95", "30m").await.unwrap().0, 0.87);
    let ready = played.target("production").readiness(&version("0.9.4")).await.unwrap();
    assert_eq!(ready.keeps, ["the setting CONTENT_CACHE"]);
    played.bring("production", "0.9.4", "back").await.0.unwrap();
    played.pass("30m");
    assert_eq!(played.observe("production").await.health, Health::Healthy);
    assert!(played.metric("error-rate", "30m").await.unwrap().0 < 0.001);
    assert_eq!(get(url, "/api/content").await.0, 200);
}

#[tokio::test]
async fn bad_release_is_bad_in_production_alone() {
    let played = Played::new("bad-release");
    played.bring("staging", "1.0.0", "one").await.0.unwrap();
    played.pass("1h");
    assert_eq!(played.observe("staging").await.health, Health::Healthy);
}

#[tokio::test]
async fn slow_rollout_takes_minutes_and_the_old_version_serves_meanwhile() {
    let played = Played::new("slow-rollout");
    let backend = played.world.serve().await.unwrap();
    let url = &backend.urls[&EnvName::new("production")];
    let order = played.order("production", "1.0.0", "one").await;
    let ticket = played.target("production").begin(&order).await.unwrap();
    played.pass("5m");
    let seen = played.observe("production").await;
    assert_eq!((seen.health, seen.words.as_deref()), (Health::Starting, Some("1 of 3 replicas")));
    assert!(get(url, "/api/health").await.1.contains("0.9.4"));
    let (sender, _inbox) = mpsc::channel(100);
    played.target("production").follow(&ticket, sender).await.unwrap();
    assert_eq!(played.observe("production").await.health, Health::Healthy);
}

#[tokio::test]
async fn crash_loop_fails_in_the_clusters_words_serves_the_old_one_and_can_go_back() {
    let played = Played::new("crash-loop");
    let backend = played.world.serve().await.unwrap();
    let url = &backend.urls[&EnvName::new("production")];
    let failure = played.bring("production", "1.0.0", "one").await.0.unwrap_err();
    let words = failure.sentence();
    assert!(words.contains("ProgressDeadlineExceeded") && words.contains("CrashLoopBackOff"), "{words}");
    let seen = played.observe("production").await;
    assert_eq!((seen.version, seen.health), (Some(version("1.0.0")), Health::Unhealthy));
    assert!(get(url, "/api/health").await.1.contains("0.9.4"));
    played.bring("production", "0.9.4", "back").await.0.unwrap();
    let seen = played.observe("production").await;
    assert_eq!((seen.version, seen.health), (Some(version("0.9.4")), Health::Healthy));
}

#[tokio::test]
async fn image_missing_is_told_in_the_clusters_words_though_the_registry_has_it() {
    let played = Played::new("image-missing");
    assert!(played.target("production").readiness(&version("1.0.0")).await.unwrap().is_ready());
    let failure = played.bring("production", "1.0.0", "one").await.0.unwrap_err();
    let missing = "ErrImagePull: manifest for registry.example.com/bayitplus/backend:1.0.0 not found: manifest unknown";
    assert!(failure.kind == FailureKind::NotFound && failure.sentence().contains(missing), "{failure:?}");
    assert_eq!(played.observe("production").await.health, Health::Unhealthy);
    played.bring("production", "0.9.4", "back").await.0.unwrap();
}

#[tokio::test]
async fn an_image_that_is_missing_is_found_out_by_the_pull_that_touches_nothing() {
    let played = Played::new("image-missing");
    let failure = played.pull("production", "1.0.0", "one").await.unwrap_err();
    assert!(failure.kind == FailureKind::NotFound && failure.sentence().contains("manifest unknown"), "{failure:?}");
    let seen = played.observe("production").await;
    assert_eq!((seen.health, seen.version), (Health::Healthy, Some(version("0.9.4"))));
    assert!(played.pull("staging", "1.0.0", "two").await.is_ok());
    assert_eq!(played.observe("staging").await.version, Some(version("0.9.4")), "a pull brings nothing");
}

#[tokio::test]
async fn rollback_impossible_closes_the_way_back_with_the_reason_and_only_after_the_deploy() {
    let played = Played::new("rollback-impossible");
    let ready = async || played.target("production").readiness(&version("0.9.4")).await.unwrap();
    let places = ready().await.places.iter().map(|place| place.has).collect::<Vec<_>>();
    assert_eq!(places, [Some(false), Some(true)], "the nodes still have it");
    assert!(ready().await.is_ready());
    played.bring("production", "1.0.0", "one").await.0.unwrap();
    played.pass("2m");
    let closed = ready().await;
    assert!(
        closed.blockers[0].contains("backend:0.9.4 is gone: the registry no longer has it, and no node keeps it"),
        "{closed:?}"
    );
    assert_eq!(closed.digest, None);
    assert_eq!(played.bring("production", "0.9.4", "back").await.0.unwrap_err().kind, FailureKind::Rejected);
    assert_eq!(played.observe("production").await.version, Some(version("1.0.0")));
}

#[tokio::test]
async fn review_rejected_says_why_and_the_next_attempt_goes_through() {
    let played = Played::new("review-rejected");
    let failure = played.bring("testflight", "1.0.0", "one").await.0.unwrap_err();
    assert!(failure.kind == FailureKind::Rejected && failure.sentence().contains("Guideline 5.1.1"), "{failure:?}");
    let seen = played.observe("testflight").await;
    assert!(seen.health == Health::Unhealthy && seen.words.unwrap().contains("rejected"));
    let again = played.now();
    played.bring("testflight", "1.0.0", "two").await.0.unwrap();
    assert!(played.now() > Span::parse("20h").unwrap().after(again), "the second attempt is reviewed too");
    assert_eq!(played.observe("testflight").await.health, Health::Healthy);
}

#[tokio::test]
async fn service_down_is_out_of_reach_for_a_while_then_times_out_then_answers() {
    let played = Played::new("service-down");
    played.bring("production", "1.0.0", "one").await.0.unwrap();
    played.pass("4m");
    let failure = played.target("production").observe().await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Unreachable);
    let logs = played.world.logs[&LogName::new("cluster-backend")].read(None, 10).await;
    assert_eq!(logs.unwrap_err().kind, FailureKind::Unreachable);
    assert!(played.target("staging").observe().await.is_ok(), "the others answer");
    assert_eq!(played.metric("error-rate", "4m").await.unwrap_err().kind, FailureKind::Timeout);
    played.pass("10m");
    assert_eq!(played.observe("production").await.health, Health::Healthy);
    assert!(played.metric("error-rate", "4m").await.is_err());
    played.pass("40m");
    assert!(played.metric("error-rate", "30m").await.unwrap().0 < 0.001);
}
