//! What a person may do twice, too early or by mistake, and what then does not happen.

use super::drill::{BACK, TO_PRODUCTION, approved, environment};
use super::world::Flight;

fn version_in_production(flight: &Flight) -> String {
    environment(flight, "production")["version"].as_str().unwrap().to_owned()
}

fn ready() -> Flight {
    let flight = Flight::rehearsal("bad-release");
    approved(&flight);
    flight.expect(0, &TO_PRODUCTION);
    flight
}

#[test]
fn a_rollback_that_is_sent_twice_goes_back_once() {
    let flight = ready();
    flight.expect(1, &["verify", "production"]);
    flight.expect(0, &BACK);
    flight.expect(3, &BACK).says("Further back: `tminus rollback production --to 0.9.3`");
    assert_eq!(version_in_production(&flight), "0.9.4");
    let named = [&BACK[..], &["--to", "0.9.3"]].concat();
    flight.expect(0, &named);
    assert_eq!(version_in_production(&flight), "0.9.3");
}

#[test]
fn a_command_that_only_looks_leaves_an_interrupted_deploy_where_it_is() {
    let flight = Flight::rehearsal("smooth");
    let cut = (flight.facts().len() + 3).to_string();
    flight.run_with(&[("TMINUS_POWER_CUT", &cut)], &["deploy", "staging", "--yes"]);
    let steps = |flight: &Flight| {
        let is_step = |f: &&serde_json::Value| f["kind"].as_str().unwrap().starts_with("step.");
        flight.facts().iter().filter(is_step).count()
    };
    let before = steps(&flight);
    assert!(before > 0, "there is something to go on with");
    flight.expect(0, &["status"]);
    flight.expect(0, &["logs", "--since", "1m"]);
    flight.run(&["check", "version"]);
    flight.run(&["deploy", "staging", "--preview"]);
    assert_eq!(steps(&flight), before, "something went on with it");
    flight.expect(0, &["deploy", "staging", "--yes"]);
    assert!(steps(&flight) > before);
}

#[test]
fn a_closed_release_is_still_looked_after() {
    let flight = ready();
    flight.expect(3, &["release", "close", "--yes"]).says("not merged back into main: 7 commits");
    flight.expect(0, &["release", "merge-back", "--yes"]);
    flight.expect(0, &["release", "close", "--yes", "--note", "done"]);
    flight.expect(1, &["verify", "production"]);
    flight.expect(0, &BACK);
    assert_eq!(version_in_production(&flight), "0.9.4");
}

#[test]
fn the_reference_and_the_schema_are_printed_whole() {
    let flight = Flight::empty();
    flight.expect(0, &["plan"]).says("same-user");
    let schema: serde_json::Value = serde_json::from_str(&flight.expect(0, &["plan", "--schema"]).out).unwrap();
    assert!(schema["properties"]["release"].is_object());
}

#[test]
fn the_plan_of_the_rehearsal_has_nothing_that_the_linter_finds() {
    Flight::rehearsal("bad-release").expect(0, &["lint"]).says("nothing found");
}

#[test]
fn what_is_refused_names_the_way_on() {
    let flight = ready();
    flight.expect(2, &["demo", "--scenario", "nosuch"]).says("`tminus demo --list` names them");
    flight.expect(1, &["verify", "production"]);
    let never = [&BACK[..], &["--to", "7.7.7"]].concat();
    flight.expect(3, &never).says("7.7.7 was never seen to be healthy in production; 0.9.4 and 0.9.3 were");
    flight.expect(0, &BACK);
    flight
        .expect(3, &TO_PRODUCTION)
        .says("a version that was not rolled back")
        .says("`--waive \"bad:1.0.0=REASON\"`")
        .silent("tminus approve");
}
