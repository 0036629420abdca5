//! A key that is accepted is obeyed, or refused by name: no field of the plan is read by nobody.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Fields of kinds that are not available as a whole, with the word that the refusal uses for the kind.
const OF_ABSENT_KINDS: [(&str, &str); 4] = [
    ("issuer", "AppStoreConnect"),
    ("key_id", "AppStoreConnect"),
    ("region", "CloudWatch"),
    ("selector", "Kubernetes"),
];

/// Where a field's name does not mean that anything obeys it: reading, describing, linting, writing a first plan.
const ONLY_READ: [&str; 7] = [
    "core/plan",
    "core/grammar",
    "core/kinds",
    "core/lint",
    "cli/init",
    "cli/client/unavailable.rs",
    "cli/commands/lint.rs",
];

/// What a kind does with its own settings without obeying them: it reads them, says them, and finds them empty.
const ONLY_SAID: [&str; 4] = ["read", "touch", "asks", "asks_nothing"];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Returns what a kind's file makes of its settings.
fn obeyed_by_kind(path: &Path) -> String {
    let mut is_obeying = false;
    let text = code(path);
    let lines = text.lines().filter(|line| {
        let function = line.trim_start().trim_start_matches("pub ").strip_prefix("fn ");
        let name = function.and_then(|rest| rest.split(['(', '<']).next());
        is_obeying = name.map_or(is_obeying && !line.starts_with('}'), |name| !ONLY_SAID.contains(&name));
        is_obeying
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(word)
        .any(|(at, _)| !is_part(text[..at].chars().next_back()) && !is_part(text[at + word.len()..].chars().next()))
}

/// Returns the fields of the plan's structs and variants, with the file that they stand in.
fn fields() -> BTreeMap<String, PathBuf> {
    let mut files = Vec::new();
    sources(&root().join("core/plan"), &mut files);
    sources(&root().join("core/kinds"), &mut files);
    let mut fields = BTreeMap::new();
    for file in files {
        for line in code(&file).lines().filter(|line| line.starts_with("    ")) {
            let line = line.trim_start().trim_start_matches("pub ");
            let Some((name, rest)) = line.split_once(": ") else { continue };
            let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            let is_type = rest.ends_with(',') && rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '(');
            if is_name && is_type {
                fields.insert(name.to_owned(), file.clone());
            }
        }
    }
    fields
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

#[test]
fn every_key_of_the_plan_is_obeyed_or_refused_by_name() {
    let mut files = Vec::new();
    sources(&root(), &mut files);
    let obeys = |path: &&PathBuf| !ONLY_READ.iter().any(|part| path.to_string_lossy().contains(part));
    let mut obeying: String = files.iter().filter(obeys).map(|path| code(path)).collect();
    let of_kinds = files.iter().filter(|path| path.to_string_lossy().contains("core/kinds"));
    obeying.extend(of_kinds.map(|path| obeyed_by_kind(path)));
    let refused = code(&root().join("cli/client/unavailable.rs")) + &code(&root().join("cli/client/real.rs"));
    let fields = fields();
    assert!(fields.len() > 90, "{fields:?}");
    let is_obeyed = |name: &str| {
        let of_kind = OF_ABSENT_KINDS.iter().find(|(field, _)| *field == name);
        has_word(&obeying, name)
            || has_word(&refused, name)
            || of_kind.is_some_and(|(_, kind)| !obeying.contains(&format!("{kind} {{ {name}")))
    };
    // the linter itself obeys what it is told to accept
    let inert: Vec<_> = fields.keys().filter(|name| *name != "lint_ok" && !is_obeyed(name)).collect();
    assert!(inert.is_empty(), "nothing obeys {inert:?}: obey them, or name them in cli/client/unavailable.rs");
}
