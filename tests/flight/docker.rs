//! The guide's backend on a single server, by commands: built, pushed, delivered, watched, rolled back.

use super::harbour::Harbour;
use crate::docker::client::{hammer, hammer_within};
use crate::docker::marked::Marked;
use crate::docker::registry::Registry;
use crate::docker::sluice::{Sluice, Way};
use crate::docker::{front, image, need};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

fn with_ports(marked: &Marked, port: &str) -> String {
    format!(
        "deliver.backend = {{ with = \"docker\", container = \"{}-backend\", ports = [\"{port}:8000\"], timeout = \"60s\" }}",
        marked.id
    )
}

#[test]
fn a_backend_is_built_pushed_delivered_and_brought_back() {
    let Some(harbour) = Harbour::new(with_ports) else { return };
    harbour.good("1.0.0");
    harbour.open("1.0.0", None);
    harbour.expect(3, &["deploy", "staging", "--yes"]).says("1.0.0");
    harbour.expect(0, &["build", "--preview"]).says("POST /build");
    harbour.expect(0, &["build", "--yes"]);
    harbour.expect(0, &["check", "image"]);
    harbour.expect(0, &["deploy", "staging", "--yes"]);
    harbour.expect(0, &["verify", "staging"]);
    assert_eq!(harbour.staging()["health"], "healthy");
    harbour.expect(0, &["logs", "backend"]).says("backend 1.0.0 started");

    harbour.unhealthy("1.1.0");
    harbour.open("1.1.0", Some("1.0.0"));
    harbour.expect(0, &["build", "--yes"]);
    let client = hammer(&format!("{}/api/version", harbour.url));
    harbour.expect(1, &["deploy", "staging", "--yes"]).says("health");
    let tally = client.stop();
    assert_eq!((tally.lost.len(), tally.versions.as_slice()), (0, ["1.0.0".to_owned()].as_slice()), "{tally:?}");
    assert_eq!(
        (harbour.staging()["version"].as_str(), harbour.staging()["health"].as_str()),
        (Some("1.0.0"), Some("healthy"))
    );

    harbour.good("1.2.0");
    harbour.open("1.2.0", Some("1.1.0"));
    harbour.expect(0, &["build", "--yes"]);
    let client = hammer(&format!("{}/api/version", harbour.url));
    harbour.expect(0, &["deploy", "staging", "--yes"]);
    let tally = client.stop();
    assert!(tally.versions.contains(&"1.2.0".to_owned()), "{tally:?}");
    eprintln!("1.0.0 to 1.2.0 over a published port: {} lost, longest gap {:?}", tally.lost.len(), tally.longest_gap);
    image::turn_bad(&harbour.marked, &harbour.marked.name("backend"));
    harbour.expect(1, &["verify", "staging"]);
    let began = Instant::now();
    harbour.expect(0, &["rollback", "staging", "--yes", "--reason", "it turned bad"]);
    eprintln!("from the command to healthy: {:?}", began.elapsed());
    assert_eq!(
        (harbour.staging()["version"].as_str(), harbour.staging()["health"].as_str()),
        (Some("1.0.0"), Some("healthy"))
    );
    harbour.expect(3, &["deploy", "staging", "--yes"]).says("it turned bad");
    harbour.expect(0, &["journal", "verify"]);
}

#[test]
fn a_registry_that_says_no_is_told_in_clear_words() {
    let Some(mut harbour) = Harbour::new(with_ports) else { return };
    harbour.good("1.0.0");
    harbour.open("1.0.0", None);
    harbour.with(1, "another password", &["build", "--yes"]).says("credentials");
    harbour.with(4, "another password", &["deploy", "staging", "--yes"]).says("credentials");
    harbour.expect(3, &["deploy", "staging", "--yes"]).says("1.0.0");
    harbour.registry.stop();
    harbour.expect(1, &["build", "--yes"]).says(&harbour.registry.address());
    harbour.expect(4, &["deploy", "staging", "--yes"]).says(&harbour.registry.address());
    harbour.registry.start();
    harbour.expect(0, &["build", "--yes"]);
    harbour.expect(0, &["deploy", "staging", "--yes"]);
}

#[test]
fn a_tag_that_somebody_moves_after_the_approval_is_not_delivered() {
    let approved = |marked: &Marked, port: &str| {
        format!("approvals = {{ count = 1, from = \"engineering\", own = true }}\n{}", with_ports(marked, port))
    };
    let Some(harbour) = Harbour::new(approved) else { return };
    harbour.good("1.0.0");
    harbour.open("1.0.0", None);
    harbour.expect(0, &["build", "--yes"]);
    harbour.expect(3, &["deploy", "staging", "--yes"]).says("approve staging");
    harbour.named(0, "dana", &["approve", "staging"]);
    harbour.move_tag("1.0.0");
    harbour.expect(3, &["deploy", "staging", "--yes"]).says("approve staging");
    assert_eq!(harbour.staging()["health"], "absent");
    harbour.expect(0, &["journal"]).says("digest");
}

/// A push begins within this time of the command.
const BEGINS: Duration = Duration::from_secs(120);

/// How much of an image comes through before the rest is held back.
const BEGUN: u64 = 200_000;

#[test]
fn a_push_whose_tminus_is_killed_is_taken_up_and_the_image_is_built_once() {
    let mut sluice = None;
    let before = |registry: &Registry| sluice.insert(Sluice::before(&registry.address())).address();
    let Some(harbour) = Harbour::by_way_of(before, with_ports) else { return };
    let Some(sluice) = sluice else { return };
    harbour.good("1.0.0");
    harbour.open("1.0.0", None);
    sluice.hold(Way::Up, BEGUN);
    let mut building = harbour.start(&["build", "--yes"]);
    sluice.is_reached(BEGINS);
    building.kill().unwrap();
    building.wait().unwrap();
    let facts = harbour.flight.facts();
    let open = facts.last().unwrap().clone();
    assert_eq!(open["kind"], "step.ticketed", "the push had begun, and nothing more was known: {open}");
    assert_eq!(harbour.digest("1.0.0"), None, "half a push has no tag");
    harbour.expect(0, &["status"]).says("has not ended").says("at step");
    let status = harbour.expect(0, &["status", "--json"]).json();
    assert!(status["actions"][0]["title"].as_str().unwrap().contains("ush"), "{status}");

    sluice.open();
    let told = harbour.expect(0, &["build", "--yes"]);
    told.says("was begun earlier and is unfinished: continuing it");
    let after = harbour.flight.facts();
    assert_eq!(after[..facts.len()], facts, "a fact was lost");
    let build: Vec<_> = after.iter().filter(|fact| fact["fact"].to_string().contains("\"build-1.0.0-")).collect();
    let of_kind = |kind: &str| build.iter().filter(|fact| fact["kind"] == kind).count();
    let started = build.iter().filter(|fact| fact["kind"] == "step.started");
    let steps: BTreeSet<_> = started.map(|fact| fact["fact"]["fact"]["started"]["step"].as_u64().unwrap()).collect();
    assert_eq!(of_kind("step.started"), steps.len(), "a step was begun twice: {build:#?}");
    assert_eq!((of_kind("action.started"), of_kind("step.adopted"), of_kind("step.failed")), (1, 1, 0), "{build:#?}");
    let told = build.iter().rfind(|fact| fact["kind"] == "step.succeeded").map(ToString::to_string);
    let there = harbour.digest("1.0.0").expect("the registry has it");
    assert!(told.unwrap().contains(&there), "the journal does not say {there}: {after:#?}");
    assert_eq!(harbour.built("1.0.0"), 1, "the image was built again");
    harbour.expect(0, &["journal", "verify"]);
}

/// The front starts a program for each request.
const PATIENCE: Duration = Duration::from_secs(15);

#[test]
fn a_service_behind_a_front_is_delivered_by_compose_and_brought_back() {
    if need::need("docker-compose").is_none() {
        return;
    }
    let by_compose = |marked: &Marked, _port: &str| {
        format!(
            "deliver.backend = {{ with = \"compose\", file = \"compose.yml\", service = \"backend\", project = \"{}\", timeout = \"90s\" }}",
            marked.id
        )
    };
    let Some(harbour) = Harbour::new(by_compose) else { return };
    harbour.found_at("/cgi-bin");
    let (address, front, mark) = (harbour.registry.address(), front::make(&harbour.marked), &harbour.marked.id);
    let port = harbour.url.trim_start_matches("http://");
    harbour.write(
        "compose.yml",
        &format!(
            "services:\n  backend:\n    image: {address}/harbour/backend:1.0.0\n    stop_grace_period: 2s\n  front:\n    \
             image: {front}\n    depends_on: [backend]\n    ports: ['{port}:80']\n    stop_grace_period: 1s\n\
             networks:\n  default:\n    labels: {{tminus.test: {mark}}}\n"
        ),
    );
    harbour.good("1.0.0");
    harbour.open("1.0.0", None);
    harbour.expect(0, &["build", "--yes"]);
    harbour.expect(0, &["deploy", "staging", "--yes"]);
    harbour.compose_up("front");
    let url = format!("{}{}", harbour.url, front::PATH);
    assert_eq!(harbour.staging()["health"], "healthy");

    harbour.unhealthy("1.1.0");
    harbour.open("1.1.0", Some("1.0.0"));
    harbour.expect(0, &["build", "--yes"]);
    let client = hammer_within(&url, PATIENCE);
    harbour.expect(1, &["deploy", "staging", "--yes"]).says("health");
    let tally = client.stop();
    assert_eq!((tally.lost.len(), tally.versions.as_slice()), (0, ["1.0.0".to_owned()].as_slice()), "{tally:?}");
    eprintln!("an unhealthy 1.1.0 behind a front: {} answered, none lost", tally.answered);

    harbour.good("1.2.0");
    harbour.open("1.2.0", Some("1.1.0"));
    harbour.expect(0, &["build", "--yes"]);
    let client = hammer_within(&url, PATIENCE);
    harbour.expect(0, &["deploy", "staging", "--yes"]);
    let tally = client.stop();
    assert!(tally.versions.contains(&"1.2.0".to_owned()), "{tally:?}");
    eprintln!(
        "1.0.0 to 1.2.0 behind a front: {} answered, {} lost, longest gap {:?}",
        tally.answered,
        tally.lost.len(),
        tally.longest_gap
    );
    image::turn_bad(&harbour.marked, &harbour.container("backend"));
    harbour.expect(1, &["verify", "staging"]);
    let client = hammer_within(&url, PATIENCE);
    let began = Instant::now();
    harbour.expect(0, &["rollback", "staging", "--yes", "--reason", "it turned bad"]);
    let took = began.elapsed();
    assert_eq!(
        (harbour.staging()["version"].as_str(), harbour.staging()["health"].as_str()),
        (Some("1.0.0"), Some("healthy"))
    );
    let tally = client.stop();
    assert_eq!(tally.versions, ["1.0.0"], "{tally:?}");
    eprintln!(
        "by compose, from the command to healthy: {took:?}; while 1.2.0 was bad and went: {} answered, {} not",
        tally.answered,
        tally.lost.len()
    );
    harbour.expect(0, &["verify", "staging"]);
    harbour.expect(3, &["deploy", "staging", "--yes"]).says("it turned bad");
}
