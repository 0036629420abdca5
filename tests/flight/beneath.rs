//! A journal, an engine's record and a socket that somebody took away or left behind, as a person at the shell meets it.

use super::kiosk::Kiosk;
use super::stay::Stay;
use std::fs;
use std::path::{Path, PathBuf};

fn journal(stay: &Stay) -> PathBuf {
    stay.0.flight.kept().join("journal.db")
}

fn remove(path: &Path) {
    for end in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        drop(fs::remove_file(name));
    }
}

#[test]
fn a_deploy_whose_journal_was_removed_is_refused_and_the_next_status_says_that_there_was_one() {
    let stay = Stay::cut();
    let path = journal(&stay);
    let before = stay.0.read("staging");
    remove(&path);
    let refused = stay.expect(4, &["deploy", "staging", "--yes"]);
    refused.says("was removed while it was in use").says("so nothing is begun").says("journal.rescued-");
    stay.expect(0, &["status"]).says("was removed while it was in use");
    assert!(stay.expect(4, &["status", "--gate", "--json"]).json()["journal_lost"].is_string());
    assert_eq!((stay.0.read("staging"), stay.0.read("began")), (before, String::new()), "nothing was touched");
    stay.expect(0, &["engine", "stop"]);
    let gone = stay.expect(4, &["status"]);
    gone.says("is gone").says("entries were written to it").says("mv ");
    stay.expect(4, &["deploy", "staging", "--yes"]).says("is gone");
    stay.expect(1, &["journal", "verify"]).says("is gone");
    assert!(!path.exists(), "no new one was begun");
    // What the engine saved is put back, and it goes on.
    let names = fs::read_dir(path.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
    let saved: Vec<PathBuf> = names.filter(|path| path.to_string_lossy().contains("journal.rescued-")).collect();
    assert_eq!(saved.len(), 1, "{saved:?}");
    fs::rename(&saved[0], &path).unwrap();
    stay.expect(0, &["journal", "verify"]).says("whole");
    stay.expect(0, &["deploy", "staging", "--yes"]);
    assert_eq!(stay.0.read("staging"), "1.0.0\n");
}

#[test]
fn a_start_that_is_refused_leaves_nothing_and_what_an_older_one_left_holds_nobody() {
    let stay = Stay::cut();
    stay.expect(0, &["engine", "stop"]);
    let record = stay.0.flight.kept().join("engine.json");
    fs::remove_file(&record).unwrap();
    let long = stay.0.flight.home().join("x".repeat(120));
    let long = [("XDG_RUNTIME_DIR", long.to_str().unwrap())];
    let refused = stay.with(&long, &["engine", "run"]);
    assert_eq!(refused.code, Some(3), "{refused}");
    refused.says("is too long for a socket");
    let said = fs::read_to_string(&record).unwrap_or_default();
    assert!(!said.contains("xxxx"), "a refused start does not say where it would listen: {said}");
    stay.expect(0, &["status"]);
    // As an older tminus left it.
    fs::write(&record, format!(r#"{{"runtime":"{}","ended_by":null}}"#, long[0].1)).unwrap();
    stay.expect(0, &["status"]).says("is passed over");
    assert!(!stay.expect(0, &["status"]).err.contains("passed over"), "it is said once");
    stay.expect(0, &["engine", "stop"]).says("no engine runs");
    stay.expect(0, &["deploy", "staging", "--yes"]);
}

/// Returns the words that check the journal.
fn verify<'a>(words: &[&'a str]) -> Vec<&'a str> {
    [&["journal", "verify"], words].concat()
}

#[test]
fn a_cut_tail_is_told_by_the_witness_and_by_what_was_kept_elsewhere() {
    let kiosk = Kiosk::cut();
    let flight = &kiosk.flight;
    let kept = flight.expect(0, &["journal", "head"]).out;
    let early: Vec<&str> = kept.split_whitespace().collect();
    let path = flight.kept().join("journal.db");
    let old = flight.home().join("old.db");
    fs::copy(&path, &old).unwrap();
    flight.expect(0, &["deploy", "staging", "--yes"]);
    let kept = flight.expect(0, &["journal", "head", "--json"]).json();
    let (count, head) = (kept["count"].to_string(), kept["head"].as_str().unwrap().to_owned());
    flight.expect(0, &verify(&early)).says("whole");
    flight.expect(0, &verify(&["--count", &count, "--head", &head])).says("whole");
    flight.expect(0, &verify(&["--head", early[3]]));
    flight.expect(1, &verify(&["--count", early[1], "--head", &head])).says("is not the one with head");
    fs::copy(&old, &path).unwrap();
    let cut = flight.expect(1, &verify(&[]));
    cut.says("each whole; but").says(&format!("entry {count} with head {} was written to it", &head[..12]));
    flight.expect(4, &["status"]).says("it was cut, is an older copy");
    flight.expect(4, &["journal"]).says("it was cut, is an older copy");
    flight.expect(4, &["journal", "head"]).says("it was cut, is an older copy");
    flight.expect(4, &["deploy", "staging", "--yes"]).says("settle ENV --adopt");
    // Whoever can write the folder takes the witness away too: what was kept elsewhere tells.
    fs::remove_file(path.with_extension("head")).unwrap();
    flight.expect(1, &verify(&[])).says("commands/ beside it has a record of the order deploy-staging-");
    fs::remove_dir_all(flight.kept().join("commands")).unwrap();
    flight.expect(0, &verify(&[]));
    flight.expect(1, &verify(&["--count", &count])).says(&format!("it held {count} before"));
    flight.expect(1, &verify(&["--head", &head])).says("no entry has head");
    let told = flight.expect(1, &["journal", "verify", "--json", "--head", &head]);
    assert_eq!(told.json()["whole"].as_bool(), Some(false));
}

#[test]
fn a_journal_without_its_log_is_not_taken_for_one_that_never_was() {
    let kiosk = Kiosk::cut();
    let flight = &kiosk.flight;
    let path = flight.kept().join("journal.db");
    fs::write(&path, b"").unwrap();
    for words in [&["status"][..], &["status", "--gate"], &["journal"], &["release", "cut", "1.0.1"]] {
        let ran = flight.expect(4, words);
        assert!(ran.err.contains("entries were written to it"), "{words:?}: {}", ran.err);
    }
    fs::remove_file(&path).unwrap();
    fs::rename(path.with_extension("head"), path.with_extension("away")).unwrap();
    fs::write(path.with_file_name("journal.rescued-4.db"), b"").unwrap();
    flight.expect(4, &["journal"]).says("journal.rescued-4.db holds what was saved");
    flight.expect(4, &["status"]).says("journal.rescued-4.db holds what was saved");
}

#[test]
fn a_record_of_an_order_that_is_gone_changed_or_strange_is_told_by_verify() {
    let kiosk = Kiosk::cut();
    let flight = &kiosk.flight;
    flight.expect(0, &["deploy", "staging", "--yes"]);
    flight.expect(0, &verify(&[])).says("whole; head");
    let commands = flight.kept().join("commands");
    let records: Vec<_> = fs::read_dir(&commands).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!records.is_empty(), "the deploy left no record of an order");
    for record in records {
        let text = fs::read_to_string(&record).unwrap();
        for (now, says) in [
            (None, "is in none of commands/, docker/, builds/, repository/ beside it"),
            (Some(text.replace("\"Done\"", "{\"Starting\":0}")), "its record was changed"),
            (Some("{".to_owned()), "commands/ beside it: the record of deploy-staging-"),
        ] {
            match now {
                Some(now) => fs::write(&record, now).unwrap(),
                None => fs::remove_file(&record).unwrap(),
            }
            flight.expect(1, &verify(&[])).says("each whole; but").says(says);
        }
        fs::write(&record, &text).unwrap();
        flight.expect(0, &verify(&[])).says("whole; head");
    }
    let strange = "{\"order\":\"deploy-staging-99-zzzz.0.1\",\"record\":null}";
    fs::write(commands.join("strange.json"), strange).unwrap();
    flight.expect(1, &verify(&[])).says("the order deploy-staging-99-zzzz.0.1, of which the journal knows nothing");
    let told = flight.expect(1, &["journal", "verify", "--json"]);
    assert_eq!(told.json()["whole"].as_bool(), Some(false));
}
