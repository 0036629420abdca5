//! A journal that is taken away, cut or exchanged, beneath its writer and while nobody writes.

use super::{House, deploy, try_journal, version, who};
use jiff::Timestamp;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tminus::domain::command::{Command, RefusalKind};
use tminus::domain::fact::{Fact, ReleaseFact};
use tminus::journal::{HeadWitness, Journal, JournalError, Meddled, Reader, verify};

fn place() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("project").join("journal.db");
    (folder, path)
}

fn closed(note: &str) -> Fact {
    Fact::Release(ReleaseFact::Closed { version: version("1.0.0"), note: note.into() })
}

fn write(journal: &mut Journal, notes: &[&str]) -> Result<(), JournalError> {
    journal.append(&who("dana"), Timestamp::UNIX_EPOCH, notes.iter().map(|note| closed(note)).collect()).map(drop)
}

/// What is done to the files of a journal.
type Meddling = fn(&Path);

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

fn remove(path: &Path) {
    for end in ["", "-wal", "-shm"] {
        drop(fs::remove_file(beside(path, end)));
    }
}

fn replace(path: &Path) {
    fs::write(beside(path, ".other"), b"something else").unwrap();
    fs::rename(beside(path, ".other"), path).unwrap();
}

fn cut(path: &Path) {
    fs::write(path, b"").unwrap();
}

fn cut_the_log(path: &Path) {
    fs::write(beside(path, "-wal"), b"").unwrap();
}

#[test]
fn a_writer_whose_journal_was_taken_away_or_changed_writes_nothing_more() {
    let cases: [(Meddling, Meddled); 5] = [
        (remove, Meddled::Removed),
        (replace, Meddled::Replaced),
        (cut, Meddled::Changed),
        (cut_the_log, Meddled::Changed),
        (|path| fs::remove_file(path.with_extension("lock")).unwrap(), Meddled::Unlocked),
    ];
    for (meddle, expected) in cases {
        let (_folder, path) = place();
        let mut journal = try_journal(&path).unwrap();
        write(&mut journal, &["first"]).unwrap();
        journal.check().unwrap();
        // Whoever reads meanwhile changes nothing.
        assert_eq!(verify(&path).unwrap().count, 1);
        journal.check().unwrap();
        meddle(&path);
        let refused = write(&mut journal, &["second"]).unwrap_err();
        assert!(matches!(&refused, JournalError::Meddled { how, .. } if *how == expected), "{expected:?}: {refused}");
        journal.close();
    }
}

#[test]
fn what_a_removed_journal_held_is_saved_beside_it_and_can_be_put_back() {
    let (_folder, path) = place();
    let mut journal = try_journal(&path).unwrap();
    write(&mut journal, &["first", "second"]).unwrap();
    remove(&path);
    let Err(JournalError::Meddled { rescued: Some(copy), .. }) = journal.check() else { panic!("nothing was saved") };
    assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    journal.close();
    let refused = Reader::open(&path).unwrap_err().to_string();
    assert!(refused.contains("is gone: 2 entries") && refused.contains(&format!("mv {}", copy.display())), "{refused}");
    fs::rename(copy, &path).unwrap();
    assert_eq!(verify(&path).unwrap().count, 2);
    Reader::open(&path).unwrap().compare().unwrap();
}

#[test]
fn a_journal_that_is_gone_or_older_than_it_was_is_not_taken_for_a_new_one() {
    let (folder, path) = place();
    write(&mut try_journal(&path).unwrap(), &["1", "2", "3", "4"]).unwrap();
    let old = folder.path().join("old.db");
    fs::copy(&path, &old).unwrap();
    write(&mut try_journal(&path).unwrap(), &["fifth"]).unwrap();
    fs::copy(&old, &path).unwrap();
    let refused = try_journal(&path).unwrap_err();
    assert!(matches!(&refused, JournalError::Cut { found: 4, witness, .. } if witness.count == 5), "{refused}");
    assert_eq!(Reader::open(&path).unwrap().records(0).unwrap().len(), 4, "it can be read all the same");
    remove(&path);
    for refused in [try_journal(&path).unwrap_err(), Reader::open(&path).unwrap_err()] {
        assert!(matches!(&refused, JournalError::Gone { witness, .. } if witness.count == 5), "{refused}");
        assert!(refused.to_string().contains("journal.head"), "{refused}");
    }
    assert!(!path.exists(), "no new one was begun");
    // A person decides to begin anew.
    fs::remove_file(HeadWitness::path(&path)).unwrap();
    try_journal(&path).unwrap();
}

#[test]
fn a_witness_that_a_power_cut_left_behind_or_emptied_harms_nobody() {
    let (_folder, path) = place();
    write(&mut try_journal(&path).unwrap(), &["1", "2", "3", "4"]).unwrap();
    let witness = fs::read(HeadWitness::path(&path)).unwrap();
    write(&mut try_journal(&path).unwrap(), &["fifth"]).unwrap();
    for left in [witness.as_slice(), b"", b"{\"count\":", &[0; 128]] {
        fs::write(HeadWitness::path(&path), left).unwrap();
        try_journal(&path).unwrap();
    }
}

#[tokio::test]
async fn an_engine_whose_journal_is_gone_begins_nothing_and_says_so() {
    let house = House::new("smooth");
    let flight = house.open().await;
    let written = house.records().len();
    remove(&house.journal());
    let refused = flight.start(deploy("staging")).await.unwrap_err();
    assert_eq!(refused.kind, RefusalKind::JournalLost);
    assert!(refused.says.contains("was removed while it was in use"), "{refused}");
    assert!(refused.says.contains(&format!("journal.rescued-{written}.db")), "{refused}");
    assert_eq!(flight.command(Command::Refresh).await.unwrap_err().kind, RefusalKind::JournalLost);
    let (snapshot, events) = flight.attach().await;
    assert!(snapshot.lost.is_some_and(|why| why.contains("was removed")), "who joins is told");
    drop(events);
    flight.end().await;
    let gone = Reader::open(&house.journal()).unwrap_err().to_string();
    assert!(gone.contains(&format!("is gone: {written} entries")), "{gone}");
}

#[tokio::test]
async fn an_engine_that_nobody_asks_anything_notices_at_its_next_look() {
    let house = House::new("smooth");
    let flight = house.open().await;
    let (_, mut events) = flight.attach().await;
    cut(&house.journal());
    // Joining is a look, as the round of an engine that only watches is.
    let (snapshot, _) = flight.attach().await;
    assert!(snapshot.lost.is_some_and(|why| why.contains("was cut or changed by another program")));
    let told = loop {
        if let tminus::engine::News::Event(tminus::domain::telemetry::Event::Telemetry(told)) =
            events.next().await.unwrap()
        {
            break told;
        }
    };
    assert!(matches!(told, tminus::domain::telemetry::Telemetry::JournalLost { .. }), "{told:?}");
}
