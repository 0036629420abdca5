//! What Compose makes a configuration of: the compose file, the files that it names, and `.env`. Each has a mark that
//! changes when the file does, so that nobody need ask Compose again to know that nothing has changed.

use super::environment;
use super::tree;
use serde_json::Value;
use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The keys whose values name files that become part of the configuration.
const KEYS: [&str; 4] = ["env_file", "extends", "include", "label_file"];

/// How many files are looked at; a project of more is asked about again and again.
const MOST: usize = 256;

/// How old a change must be to be told from a further one: a file's time is not written more finely than a tick.
const SETTLED: Duration = Duration::from_secs(2);

/// The files and their marks; a missing file has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Inputs {
    files: BTreeMap<PathBuf, Option<Mark>>,
    is_whole: bool,
    is_settled: bool,
}

/// What changes when a file does.
type Mark = (u64, u64, u64, i64, i64, i64, i64);

impl Inputs {
    /// Finds the files that compose files are made of.
    pub(super) fn of(root: &Path, compose_files: &[String]) -> Self {
        let mut found = Self { files: BTreeMap::new(), is_whole: true, is_settled: true };
        found.add(root.join(".env"));
        for file in compose_files.iter().flat_map(|file| environment::files(root, file)) {
            found.add(file);
        }
        let mut open: Vec<PathBuf> = compose_files.iter().map(|file| root.join(file)).collect();
        let bases: Vec<PathBuf> = open.iter().filter_map(|file| file.parent().map(Path::to_owned)).collect();
        while let Some(file) = open.pop() {
            let folder = file.parent().map(Path::to_owned).unwrap_or_default();
            found.add(folder.join(".env"));
            if !found.add(file.clone()) {
                continue;
            }
            let Some(tree) = std::fs::read_to_string(&file).ok().and_then(|text| tree::read(&text).ok()) else {
                continue;
            };
            let mut named = Vec::new();
            collect(&tree, &mut named);
            for name in named {
                // What is filled in, or lies elsewhere, only Compose can tell.
                if name.contains('$') || name.starts_with('~') || name.contains("://") || name.starts_with("git@") {
                    found.is_whole = false;
                    continue;
                }
                for folder in std::iter::once(&folder).chain(&bases) {
                    let path = folder.join(&name);
                    match is_yaml(&path) {
                        true if !found.files.contains_key(&path) => open.push(path),
                        true => {}
                        false => drop(found.add(path)),
                    }
                }
            }
        }
        found
    }

    /// Returns the compose files among them.
    pub(super) fn compose_files(&self) -> impl Iterator<Item = &Path> {
        self.files.keys().map(PathBuf::as_path).filter(|path| is_yaml(path))
    }

    /// Returns the others: `.env` and environment files.
    pub(super) fn env_files(&self) -> impl Iterator<Item = &Path> {
        self.files.keys().map(PathBuf::as_path).filter(|path| !is_yaml(path))
    }

    /// Says whether every file is as it was.
    pub(super) fn are_same(&self) -> bool {
        self.files.iter().all(|(path, mark)| mark_of(path).map(|(mark, _)| mark) == *mark)
    }

    /// Says whether a change of any input is seen by [`Self::are_same`].
    pub(super) const fn are_certain(&self) -> bool {
        self.is_whole && self.is_settled
    }

    /// Says whether all of them are known.
    pub(super) const fn are_whole(&self) -> bool {
        self.is_whole
    }

    /// Takes a file in; says whether it is new here.
    fn add(&mut self, path: PathBuf) -> bool {
        if self.files.contains_key(&path) {
            return false;
        }
        if self.files.len() >= MOST {
            self.is_whole = false;
            return false;
        }
        let mark = mark_of(&path);
        let is_fresh = |at: SystemTime| SystemTime::now().duration_since(at).is_ok_and(|age| age < SETTLED);
        self.is_settled &= !mark.is_some_and(|(_, changed)| is_fresh(changed));
        self.files.insert(path, mark.map(|(mark, _)| mark));
        true
    }
}

fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "yml" || end == "yaml")
}

fn mark_of(path: &Path) -> Option<(Mark, SystemTime)> {
    let found = std::fs::metadata(path).ok()?;
    let changed = found.modified().ok()?;
    let (dev, ino, size) = (found.dev(), found.ino(), found.size());
    Some(((dev, ino, size, found.mtime(), found.mtime_nsec(), found.ctime(), found.ctime_nsec()), changed))
}

/// Collects what may name a file, wherever it stands: one name too many costs a look at a file that is not there.
fn collect(tree: &Value, named: &mut Vec<String>) {
    match tree {
        Value::Object(entries) => {
            for (key, value) in entries {
                if KEYS.contains(&key.as_str()) {
                    texts(value, named);
                }
                collect(value, named);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, named)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn texts(value: &Value, named: &mut Vec<String>) {
    match value {
        Value::String(text) => named.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, named)),
        Value::Object(entries) => entries.values().for_each(|entry| texts(entry, named)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = root.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        root
    }

    const FILES: [(&str, &str); 5] = [
        (
            "ops/c.yml",
            "include: [{path: parts/more.yml}]\nservices:\n  web: {extends: {file: base.yml, service: w}, env_file: [a.env]}\n",
        ),
        ("ops/base.yml", "services:\n  w: {image: x, env_file: {path: b.env}}\n"),
        ("ops/parts/more.yml", "services: {}\n"),
        ("ops/a.env", "A=1\n"),
        ("ops/b.env", "B=1\n"),
    ];

    #[test]
    fn a_change_of_any_file_that_the_configuration_is_made_of_is_seen() {
        for changed in ["ops/c.yml", "ops/base.yml", "ops/parts/more.yml", "ops/a.env", "ops/b.env", "ops/.env", ".env"]
        {
            let root = root(&FILES);
            let before = Inputs::of(root.path(), &["ops/c.yml".to_owned()]);
            assert!(before.are_same() && before.are_whole(), "{changed}");
            std::fs::write(root.path().join(changed), "services: {web: {image: longer}}\n").unwrap();
            assert!(!before.are_same(), "{changed}");
        }
    }

    #[test]
    fn a_file_that_was_changed_just_now_is_not_trusted_yet() {
        let root = root(&FILES);
        assert!(!Inputs::of(root.path(), &["ops/c.yml".to_owned()]).are_certain());
    }

    #[test]
    fn a_name_that_only_compose_can_fill_in_is_not_followed() {
        let root = root(&[("c.yml", "services: {web: {env_file: \"${STAGE}.env\"}}\n")]);
        assert!(!Inputs::of(root.path(), &["c.yml".to_owned()]).are_whole());
    }
}
