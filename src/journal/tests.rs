//! The journal, tried: the chain, damage, the lock, a crash, a full disk.

use super::*;
use crate::domain::fact::{Fact, GateFact, ReleaseFact, Who};
use crate::domain::names::{ActionId, Person, Version};
use jiff::Timestamp;
use rusqlite::Connection;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn dana() -> Who {
    Who { name: Person::new("dana"), user: "dana".into(), host: "bastion".into() }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000 + second).unwrap()
}

fn closed(note: &str) -> Fact {
    Fact::Release(ReleaseFact::Closed { version: Version::parse("1.0.0").unwrap(), note: note.into() })
}

fn approved(note: &str) -> Fact {
    Fact::Gate(GateFact::Approved { action: ActionId::new("a1"), note: note.into(), same_user: false })
}

fn place() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("project").join("journal.db");
    (folder, path)
}

/// A journal of four entries, closed again.
fn written(path: &Path) {
    let mut journal = Journal::open(path).unwrap();
    journal.append(&dana(), at(0), vec![closed("first"), approved("looks good")]).unwrap();
    journal.append(&dana(), at(1), vec![closed("third"), closed("fourth")]).unwrap();
}

/// Changes the file behind the journal's back, its guards taken away.
fn tamper(path: &Path, sql: &str) {
    let connection = Connection::open(path).unwrap();
    let guards = ["entry_is_never_changed", "entry_is_never_removed", "entry_is_only_added"];
    guards.iter().for_each(|guard| connection.execute_batch(&format!("DROP TRIGGER {guard}")).unwrap());
    connection.execute_batch(sql).unwrap();
}

#[test]
fn what_was_appended_is_read_back_in_order() {
    let (_folder, path) = place();
    let mut journal = Journal::open(&path).unwrap();
    let first = journal.append(&dana(), at(0), vec![closed("a"), approved("b")]).unwrap();
    let second = journal.append(&Who::engine(), at(1), vec![closed("c")]).unwrap();
    assert_eq!(first.iter().map(|record| record.seq).collect::<Vec<_>>(), [1, 2]);
    let all: Vec<_> = first.into_iter().chain(second.clone()).collect();
    assert_eq!(journal.records(0).unwrap(), all);
    assert_eq!(journal.records(2).unwrap(), second);
    assert_eq!(journal.records(3).unwrap(), []);
    assert_eq!(journal.records(99).unwrap(), []);
}

#[test]
fn reopening_continues_the_chain() {
    let (_folder, path) = place();
    written(&path);
    let before = verify(&path).unwrap();
    let mut journal = Journal::open(&path).unwrap();
    let records = journal.append(&dana(), at(2), vec![closed("fifth")]).unwrap();
    assert_eq!(records[0].seq, 5);
    let after = verify(&path).unwrap();
    assert_eq!((before.count, after.count), (4, 5));
    assert_ne!(before.head, after.head);
}

#[test]
fn a_reader_sees_what_the_running_writer_wrote() {
    let (_folder, path) = place();
    let mut journal = Journal::open(&path).unwrap();
    let reader = Reader::open(&path).unwrap();
    assert_eq!(reader.head().unwrap(), Head { seq: 0, hash: "0".repeat(64) });
    let records = journal.append(&dana(), at(0), vec![closed("now")]).unwrap();
    assert_eq!(reader.records(0).unwrap(), records);
    assert_eq!(reader.head().unwrap().hash, reader.verify().unwrap().head);
}

#[test]
fn a_reader_cannot_write() {
    let (_folder, path) = place();
    written(&path);
    let connection = super::store::open_to_read(&path).unwrap();
    assert!(connection.execute("DELETE FROM entry", []).is_err());
}

#[test]
fn a_second_writer_is_refused_and_told_who_holds_it() {
    let (_folder, path) = place();
    let journal = Journal::open(&path).unwrap();
    let refused = Journal::open(&path).unwrap_err();
    assert!(matches!(refused, JournalError::Held { pid, .. } if pid == std::process::id()), "{refused}");
    drop(journal);
    Journal::open(&path).unwrap();
}

#[test]
fn the_file_is_for_its_owner_alone() {
    let (_folder, path) = place();
    written(&path);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(&path.with_extension("lock")), 0o600);
    assert_eq!(mode(path.parent().unwrap()), 0o700);
}

#[test]
fn every_flipped_byte_of_an_entry_is_named() {
    let (_folder, path) = place();
    written(&path);
    let connection = Connection::open(&path).unwrap();
    for guard in ["entry_is_never_changed", "entry_is_never_removed", "entry_is_only_added"] {
        connection.execute_batch(&format!("DROP TRIGGER {guard}")).unwrap();
    }
    let reader = Reader::open(&path).unwrap();
    for (column, kind) in
        [("body", "TEXT"), ("hash", "BLOB"), ("at", "TEXT"), ("who", "TEXT"), ("kind", "TEXT"), ("previous", "BLOB")]
    {
        let query = format!("SELECT CAST({column} AS BLOB) FROM entry WHERE seq = 2");
        let good: Vec<u8> = connection.query_row(&query, [], |row| row.get(0)).unwrap();
        let update = format!("UPDATE entry SET {column} = CAST(?1 AS {kind}) WHERE seq = 2");
        for place in 0..good.len() {
            let mut bad = good.clone();
            bad[place] ^= 0x01;
            connection.execute(&update, [&bad]).unwrap();
            let broken = reader.verify().unwrap_err();
            assert_eq!((broken.seq, &broken.fault), (Some(2), &Fault::ContentChanged), "{column} byte {place}");
            assert!(matches!(reader.records(0), Err(JournalError::Broken(b)) if b.seq == Some(2)));
        }
        connection.execute(&update, [&good]).unwrap();
    }
    reader.verify().unwrap();
}

#[test]
fn every_flipped_byte_of_the_file_where_an_entry_lies_is_seen() {
    let (_folder, path) = place();
    written(&path);
    let good = std::fs::read(&path).unwrap();
    let needle = b"looks good";
    let start = good.windows(needle.len()).position(|window| window == needle).unwrap();
    for place in start..start + needle.len() {
        let mut bad = good.clone();
        bad[place] ^= 0x04;
        std::fs::write(&path, &bad).unwrap();
        assert_eq!(verify(&path).unwrap_err().seq, Some(2), "byte {place}");
    }
}

#[test]
fn a_missing_entry_is_a_gap() {
    let (_folder, path) = place();
    written(&path);
    tamper(&path, "DELETE FROM entry WHERE seq = 2");
    assert_eq!(verify(&path).unwrap_err(), Broken { seq: Some(2), fault: Fault::Gap { found: 3 } });
}

#[test]
fn an_entry_smuggled_in_before_the_first_is_seen() {
    let (_folder, path) = place();
    written(&path);
    tamper(&path, "INSERT INTO entry SELECT 0, at, who, kind, version, body, x'01', x'02' FROM entry WHERE seq = 1");
    assert_eq!(verify(&path).unwrap_err(), Broken { seq: Some(1), fault: Fault::Gap { found: 0 } });
}

#[test]
fn an_entry_of_another_chain_does_not_follow() {
    let (_folder, path) = place();
    written(&path);
    let (_other_folder, other) = place();
    let mut journal = Journal::open(&other).unwrap();
    journal.append(&dana(), at(9), vec![closed("x"), closed("y")]).unwrap();
    drop(journal);
    let sql = format!(
        "ATTACH '{}' AS other; DELETE FROM entry WHERE seq = 2; INSERT INTO entry SELECT * FROM other.entry WHERE seq = 2",
        other.display()
    );
    tamper(&path, &sql);
    assert_eq!(verify(&path).unwrap_err(), Broken { seq: Some(2), fault: Fault::ChainBroken });
}

#[test]
fn a_cut_tail_shows_in_the_count_and_the_head() {
    let (_folder, path) = place();
    written(&path);
    let before = verify(&path).unwrap();
    tamper(&path, "DELETE FROM entry WHERE seq = 4");
    let after = verify(&path).unwrap();
    assert_eq!((before.count, after.count), (4, 3));
    assert_ne!(before.head, after.head);
}

#[test]
fn the_table_itself_refuses_change_and_removal() {
    let (_folder, path) = place();
    written(&path);
    let connection = Connection::open(&path).unwrap();
    for sql in [
        "UPDATE entry SET body = '{}' WHERE seq = 1",
        "DELETE FROM entry WHERE seq = 4",
        "INSERT OR REPLACE INTO entry SELECT 2, at, who, kind, version, body, x'01', x'02' FROM entry WHERE seq = 1",
    ] {
        assert!(connection.execute(sql, []).is_err(), "{sql}");
    }
    assert_eq!(verify(&path).unwrap().count, 4);
}

#[test]
fn a_batch_cut_off_by_a_kill_leaves_nothing() {
    let (_folder, path) = place();
    let mut journal = Journal::open(&path).unwrap();
    journal.append(&dana(), at(0), vec![closed("before")]).unwrap();
    // A cache of nothing pushes the uncommitted rows out to the file, as a large batch would.
    journal.connection.pragma_update(None, "cache_size", 0).unwrap();
    let transaction = journal.connection.transaction().unwrap();
    for seq in 2..40 {
        let body = "x".repeat(5000);
        let sql = "INSERT INTO entry VALUES (?1, 'at', 'who', 'kind', 1, ?2, ?3, ?4)";
        transaction.execute(sql, (seq, body, [seq as u8; 2], [seq as u8; 3])).unwrap();
    }
    // What lies on disk now is what a kill would leave.
    let (_after_folder, after) = place();
    std::fs::create_dir_all(after.parent().unwrap()).unwrap();
    for suffix in ["", "-wal"] {
        let name = |path: &Path| format!("{}{suffix}", path.display());
        std::fs::copy(name(&path), name(&after)).unwrap();
    }
    assert!(std::fs::metadata(format!("{}-wal", after.display())).unwrap().len() > 100_000);
    assert_eq!(verify(&after).unwrap().count, 1);
    assert_eq!(Journal::open(&after).unwrap().append(&dana(), at(1), vec![closed("after")]).unwrap()[0].seq, 2);
}

#[test]
fn a_batch_with_a_fact_that_cannot_be_stored_writes_nothing() {
    let (_folder, path) = place();
    let mut journal = Journal::open(&path).unwrap();
    journal
        .connection
        .execute_batch(
            "CREATE TEMP TRIGGER full BEFORE INSERT ON entry WHEN NEW.seq = 2 BEGIN SELECT RAISE(ABORT, 'no'); END",
        )
        .unwrap();
    let failed = journal.append(&dana(), at(0), vec![closed("one"), closed("two")]).unwrap_err();
    assert!(matches!(failed, JournalError::Storage { .. }), "{failed}");
    assert_eq!(journal.records(0).unwrap(), []);
}

#[test]
fn a_full_disk_is_said_and_leaves_the_journal_whole() {
    let (_folder, path) = place();
    let mut journal = Journal::open(&path).unwrap();
    journal.append(&dana(), at(0), vec![closed("fits")]).unwrap();
    journal.connection.pragma_update(None, "max_page_count", 8).unwrap();
    let failed = journal.append(&dana(), at(1), vec![closed(&"x".repeat(100_000))]).unwrap_err();
    assert!(matches!(failed, JournalError::Full(_)), "{failed}");
    journal.connection.pragma_update(None, "max_page_count", 1_000).unwrap();
    assert_eq!(journal.append(&dana(), at(2), vec![closed("fits again")]).unwrap()[0].seq, 2);
    assert_eq!(verify(&path).unwrap().count, 2);
}

#[test]
fn a_place_that_cannot_be_written_is_said() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let refused = Journal::open(&file.join("journal.db")).unwrap_err();
    assert!(matches!(refused, JournalError::NotWritable { .. }), "{refused:?}");
    let path = folder.path().join("journal.db");
    let mut journal = Journal::open(&path).unwrap();
    journal.connection.pragma_update(None, "query_only", true).unwrap();
    let refused = journal.append(&dana(), at(0), vec![closed("no")]).unwrap_err();
    assert!(matches!(refused, JournalError::NotWritable { .. }), "{refused:?}");
}

#[test]
fn a_newer_format_is_refused_in_words() {
    let (_folder, path) = place();
    written(&path);
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 7).unwrap();
    for refused in [Journal::open(&path).unwrap_err(), Reader::open(&path).unwrap_err()] {
        assert!(refused.to_string().contains("format 7"), "{refused}");
    }
}

#[test]
fn a_fact_of_a_newer_tminus_is_an_error_and_still_verifies_and_exports() {
    let (_folder, path) = place();
    let mut journal = Journal::open(&path).unwrap();
    journal.append(&dana(), at(0), vec![closed("known")]).unwrap();
    super::entry::tests::append_unknown(&mut journal.connection);
    let refused = journal.records(0).unwrap_err();
    assert!(refused.to_string().starts_with("entry 2 of the journal is a `moon.landed`"), "{refused}");
    assert_eq!(verify(&path).unwrap().count, 2);
    let mut out = Vec::new();
    export(&path, &mut out).unwrap();
    assert!(String::from_utf8(out).unwrap().lines().last().unwrap().contains("\"kind\":\"moon.landed\""));
}

#[test]
fn a_file_of_something_else_is_refused_and_left_alone() {
    let folder = TempDir::new().unwrap();
    let (text, database) = (folder.path().join("notes.db"), folder.path().join("other.db"));
    std::fs::write(&text, "these are my notes, and not a database at all".repeat(50)).unwrap();
    Connection::open(&database).unwrap().execute_batch("CREATE TABLE mine (x)").unwrap();
    for path in [&text, &database] {
        let before = std::fs::read(path).unwrap();
        assert!(matches!(Journal::open(path), Err(JournalError::Foreign(_))));
        assert_eq!(std::fs::read(path).unwrap(), before);
    }
}

#[test]
fn no_journal_is_said_and_none_is_made() {
    let (_folder, path) = place();
    assert!(matches!(Reader::open(&path), Err(JournalError::Missing(_))));
    assert_eq!(verify(&path).unwrap_err().seq, None);
    assert!(!path.exists());
}

#[test]
fn the_export_carries_the_chain() {
    let (_folder, path) = place();
    written(&path);
    let mut out = Vec::new();
    let verified = export(&path, &mut out).unwrap();
    let lines: Vec<serde_json::Value> =
        String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[3]["hash"], verified.head.as_str());
    assert_eq!(lines[3]["previous"], lines[2]["hash"]);
    assert_eq!(lines[1]["kind"], "gate.approved");
    assert_eq!(lines[1]["who"]["host"], "bastion");
    assert_eq!(lines[1]["fact"]["fact"]["approved"]["note"], "looks good");
}
