//! Two engines on one journal: the second is refused, and told who has it, for how long, and how to reach it.

use super::world::{Flight, Told};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// An engine in its own process; it ends with this.
struct Engine(Child);

impl Engine {
    fn of(flight: &Flight) -> Self {
        let mut command = flight.bare(["engine", "run", "--grace", "100s"]);
        command.env("XDG_RUNTIME_DIR", flight.home()).stdout(Stdio::null()).stderr(Stdio::null());
        let engine = Self(command.spawn().unwrap());
        let until = Instant::now() + Duration::from_secs(120);
        while run(flight, &["engine", "inspect"]).code != Some(0) {
            assert!(Instant::now() < until, "the engine did not start");
        }
        engine
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn run(flight: &Flight, words: &[&str]) -> Told {
    let home = flight.home().to_str().unwrap();
    flight.run_with(&[("XDG_RUNTIME_DIR", home), ("TMINUS_SOLO", "")], words)
}

#[test]
fn a_second_engine_is_refused_with_the_first_ones_process_and_age_and_how_to_reach_it() {
    let flight = Flight::rehearsal("smooth");
    let engine = Engine::of(&flight);
    let process = format!("process {}, for ", engine.0.id());
    for words in [&["engine", "run"][..], &["--solo", "deploy", "staging", "--yes"]] {
        let told = run(&flight, words);
        assert_eq!(told.code, Some(3), "{told}");
        told.says("the journal is held by").says(&process).says("tminus attach").says("tminus engine stop");
    }
}

#[test]
fn who_locks_an_environment_holds_a_deploy_of_somebody_else() {
    let flight = Flight::rehearsal("smooth");
    let reason = "the database is migrated";
    flight.expect(0, &["--as", "omer", "lock", "staging", "--reason", reason, "--for", "2h"]).says("locked by omer");
    let told = flight.expect(3, &["--as", "dana", "deploy", "staging", "--yes"]);
    told.says("locked by omer").says(reason).says("--take-over omer");
    flight.expect(0, &["status"]).says("locked by omer").says(reason);
    flight.expect(3, &["--as", "dana", "unlock", "staging"]).says("Only omer unlocks it");
    flight.expect(3, &["--as", "dana", "lock", "staging", "--reason", "mine"]).says("locked by omer");
    let words = ["--as", "dana", "lock", "staging", "--take-over", "omer", "--reason", "omer is on a plane"];
    flight.expect(0, &words).says("locked by dana");
    flight.expect(0, &["journal"]).says("taken over from omer").says("omer is on a plane");
    flight.expect(0, &["--as", "dana", "deploy", "staging", "--yes"]);
    flight.expect(0, &["--as", "dana", "unlock", "staging"]).says("unlocked");
}
