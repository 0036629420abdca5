//! Written, read back, locked, refused: one journal from its opening on.

use super::*;

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
    let reader = JournalReader::open(&path).unwrap();
    assert_eq!(reader.head().unwrap(), Head { seq: 0, hash: "0".repeat(64) });
    let records = journal.append(&dana(), at(0), vec![closed("now")]).unwrap();
    assert_eq!(reader.records(0).unwrap(), records);
    assert_eq!(reader.head().unwrap().hash, reader.verify().unwrap().head);
}

#[test]
fn a_reader_cannot_write() {
    let (_folder, path) = place();
    written(&path);
    let connection = crate::journal::store::open_to_read(&path).unwrap();
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
    for refused in [Journal::open(&path).unwrap_err(), JournalReader::open(&path).unwrap_err()] {
        assert!(refused.to_string().contains("format 7"), "{refused}");
    }
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
    assert!(matches!(JournalReader::open(&path), Err(JournalError::Missing(_))));
    assert_eq!(verify(&path).unwrap_err().seq, None);
    assert!(!path.exists());
}
