//! A journal that an older tminus wrote, with a whole evening in it: cut, waived, failed, deployed, locked, rolled back.
//!
//! The file was written by the last build that was one crate. Whoever changes the shape of a fact finds out here.

use super::who;
use std::fs;
use tminus_core::action::Outcome;
use tminus_core::fact::{Fact, ReleaseFact};
use tminus_core::names::{ArtifactName, EnvName, Version};
use tminus_core::release::{ActionState, Release};
use tminus_engine::journal::{Journal, JournalReader};

const WRITTEN: &[u8] = include_bytes!("../journals/one-crate.db");

/// What `tminus journal verify` of that build said of it.
const HEAD: &str = "b00c9fbe2b792aef56d2f6b3b98c021a41b3e35b7c5424b25ca7053e72ef330c";

#[test]
fn the_journal_of_an_older_build_is_whole_folds_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    fs::write(&path, WRITTEN).unwrap();
    let reader = JournalReader::open(&path).unwrap();
    let verified = reader.verify().unwrap();
    assert_eq!((verified.count, verified.head.as_str()), (117, HEAD));

    let mut release = Release::default();
    reader.records(0).unwrap().iter().for_each(|record| release.apply(record));
    let version = Version::parse("1.0.0").unwrap();
    assert_eq!(release.open_versions(), [&version]);
    let of = |env: &str, outcome: Outcome, verb: &str| (verb.to_owned(), env.to_owned(), outcome);
    let ended = |a: &ActionState| {
        of(
            a.proposal.request.env().map_or("", EnvName::as_str),
            a.ended.as_ref().unwrap().outcome,
            a.proposal.request.verb(),
        )
    };
    assert_eq!(
        release.actions.iter().map(ended).collect::<Vec<_>>(),
        [
            of("", Outcome::Good, "cut"),
            of("staging", Outcome::Good, "deploy"),
            of("staging", Outcome::Failed, "deploy"),
            of("staging", Outcome::Good, "deploy"),
            of("staging", Outcome::Good, "verify"),
            of("staging", Outcome::Good, "verify"),
            of("production", Outcome::Good, "deploy"),
            of("production", Outcome::Good, "deploy"),
            of("production", Outcome::Good, "verify"),
            of("production", Outcome::Good, "roll back"),
        ]
    );
    let waived: Vec<_> = release.waivers.iter().map(|w| (w.item.as_str(), w.reason.as_str())).collect();
    assert_eq!(waived, [("notes", "written by hand tonight"), ("signed", "the letter comes tomorrow")]);
    assert_eq!(release.marks(&version).len(), 1);
    let runs = |env: &str| {
        let place = &release.environments[&EnvName::new(env)].places[&ArtifactName::new("app")];
        place.stays.last().unwrap().delivered.version.to_string()
    };
    assert_eq!((runs("staging"), runs("production")), ("1.0.0".to_owned(), "0.9.0".to_owned()));

    drop(reader);
    let mut journal = Journal::open(&path).unwrap();
    let closed = Fact::Release(ReleaseFact::Closed { version, note: String::new(), unmerged: None });
    journal.append(&who("dana"), "2026-12-01T09:00:00Z".parse().unwrap(), vec![closed]).unwrap();
    journal.records(117).unwrap().iter().for_each(|record| release.apply(record));
    assert_eq!(release.open_versions(), Vec::<&Version>::new());
    journal.close();
    assert_eq!(JournalReader::open(&path).unwrap().verify().unwrap().count, 118);
}
