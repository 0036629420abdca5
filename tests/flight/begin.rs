//! How an engine begins: for whoever comes first, once, and with words where it cannot.

use super::kiosk::Kiosk;
use super::stay::Stay;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

#[test]
fn a_start_that_fails_says_why_to_whoever_asked() {
    let stay = Stay(Kiosk::new());
    stay.expect(3, &["release", "cut", "1.0.0"]).says("is not trusted");
    stay.expect(3, &["engine", "run"]).says("is not trusted");
    stay.expect(0, &["trust", "--yes"]);
    stay.0.write("tminus.toml", "format = 1\n[project\n");
    stay.expect(2, &["engine", "run"]);
    stay.expect(2, &["release", "cut", "1.0.0"]);
    stay.0.write("tminus.toml", &stay.0.plan());
    // Somebody has the journal who opens no door.
    stay.0.flight.expect(0, &["release", "cut", "1.0.0"]);
    stay.hold();
    let mut holder = stay.0.flight.bare(["deploy", "staging", "--yes"]).spawn().unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(holder.stderr.take().unwrap()));
    assert!(lines.any(|line| line.unwrap().contains("◌ Warm the cache")));
    let told = stay.expect(3, &["deploy", "staging", "--yes"]);
    told.says(&holder.id().to_string());
    stay.let_go();
    assert_eq!(holder.wait().unwrap().code(), Some(0));
}

#[test]
fn commands_that_begin_at_once_all_find_the_one_engine() {
    let stay = Stay::cut();
    stay.expect(0, &["engine", "stop"]);
    assert_eq!(stay.pid(), None);
    // One that looks has the journal for a moment; the others want an engine that stays.
    let mut all = vec![["status"].as_slice(); 2];
    all.extend([["release", "schedule", "+2h"].as_slice(); 5]);
    let begin = |words: &&[&str]| {
        let mut command = stay.0.flight.bare(*words);
        command.env_remove("TMINUS_SOLO").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let children: Vec<Child> = all.iter().map(begin).collect();
    for (child, words) in children.into_iter().zip(&all) {
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let pid = stay.pid();
    assert!(pid.is_some());
    stay.expect(0, &["check", "pre-deploy"]);
    assert_eq!(stay.pid(), pid);
    stay.expect(0, &["engine", "stop"]);
    stay.expect(0, &["check", "pre-deploy"]);
    assert!(stay.pid().is_some_and(|new| Some(new) != pid), "a check starts the engine that others join");
}

#[test]
fn an_engine_whose_door_is_not_where_it_was_is_told_as_such_and_not_waited_for() {
    let stay = Stay::cut();
    let about = stay.expect(0, &["engine", "inspect", "--json"]).json();
    let pid = about["pid"].as_u64().unwrap().to_string();
    fs::remove_file(about["socket"].as_str().unwrap()).unwrap();
    // It began long ago.
    let lock = lock_of(&stay.0.flight.state());
    let mut holder: serde_json::Value = serde_json::from_str(&fs::read_to_string(&lock).unwrap()).unwrap();
    assert_eq!((holder["keeper"].as_str(), holder["pid"].to_string()), (Some("engine"), pid.clone()));
    holder["since"] = "2020-01-01T00:00:00Z".into();
    fs::write(&lock, holder.to_string()).unwrap();
    let told = stay.expect(3, &["deploy", "staging", "--yes"]);
    told.says(&format!("process {pid}")).says("its door is not where this tminus looks for it");
    assert!(Command::new("kill").args(["-s", "INT", &pid]).status().unwrap().success());
    let mut told = stay.with(&[], &["release", "schedule", "+2h"]);
    for _ in 0..20 {
        if told.code == Some(0) {
            break;
        }
        told = stay.with(&[], &["release", "schedule", "+2h"]);
    }
    assert_eq!(told.code, Some(0), "it is ended, and another begins: {told}");
}

/// Finds the file that says who holds the journal.
fn lock_of(state: &Path) -> PathBuf {
    let projects = fs::read_dir(state.join("tminus")).unwrap();
    let locks = projects.map(|project| project.unwrap().path().join("journal.lock"));
    locks.into_iter().find(|lock| lock.exists()).expect("a journal has a lock")
}

#[test]
fn a_proposal_is_not_waited_for_with_an_engine_or_without() {
    let stay = Stay::cut();
    stay.expect(0, &["check", "pre-deploy"]);
    stay.named(0, "dana", &["check", "read", "--yes"]);
    stay.named(3, "dana", &["deploy", "production", "--yes", "--confirm", "production"]).says("approv");
    let journal = stay.expect(0, &["journal", "--json"]);
    let proposed = journal.out.lines().find(|line| line.contains("\"action.proposed\"")).expect("it was proposed");
    let id = find(&serde_json::from_str(proposed).unwrap(), "action").expect("a proposal has an id");
    for _ in 0..2 {
        let told = stay.expect(3, &["wait", &id]);
        told.says(&format!("{id} was not begun")).says("tminus approve production");
        stay.expect(0, &["engine", "stop"]);
    }
}

/// Finds a text by its key, however deep.
fn find(value: &serde_json::Value, key: &str) -> Option<String> {
    let object = value.as_object()?;
    let here = object.get(key).and_then(|value| value.as_str()).map(str::to_owned);
    here.or_else(|| object.values().find_map(|value| find(value, key)))
}
