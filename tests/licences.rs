//! Every dependency comes from the public registry, under a licence that an MIT program may carry.

use serde_json::Value;
use std::process::Command;

/// Licences that ask for nothing but to be named.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
];

/// Crates that stand under another one, each with the reason why that will do.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("option-ext", "MPL-2.0", "used as it is: the licence asks only that changes to its own files are shown"),
    ("webpki-root-certs", "CDLA-Permissive-2.0", "a list of certificates: the licence asks only for its own text"),
    ("terminfo", "WTFPL", "asks for nothing at all"),
];

const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Returns the packages of the locked build: of every platform in CI, of this one elsewhere, where nothing is fetched.
fn packages() -> Vec<Value> {
    let mut command = Command::new(env!("CARGO"));
    command.args(["metadata", "--format-version", "1", "--locked"]).current_dir(env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("TMINUS_CI").is_none() {
        command.args(["--filter-platform", &host()]);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

fn host() -> String {
    let output = Command::new("rustc").arg("-vV").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned()
}

/// Says whether an SPDX expression can be met with licences that `is_allowed`.
///
/// `OR` binds looser than `AND`; an old `/` is an `OR`.
fn is_met(expression: &str, is_allowed: &dyn Fn(&str) -> bool) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let met = any(&words, &mut at, is_allowed);
    met && at == words.len()
}

fn any(words: &[&str], at: &mut usize, is_allowed: &dyn Fn(&str) -> bool) -> bool {
    let mut met = all(words, at, is_allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        // Not `||`: the right side must be read to its end either way.
        met |= all(words, at, is_allowed);
    }
    met
}

fn all(words: &[&str], at: &mut usize, is_allowed: &dyn Fn(&str) -> bool) -> bool {
    let mut met = one(words, at, is_allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        met &= one(words, at, is_allowed);
    }
    met
}

fn one(words: &[&str], at: &mut usize, is_allowed: &dyn Fn(&str) -> bool) -> bool {
    let Some(word) = words.get(*at) else { return false };
    *at += 1;
    if *word == "(" {
        let met = any(words, at, is_allowed);
        let is_closed = words.get(*at) == Some(&")");
        *at += 1;
        return met && is_closed;
    }
    if words.get(*at) == Some(&"WITH") {
        let exception = words.get(*at + 1).copied().unwrap_or_default();
        *at += 2;
        return is_allowed(&format!("{word} WITH {exception}"));
    }
    is_allowed(word)
}

#[test]
fn every_dependency_comes_from_the_public_registry() {
    for package in packages() {
        let name = package["name"].as_str().unwrap();
        let is_own = package["source"].is_null() && name.split('-').next() == Some("tminus");
        if !is_own {
            assert_eq!(package["source"].as_str(), Some(REGISTRY), "{name}");
        }
    }
}

#[test]
fn every_dependency_may_be_carried_by_an_mit_program() {
    for package in packages() {
        let (name, licence) = (package["name"].as_str().unwrap(), package["license"].as_str().unwrap_or_default());
        let is_excepted = |word: &str| EXCEPTIONS.iter().any(|(crate_, other, _)| *crate_ == name && *other == word);
        let is_allowed = |word: &str| ALLOWED.contains(&word) || is_excepted(word);
        assert!(is_met(licence, &is_allowed), "{name} stands under `{licence}`");
    }
}

#[test]
fn an_expression_is_read_as_it_is_meant() {
    let is_allowed = |word: &str| ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"].contains(&word);
    for good in ["MIT", "MIT OR GPL-3.0", "GPL-3.0/MIT", "(MIT OR GPL-3.0) AND ISC", "GPL-3.0 AND X OR MIT"] {
        assert!(is_met(good, &is_allowed), "{good}");
    }
    assert!(is_met("Apache-2.0 WITH LLVM-exception OR GPL-3.0", &is_allowed));
    for bad in ["", "GPL-3.0", "MIT AND GPL-3.0", "(MIT", "MIT)", "Apache-2.0", "GPL-3.0 OR", "MIT ISC", "AND MIT"] {
        assert!(!is_met(bad, &is_allowed), "{bad}");
    }
}
