//! The journal, tried: the chain, damage, the lock, a crash, a full disk. What the trials share.

mod damage;
mod export;
mod whole;

use super::*;
use jiff::Timestamp;
use rusqlite::Connection;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tminus_core::fact::{Fact, GateFact, ReleaseFact};
use tminus_core::names::{ActionId, Person, Version};
use tminus_core::who::Who;

fn dana() -> Who {
    Who { name: Person::new("dana"), user: "dana".into(), host: "bastion".into() }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000 + second).unwrap()
}

fn closed(note: &str) -> Fact {
    Fact::Release(ReleaseFact::Closed { version: Version::parse("1.0.0").unwrap(), note: note.into(), unmerged: None })
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
