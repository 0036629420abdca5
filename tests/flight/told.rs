//! What a command says of what was left, of a mistaken word, of how many and how long.

use super::kiosk::Kiosk;
use super::stay::Stay;
use super::world::Flight;
use serde_json::Value;
use std::process::Command;
use std::time::{Duration, Instant};

#[test]
fn what_a_killed_engine_left_is_not_said_to_run() {
    let stay = Stay::cut();
    stay.hold();
    let (id, pid) = (stay.deploys(), stay.pid().unwrap().to_string());
    let step = stay.held();
    let told = stay.expect(0, &["status"]);
    assert!(!told.out.contains("no engine runs to continue it"), "{told}");
    assert_eq!(stay.expect(0, &["status", "--json"]).json()["actions"][0]["carried_on"], true);
    assert!(Command::new("kill").args(["-s", "KILL", &pid]).status().unwrap().success());
    let until = Instant::now() + Duration::from_secs(120);
    while stay.pid().is_some() {
        assert!(Instant::now() < until, "the engine does not end");
    }
    let told = stay.expect(0, &["status"]);
    told.says("no engine runs to continue it").says(&format!("`tminus wait {id}`"));
    assert!(!told.out.contains("running: ") && !told.out.contains(" runs, at step"), "{told}");
    let status = stay.expect(0, &["status", "--json"]).json();
    assert_eq!((&status["actions"][0]["id"], &status["actions"][0]["carried_on"]), (&id.into(), &false.into()));
    stay.let_go_of(step);
}

#[test]
fn a_rehearsal_says_so_in_the_first_line_of_its_status() {
    let flight = Flight::rehearsal("smooth");
    let told = flight.expect(0, &["status"]);
    assert!(told.out.starts_with("REHEARSAL smooth  BayitPlus 1.0.0"), "{told}");
    assert_eq!(flight.expect(0, &["status", "--json"]).json()["rehearsal"], "smooth");
    let real = Kiosk::cut();
    let told = real.flight.expect(0, &["status"]);
    assert!(told.out.starts_with("Kiosk 1.0.0"), "{told}");
    let status = real.flight.expect(0, &["status", "--json"]).json();
    assert_eq!(status.get("rehearsal"), Some(&Value::Null));
}

#[test]
fn a_name_that_is_none_is_a_wrong_command_line_and_an_environment_where_nothing_waits_is_refused() {
    let kiosk = Kiosk::cut();
    for words in
        [&["settle", "nope", "--retry"][..], &["settle", "nope", "--leave"], &["approve", "nope"], &["wait", "nope"]]
    {
        kiosk.flight.expect(2, words).says("no action nope");
    }
    kiosk.flight.expect(2, &["settle", "nope", "--retry"]).says("it has staging, production");
    kiosk.flight.expect(3, &["settle", "staging", "--retry"]).says("no action waits for a decision in staging");
    kiosk.flight.expect(3, &["approve", "staging"]).says("no proposal waits in staging");
}

#[test]
fn an_approval_says_how_many_there_are_of_how_many() {
    let kiosk = Kiosk::cut();
    kiosk.named(0, "dana", &["check", "read", "--yes"]);
    kiosk.named(3, "dana", &["deploy", "production", "--yes"]).says("0 of 2 approvals");
    kiosk
        .named(0, "dana", &["approve", "production"])
        .says("is approved by dana (system user ")
        .says("1 of 2 approvals");
}

#[test]
fn a_malformed_waiver_is_told_whatever_else_was_said() {
    let kiosk = Kiosk::cut();
    for words in [
        &["deploy", "staging", "--waive", "foo"][..],
        &["deploy", "staging", "--waive", "foo", "--preview"],
        &["deploy", "staging", "--waive", "foo", "--yes"],
    ] {
        kiosk.flight.expect(2, words).says("CHECK=\"reason\"");
    }
    assert_eq!(kiosk.read("began"), "");
}

#[test]
fn how_long_it_took_is_told_as_the_cockpit_tells_it() {
    let kiosk = Kiosk::cut();
    kiosk.flight.expect(0, &["deploy", "staging", "--yes"]);
    let told = kiosk.flight.expect(0, &["deploy", "staging", "--preview"]);
    told.says("s the last time");
    assert!(!told.out.contains("ms the last time"), "{told}");
}
