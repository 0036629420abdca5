//! The wall: reads the sources and fails on whatever stands in the wrong room, or is not shaped as the house is.
//!
//! What Cargo cannot say. The table of the rooms is in `architecture/rules.rs`, and nowhere else.

mod files;
mod planted;
mod rules;
mod shape;
mod source;
mod tokens;
mod types;
mod walls;

use crate::slots::{Scarce, Slot, take};
use source::Source;
use std::path::Path;

/// Where the repository is.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns every source, parsed, for as long as the test has its slot.
fn sources() -> (Vec<Source>, Slot) {
    let slot = take(Scarce::Processor);
    (Source::all(root()), slot)
}

/// Fails with every fault on a line of its own.
fn assert_clean(faults: &[String]) {
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_import_is_in_the_table() {
    let (sources, _slot) = sources();
    assert_clean(&sources.iter().flat_map(walls::imports).collect::<Vec<_>>());
}

#[test]
fn no_circle_of_files() {
    let (sources, _slot) = sources();
    assert_clean(&files::circles(&sources));
}

#[test]
fn only_its_own_file_and_its_service_name_a_kind() {
    let (sources, _slot) = sources();
    assert_clean(&sources.iter().flat_map(walls::kinds).collect::<Vec<_>>());
}

#[test]
fn what_follows_from_the_world_is_worked_out_in_one_file_of_the_cockpit_and_not_for_every_frame() {
    const DERIVED: [&str; 7] =
        ["outlook()", "troubles()", "gate(", "gate_of(", "waivable(", "way_back(", "way_back_to("];
    let (sources, _slot) = sources();
    let is_of_a_frame =
        |path: &str| path.starts_with("src/cockpit/") && !path.contains("/update/") && !path.ends_with("derived.rs");
    let mut asked = Vec::new();
    for source in sources.iter().filter(|source| is_of_a_frame(&source.path)) {
        for (line, text) in source.text.lines().enumerate() {
            let asks =
                |name: &&&str| text.contains(&format!("situation.{name}")) || text.contains(&format!("|s| s.{name}"));
            asked.extend(DERIVED.iter().find(asks).map(|name| format!("{}:{}: {name}", source.path, line + 1)));
        }
    }
    assert_clean(&asked);
}

#[test]
fn every_crate_stands_inside_its_fence() {
    let (sources, _slot) = sources();
    assert_clean(&sources.iter().flat_map(walls::fences).collect::<Vec<_>>());
}

#[test]
fn every_file_has_the_shape_of_the_house() {
    let (sources, _slot) = sources();
    assert_clean(&sources.iter().flat_map(shape::file).collect::<Vec<_>>());
}

#[test]
fn one_name_stands_for_one_type() {
    let (sources, _slot) = sources();
    assert_clean(&types::doubled(&sources));
}

#[test]
fn there_are_seven_crates_and_the_command_line() {
    assert_clean(&shape::crates(&root().join("src")));
}

#[test]
fn every_crate_uses_what_the_table_allows() {
    let manifest = |name: &str| std::fs::read_to_string(root().join("src").join(name).join("Cargo.toml")).unwrap();
    let faults = rules::CRATES.iter().flat_map(|(name, _)| shape::manifest(name, &manifest(name)));
    assert_clean(&faults.collect::<Vec<_>>());
}

#[test]
fn the_top_of_the_repository_holds_only_what_is_listed() {
    assert_clean(&shape::top(root()));
}
