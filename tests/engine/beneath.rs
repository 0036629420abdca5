//! A journal that is taken away, cut or exchanged, beneath its writer and while nobody writes.

use super::{House, deploy, try_journal, version, who};
use jiff::Timestamp;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;
use tminus_core::command::{Command, RefusalKind};
use tminus_core::fact::{Fact, ReleaseFact};
use tminus_core::telemetry::{Event, Telemetry};
use tminus_engine::EngineNews;
use tminus_engine::journal::{HeadWitness, Journal, JournalError, JournalReader, Meddled, verify};

fn place() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("project").join("journal.db");
    (folder, path)
}

fn closed(note: &str) -> Fact {
    Fact::Release(ReleaseFact::Closed { version: version("1.0.0"), note: note.into(), unmerged: None })
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
    let refused = JournalReader::open(&path).unwrap_err().to_string();
    assert!(refused.contains("is gone: 2 entries") && refused.contains(&format!("mv {}", copy.display())), "{refused}");
    fs::rename(copy, &path).unwrap();
    assert_eq!(verify(&path).unwrap().count, 2);
    JournalReader::open(&path).unwrap().compare().unwrap();
}

#[test]
fn a_file_that_only_bears_the_name_of_a_saved_copy_is_not_called_one() {
    let (folder, path) = place();
    let mut journal = try_journal(&path).unwrap();
    write(&mut journal, &["first", "second"]).unwrap();
    let copy = path.with_file_name("journal.rescued-2.db");
    let other = folder.path().join("other").join("journal.db");
    write(&mut try_journal(&other).unwrap(), &["another", "journal"]).unwrap();
    remove(&path);
    for left in [&b""[..], b"half a file", &fs::read(&other).unwrap()] {
        fs::write(&copy, left).unwrap();
        let Err(JournalError::Meddled { rescued, .. }) = journal.check() else { panic!("it was not missed") };
        assert_eq!(rescued.as_ref(), Some(&copy));
        assert_eq!(
            JournalReader::open(&copy).unwrap().records(0).unwrap(),
            journal.records(0).unwrap(),
            "{} bytes",
            left.len()
        );
    }
    // Where none can be made, none is named.
    fs::remove_file(&copy).unwrap();
    fs::create_dir(&copy).unwrap();
    let Err(JournalError::Meddled { rescued, .. }) = journal.check() else { panic!("it was not missed") };
    assert_eq!(rescued, None);
    journal.close();
}

#[test]
fn of_several_saved_copies_the_one_with_the_most_entries_is_named() {
    let (_folder, path) = place();
    write(&mut try_journal(&path).unwrap(), &["first"]).unwrap();
    remove(&path);
    for count in [95, 120] {
        fs::write(path.with_file_name(format!("journal.rescued-{count}.db")), "").unwrap();
    }
    let gone = JournalReader::open(&path).unwrap_err().to_string();
    assert!(gone.contains("mv ") && gone.contains("journal.rescued-120.db"), "{gone}");
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
    assert_eq!(JournalReader::open(&path).unwrap().records(0).unwrap().len(), 4, "it can be read all the same");
    remove(&path);
    for refused in [try_journal(&path).unwrap_err(), JournalReader::open(&path).unwrap_err()] {
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

#[test]
fn a_witness_that_is_older_than_its_journal_knows_as_much_again_once_that_is_opened() {
    let (folder, path) = place();
    write(&mut try_journal(&path).unwrap(), &["1", "2", "3", "4"]).unwrap();
    let older = fs::read(HeadWitness::path(&path)).unwrap();
    write(&mut try_journal(&path).unwrap(), &["fifth"]).unwrap();
    let five = folder.path().join("five.db");
    fs::copy(&path, &five).unwrap();
    write(&mut try_journal(&path).unwrap(), &["sixth"]).unwrap();
    // As from a backup of the folder that was taken while the journal was written.
    fs::write(HeadWitness::path(&path), older).unwrap();
    assert_eq!(HeadWitness::read(&path).unwrap().count, 4);
    drop(try_journal(&path).unwrap());
    assert_eq!(HeadWitness::read(&path).unwrap().count, 6);
    fs::copy(&five, &path).unwrap();
    let refused = try_journal(&path).unwrap_err();
    assert!(matches!(&refused, JournalError::Cut { found: 5, witness, .. } if witness.count == 6), "{refused}");
}

#[test]
fn a_disk_that_is_full_when_the_witness_is_written_holds_up_no_entry() {
    let (_folder, path) = place();
    fs::create_dir(path.parent().unwrap()).unwrap();
    // Whatever is written there finds the disk full.
    std::os::unix::fs::symlink("/dev/full", HeadWitness::path(&path)).unwrap();
    let mut journal = try_journal(&path).unwrap();
    write(&mut journal, &["first"]).unwrap();
    write(&mut journal, &["second"]).unwrap();
    journal.close();
    assert_eq!(HeadWitness::read(&path), None);
    assert_eq!(verify(&path).unwrap().count, 2);
    JournalReader::open(&path).unwrap().compare().unwrap();
    // There is room again.
    fs::remove_file(HeadWitness::path(&path)).unwrap();
    write(&mut try_journal(&path).unwrap(), &["third"]).unwrap();
    assert_eq!(HeadWitness::read(&path).unwrap().count, 3);
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
    let gone = JournalReader::open(&house.journal()).unwrap_err().to_string();
    assert!(gone.contains(&format!("is gone: {written} entries")), "{gone}");
}

#[tokio::test]
async fn an_engine_that_nobody_asks_anything_notices_at_its_next_look() {
    let house = House::new("smooth").watching();
    let flight = house.open().await;
    // What there was to see is recorded: nothing is written later, which would notice it too.
    flight.command(Command::Refresh).await.unwrap();
    let (_, mut events) = flight.attach().await;
    let written = house.records().len();
    cut(&house.journal());
    let told = async {
        loop {
            match events.next().await.unwrap() {
                EngineNews::Event(Event::Telemetry(Telemetry::JournalLost { failure })) => break failure,
                EngineNews::Event(Event::Fact(record)) => {
                    assert!(record.seq <= written as u64, "{record:?} was written")
                }
                EngineNews::Event(Event::Telemetry(_)) | EngineNews::Resync(_) => {}
            }
        }
    };
    let told = tokio::time::timeout(Duration::from_secs(60), told).await.expect("nobody noticed");
    let told = told.sentence();
    assert!(told.contains("was cut or changed by another program"), "{told}");
    // Whoever joins later is told, too.
    assert!(flight.attach().await.0.lost.is_some_and(|why| told.contains(&why)), "{told}");
}

#[tokio::test]
async fn who_joins_an_engine_makes_it_look_after_its_journal() {
    let house = House::new("smooth");
    let flight = house.open().await;
    cut(&house.journal());
    let (snapshot, _) = flight.attach().await;
    assert!(snapshot.lost.is_some_and(|why| why.contains("was cut or changed by another program")));
}
