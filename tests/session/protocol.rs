//! What goes over the socket, held against the number that two builds compare.

use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use tminus_engine::session::wire::PROTOCOL;

/// The crates whose types go over the socket.
const ROOMS: [&str; 2] = ["src/core", "src/engine"];

/// Where something is serialised in another way than by a derive of its own: names and safe texts, which are strings, and the rules of the
/// linter and the answers of other people's services, which are not sent. A family of kinds is taken where its list is, the
/// settings of a kind where they are said.
const APART: [&str; 7] = [
    "src/core/names.rs",
    "src/core/lint/rule.rs",
    "src/core/json_tree.rs",
    "src/core/mask/safe.rs",
    "src/core/kinds/family.rs",
    "src/core/kinds/settings.rs",
    "src/core/kinds/repository/acts.rs",
];

/// The number and the shape that it was given to. Where this fails, the shape of a frame, a fact or the fold has changed, so
/// that two builds of one number would misread each other: raise `PROTOCOL` with it.
const GIVEN: (u32, &str) = (10, "f3094701641b4212");

#[test]
fn whoever_changes_what_goes_over_the_socket_raises_the_protocol() {
    let mut shapes = BTreeSet::new();
    for room in ROOMS {
        collect(Path::new(env!("CARGO_MANIFEST_DIR")).join(room).as_path(), &mut shapes);
    }
    assert!(shapes.iter().any(|shape| shape.contains("pub enum Fact {")), "the facts are among them");
    assert!(shapes.iter().any(|shape| shape.contains("pub struct Welcome {")), "the frames are among them");
    let mut hash = Sha256::new();
    for shape in &shapes {
        hash.update(shape.as_bytes());
    }
    let hash: String = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    assert_eq!((PROTOCOL, hash.as_str()), GIVEN, "{} types", shapes.len());
}

fn collect(folder: &Path, shapes: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, shapes);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let is_apart = APART.iter().any(|apart| path.ends_with(apart));
            assert!(is_apart || overlooked(&text).is_none(), "{}: {:?}", path.display(), overlooked(&text));
            shapes.extend(serialised(&text));
        }
    }
}

/// Returns the types of a file that are read or written, as they are declared, without what is said of them.
fn serialised(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let is_one =
        |line: &str| line.starts_with("#[derive(") && (line.contains("Serialize") || line.contains("Deserialize"));
    let is_family = |line: &str| matches!(line, "family! {" | "acts! {" | "settings! {");
    let begins = lines.iter().enumerate().filter(|(_, line)| is_one(line) || is_family(line)).map(|(at, _)| at);
    let item = |at: usize| {
        let ends = |line: &&str| *line == "}" || (!line.starts_with([' ', '#', '}']) && line.ends_with([';', '}']));
        let count = lines[at..].iter().position(ends).expect("a type ends");
        // Behind the type of a setting stands its key, which the plan file has and the socket does not.
        let is_settings = lines[at] == "settings! {";
        let shape = |line: &str| line.split(" = ").next().filter(|_| is_settings).unwrap_or(line).to_owned();
        lines[at..=at + count].iter().map(|line| shape(line) + "\n").collect()
    };
    begins.map(item).collect()
}

/// Returns a line that makes a type read or written in another way than a derive on one line before it.
fn overlooked(text: &str) -> Option<&str> {
    let is_named = |line: &str| line.contains("Serialize") || line.contains("Deserialize");
    let is_derive = |line: &str| line.trim_start().starts_with("#[derive(");
    let is_set_in = |line: &str| is_derive(line) && line.starts_with(' ') && is_named(line);
    let is_folded = |line: &str| is_derive(line) && line.ends_with('(');
    let is_by_hand = |line: &str| line.starts_with("impl") && is_named(line) && line.contains(" for ");
    text.lines().find(|line| is_set_in(line) || is_folded(line) || is_by_hand(line))
}

#[test]
fn what_is_serialised_in_another_way_is_not_overlooked() {
    for text in ["    #[derive(Serialize)]\n", "#[derive(\n    Serialize,\n)]\n", "impl Serialize for One {\n"] {
        assert!(overlooked(text).is_some(), "{text}");
    }
    assert_eq!(
        overlooked("use serde::Serialize;\n#[derive(Serialize)]\nstruct One;\nfn say<T: Serialize>() {}\n"),
        None
    );
}

#[test]
fn a_declaration_is_taken_whole_and_without_its_words() {
    let text = "//! A file.\n\n/// One.\n#[derive(Clone, Serialize)]\npub struct One {\n    /// Its part.\n    pub part: u8,\n}\n\n\
                #[derive(Clone)]\nstruct Other;\n#[derive(Deserialize)]\n#[serde(transparent)]\npub struct Two(u8);\n";
    let one = "#[derive(Clone, Serialize)]\npub struct One {\n    pub part: u8,\n}\n";
    assert_eq!(serialised(text), [one, "#[derive(Deserialize)]\n#[serde(transparent)]\npub struct Two(u8);\n"]);
}
