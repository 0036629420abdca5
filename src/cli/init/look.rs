//! Looks through a folder for what a plan can be made of. It opens nothing that is large, linked or secret.

use super::found::{Dockerfile, DotenvFile, GitFindings, InitFindings};
use super::text::may_stand;
use super::{compose, kubernetes, sources};
use color_eyre::eyre::{Result, WrapErr};
use std::fs;
use std::path::Path;
use tminus_services::docker::compose_file;
use tminus_services::git::{is_ignored, survey};

/// How deep folders are looked into.
const DEEPEST: usize = 5;
/// How many files and folders are looked at.
const MOST: usize = 20_000;
/// How long a file may be that is read, in bytes.
const LONGEST: u64 = 512 * 1024;

/// Folders of other people's files, and of what was built.
const LEFT_OUT: [&str; 12] = [
    "node_modules",
    "target",
    "Pods",
    "venv",
    "dist",
    "build",
    "vendor",
    "__pycache__",
    "coverage",
    "DerivedData",
    "site-packages",
    "fixtures",
];

/// Folders of what is never released.
const ASIDE: [&str; 18] = [
    "example",
    "examples",
    "sample",
    "samples",
    "demo",
    "demos",
    "playground",
    "playgrounds",
    "benchmark",
    "benchmarks",
    "test",
    "tests",
    "__tests__",
    "testdata",
    "e2e",
    "detox",
    "fixture",
    "docs",
];

/// How many folders deep a file lies at most that says the version of the whole.
const SHALLOW: usize = 2;

/// Looks through a folder, and asks git about it where it is in a repository.
///
/// # Errors
/// The folder cannot be read, or its repository is damaged or belongs to another user.
pub fn look(root: &Path) -> Result<InitFindings> {
    let mut files = Files { root, paths: Vec::new(), unread: Vec::new(), seen: 0 };
    files.walk("", 0).wrap_err_with(|| format!("reading the folder {} failed", root.display()))?;
    files.paths.sort();
    let git = survey(root).wrap_err("reading the git repository failed")?;
    let folder = fs::canonicalize(root).ok().and_then(|full| Some(full.file_name()?.to_str()?.to_owned()));
    let mut found = InitFindings { folder: folder.unwrap_or_default(), ..InitFindings::default() };
    for path in files.paths.clone() {
        take(&mut files, &path, &mut found);
    }
    for one in &mut found.compose {
        one.project = compose_file(root, &one.file).map(|file| file.project);
    }
    found.git = git.map(|s| GitFindings { branches: s.branches, head: s.head, tags: s.tags, remotes: s.remotes });
    found.unread = files.unread;
    Ok(found)
}

/// Puts one file where it belongs, by its name.
fn take(files: &mut Files<'_>, path: &str, found: &mut InitFindings) {
    let (folder, name) = path.rsplit_once('/').unwrap_or((".", path));
    let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    if sources::may_say_version(name) && !is_aside(folder) && folder.matches('/').count() < SHALLOW {
        found.written.extend(files.read(path).and_then(|text| sources::written(path, name, &text)));
    }
    match name {
        "pyproject.toml" | "package.json" | "Info.plist" if is_aside(folder) => {}
        "Dockerfile" | "Containerfile" => {
            found.dockerfiles.push(Dockerfile { context: folder.to_owned(), name: name.to_owned() });
        }
        "pyproject.toml" => found.python.extend(files.read(path).and_then(|text| sources::python(folder, &text))),
        "package.json" => {
            let runner = files.runner(folder);
            found.node.extend(files.read(path).and_then(|text| sources::node(folder, &text, runner)));
        }
        "Info.plist" => found.plists.extend(files.read(path).and_then(|text| sources::plist(path, &text))),
        "CHANGELOG.md" | "CHANGELOG" | "Changelog.md" | "CHANGES.md" if folder == "." => {
            found.changelog.get_or_insert(path.to_owned());
        }
        _ if is_yaml && is_compose(name) => {
            found.compose.extend(files.read(path).and_then(|text| compose::read(path, &text)));
        }
        _ if is_yaml && kubernetes::is_manifest_folder(folder) => {
            if let Some(text) = files.read(path) {
                kubernetes::add(folder, &text, &mut found.manifests);
            }
        }
        _ if is_dotenv(name) => {
            let is_ignored = is_ignored(files.root, path);
            found.dotenv.push(DotenvFile { file: path.to_owned(), is_ignored });
        }
        _ => {}
    }
}

/// Says whether a folder holds what is not released: examples, tests and the like.
fn is_aside(folder: &str) -> bool {
    folder.split('/').any(|part| ASIDE.contains(&part.to_ascii_lowercase().as_str()))
}

/// Says whether a file is a compose file of its own; Compose itself lays an override over the first.
fn is_compose(name: &str) -> bool {
    let stem = name.trim_end_matches(".yaml").trim_end_matches(".yml");
    if stem.ends_with(".override") {
        return false;
    }
    let rest = stem.strip_prefix("docker-compose").or_else(|| stem.strip_prefix("compose"));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-']))
}

fn is_dotenv(name: &str) -> bool {
    let is_example = ["example", "sample", "template", "dist", "defaults"].iter().any(|word| name.contains(word));
    (name == ".env" || name.starts_with(".env.")) && !is_example
}

struct Files<'a> {
    root: &'a Path,
    paths: Vec<String>,
    unread: Vec<String>,
    seen: usize,
}

impl Files<'_> {
    /// Gathers the files below a folder; links are not followed, so the walk ends and stays inside.
    fn walk(&mut self, folder: &str, depth: usize) -> std::io::Result<()> {
        let mut names: Vec<_> = fs::read_dir(self.root.join(folder))?.filter_map(Result::ok).collect();
        names.sort_by_key(fs::DirEntry::file_name);
        for entry in names {
            let name = entry.file_name();
            // a name that is not UTF-8 cannot stand in a plan
            let (Some(name), Ok(kind)) = (name.to_str(), entry.file_type()) else { continue };
            self.seen += 1;
            if self.seen > MOST {
                return Ok(());
            }
            let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
            if !may_stand(name) {
                self.unread.push(path);
                continue;
            }
            if kind.is_file() {
                self.paths.push(path);
            } else if kind.is_dir() && depth < DEEPEST && !name.starts_with('.') && !LEFT_OUT.contains(&name) {
                // one folder that may not be entered does not hide the others
                if self.walk(&path, depth + 1).is_err() {
                    self.unread.push(path);
                }
            }
        }
        Ok(())
    }

    /// Reads a file that is short enough and text.
    fn read(&mut self, path: &str) -> Option<String> {
        let full = self.root.join(path);
        let is_short = fs::symlink_metadata(&full).is_ok_and(|found| found.is_file() && found.len() <= LONGEST);
        let text = is_short.then(|| fs::read_to_string(&full).ok()).flatten();
        if text.is_none() {
            self.unread.push(path.to_owned());
        }
        text
    }

    fn runner(&self, folder: &str) -> &'static str {
        let has = |name: &str| {
            let path = if folder == "." { name.to_owned() } else { format!("{folder}/{name}") };
            self.paths.contains(&path)
        };
        if has("pnpm-lock.yaml") {
            "pnpm"
        } else if has("yarn.lock") {
            "yarn"
        } else {
            "npm"
        }
    }
}
