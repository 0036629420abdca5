//! Which project a repository is: every clone of it on a machine, whole, shallow or grown together with another history,
//! finds the same state.
//!
//! A state folder remembers in `known-as` under what its project was seen: its name, its first commits, its remotes, and
//! the repositories that it was opened from.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use tminus_core::hex::sha256;

/// The file in a state folder that says what its project was seen as.
pub(super) const FILE: &str = "known-as";

/// What a project is known by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProjectIdentity {
    /// Full names of commits without a parent that its history grew from, the likeliest first.
    pub commits: Vec<String>,
    /// Whether there may be others: the history of a shallow clone ends before its beginning.
    pub is_partial: bool,
    /// The addresses that it was cloned from, without what differs from one person to the next.
    pub remotes: Vec<String>,
    /// The folder that all checkouts of the repository share.
    pub repository: Option<PathBuf>,
    /// The folder of the plan: all that a project outside a repository is known by.
    pub folder: PathBuf,
}

impl ProjectIdentity {
    /// Names a project by its first commit.
    pub fn of_commit(commit: impl Into<String>) -> Self {
        Self { commits: vec![commit.into()], ..Self::default() }
    }

    /// Names a project by its folder.
    pub fn of_folder(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), ..Self::default() }
    }

    /// Returns the lines under which it may be remembered.
    fn lines(&self) -> BTreeSet<String> {
        let commits = self.commits.iter().map(|commit| format!("commit {commit}"));
        let remotes = self.remotes.iter().map(|remote| remote_line(remote));
        let repository = self.repository.iter().map(|dir| repository_line(dir));
        commits.chain(remotes).chain(repository).collect()
    }
}

/// An address may hold a password, so only its hash is kept.
fn remote_line(remote: &str) -> String {
    format!("remote {}", hashed(plain_address(remote).as_bytes()))
}

fn repository_line(dir: &Path) -> String {
    format!("repository {}", hashed(dir.as_os_str().as_encoded_bytes()))
}

fn name_line(name: &str) -> String {
    format!("name {}", hashed(name.as_bytes()))
}

/// Says whether what a folder remembers is of a project of this name. Builds before that of the names wrote none down.
fn is_of(lines: &BTreeSet<String>, name: &str) -> bool {
    lines.contains(&name_line(name)) || !lines.iter().any(|line| line.starts_with("name "))
}

/// Returns the names that a project's folder may have, the one for a new folder first: a name that has to be changed to be
/// one of a folder is told by its hash from others that would come to the same.
fn folders(name: &str, mark: &str) -> [String; 2] {
    let plain = plain_name(name);
    let hash: String = hashed(name.as_bytes()).chars().take(8).collect();
    let (bare, told) = (format!("{plain}-{mark}"), format!("{plain}-{mark}n{hash}"));
    if plain == name { [bare, told] } else { [told, bare] }
}

/// Returns the name of the folder in `home` that holds the project's state, or will hold it.
pub(super) fn state_folder(home: &Path, name: &str, identity: &ProjectIdentity) -> String {
    let is_there = |folder: &String| home.join(folder).is_dir();
    let is_ours = |folder: &String| is_there(folder) && is_of(&read(&home.join(folder)), name);
    let named = |mark: String| {
        let all = folders(name, &mark);
        let free = all.iter().find(|folder| is_ours(folder)).or(all.iter().find(|folder| !is_there(folder)));
        free.unwrap_or(&all[0]).clone()
    };
    let by_commit = || identity.commits.iter().flat_map(|commit| folders(name, &mark_of(commit))).find(is_ours);
    let known = known(home, name);
    let remembered =
        |line: &str| known.iter().find(|(_, lines)| lines.contains(line)).map(|(folder, _)| folder.clone());
    let commits = || identity.commits.iter().find_map(|commit| remembered(&format!("commit {commit}")));
    // Two projects may come from one address; what their histories say goes before it.
    let is_unsure = |lines: &BTreeSet<String>| {
        identity.is_partial || identity.commits.is_empty() || !lines.iter().any(|line| line.starts_with("commit "))
    };
    let remotes = || {
        let asked: Vec<String> = identity.remotes.iter().map(|remote| remote_line(remote)).collect();
        let found = known.iter().find(|(_, lines)| is_unsure(lines) && asked.iter().any(|line| lines.contains(line)));
        found.map(|(folder, _)| folder.clone())
    };
    let of_folder = || named(hashed(canonical(&identity.folder).as_os_str().as_encoded_bytes()));
    let before = || Some(of_folder()).filter(|folder| identity.is_partial && is_ours(folder));
    let new = || match (identity.commits.first(), identity.remotes.first()) {
        (Some(commit), _) if !identity.is_partial => named(mark_of(commit)),
        (_, Some(remote)) => named(hashed(plain_address(remote).as_bytes())),
        (Some(commit), None) => named(mark_of(commit)),
        (None, None) => of_folder(),
    };
    by_commit().or_else(commits).or_else(remotes).or_else(before).unwrap_or_else(new)
}

/// Returns the first commits of the project that a repository was last opened as, so that they need not be looked for.
pub(super) fn remembered_commits(home: &Path, name: &str, repository: &Path) -> Vec<String> {
    let line = repository_line(repository);
    let known = known(home, name);
    let lines = known.iter().find(|(_, lines)| lines.contains(&line)).map(|(_, lines)| lines);
    let commits = lines.into_iter().flatten().filter_map(|line| line.strip_prefix("commit "));
    commits.map(str::to_owned).collect()
}

/// Returns what the file shall say: what a project was seen as, beside what it was seen as before; nothing where it says so.
pub(super) fn remembered(state: &Path, name: &str, identity: &ProjectIdentity) -> Option<String> {
    let before = read(state);
    let mut lines: BTreeSet<String> = before.union(&identity.lines()).cloned().collect();
    lines.insert(name_line(name));
    (lines != before).then(|| lines.iter().map(|line| format!("{line}\n")).collect())
}

/// Returns the state folders of projects with a name, and what each is remembered as.
fn known(home: &Path, name: &str) -> Vec<(String, BTreeSet<String>)> {
    let begin = format!("{}-", plain_name(name));
    let folders = fs::read_dir(home).into_iter().flatten().flatten();
    let names = folders.filter_map(|entry| entry.file_name().into_string().ok());
    // A longer name may begin the same; behind this one are the digits of a mark and nothing else.
    let is_ours = |folder: &String| folder.strip_prefix(&begin).is_some_and(|mark| !mark.contains('-'));
    let mut known: Vec<_> = names.filter(is_ours).map(|folder| (folder.clone(), read(&home.join(&folder)))).collect();
    known.retain(|(_, lines)| is_of(lines, name));
    known.sort();
    known
}

fn read(state: &Path) -> BTreeSet<String> {
    fs::read_to_string(state.join(FILE)).unwrap_or_default().lines().map(str::to_owned).collect()
}

/// Writes an address without scheme, user and ending: `https://github.com/o/r.git` and `git@github.com:o/r` are one.
fn plain_address(url: &str) -> String {
    let (rest, has_scheme) = url.split_once("://").map_or((url, false), |(_, rest)| (rest, true));
    let authority = rest.find(['/', '?']).unwrap_or(rest.len());
    let rest = rest[..authority].rfind('@').map_or(rest, |at| &rest[at + 1..]);
    let (host, path) = match (has_scheme, rest.split_once(':')) {
        (false, Some((host, path))) if !host.contains('/') => (host, path),
        _ => rest.split_once('/').unwrap_or((rest, "")),
    };
    let path = path.trim_matches('/');
    format!("{}/{}", host.to_ascii_lowercase(), path.strip_suffix(".git").unwrap_or(path))
}

/// Makes the plan's name harmless.
fn plain_name(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let plain: Vec<&str> = plain.split('-').filter(|part| !part.is_empty()).collect();
    let short: String = plain.join("-").chars().take(48).collect();
    if short.is_empty() { "project".to_owned() } else { short.trim_end_matches('-').to_owned() }
}

/// Returns the twelve digits that tell namesakes apart.
fn mark_of(commit: &str) -> String {
    let digits = commit.get(..12).filter(|d| d.chars().all(|c| c.is_ascii_hexdigit()));
    digits.map_or_else(|| hashed(commit.as_bytes()), str::to_ascii_lowercase)
}

fn hashed(bytes: &[u8]) -> String {
    sha256(bytes)[..12].to_owned()
}

fn canonical(folder: &Path) -> PathBuf {
    fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "4f2c9e1aa0bb4f2c9e1aa0bb4f2c9e1aa0bb4f2c";
    const OLDER: &str = "1111111111111111111111111111111111111111";

    fn identity(commits: &[&str], remote: &str) -> ProjectIdentity {
        let commits: Vec<String> = commits.iter().map(|commit| (*commit).to_owned()).collect();
        let remotes = if remote.is_empty() { Vec::new() } else { vec![remote.to_owned()] };
        ProjectIdentity { is_partial: commits.is_empty(), commits, remotes, ..ProjectIdentity::default() }
    }

    fn remember(state: &Path, name: &str, identity: &ProjectIdentity) {
        if let Some(text) = remembered(state, name, identity) {
            fs::write(state.join(FILE), text).unwrap();
        }
    }

    /// Opens a project, and returns the folder of its state.
    fn open(home: &Path, identity: &ProjectIdentity) -> String {
        let folder = state_folder(home, "App", identity);
        fs::create_dir_all(home.join(&folder)).unwrap();
        remember(&home.join(&folder), "App", identity);
        folder
    }

    #[test]
    fn a_project_is_its_name_and_its_first_commit() {
        let home = tempfile::tempdir().unwrap();
        let of = |name: &str| state_folder(home.path(), name, &ProjectIdentity::of_commit(FIRST.to_uppercase()));
        assert_eq!(of("bayit-plus"), "bayit-plus-4f2c9e1aa0bb");
        assert!(of("Bayit Plus / 2").starts_with("bayit-plus-2-4f2c9e1aa0bbn"), "{}", of("Bayit Plus / 2"));
        let alike = ["shop-api", "shop.api", "Shop-API", "shop api", "shop--api", "-shop-api", "שלום", "project", ""];
        let all: BTreeSet<String> = alike.iter().map(|name| of(name)).collect();
        assert_eq!(all.len(), alike.len(), "{all:?}");
    }

    #[test]
    fn a_folder_of_an_earlier_build_stays_with_whoever_opens_it_first() {
        let (home, first) = (tempfile::tempdir().unwrap(), ProjectIdentity::of_commit(FIRST));
        let of = |name: &str| state_folder(home.path(), name, &first);
        let earlier = "shop-api-4f2c9e1aa0bb";
        fs::create_dir_all(home.path().join(earlier)).unwrap();
        remember(&home.path().join(earlier), "Shop.API", &first);
        let lines: Vec<String> =
            read(&home.path().join(earlier)).into_iter().filter(|l| !l.starts_with("name ")).collect();
        fs::write(home.path().join(earlier).join(FILE), lines.join("\n")).unwrap();
        assert_eq!(
            (of("Shop.API").as_str(), of("shop-api").as_str()),
            (earlier, earlier),
            "nobody has said whose it is"
        );
        remember(&home.path().join(earlier), "Shop.API", &first);
        assert_eq!(of("Shop.API"), earlier);
        assert!(of("shop-api") != earlier && of("shop.api") != earlier && of("shop-api") != of("shop.api"));
        assert_eq!(remembered_commits(home.path(), "shop-api", Path::new("/x")), Vec::<String>::new());
    }

    #[test]
    fn a_hostile_name_leaves_no_folder() {
        let home = tempfile::tempdir().unwrap();
        for name in ["../../etc", "", "..", "a\0b", "-rf", "שלום", &"x".repeat(999)] {
            let folder = state_folder(home.path(), name, &ProjectIdentity::of_commit(FIRST));
            assert!(folder.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{folder}");
            assert!(folder.len() <= 70 && !folder.starts_with('-'), "{folder}");
        }
        let odd = state_folder(home.path(), "x", &ProjectIdentity::of_commit("../../../../x"));
        assert!(!odd.contains(['/', '.']), "{odd}");
    }

    #[test]
    fn two_folders_without_a_repository_are_two_projects() {
        let (home, one) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let of = |dir: &Path| state_folder(home.path(), "x", &ProjectIdentity::of_folder(dir));
        assert_ne!(of(one.path()), of(home.path()));
        assert_eq!(of(one.path()), of(&one.path().join(".")));
    }

    #[test]
    fn a_shallow_clone_is_the_project_it_was_cloned_from() {
        let home = tempfile::tempdir().unwrap();
        let whole = open(home.path(), &identity(&[FIRST], "git@github.com:acme/app.git"));
        assert_eq!(open(home.path(), &identity(&[], "https://token:x@GitHub.com/acme/app")), whole);
        assert_ne!(open(home.path(), &identity(&[], "https://github.com/acme/other")), whole);
    }

    #[test]
    fn a_whole_clone_after_a_shallow_one_is_the_same_project() {
        let home = tempfile::tempdir().unwrap();
        let shallow = open(home.path(), &identity(&[], "https://github.com/acme/app"));
        assert_eq!(open(home.path(), &identity(&[FIRST], "https://github.com/acme/app")), shallow);
        assert_eq!(open(home.path(), &identity(&[FIRST], "")), shallow, "by its commit, from anywhere");
        assert_ne!(open(home.path(), &identity(&[OLDER], "https://github.com/acme/app")), shallow, "another history");
    }

    #[test]
    fn an_imported_older_history_leaves_the_project_what_it_was() {
        let home = tempfile::tempdir().unwrap();
        let before = open(home.path(), &identity(&[FIRST], ""));
        assert_eq!(open(home.path(), &identity(&[OLDER, FIRST], "")), before);
        assert_eq!(open(home.path(), &identity(&[OLDER], "")), before, "it was seen as that, too");
    }

    #[test]
    fn addresses_that_differ_in_how_one_gets_there_are_one() {
        for url in ["git@h.org:o/r.git", "ssh://git@h.org/o/r", "https://u:p@H.org/o/r.git/", "h.org:o/r"] {
            assert_eq!(plain_address(url), "h.org/o/r", "{url}");
        }
        assert_ne!(plain_address("https://h.org/o/r"), plain_address("https://h.org/o/r2"));
    }
}
