//! What git ignores by the rules of one commit: by those that everybody has, and nothing else.
//!
//! The rules are laid out in an empty folder, and git is asked there. So a rule of `.git/info/exclude`, of a person's own
//! settings, or of a `.gitignore` that is in no commit counts for nothing.

use super::program::{GitProgram, entries};
use super::tree::{TreeEntry, cleaned, list};
use regex::Regex;
use std::path::{Component, Path};
use tminus_core::names::Commit;
use tminus_core::ports::{FailureKind, PortError};

/// What lies at a path now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OnDisk {
    /// A folder.
    Folder,
    /// Something that is none.
    File,
    /// Nothing: it is made by a build, or by a person.
    Absent,
}

/// As what a path is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    File,
    Folder,
}

/// What was found out about each path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IgnoredPaths {
    /// Each path that could be answered, and whether it is ignored.
    pub found: Vec<(String, bool)>,
    /// Why, for those where that is not plain.
    pub notes: Vec<String>,
    /// Why no answer was possible, for the others.
    pub refused: Vec<String>,
}

/// Answers for each path alone; `on_disk` says what lies there now.
pub(super) fn answers(
    git: &GitProgram,
    commit: &Commit,
    (prefix, paths): (&str, &[String]),
    on_disk: impl Fn(&str) -> OnDisk,
) -> Result<IgnoredPaths, PortError> {
    let tree = list(git, commit)?;
    let mut answers = IgnoredPaths::default();
    let mut open = Vec::new();
    for path in paths {
        match looked_up(&tree, prefix, path) {
            IgnoreMatch::Tracked(what) => {
                answers.found.push((path.clone(), false));
                answers.notes.push(what);
            }
            IgnoreMatch::Refused(why) => answers.refused.push(why),
            IgnoreMatch::Open(whole) => open.push((path.clone(), whole)),
        }
    }
    let rules = Rules::of(git, &tree)?;
    for (path, whole) in open {
        let (is_ignored, note) = match on_disk(&cleaned(&path)) {
            _ if path.ends_with('/') => (rules.rule(&whole, Form::Folder)?.is_some(), None),
            OnDisk::Folder => (rules.rule(&whole, Form::Folder)?.is_some(), None),
            OnDisk::File => (rules.rule(&whole, Form::File)?.is_some(), None),
            OnDisk::Absent => rules.either(&path, &whole)?,
        };
        answers.notes.extend(note);
        answers.found.push((path, is_ignored));
    }
    Ok(answers)
}

enum IgnoreMatch {
    Tracked(String),
    Refused(String),
    /// The rules decide; with the path from the top.
    Open(String),
}

/// Answers without the rules where that is possible.
fn looked_up(tree: &[TreeEntry], prefix: &str, path: &str) -> IgnoreMatch {
    if path.starts_with('/') || path.split('/').any(|part| part == "..") {
        return IgnoreMatch::Refused(format!("{path} leads out of the repository"));
    }
    let whole = cleaned(&format!("{prefix}{path}"));
    let below = format!("{whole}/");
    let is_it = |entry: &&TreeEntry| whole.is_empty() || entry.path == whole || entry.path.starts_with(&below);
    if let Some(entry) = tree.iter().find(is_it) {
        let is_below = entry.path != whole;
        let what = if is_below { format!("{} in it is tracked", entry.path) } else { "it is tracked".to_owned() };
        return IgnoreMatch::Tracked(format!("{path} is not ignored: {what}"));
    }
    if whole.is_empty() {
        return IgnoreMatch::Refused(format!("{path} is the repository itself"));
    }
    let leads_away = |entry: &&TreeEntry| whole.starts_with(&format!("{}/", entry.path));
    match tree.iter().find(leads_away) {
        Some(entry) if entry.is_submodule() => {
            return IgnoreMatch::Refused(format!(
                "{path} is in the submodule {}, which has rules of its own",
                entry.path
            ));
        }
        Some(entry) if entry.is_link() => {
            return IgnoreMatch::Refused(format!("{path} is behind the link {}: name the file itself", entry.path));
        }
        Some(_) | None => {}
    }
    if let Some(shape) = pattern(&whole) {
        if let Some(entry) = tree.iter().find(|entry| shape.is_match(&entry.path)) {
            return IgnoreMatch::Tracked(format!("{path} is not ignored: {} is tracked", entry.path));
        }
        if whole.contains(['*', '?']) {
            return IgnoreMatch::Refused(format!("{path} is a pattern: name each file, because each is asked alone"));
        }
    }
    IgnoreMatch::Open(whole)
}

/// Reads a path as a shell's pattern; `None` when it is none.
fn pattern(path: &str) -> Option<Regex> {
    if !path.contains(['*', '?', '[']) {
        return None;
    }
    let mut shape = String::from("^");
    let mut rest = path.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '*' if rest.peek() == Some(&'*') => {
                rest.next();
                // `**/` also stands for no folder at all.
                match rest.next_if_eq(&'/') {
                    Some(_) => shape.push_str("(.*/)?"),
                    None => shape.push_str(".*"),
                }
            }
            '*' => shape.push_str("[^/]*"),
            '?' => shape.push_str("[^/]"),
            '[' | ']' => shape.push(c),
            c => shape.push_str(&regex::escape(&c.to_string())),
        }
    }
    shape.push('$');
    Regex::new(&shape).ok()
}

/// The ignore files of a commit, in a repository of their own.
struct Rules {
    dir: tempfile::TempDir,
}

impl Rules {
    fn of(git: &GitProgram, tree: &[TreeEntry]) -> Result<Self, PortError> {
        let dir = tempfile::tempdir().map_err(|error| unwritable(&error))?;
        GitProgram::at(dir.path()).read(&["init", "--quiet", "--template="])?;
        let is_rules = |entry: &&TreeEntry| {
            // Git reads no rules through a link. A crafted tree may name a place outside of it.
            let path = Path::new(&entry.path);
            path.file_name().is_some_and(|name| name == ".gitignore")
                && path.components().all(|part| matches!(part, Component::Normal(_)))
                && entry.mode.starts_with("100")
        };
        for entry in tree.iter().filter(is_rules) {
            let text = git.read(&["cat-file", "blob", &entry.id])?;
            let path = dir.path().join(&entry.path);
            path.parent().map_or(Ok(()), std::fs::create_dir_all).map_err(|error| unwritable(&error))?;
            std::fs::write(path, text).map_err(|error| unwritable(&error))?;
        }
        Ok(Self { dir })
    }

    /// Answers for something that does not lie there, as in a fresh clone: git has rules for files and rules for folders.
    fn either(&self, path: &str, whole: &str) -> Result<(bool, Option<String>), PortError> {
        if self.rule(whole, Form::File)?.is_some() {
            return Ok((true, None));
        }
        let Some(rule) = self.rule(whole, Form::Folder)? else { return Ok((false, None)) };
        let name = whole.rsplit('/').next().unwrap_or(whole);
        Ok(match is_file_name(name) {
            true => {
                let note = format!("{path} is not ignored: the rule {rule} is for a folder of that name alone");
                (false, Some(note))
            }
            false => (true, Some(format!("{path} is not here; as a folder it is ignored by the rule {rule}"))),
        })
    }

    /// Returns the rule that ignores a path, where one does.
    fn rule(&self, path: &str, form: Form) -> Result<Option<String>, PortError> {
        if form == Form::Folder {
            std::fs::create_dir_all(self.dir.path().join(path)).map_err(|error| unwritable(&error))?;
        }
        let git = GitProgram::at(self.dir.path()).set("core.excludesFile=/dev/null");
        let mut input = path.as_bytes().to_vec();
        input.push(0);
        let answer = git.read_with(&["check-ignore", "--no-index", "-v", "-z", "--stdin"], &input)?;
        let told = entries(answer.bytes()).collect::<Vec<_>>();
        // The source, its line, the pattern and the path; the answer is no where the pattern is a negation.
        let rule = told.get(2).filter(|rule| !rule.starts_with('!')).map(|rule| format!("`{rule}`"));
        Ok(answer.is_yes()?.then_some(rule).flatten())
    }
}

/// Says whether a name is a file's, where nothing of that name is there: `.env` and `key.pem`, not `node_modules` or `.venv`.
fn is_file_name(name: &str) -> bool {
    name == ".env" || name.trim_start_matches('.').contains('.')
}

fn unwritable(error: &std::io::Error) -> PortError {
    PortError::new(FailureKind::Rejected, "the rules could not be laid out").because(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn a_pattern_matches_as_a_shell_does() {
        let is = |shape: &str, path: &str| pattern(shape).is_some_and(|shape| shape.is_match(path));
        assert!(is("*.env", "production.env") && !is("*.env", "a/production.env"));
        assert!(is("**/*.env", "a/b/x.env") && is("**/*.env", "x.env"));
        assert!(is("conf[ab]", "confa") && pattern("plain").is_none());
    }
}
