//! Which changes of the branch turn a verdict stale.

use crate::release::BranchMove;
use regex::Regex;

/// Says whether any move touched a file that matches one of the globs; without globs, every move does.
pub(super) fn is_touched(moves: &[BranchMove], globs: &[String]) -> bool {
    // Patterns are costly to make, and without a move there is nothing to hold them against.
    if globs.is_empty() || moves.is_empty() {
        return !moves.is_empty();
    }
    // What cannot be told apart from the rest is the rest: stale is the safe side.
    let Some(patterns) = globs.iter().map(|g| pattern(g)).collect::<Option<Vec<Regex>>>() else {
        return !moves.is_empty();
    };
    moves.iter().any(|m| m.changes.everything || m.changes.paths.iter().any(|p| patterns.iter().any(|r| r.is_match(p))))
}

/// Turns a glob into a regular expression: `*` stays in a folder, `**` does not, `?` is one character, a folder is all that is in it.
///
/// `None` for braces, brackets and exclamation marks, which other tools read each in their own way.
pub fn pattern(glob: &str) -> Option<Regex> {
    if glob.contains(['{', '[', '!', '\\']) {
        return None;
    }
    let mut text = String::from("^");
    let mut rest = glob.trim_start_matches("./").trim_matches('/');
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("**/") {
            text.push_str("(?:.*/)?");
            rest = after;
        } else if let Some(after) = rest.strip_prefix("**") {
            text.push_str(".*");
            rest = after;
        } else {
            match c {
                '*' => text.push_str("[^/]*"),
                '?' => text.push_str("[^/]"),
                c => text.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
            }
            rest = &rest[c.len_utf8()..];
        }
    }
    text.push_str("(?:/.*)?$");
    Regex::new(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_with_two_stars_crosses_folders_and_one_star_does_not() {
        let matches = |glob: &str, path: &str| pattern(glob).unwrap().is_match(path);
        assert!(matches("backend/**", "backend/app/main.py"));
        assert!(matches("**/*.py", "main.py"));
        assert!(matches("**/*.py", "a/b/main.py"));
        assert!(!matches("*.py", "a/main.py"));
        assert!(!matches("backend/**", "backend2/x"));
        assert!(!matches("a.c", "abc"));
    }
}
