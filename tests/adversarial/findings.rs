//! The table of findings names tests that exist.

use crate::slots::{Scarce, take};
use std::fs;
use std::path::Path;

/// Returns the words between backticks in the second column of each row.
fn named() -> Vec<(String, String)> {
    let table = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/findings.md")).unwrap();
    let rows = table
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| finding") && !line.starts_with("| ---"));
    rows.flat_map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let names = cells[2].split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
        assert!(!names.is_empty(), "no test is named: {row}");
        names.into_iter().map(move |name| (cells[1].to_owned(), name)).collect::<Vec<_>>()
    })
    .collect()
}

/// Whether a test, or a case, of that path is in the sources: `adversarial::git::a-case`, `domain::checks::a_test`.
fn exists(path: &str) -> bool {
    let (room, name) = path.rsplit_once("::").unwrap_or(("", path));
    let at = Path::new(env!("CARGO_MANIFEST_DIR"));
    let stem = room.replace("::", "/");
    let files = [format!("tests/{stem}.rs"), format!("tests/{stem}/mod.rs"), format!("src/{stem}.rs")];
    let texts = files.iter().filter_map(|file| fs::read_to_string(at.join(file)).ok());
    let words = [format!("fn {name}("), format!("\"{name}\"")];
    texts.into_iter().any(|text| words.iter().any(|word| text.contains(word)))
}

#[test]
fn every_finding_is_held_by_a_test_that_exists() {
    let _slot = take(Scarce::Processor);
    let missing: Vec<_> = named().into_iter().filter(|(_, test)| !exists(test)).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}
