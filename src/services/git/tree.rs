//! Which commit a name points to, and what a commit holds.

use super::program::{GitProgram, entries};
use std::path::Path;
use tminus_core::names::Commit;
use tminus_core::ports::PortError;

/// One file, link or submodule of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TreeEntry {
    /// Its mode, in octal digits.
    pub(crate) mode: String,
    /// What it holds: a blob, or the commit of a submodule.
    pub(crate) id: String,
    /// Where it is, from the top.
    pub(crate) path: String,
}

impl TreeEntry {
    /// Says whether it is a submodule.
    pub(crate) fn is_submodule(&self) -> bool {
        self.mode == "160000"
    }

    /// Says whether it is a symbolic link.
    pub(crate) fn is_link(&self) -> bool {
        self.mode == "120000"
    }
}

/// Lists everything that a commit holds.
pub(super) fn list(git: &GitProgram, commit: &Commit) -> Result<Vec<TreeEntry>, PortError> {
    let out = git.read(&["ls-tree", "-r", "-z", "--full-tree", commit.as_str()])?;
    Ok(entries(&out).filter_map(entry).collect())
}

fn entry(line: String) -> Option<TreeEntry> {
    let (about, path) = line.split_once('\t')?;
    let mut about = about.split(' ');
    let (mode, id) = (about.next()?.to_owned(), about.nth(1)?.to_owned());
    Some(TreeEntry { mode, id, path: path.to_owned() })
}

/// Lists the links of a commit, and where each leads within it, from the top.
pub(super) fn links(git: &GitProgram, commit: &Commit) -> Result<Vec<(String, String)>, PortError> {
    let mut links = Vec::new();
    for entry in list(git, commit)?.into_iter().filter(TreeEntry::is_link) {
        let target = git.read(&["cat-file", "blob", &entry.id])?;
        links.extend(led_from(&entry.path, &String::from_utf8_lossy(&target)).map(|target| (entry.path, target)));
    }
    Ok(links)
}

/// Returns the path from the top that a link leads to; nothing where it leads out of it.
pub(super) fn led_from(link: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = link.split('/').collect();
    parts.pop();
    for part in target.split('/').filter(|part| !matches!(*part, "" | ".")) {
        match part {
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    (!target.starts_with('/') && !parts.is_empty()).then(|| parts.join("/"))
}

/// Returns the file, link or submodule that a commit holds at a path.
pub(super) fn entry_at(git: &GitProgram, commit: &Commit, path: &str) -> Result<Option<TreeEntry>, PortError> {
    let out = git.read(&["ls-tree", "-z", "--full-tree", commit.as_str(), "--", path])?;
    Ok(entries(&out).find_map(entry))
}

/// Says whether a commit tracks a path, or something below it.
pub(super) fn is_tracked_in(git: &GitProgram, path: &str, commit: &Commit) -> Result<bool, PortError> {
    let path = cleaned(path);
    // The top folder itself.
    let path = if path.is_empty() { ".".to_owned() } else { path };
    let out = git.read(&["ls-tree", "-z", "--full-tree", commit.as_str(), "--", &path])?;
    if !out.is_empty() {
        return Ok(true);
    }
    match submodule_above(git, &path, commit)? {
        Some((inside, within, commit)) => is_tracked_in(&inside, within, &commit),
        None => Ok(false),
    }
}

/// Finds the submodule that a path leads into: its repository, the path in it, and the commit that it is at.
fn submodule_above<'p>(
    git: &GitProgram,
    path: &'p str,
    commit: &Commit,
) -> Result<Option<(GitProgram, &'p str, Commit)>, PortError> {
    for (at, _) in path.match_indices('/') {
        let above = &path[..at];
        let out = git.read(&["ls-tree", "-z", "--full-tree", commit.as_str(), "--", above])?;
        let Some(entry) = entries(&out).find_map(entry) else { return Ok(None) };
        if entry.is_submodule() {
            let dir = git.dir().join(above);
            // A folder without a repository of its own would be answered by this one.
            let is_here = dir.join(".git").exists();
            return Ok(is_here.then(|| (GitProgram::at(&dir), &path[at + 1..], Commit::new(entry.id))));
        }
    }
    Ok(None)
}

/// Folders of programs that were installed or built here, by what their makers leave in them.
const INSTALLED: [&str; 2] = ["pyvenv.cfg", "CACHEDIR.TAG"];

/// Returns the files of the checkout among these that a commit does not hold.
pub(super) fn ignored_in(git: &GitProgram, commit: &Commit, paths: &[String]) -> Result<Vec<String>, PortError> {
    let mut ignored = Vec::new();
    for path in paths {
        if git.dir().join(path).exists() && !is_tracked_in(git, path, commit)? {
            ignored.push(path.clone());
        }
    }
    Ok(ignored)
}

/// Says whether a file of the checkout belongs to something that was installed or built there: it is a tool, and no script
/// of the project.
pub(super) fn is_installed(top: &Path, path: &str) -> bool {
    let is_marked = |folder: &Path| {
        let is_packages = folder.file_name().is_some_and(|name| name == "node_modules" || name == "vendor");
        is_packages || INSTALLED.iter().any(|mark| top.join(folder).join(mark).is_file())
    };
    Path::new(path).ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty()).any(is_marked)
}

/// Writes a path without `./`, `//` and a `/` at its end.
pub(crate) fn cleaned(path: &str) -> String {
    path.split('/').filter(|part| !matches!(*part, "" | ".")).collect::<Vec<_>>().join("/")
}

/// Returns the commit that a name points to. A name that begins like an option names nothing.
pub(super) fn resolve(git: &GitProgram, name: &str) -> Result<Option<Commit>, PortError> {
    if name.is_empty() || name.starts_with('-') {
        return Ok(None);
    }
    let answer = git.answer(&["rev-parse", "--verify", "--quiet", &format!("{name}^{{commit}}")])?;
    let id = answer.text();
    Ok((answer.is_good() && !id.is_empty()).then(|| Commit::new(id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_from_its_own_folder_to_a_path_from_the_top_and_never_out_of_it() {
        for (link, target, path) in [
            ("a/l", "../real", Some("real")),
            ("l", "./b//c", Some("b/c")),
            ("a/b/l", "c", Some("a/b/c")),
            ("l", "../out", None),
            ("l", "/etc/passwd", None),
            ("a/l", "..", None),
        ] {
            assert_eq!(led_from(link, target).as_deref(), path, "{link} -> {target}");
        }
    }
}
