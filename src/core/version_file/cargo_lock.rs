//! The own packages of a `Cargo.lock`: cargo refuses a lock (`--locked`) that says another version than the manifests.

use super::matches::UnreadVersion;
use super::raise::RaisedValue;
use super::read::text;
use std::collections::BTreeSet;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// A package by its manifest.
pub(super) struct OwnPackage {
    pub(super) name: String,
    /// Whether it takes the version of its workspace.
    pub(super) is_inheriting: bool,
}

/// Reads the package of a manifest; nothing where it has none or is no TOML.
pub(super) fn manifest(bytes: &[u8]) -> Option<OwnPackage> {
    let table = DeTable::parse(text(bytes).ok()?).ok()?;
    let package = table.get_ref().get("package")?.get_ref().as_table()?;
    let name = package.get("name")?.get_ref().as_str()?.to_owned();
    let version = package.get("version").map(|version| version.get_ref());
    let inherited = version.and_then(DeValue::as_table).and_then(|version| version.get("workspace"));
    let is_inheriting = inherited.is_some_and(|is| matches!(is.get_ref(), DeValue::Boolean(true)));
    Some(OwnPackage { name, is_inheriting })
}

/// Raises the packages of these names that come from here: those of other sources have a `source`.
///
/// # Errors
/// When the lock cannot be read, or names one of them together with its version.
pub(super) fn raise(
    bytes: &[u8],
    names: &BTreeSet<String>,
    to: &str,
) -> Result<(Vec<u8>, Vec<RaisedValue>), UnreadVersion> {
    let lock = text(bytes)?;
    let (whole, skipped) = (std::str::from_utf8(bytes).unwrap_or_default(), bytes.len() - lock.len());
    let places = own(lock, names)?;
    let (mut out, mut from, mut raised) = (String::new(), 0, Vec::new());
    for (span, version) in places.into_iter().filter(|(_, version)| version != to) {
        let (begin, end) = (span.start + skipped, span.end + skipped);
        let line = whole[..begin].matches('\n').count() + 1;
        if whole.get(begin..end) != Some(&format!("\"{version}\"")) {
            return Err(UnreadVersion::at(line, "it is not written out plainly there"));
        }
        out.push_str(&whole[from..begin]);
        out.push_str(&format!("\"{to}\""));
        from = end;
        raised.push(RaisedValue { line, from: version, to: to.to_owned() });
    }
    out.push_str(&whole[from..]);
    match own(out.trim_start_matches('\u{feff}'), names)?.iter().all(|(_, version)| version == to) {
        true => Ok((out.into_bytes(), raised)),
        false => Err(UnreadVersion::whole(format!("it would not be read as {to} once it is written"))),
    }
}

/// Returns where the versions of the own packages stand, in their order, and what they say.
fn own(lock: &str, names: &BTreeSet<String>) -> Result<Vec<(Range<usize>, String)>, UnreadVersion> {
    let line = |at: usize| lock.get(..at).map_or(0, |before| before.matches('\n').count()) + 1;
    let table = DeTable::parse(lock).map_err(|error| UnreadVersion {
        line: error.span().map(|span| line(span.start)),
        why: format!("it is not TOML: {}", error.message()),
    })?;
    let packages = table.get_ref().get("package").and_then(|list| list.get_ref().as_array());
    let mut found = Vec::new();
    for package in packages.into_iter().flatten() {
        let Some(package) = package.get_ref().as_table() else { continue };
        for needed in package.get("dependencies").and_then(|list| list.get_ref().as_array()).into_iter().flatten() {
            let named = needed.get_ref().as_str().and_then(|needed| needed.split_once(' '));
            if named.is_some_and(|(name, rest)| names.contains(name) && !rest.contains('(')) {
                let why =
                    "it tells packages of one name apart by their version: `cargo update --workspace` writes it anew";
                return Err(UnreadVersion::at(line(needed.span().start), why));
            }
        }
        let name = package.get("name").and_then(|name| name.get_ref().as_str()).unwrap_or_default();
        let Some(version) = package.get("version").filter(|_| names.contains(name) && !package.contains_key("source"))
        else {
            continue;
        };
        let Some(says) = version.get_ref().as_str() else { continue };
        found.push((version.span(), says.to_owned()));
    }
    found.sort_by_key(|(span, _)| span.start);
    Ok(found)
}
