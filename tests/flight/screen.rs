//! What is set and where it comes from, completion and the manual, as a person asks for them.

use super::world::Flight;
use std::fs;

fn write(flight: &Flight, name: &str, text: &str) {
    let file = flight.home().join("config/tminus").join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

#[test]
fn every_setting_is_told_with_where_it_comes_from() {
    let flight = Flight::empty();
    write(&flight, "config.toml", "# mine\nkeymap = \"vim\"\nbell = \"osc9\"\n");
    let env =
        [("TMINUS_THEME", "colour-blind"), ("TERM", "xterm-256color"), ("EDITOR", "nano -w"), ("LC_ALL", "C.UTF-8")];
    let told = flight.run_with(&env, &["config"]);
    assert_eq!(told.code, Some(0), "{told}");
    let line = |name: &str| told.out.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
    assert!(line("keymap").contains("\"vim\"") && line("keymap").ends_with("config.toml:2"), "{told}");
    assert!(line("theme").contains("\"colour-blind\"") && line("theme").ends_with("variable TMINUS_THEME"), "{told}");
    assert!(line("editor").contains("\"nano -w\"") && line("editor").ends_with("variable EDITOR"), "{told}");
    assert!(line("mouse").ends_with("default"), "{told}");
    let found = flight.run_with(&env, &["config", "--json"]).json();
    let bell = found["settings"].as_array().unwrap().iter().find(|s| s["name"] == "bell").unwrap().clone();
    assert_eq!((&found["schema"], &bell["value"], &bell["from"]["line"]), (&1.into(), &"osc9".into(), &3.into()));
    let path = flight.expect(0, &["config", "path"]);
    assert_eq!(path.out.trim(), flight.home().join("config/tminus").to_str().unwrap());
}

#[test]
fn a_mistake_in_what_is_set_is_told_with_its_line_and_a_caret() {
    let flight = Flight::empty();
    write(&flight, "config.toml", "kemap = \"vim\"\ntheme = \"mine\"\n");
    write(&flight, "themes/mine.toml", "[look]\npas = { fg = \"blue\" }\n");
    write(
        &flight,
        "keymap.toml",
        "global = [\n{ on = \"ctrl-d\", run = \"act.deploy\" },\n{ on = \"g\", run = \"app.quit\" } ]\n",
    );
    let told = flight.expect(2, &["config"]);
    told.says("config.toml:1:1: `kemap` is not a setting").says("did you mean `keymap`?").says("^^^^^");
    told.says("mine.toml:2:1: `pas` has no look").says("keymap.toml:2:1: Ctrl-d is pressed by habit");
    told.is_plain();
    flight.expect(2, &["config", "check"]).says("note: ").says("is hidden in");
    let doctor = flight.run(&["doctor", "--json"]).json();
    let wrong =
        doctor["found"].as_array().unwrap().iter().filter(|row| row["about"] == "settings" && row["well"] == false);
    assert!(wrong.count() >= 3, "{doctor}");
    fs::remove_dir_all(flight.home().join("config/tminus")).unwrap();
    flight.expect(0, &["config", "check"]).says("nothing is wrong");
}

#[test]
fn completion_is_made_for_five_shells_and_a_sixth_is_refused() {
    let flight = Flight::empty();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let told = flight.expect(0, &["completions", shell]);
        assert!(told.out.contains("TMINUS_COMPLETE") && told.out.contains("tminus"), "{shell}");
    }
    flight.expect(2, &["completions", "tcsh"]).says("possible values");
}

#[test]
fn a_shell_is_offered_the_names_of_the_nearest_plan_and_nothing_of_it_runs() {
    let offered = |flight: &Flight, words: &[&str]| {
        let at = words.len().to_string();
        let line: Vec<&str> = ["--", "tminus"].iter().chain(words).copied().collect();
        let env = [("TMINUS_COMPLETE", "bash"), ("_CLAP_COMPLETE_INDEX", at.as_str()), ("_CLAP_IFS", "\n")];
        flight.run_with(&env, &line).out
    };
    let flight = Flight::rehearsal("smooth");
    for command in ["deploy", "verify", "rollback", "approve", "settle"] {
        let out = offered(&flight, &[command, ""]);
        assert!(out.contains("staging") && out.contains("production"), "{command}: {out}");
    }
    assert_eq!(offered(&flight, &["deploy", "prod"]).trim(), "production");
    assert!(offered(&flight, &["logs", ""]).contains("cluster-backend"));
    assert!(offered(&flight, &["check", "change"]).contains("changelog"));
    assert!(offered(&flight, &["roll"]).contains("rollback"));
    for (words, value) in [
        (&["demo", "--scenario", ""][..], "bad-release"),
        (&["status", "--rehearse", "smo"], "smooth"),
        (&["status", "--as", ""], "dana"),
        (&["status", "--release", ""], "1.0.0"),
        (&["rollback", "staging", "--to", ""], "1.0.0"),
        (&["verify", "staging", "--horizon", ""], "30m"),
        (&["deploy", "staging", "--waive", "chan"], "changelog"),
    ] {
        let out = offered(&flight, words);
        assert!(out.contains(value), "{words:?}: {out}");
    }
    let nowhere = Flight::empty();
    assert!(!offered(&nowhere, &["deploy", ""]).contains("staging"));
    assert!(!nowhere.state().exists(), "an offer keeps nothing");
}

#[test]
fn the_manual_has_a_page_for_every_command() {
    let flight = Flight::empty();
    let page = flight.expect(0, &["man"]);
    assert!(page.out.contains(".TH tminus 1") && page.out.contains("Exit status"), "{page}");
    for section in [".SH KEYS", ".SH ENVIRONMENT", ".SH FILES", "TMINUS_READ_ONLY", "Preview a rollback"] {
        assert!(page.out.contains(section), "{section}: {page}");
    }
    flight.expect(0, &["man", "--dir", "pages"]).says("pages are in pages");
    for page in ["tminus.1", "tminus-deploy.1", "tminus-release-cut.1", "tminus-config-check.1"] {
        assert!(flight.dir.join("pages").join(page).is_file(), "{page}");
    }
    assert!(!flight.dir.join("pages/tminus-rehearse-backend.1").exists());
}

#[test]
fn doctor_says_which_keys_and_looks_are_in_force() {
    let flight = Flight::empty();
    write(&flight, "config.toml", "zone = \"UTC\"\n");
    let told = flight.run_with(&[("TMINUS_KEYMAP", "emacs"), ("TERM", "linux"), ("COLORTERM", "")], &["doctor"]);
    told.says("emacs (variable TMINUS_KEYMAP)").says("sixteen (variable TERM)").says("UTC (").says("config.toml:1)");
}

#[test]
fn where_the_locale_has_no_signs_plain_lines_have_none_either() {
    let flight = Flight::rehearsal("smooth");
    let signed = flight.expect(0, &["deploy", "staging", "--yes"]);
    signed.says("◌ ").says("✓ ");
    for words in [&["verify", "staging"][..], &["status"], &["check", "version"], &["doctor"], &["journal"]] {
        let told = flight.run_with(&[("LC_ALL", "C")], words);
        assert!(told.out.is_ascii() && told.err.is_ascii(), "{told}");
    }
    flight.run_with(&[("LC_ALL", "C")], &["status"]).says("+ ");
}

#[test]
fn every_file_that_a_person_writes_has_a_schema() {
    let flight = Flight::empty();
    for (of, holds) in
        [("config", "time-format"), ("keymap", "act.deploy"), ("theme", "protected"), ("plan", "artifact")]
    {
        let told = flight.expect(0, &["config", "--schema", of]);
        assert_eq!(told.json()["$schema"], "https://json-schema.org/draft/2020-12/schema");
        told.says(&format!("\"{holds}\""));
    }
    flight.expect(0, &["config", "--schema"]).says("config.toml of tminus");
    flight.expect(2, &["config", "--schema", "other"]).says("possible values");
    flight.expect(0, &["init", "--schema"]).says("tminus.schema.json");
    let plan = fs::read_to_string(flight.dir.join("tminus.toml")).unwrap();
    assert!(plan.starts_with("#:schema ./tminus.schema.json\n"), "{plan}");
    let schema = fs::read_to_string(flight.dir.join("tminus.schema.json")).unwrap();
    assert!(schema.contains("\"title\": \"tminus.toml\""));
    flight.run(&["lint"]).says("nothing found");
}

#[test]
fn read_only_refuses_what_acts_and_lets_look() {
    let flight = Flight::rehearsal("smooth");
    for words in
        [&["deploy", "staging", "--yes"][..], &["verify", "staging"], &["check"], &["lock", "staging", "--reason", "x"]]
    {
        let words: Vec<&str> = words.iter().copied().chain(["--read-only"]).collect();
        flight.expect(3, &words).says("read-only: `tminus ");
    }
    let told = flight.run_with(&[("TMINUS_READ_ONLY", "on")], &["rollback", "staging", "--yes"]);
    assert_eq!(told.code, Some(3), "{told}");
    let bare = Flight::empty();
    for words in [&["trust", "--yes"][..], &["trust", "--revoke"], &["init"]] {
        let words: Vec<&str> = words.iter().copied().chain(["--read-only"]).collect();
        bare.expect(3, &words).says("read-only: `tminus ");
    }
    flight.expect(0, &["status", "--read-only"]);
    flight.expect(0, &["deploy", "staging", "--preview", "--read-only"]);
    let talk =
        flight.command(["--plain", "--read-only"]).write_stdin("deploy staging\nstatus\nquit\n").output().unwrap();
    let said = String::from_utf8_lossy(&talk.stdout);
    assert!(said.contains("read-only: nothing is changed"), "{said}");
}

#[test]
fn read_only_for_protected_environments_holds_for_the_talk_and_for_every_command() {
    let flight = Flight::rehearsal("smooth");
    let set = [("TMINUS_READ_ONLY", "protected")];
    let production = "read-only in production, which is protected";
    for words in [
        &["deploy", "production", "--yes", "--confirm", "production"][..],
        &["verify", "production"],
        &["rollback", "production", "--yes", "--confirm", "production"],
        &["lock", "production", "--reason", "x"],
        &["approve", "production"],
    ] {
        let told = flight.run_with(&set, words);
        assert_eq!(told.code, Some(3), "{told}");
        told.says(production);
    }
    assert_eq!(
        flight.run_with(&set, &["deploy", "production", "--preview"]).code,
        flight.run(&["deploy", "production", "--preview"]).code
    );
    let told = flight.run_with(&set, &["lock", "staging", "--reason", "x"]);
    assert_eq!(told.code, Some(0), "{told}");
    let typed = "deploy production\nunlock staging\nlock production\nquit\n";
    let talk = flight.command(["--plain"]).env("TMINUS_READ_ONLY", "protected").write_stdin(typed).output().unwrap();
    let said = String::from_utf8_lossy(&talk.stdout);
    assert_eq!(said.matches(production).count(), 2, "{said}");
}

#[test]
fn help_of_a_command_is_about_that_command_first() {
    let flight = Flight::empty();
    let short = flight.expect(0, &["wait", "-h"]);
    assert!(short.out.contains("--timeout") && !short.out.contains("--rehearse"), "{short}");
    let whole = flight.expect(0, &["wait", "--help"]);
    let places = ["--timeout", "Everywhere:", "--rehearse"].map(|text| whole.out.find(text).unwrap_or(0));
    assert!(places.is_sorted() && places[0] > 0, "{whole}");
}
