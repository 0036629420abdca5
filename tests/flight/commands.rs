//! Exit statuses and words of the command line, in projects where nothing is played.

use super::kiosk::Kiosk;
use super::world::Flight;
use serde_json::Value;
use std::fs;

#[test]
fn without_a_plan_every_command_says_how_to_begin() {
    let flight = Flight::empty();
    for words in [&["status"][..], &["deploy", "staging", "--yes"], &["journal"], &["lint"], &["check"], &["trust"]] {
        flight.expect(2, words).says("no tminus.toml here or above").says("tminus init");
    }
    flight.expect(2, &["deploy"]);
    flight.expect(2, &["launch"]);
    flight.expect(2, &["demo", "--scenario", "worst-day", "--headless"]).says("worst-day");
    flight.expect(2, &["release", "cut", "one"]);
    flight.expect(0, &["--version"]);
}

#[test]
fn a_broken_plan_is_told_all_at_once() {
    let kiosk = Kiosk::new();
    let broken = kiosk.plan().replace("format = 1", "format = 1\nfoo = 2").replace("base   =", "bse =");
    let broken = broken.replace("\"10s\"", "\"ten\"").replace("gate   = [\"pre-deploy\"]", "gate = [\"pre-dploy\"]");
    kiosk.write("tminus.toml", &broken);
    let told = kiosk.flight.expect(2, &["status"]);
    told.says("tminus.toml:2:1").says("bse").says("pre-deploy").says("\"ten\"");
    assert!(told.err.matches("tminus.toml:").count() >= 5, "{told}");
    kiosk.flight.expect(2, &["lint"]).says("tminus.toml:2:1");
}

#[test]
fn nothing_runs_before_trust_nor_after_its_commands_change() {
    let kiosk = Kiosk::new();
    let refused = kiosk.flight.expect(3, &["release", "cut", "1.0.0"]);
    refused.says("is not trusted").says("tminus trust");
    kiosk.flight.expect(3, &["trust"]).says("check.tests runs sh scripts/tests.sh");
    kiosk.flight.expect(0, &["trust", "--yes"]);
    kiosk.flight.expect(0, &["release", "cut", "1.0.0"]);
    kiosk.write("tminus.toml", &kiosk.plan().replace("scripts/tests.sh", "scripts/other.sh"));
    let changed = kiosk.flight.expect(3, &["check"]);
    changed.says("+ check.tests runs sh scripts/other.sh").says("- check.tests runs sh scripts/tests.sh");
    kiosk.flight.expect(3, &["deploy", "staging", "--yes"]);
    assert_eq!((kiosk.read("measured"), kiosk.read("began")), (String::new(), String::new()));
    kiosk.flight.expect(0, &["trust", "--yes"]).says("scripts/other.sh");
    kiosk.flight.expect(0, &["trust", "--revoke"]);
    kiosk.flight.expect(3, &["check"]);
}

#[test]
fn another_name_is_played_only_in_a_rehearsal() {
    let kiosk = Kiosk::cut();
    kiosk.flight.expect(2, &["--as", "dana", "status"]).says("only a rehearsal");
    kiosk.flight.expect(2, &["--as", "dana", "approve", "production"]).says("only a rehearsal");
}

#[test]
fn an_unknown_name_is_told_with_those_there_are() {
    let kiosk = Kiosk::cut();
    kiosk.flight.expect(2, &["deploy", "prod", "--yes"]).says("no environment prod").says("staging, production");
    kiosk.flight.expect(2, &["verify", "prod"]).says("no environment prod");
    kiosk.flight.expect(2, &["rollback", "prod", "--yes"]).says("no environment prod");
    kiosk.flight.expect(2, &["check", "tsts"]).says("no check tsts");
    kiosk.flight.expect(2, &["logs", "sight"]).says("no log source sight");
    kiosk.flight.expect(2, &["--release", "7.0.0", "status"]).says("7.0.0 is not open");
    kiosk.flight.expect(2, &["--rehearse", "worst-day", "status"]).says("worst-day");
}

#[test]
fn a_release_is_cut_once_scheduled_and_closed() {
    let kiosk = Kiosk::cut();
    let repository = kiosk.repository();
    let branch = repository.find_branch("release/1.0.0", git2::BranchType::Local).unwrap();
    assert_eq!(branch.get().target(), repository.revparse_single("main").unwrap().id().into());
    kiosk.flight.expect(3, &["release", "cut", "1.0.0"]).says("release/1.0.0 exists already");
    kiosk.flight.expect(3, &["release", "open", "1.0.0"]).says("is open already");
    kiosk.flight.expect(2, &["release", "open", "2.0.0"]).says("no release/2.0.0");
    kiosk.flight.expect(2, &["release", "schedule", "soon"]).says("is no time");
    let told = kiosk.flight.expect(0, &["release", "schedule", "+2h", "--json"]).json();
    assert_eq!((&told["schema"], &told["release"]), (&1.into(), &"1.0.0".into()));
    kiosk.flight.expect(0, &["status"]).says("T-0");
    kiosk.flight.expect(0, &["release", "close", "--yes", "--note", "not this week"]);
    kiosk.flight.expect(0, &["status"]).says("1.0.0  closed");
    kiosk.flight.expect(3, &["deploy", "staging", "--yes"]).says("is closed");
    kiosk.flight.expect(0, &["release", "open", "1.0.0"]).says("is open again");
    kiosk.flight.expect(0, &["journal"]).says("not this week");
}

#[test]
fn a_failed_check_closes_the_gate_until_it_passes_or_is_waived() {
    let kiosk = Kiosk::cut();
    fs::write(kiosk.world.join("broken"), "").unwrap();
    kiosk.flight.expect(1, &["check", "tests"]).says("exit 1");
    kiosk.flight.expect(3, &["deploy", "staging", "--yes"]).says("Tests pass");
    kiosk.flight.expect(3, &["deploy", "staging", "--yes", "--waive", "tests="]).says("a waiver needs a reason");
    kiosk.flight.expect(2, &["deploy", "staging", "--yes", "--waive", "tests"]).says("CHECK=\"reason\"");
    assert_eq!(kiosk.read("staging"), "0.9.0\n");
    kiosk.flight.expect(0, &["deploy", "staging", "--yes", "--waive", "tests=the tester is on fire"]);
    kiosk.flight.expect(0, &["journal"]).says("the tester is on fire");
    assert_eq!(kiosk.read("staging"), "1.0.0\n");
}

#[test]
fn only_what_is_stale_is_measured_again() {
    let kiosk = Kiosk::cut();
    kiosk.flight.expect(0, &["check", "pre-deploy"]);
    kiosk.flight.expect(0, &["check", "pre-deploy", "--stale"]);
    assert_eq!(kiosk.read("measured").lines().count(), 1);
    kiosk.flight.expect(0, &["check", "pre-deploy"]);
    assert_eq!(kiosk.read("measured").lines().count(), 2);
}

#[test]
fn a_manual_check_is_answered_by_its_owner() {
    let kiosk = Kiosk::cut();
    kiosk.flight.expect(4, &["check", "read"]);
    kiosk.named(3, "lior", &["check", "read", "--yes"]).says("engineering");
    kiosk.named(0, "dana", &["check", "read", "--yes", "--note", "twice"]).says("dana (system user ").says("says yes");
    kiosk.named(1, "omer", &["check", "read", "--no"]);
    kiosk.named(3, "dana", &["check", "tests", "--yes"]).says("measured, not answered");
    kiosk.named(2, "dana", &["check", "--yes"]).says("name it");
}

#[test]
fn one_system_user_under_two_names_does_not_approve_twice() {
    let kiosk = Kiosk::cut();
    let to_production = ["deploy", "production", "--yes", "--confirm", "production"];
    kiosk.named(0, "dana", &["check", "read", "--yes"]);
    kiosk.flight.expect(3, &["approve", "production"]).says("no proposal waits in production");
    kiosk.named(3, "dana", &["deploy", "production", "--yes"]).says("0 of 2 approvals").says("--confirm production");
    kiosk.named(3, "lior", &["approve", "production"]).says("is not in engineering");
    kiosk.named(0, "dana", &["approve", "production"]);
    kiosk.named(3, "dana", &["approve", "production"]).says("already");
    kiosk.named(3, "omer", &["approve", "production"]).says("under another name");
    kiosk.named(3, "dana", &to_production).says("1 of 2 approvals");
    assert_eq!(kiosk.read("production"), "0.9.0\n");
}

#[test]
fn the_words_of_a_machine_have_their_schema() {
    let kiosk = Kiosk::cut();
    kiosk.flight.expect(0, &["deploy", "staging", "--yes"]);
    let status = kiosk.flight.expect(0, &["status", "--json"]).json();
    let staging = &status["environments"][0];
    assert_eq!((&status["schema"], &status["release"]), (&1.into(), &"1.0.0".into()));
    assert!(status["verdict"].is_string() && status["blocking"].is_array(), "{status}");
    assert_eq!((&staging["name"], &staging["version"]), (&"staging".into(), &"1.0.0".into()));
    for key in ["digest", "health", "since", "way_back"] {
        assert!(staging.get(key).is_some(), "{key}: {staging}");
    }
    let refused = kiosk.flight.expect(3, &["deploy", "production", "--yes", "--json"]);
    assert_eq!(refused.json()["schema"], 1);
    let told = kiosk.flight.expect(0, &["journal", "--json"]);
    assert!(told.out.lines().count() > 3, "{told}");
    for line in told.out.lines() {
        let fact: Value = serde_json::from_str(line).unwrap();
        assert!(fact["seq"].is_u64() && fact["at"].is_string() && fact["kind"].is_string(), "{line}");
        assert!(fact["who"].is_object() && fact["schema"] == 1, "{line}");
    }
}

#[test]
fn the_guide_own_plan_has_findings_and_a_sound_one_has_none() {
    let kiosk = Kiosk::new();
    kiosk.flight.expect(0, &["lint"]).says("nothing found");
    let guide = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/plans/guide.toml");
    kiosk.write("tminus.toml", &fs::read_to_string(guide).unwrap());
    let found = kiosk.flight.expect(1, &["lint", "--json"]).json();
    assert!(found["findings"].as_array().unwrap().len() > 5, "{found}");
    assert_eq!(kiosk.read("began"), "");
}

#[test]
fn init_writes_a_plan_that_is_valid_at_once() {
    let kiosk = Kiosk::new();
    kiosk.flight.expect(3, &["init"]).says("is there already");
    fs::remove_file(kiosk.flight.dir.join("tminus.toml")).unwrap();
    kiosk.write("docker-compose.yml", "services:\n  web:\n    image: registry.example.com/web:1.0.0\n");
    kiosk.flight.expect(0, &["init"]).says("tminus.toml");
    kiosk.flight.expect(0, &["lint"]).says("nothing found");
    kiosk.flight.expect(2, &["status"]).says("no release is open");
    kiosk.flight.expect(0, &["doctor"]);
}

#[test]
fn a_time_that_is_none_is_named_in_a_rehearsal_and_nowhere_else() {
    let flight = Flight::rehearsal("smooth");
    for (time, code) in [("0.2", 0), ("virtual", 0), ("real", 0), ("0.001", 2), ("soon", 2)] {
        let told = flight.run_with(&[("TMINUS_TIME", time)], &["status"]);
        assert_eq!(told.code, Some(code), "{told}");
        if code == 2 {
            told.says(&format!("TMINUS_TIME={time} is neither real, virtual nor a number from 0.01 to 100"));
        }
    }
    let told = Kiosk::cut().flight.run_with(&[("TMINUS_TIME", "soon")], &["status"]);
    assert_eq!(told.code, Some(0), "{told}");
}
