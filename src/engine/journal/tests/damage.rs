//! What was changed, cut or smuggled in shows.

use super::*;

#[test]
fn every_flipped_byte_of_an_entry_is_named() {
    let (_folder, path) = place();
    written(&path);
    let connection = Connection::open(&path).unwrap();
    for guard in ["entry_is_never_changed", "entry_is_never_removed", "entry_is_only_added"] {
        connection.execute_batch(&format!("DROP TRIGGER {guard}")).unwrap();
    }
    let reader = JournalReader::open(&path).unwrap();
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
fn a_copy_without_the_write_ahead_log_misses_what_was_written() {
    let (folder, path) = place();
    let mut journal = Journal::open(&path).unwrap();
    let closed = ReleaseFact::Closed { version: Version::parse("1.0.0").unwrap(), note: String::new(), unmerged: None };
    journal.append(&Who::engine(), Timestamp::UNIX_EPOCH, vec![Fact::Release(closed)]).unwrap();
    let copy = folder.path().join("copy.db");
    std::fs::copy(&path, &copy).unwrap();
    std::fs::copy(HeadWitness::path(&path), HeadWitness::path(&copy)).unwrap();
    let cut = JournalReader::open(&copy).unwrap_err();
    assert!(matches!(&cut, JournalError::Cut { found: 0, witness, .. } if witness.count == 1), "{cut}");
}
