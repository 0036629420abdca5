//! What `doctor` says of engines and of Compose, and that no engine can hold it up.

use super::kiosk::Kiosk;
use crate::docker::engine::{self, Engine};
use crate::docker::need;
use std::os::unix::net::UnixListener;
use std::time::{Duration, Instant};

/// Every question to an engine and to Compose together, with room for a machine that is busy.
const BOUND: Duration = Duration::from_secs(90);

fn rows(found: &serde_json::Value, about: &str) -> Vec<(bool, String)> {
    let rows = found["found"].as_array().unwrap().iter().filter(|row| row["about"] == about);
    rows.map(|row| (row["well"].as_bool().unwrap(), row["says"].as_str().unwrap().to_owned())).collect()
}

#[test]
fn doctor_does_not_wait_for_an_engine_that_hangs() {
    let kiosk = Kiosk::new();
    let plan = std::fs::read_to_string(kiosk.flight.dir.join("tminus.toml")).unwrap();
    kiosk.write("tminus.toml", &format!("{plan}\n[limits]\nlook = \"1s\"\n"));
    let place = tempfile::tempdir().unwrap();
    let socket = place.path().join("hangs.sock");
    // It takes connections, and never answers.
    let _hangs = UnixListener::bind(&socket).unwrap();
    let host = format!("unix://{}", socket.display());
    let began = Instant::now();
    let told = kiosk.flight.run_with(&[("DOCKER_HOST", &host)], &["doctor", "--json"]);
    assert!(began.elapsed() < BOUND, "{:?}", began.elapsed());
    assert_eq!(told.code, Some(0), "{told}");
    let engines = rows(&told.json(), "engine");
    assert!(
        matches!(engines.as_slice(), [(false, says)] if says.contains("has not answered within") && says.contains(&host)),
        "{told}"
    );
}

#[test]
fn doctor_says_what_the_engine_is() {
    let Some(host) = engine::host() else { return };
    let kiosk = Kiosk::new();
    let address = format!("unix://{}", host.socket().display());
    let told = kiosk.flight.run_with(&[("DOCKER_HOST", &address)], &["doctor", "--json"]);
    let engines = rows(&told.json(), "engine");
    let [(true, says)] = engines.as_slice() else { panic!("{told}") };
    for part in [address.as_str(), "DOCKER_HOST", "API 1.", "builds with"] {
        assert!(says.contains(part), "{part}: {says}");
    }
}

#[test]
fn doctor_asks_no_engine_of_a_plan_that_is_not_trusted_and_says_what_this_build_has() {
    let kiosk = Kiosk::new();
    let plan = std::fs::read_to_string(kiosk.flight.dir.join("tminus.toml")).unwrap();
    let mark = kiosk.flight.dir.join("asked.sock");
    let _listens = UnixListener::bind(&mark).unwrap();
    let more = format!("{plan}\n[log.far]\ncontainer = \"web\"\ncontext = \"unix://{}\"\n", mark.display());
    kiosk.write("tminus.toml", &more);
    // Trust is kept in a home, and this one never gave any.
    let stranger = tempfile::tempdir().unwrap();
    let home = stranger.path().to_string_lossy().into_owned();
    let told = kiosk.flight.run_with(&[("HOME", &home), ("XDG_STATE_HOME", &home)], &["doctor", "--json"]);
    let found = told.json();
    let says = |about: &str, words: &str| rows(&found, about).iter().any(|(_, says)| says.contains(words));
    assert!(says("engine", "not asked before the plan is trusted"), "{told}");
    assert!(says("delivers", "with command"), "{told}");
    assert!(says("reads", "log far from container"), "{told}");
    assert!(!rows(&found, "checks").is_empty(), "{told}");
}

/// Compose reads the files of `COMPOSE_ENV_FILES` in the place of `.env`.
#[test]
fn doctor_misses_no_variable_that_compose_finds_where_it_is_told_to_look() {
    let (Some(host), Some(_)) = (engine::host(), need::compose_two()) else { return };
    let kiosk = Kiosk::new();
    let plan = std::fs::read_to_string(kiosk.flight.dir.join("tminus.toml")).unwrap();
    let apart = "[env.apart]\ndeliver.site = { with = \"compose\", file = \"shop.yml\", service = \"web\" }\n";
    kiosk.write("tminus.toml", &format!("{plan}\n{apart}"));
    let file =
        "services: {web: {image: 'kiosk:1', secrets: [tok]}}\nsecrets: {tok: {environment: TMINUS_TEST_TOKEN}}\n";
    kiosk.write("shop.yml", file);
    kiosk.write("prod.env", "TMINUS_TEST_TOKEN=abcdefgh\n");
    kiosk.flight.expect(0, &["trust", "--yes"]);
    let address = format!("unix://{}", host.socket().display());
    let plugins = std::env::var("DOCKER_CONFIG").unwrap_or_default();
    let asked = |files: &str| {
        let env = [("DOCKER_HOST", address.as_str()), ("DOCKER_CONFIG", &plugins), ("COMPOSE_ENV_FILES", files)];
        let told = kiosk.flight.run_with(&env, &["doctor", "--json"]);
        let rows = rows(&told.json(), "compose");
        assert!(rows.iter().any(|(is_well, says)| *is_well && says.starts_with("docker compose 2")), "{told}");
        rows.iter().any(|(_, says)| says.contains("TMINUS_TEST_TOKEN (to the secret tok) is not set"))
    };
    assert!(asked(""), "nobody sets it");
    assert!(!asked("prod.env"), "a file that Compose reads sets it");
}
