//! A release day by commands: the drill of a bad release, and every scenario by its script.

use super::world::Flight;
use serde_json::Value;

/// Brings a flight of `bad-release` to the point where production waits only for its deploy.
pub fn approved(flight: &Flight) {
    flight.expect(0, &["deploy", "staging", "--yes"]);
    flight.expect(0, &["verify", "staging"]);
    flight.expect(3, &["deploy", "production", "--yes"]).says("0 of 2 approvals");
    flight.expect(0, &["approve", "production", "--as", "dana", "--note", "seen in staging"]);
    flight.expect(0, &["approve", "production", "--as", "omer"]);
}

pub const TO_PRODUCTION: [&str; 5] = ["deploy", "production", "--yes", "--confirm", "production"];
pub const BACK: [&str; 5] = ["rollback", "production", "--yes", "--confirm", "production"];

/// Returns an environment of `status --json`.
pub fn environment(flight: &Flight, name: &str) -> Value {
    let status = flight.expect(0, &["status", "--json"]).json();
    assert_eq!(status["schema"], 1);
    let environments = status["environments"].as_array().unwrap();
    environments.iter().find(|e| e["name"] == name).unwrap().clone()
}

#[test]
fn a_bad_release_is_deployed_found_out_and_rolled_back() {
    let flight = Flight::rehearsal("bad-release");
    flight.expect(3, &["deploy", "production", "--yes", "--confirm", "production"]).says("staging");
    approved(&flight);
    flight.expect(3, &["deploy", "production", "--yes"]).says("--confirm production");
    flight.expect(0, &TO_PRODUCTION).says("1.0.0 runs in production");
    numbers(&flight.expect(1, &["verify", "production", "--json"]).json());
    flight.expect(0, &BACK).says("0.9.4 is back in production");
    let production = environment(&flight, "production");
    assert_eq!((&production["version"], &production["health"]), (&"0.9.4".into(), &"healthy".into()));
    assert_eq!(production["lost"], Value::Null);
    flight.expect(1, &["status", "--gate"]).says("NO-GO");
    told_by_the_journal(&flight);
}

/// A verification that failed says by how much: what was measured, against which limit, how many tries it rests on.
fn numbers(verification: &Value) {
    assert_eq!(verification["outcome"], "not-good");
    let measured = verification["measured"].as_array().unwrap();
    let rate = measured.iter().find(|m| m["name"] == "error-rate").unwrap();
    let number = &rate["numbers"][0];
    assert_eq!(rate["verdict"], "fail");
    assert!(number["value"].as_f64().unwrap() > 0.001, "{number}");
    assert!(number["samples"].as_u64().unwrap() >= 3_000, "{number}");
    assert!(number["baseline"].as_f64().is_some(), "{number}");
    let health = measured.iter().find(|m| m["name"] == "api-health").unwrap();
    assert_eq!(health["verdict"], "fail");
    assert!(health["digest"].as_str().unwrap().starts_with("sha256:"), "{health}");
}

fn told_by_the_journal(flight: &Flight) {
    let facts = flight.facts();
    for (index, fact) in facts.iter().enumerate() {
        assert_eq!(fact["seq"], index as u64 + 1);
        assert!(fact["at"].is_string() && fact["who"]["name"].is_string(), "{fact}");
    }
    let who_approved: Vec<_> =
        facts.iter().filter(|f| f["kind"] == "gate.approved").map(|f| f["who"]["name"].as_str().unwrap()).collect();
    assert_eq!(who_approved, ["dana", "omer"]);
    let bad = facts.iter().find(|f| f["kind"] == "gate.marked-bad").unwrap();
    assert_eq!(bad["fact"]["fact"]["marked-bad"]["version"], "1.0.0");
    let told = flight.expect(0, &["journal"]);
    told.is_plain().says("1.0.0 is marked bad").says("0.9.4 is back in production").says("seen in staging");
    let verified = flight.expect(0, &["journal", "verify"]);
    let exported = flight.expect(0, &["journal", "export"]);
    let last: Value = serde_json::from_str(exported.out.lines().last().unwrap()).unwrap();
    verified.says(&format!("{} entries, whole", facts.len())).says(last["hash"].as_str().unwrap());
}

#[test]
fn every_scenario_ends_as_its_script_says() {
    let listed = Flight::empty().expect(0, &["demo", "--list", "--json"]).json();
    let names: Vec<String> =
        listed["scenarios"].as_array().unwrap().iter().map(|s| s["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(names.len(), 8, "{names:?}");
    let one = |name: String| {
        let told = Flight::empty().run(&["demo", "--scenario", &name, "--headless"]);
        (told.code != Some(0)).then(|| told.to_string())
    };
    let flights: Vec<_> = names.into_iter().map(|name| std::thread::spawn(move || one(name))).collect();
    let wrong: Vec<String> = flights.into_iter().filter_map(|flight| flight.join().unwrap()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn a_version_rolled_away_from_needs_a_waiver_to_come_again() {
    let flight = Flight::rehearsal("bad-release");
    flight.expect(0, &["deploy", "staging", "--yes"]);
    flight.expect(0, &["rollback", "staging", "--yes", "--reason", "it eats the cache"]);
    flight.expect(3, &["deploy", "staging", "--yes"]).says("it eats the cache");
    flight.expect(3, &["deploy", "staging", "--yes", "--waive", "bad:1.0.0="]).says("needs a reason");
    flight.expect(2, &["deploy", "staging", "--yes", "--waive", "bad:1.0.0"]).says("CHECK=\"reason\"");
    flight.expect(2, &["deploy", "staging", "--yes", "--waive", "bad:7.7.7=really"]).says("has no bad:7.7.7");
    flight.expect(0, &["deploy", "staging", "--yes", "--waive", "bad:1.0.0=the cache is bigger now"]);
    flight.expect(0, &["journal"]).says("the cache is bigger now");
}

#[test]
fn a_scenario_onto_a_full_disk_is_flown_to_its_end_and_leaves_nothing_behind() {
    let flight = Flight::empty();
    let folder = flight.home().join("tmp");
    std::fs::create_dir(&folder).unwrap();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = flight.bare(["demo", "--scenario", "smooth", "--headless"]);
    let done = command.stdout(full).env("TMPDIR", &folder).output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(4), "{said}");
    assert!(said.contains("tminus verify production") && said.contains("could not be written"), "{said}");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0, "its folder is gone");
}
