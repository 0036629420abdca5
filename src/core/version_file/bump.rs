//! Raising every version file of a plan at once, and the lock files that repeat what they say.

use super::cargo_lock::{self, manifest};
use super::matches::UnreadVersion;
use super::raise::{RaisedValue, raise};
use super::read::places;
use crate::branch::VersionEdit;
use crate::names::Version;
use crate::plan::VersionFile;
use std::collections::{BTreeMap, BTreeSet};

/// The locks of npm that lie beside a `package.json`.
const NPM_LOCKS: [&str; 2] = ["package-lock.json", "npm-shrinkwrap.json"];

/// Where such a lock says the version of its own package: at its top, and in the list that newer ones have.
const NPM_KEYS: [&str; 2] = ["version", "packages..version"];

/// What the files of one commit hold, by their paths.
pub type BumpFiles = BTreeMap<String, Vec<u8>>;

/// The files of a bump once it is done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RaisedFiles {
    /// What changes, in the order of the files.
    pub edits: Vec<VersionEdit>,
    /// What the files that change hold then.
    pub contents: BumpFiles,
}

/// Returns the files of a commit that have to be read beside those of the plan: locks, and the manifests that tell which
/// packages of a lock are meant.
pub fn beside(plan: &[VersionFile], tree: &[String]) -> Vec<String> {
    let mut found = BTreeSet::new();
    for place in plan {
        let (folder, name) = split(&place.file);
        match name {
            "package.json" => found.extend(NPM_LOCKS.iter().map(|lock| join(folder, lock))),
            "Cargo.toml" => {
                let Some(lock) = lock_of(&place.file, tree) else { continue };
                found.extend(
                    tree.iter()
                        .filter(|file| split(file).1 == "Cargo.toml" && lock_of(file, tree) == Some(lock))
                        .cloned(),
                );
                found.insert(lock.clone());
            }
            _ => {}
        }
    }
    let is_there = |file: &String| tree.contains(file) && plan.iter().all(|place| place.file != *file);
    found.into_iter().filter(is_there).collect()
}

/// Raises the version in every file of the plan, and in the locks beside them.
///
/// # Errors
/// Every reason why one of them cannot be changed, by its name and line: then none is.
pub fn raise_all(
    plan: &[VersionFile],
    files: &BumpFiles,
    (to, tag): (&Version, Option<&str>),
) -> Result<RaisedFiles, Vec<String>> {
    let (mut now, mut edits, mut refused) = (files.clone(), Vec::new(), Vec::new());
    let mut take =
        |now: &mut BumpFiles, file: &str, raised: Result<(Vec<u8>, Vec<RaisedValue>), UnreadVersion>| match raised {
            Ok((bytes, values)) => {
                now.insert(file.to_owned(), bytes);
                let edit = |RaisedValue { line, from, to }| VersionEdit { file: file.to_owned(), line, from, to };
                edits.extend(values.into_iter().map(edit));
            }
            Err(UnreadVersion { line: Some(line), why }) => refused.push(format!("{file}:{line}: {why}")),
            Err(UnreadVersion { line: None, why }) => refused.push(format!("{file}: {why}")),
        };
    for (file, key) in values(plan, files) {
        let Some(bytes) = now.get(&file).cloned() else {
            take(&mut now, &file, Err(UnreadVersion::whole("git does not track it")));
            continue;
        };
        take(&mut now, &file, raise((&file, &bytes, &key), (to, tag)));
    }
    for (lock, names) in cargo_locks(plan, files) {
        let Some(bytes) = now.get(&lock).cloned() else { continue };
        take(&mut now, &lock, cargo_lock::raise(&bytes, &names, to.as_str()));
    }
    if !refused.is_empty() {
        return Err(refused);
    }
    let contents = now.into_iter().filter(|(file, bytes)| files.get(file) != Some(bytes)).collect();
    edits.sort_by(|one, other| (&one.file, one.line).cmp(&(&other.file, other.line)));
    Ok(RaisedFiles { edits, contents })
}

/// Returns each file and key, those of the locks of npm that lie beside or are named among them.
fn values(plan: &[VersionFile], files: &BumpFiles) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut add = |file: String, key: &str| {
        let value = (file, key.to_owned());
        if !found.contains(&value) {
            found.push(value);
        }
    };
    for VersionFile { file, key } in plan {
        add(file.clone(), key);
        let (folder, name) = split(file);
        let is_own = NPM_KEYS.contains(&key.as_str());
        let beside = NPM_LOCKS.iter().map(|lock| join(folder, lock)).filter(|_| name == "package.json" && is_own);
        let named = NPM_LOCKS.contains(&name).then(|| file.clone()).filter(|_| is_own);
        for lock in beside.chain(named) {
            let has = |key: &str| {
                files.get(&lock).is_some_and(|bytes| places(&lock, bytes, key).map_or(true, |p| !p.is_empty()))
            };
            NPM_KEYS.iter().filter(|key| has(key)).for_each(|key| add(lock.clone(), key));
        }
    }
    found
}

/// Returns each `Cargo.lock`, and the packages in it whose version the plan's manifests say.
fn cargo_locks(plan: &[VersionFile], files: &BumpFiles) -> BTreeMap<String, BTreeSet<String>> {
    let tree: Vec<String> = files.keys().cloned().collect();
    let mut locks: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for VersionFile { file, key } in plan.iter().filter(|place| split(&place.file).1 == "Cargo.toml") {
        let Some(lock) = lock_of(file, &tree) else { continue };
        let of_workspace = files.iter().filter(|(path, _)| {
            key == "workspace.package.version" && split(path).1 == "Cargo.toml" && lock_of(path, &tree) == Some(lock)
        });
        let inherited = of_workspace.filter_map(|(_, bytes)| manifest(bytes)).filter(|package| package.is_inheriting);
        let own = files.get(file).filter(|_| key == "package.version").and_then(|bytes| manifest(bytes));
        locks.entry(lock.clone()).or_default().extend(inherited.chain(own).map(|package| package.name));
    }
    locks
}

/// Returns the lock of a manifest: in its folder, or the nearest above.
fn lock_of<'a>(manifest: &str, tree: &'a [String]) -> Option<&'a String> {
    let mut folder = split(manifest).0;
    loop {
        let lock = join(folder, "Cargo.lock");
        if let Some(found) = tree.iter().find(|file| **file == lock) {
            return Some(found);
        }
        if folder.is_empty() {
            return None;
        }
        folder = split(folder).0;
    }
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(files: &[(&str, &str)]) -> BumpFiles {
        files.iter().map(|(file, text)| ((*file).to_owned(), text.as_bytes().to_vec())).collect()
    }

    fn plan(places: &[(&str, &str)]) -> Vec<VersionFile> {
        places.iter().map(|(file, key)| VersionFile { file: (*file).to_owned(), key: (*key).to_owned() }).collect()
    }

    fn raised(places: &[(&str, &str)], before: &[(&str, &str)]) -> Result<RaisedFiles, Vec<String>> {
        raise_all(&plan(places), &files(before), (&Version::parse("1.0.0").unwrap(), Some("v1.0.0")))
    }

    /// `@` stands for the version that is raised.
    fn becomes(places: &[(&str, &str)], texts: &[(&str, &str)]) {
        let with = |version: &str| -> BumpFiles {
            texts.iter().map(|(file, text)| ((*file).to_owned(), text.replace('@', version).into_bytes())).collect()
        };
        let mut now = with("0.9.4");
        let raised = raise_all(&plan(places), &now, (&Version::parse("1.0.0").unwrap(), None)).unwrap();
        now.extend(raised.contents);
        assert_eq!(now, with("1.0.0"));
    }

    #[test]
    fn the_lock_of_npm_follows_in_both_of_its_places_and_in_no_dependency() {
        let package = ("web/package.json", "{\"version\":\"@\",\"dependencies\":{\"a\":\"0.9.4\"}}");
        for lock in [
            "{\"version\":\"@\",\"lockfileVersion\":1,\"dependencies\":{\"a\":{\"version\":\"0.9.4\"}}}",
            "{\"version\":\"@\",\"lockfileVersion\":2,\"packages\":{\"\":{\"version\":\"@\"},\"node_modules/a\":{\"version\":\"0.9.4\"}},\"dependencies\":{\"a\":{\"version\":\"0.9.4\"}}}",
            "{\"lockfileVersion\":3,\"packages\":{\"\":{\"version\":\"@\"},\"node_modules/a\":{\"version\":\"0.9.4\"}}}",
        ] {
            becomes(&[("web/package.json", "version")], &[package, ("web/package-lock.json", lock)]);
        }
        let lock = "{\"version\":\"@\",\"packages\":{\"\":{\"version\":\"@\"}}}";
        becomes(&[("package-lock.json", "version")], &[("package-lock.json", lock)]);
    }

    #[test]
    fn the_lock_of_cargo_follows_for_the_packages_that_the_manifests_say() {
        let lock = "[[package]]\nname = \"app\"\nversion = \"@\"\ndependencies = [\n \"dep\",\n]\n\n[[package]]\nname = \"dep\"\nversion = \"0.9.4\"\nsource = \"registry+x\"\n\n[[package]]\nname = \"own\"\nversion = \"0.9.4\"\n\n[[package]]\nname = \"lib\"\nversion = \"@\"\n";
        let texts = [
            (
                "Cargo.toml",
                "[workspace.package]\nversion = \"@\"\n[package]\nname = \"app\"\nversion.workspace = true\n",
            ),
            ("Cargo.lock", lock),
            ("lib/Cargo.toml", "[package]\nname = \"lib\"\nversion = { workspace = true }\n"),
            ("own/Cargo.toml", "[package]\nname = \"own\"\nversion = \"0.9.4\"\n"),
        ];
        becomes(&[("Cargo.toml", "workspace.package.version")], &texts);
        let tree: Vec<String> = texts.iter().map(|(file, _)| (*file).to_owned()).collect();
        let read = beside(&plan(&[("Cargo.toml", "workspace.package.version")]), &tree);
        assert_eq!(read, ["Cargo.lock", "lib/Cargo.toml", "own/Cargo.toml"]);
    }

    #[test]
    fn one_file_that_cannot_be_raised_leaves_all_as_they_are_and_each_reason_is_named() {
        let refused = raised(
            &[("VERSION", "version"), ("a.yaml", "version"), ("gone", "version")],
            &[("VERSION", "0.9.4\n"), ("a.yaml", "version: 0.9.4\n---\nversion: 0.9.3\n")],
        );
        let refused = refused.unwrap_err();
        assert_eq!(refused.len(), 2, "{refused:?}");
        assert!(refused[0].starts_with("a.yaml:3: version occurs 2 times"), "{refused:?}");
        assert_eq!(refused[1], "gone: git does not track it");
    }

    #[test]
    fn a_lock_that_tells_packages_apart_by_their_version_is_refused() {
        let refused = raised(
            &[("Cargo.toml", "package.version")],
            &[
                ("Cargo.toml", "[package]\nname = \"app\"\nversion = \"0.9.4\"\n"),
                (
                    "Cargo.lock",
                    "[[package]]\nname = \"b\"\nversion = \"1.0.0\"\ndependencies = [\n \"app 0.9.4\",\n]\n",
                ),
            ],
        );
        let why = "Cargo.lock:5: it tells packages of one name apart by their version: `cargo update --workspace` writes it anew";
        assert_eq!(refused.unwrap_err(), [why]);
    }

    #[test]
    fn files_that_all_say_the_version_come_to_nothing() {
        assert_eq!(raised(&[("VERSION", "version")], &[("VERSION", "v1.0.0\n")]), Ok(RaisedFiles::default()));
    }
}
