//! `.dockerignore`: which files of the context stay behind, by docker's own rules.

use regex::Regex;
use tminus_core::ports::{FailureKind, PortError};

/// The patterns of one file, in their order; the last one that matches decides.
#[derive(Debug, Default)]
pub(super) struct Ignore {
    patterns: Vec<IgnorePattern>,
}

#[derive(Debug)]
struct IgnorePattern {
    shape: Regex,
    /// Begins with `!`: what it matches is sent after all.
    brings_back: bool,
}

impl Ignore {
    /// Reads the text of a `.dockerignore`.
    ///
    /// # Errors
    /// [`FailureKind::Malformed`] with the line that is no pattern.
    pub(super) fn read(text: &str) -> Result<Self, PortError> {
        let lines = text.strip_prefix('\u{feff}').unwrap_or(text).lines();
        let patterns = lines.filter_map(|line| pattern(line).transpose()).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { patterns })
    }

    /// Says whether a path, from the context's folder, stays behind. A pattern that matches a folder is about all in it.
    pub(super) fn excludes(&self, path: &str) -> bool {
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        let prefixes: Vec<&str> = ends.map(|end| &path[..end]).collect();
        let mut is_out = false;
        for pattern in &self.patterns {
            // One that would change nothing needs no look.
            if pattern.brings_back == is_out && prefixes.iter().any(|prefix| pattern.shape.is_match(prefix)) {
                is_out = !pattern.brings_back;
            }
        }
        is_out
    }

    /// Says whether something in a folder that stays behind could still be sent.
    pub(super) fn has_exceptions(&self) -> bool {
        self.patterns.iter().any(|pattern| pattern.brings_back)
    }
}

fn pattern(line: &str) -> Result<Option<IgnorePattern>, PortError> {
    if line.starts_with('#') {
        return Ok(None);
    }
    let text = line.trim();
    let (brings_back, text) = match text.strip_prefix('!') {
        Some(rest) => (true, rest.trim()),
        None => (false, text),
    };
    if text.is_empty() && !brings_back {
        return Ok(None);
    }
    let refused = |why: &str| {
        PortError::new(FailureKind::Malformed, format!(".dockerignore: {line:?} is no pattern")).because(why)
    };
    if text.is_empty() {
        return Err(refused("`!` stands alone"));
    }
    let cleaned = cleaned(text);
    // `.` is the context itself, which is always sent.
    if cleaned.is_empty() {
        return Ok(None);
    }
    let shape = expression(&cleaned).ok_or_else(|| refused("a bracket or a backslash is not finished"))?;
    let shape = Regex::new(&shape).map_err(|error| refused(&error.to_string()))?;
    Ok(Some(IgnorePattern { shape, brings_back }))
}

/// Cleans a path as Go's `filepath.Clean` does, and takes it as one from the context's folder.
fn cleaned(text: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Writes a pattern as a regular expression; `None` for one that is not finished.
fn expression(pattern: &str) -> Option<String> {
    let mut shape = String::from("(?s)^");
    let mut rest = pattern.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '*' if rest.next_if_eq(&'*').is_some() => {
                rest.next_if_eq(&'/');
                // At the end it is everything; before a name, any number of folders.
                shape.push_str(if rest.peek().is_none() { ".*" } else { "(.*/)?" });
            }
            '*' => shape.push_str("[^/]*"),
            '?' => shape.push_str("[^/]"),
            '\\' => shape.push_str(&regex::escape(&rest.next()?.to_string())),
            '[' => class(&mut rest, &mut shape)?,
            c => shape.push_str(&regex::escape(&c.to_string())),
        }
    }
    shape.push('$');
    Some(shape)
}

/// Copies `[a-z]` and `[^a-z]`, with everything in it taken as it is.
fn class(rest: &mut std::iter::Peekable<std::str::Chars<'_>>, shape: &mut String) -> Option<()> {
    shape.push('[');
    if rest.next_if_eq(&'^').is_some() {
        shape.push('^');
    }
    let mut is_empty = true;
    loop {
        match rest.next()? {
            ']' if !is_empty => break,
            '-' if !is_empty => shape.push('-'),
            '\\' => shape.push_str(&regex::escape(&rest.next()?.to_string())),
            c @ ('[' | ']' | '&' | '~' | '^' | '-') => shape.extend(['\\', c]),
            c => shape.push(c),
        }
        is_empty = false;
    }
    shape.push(']');
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excluded(ignore: &str, path: &str) -> bool {
        Ignore::read(ignore).unwrap().excludes(path)
    }

    #[test]
    fn a_pattern_matches_as_docker_says() {
        for (ignore, out, sent) in [
            ("*.md", vec!["README.md", ".md"], vec!["docs/README.md", "README.mdx"]),
            ("**/*.md", vec!["README.md", "docs/a/README.md"], vec!["README.txt"]),
            ("docs", vec!["docs", "docs/a/b.md"], vec!["docs2", "a/docs"]),
            ("docs/", vec!["docs/a"], vec!["docs2"]),
            ("/docs/./x/..", vec!["docs/a"], vec!["a/docs"]),
            ("*/temp*", vec!["a/temp", "a/temporary/x"], vec!["temp", "a/b/temp"]),
            ("temp?", vec!["tempa"], vec!["temp", "temp/", "tempab"]),
            ("a/**", vec!["a/b", "a/b/c"], vec!["a", "b/a"]),
            ("**/node_modules", vec!["node_modules/x", "a/b/node_modules"], vec!["node_modules2"]),
            ("a/**/b", vec!["a/b", "a/x/y/b"], vec!["a/xb"]),
            ("[a-c]x", vec!["ax", "cx/y"], vec!["dx"]),
            ("[^a-c]x", vec!["dx"], vec!["ax"]),
            ("a\\*b", vec!["a*b"], vec!["axb"]),
            ("a.b$(1)", vec!["a.b$(1)"], vec!["axb$(1)"]),
            ("# docs\n\n  x  ", vec!["x"], vec!["docs", "# docs"]),
            ("\u{feff}x", vec!["x"], vec!["y"]),
            ("..", vec![], vec!["a"]),
            (".", vec![], vec!["a"]),
        ] {
            out.iter().for_each(|path| assert!(excluded(ignore, path), "{ignore:?} lets {path} through"));
            sent.iter().for_each(|path| assert!(!excluded(ignore, path), "{ignore:?} keeps {path}"));
        }
    }

    #[test]
    fn the_last_pattern_that_matches_decides() {
        let ignore = "*.md\n!README*.md\nREADME-secret.md";
        assert!(excluded(ignore, "a.md") && excluded(ignore, "README-secret.md"));
        assert!(!excluded(ignore, "README.md"));
        assert!(!excluded("*.md\nREADME-secret.md\n!README*.md", "README-secret.md"));
        assert!(!excluded("*\n!src", "src/a/b.rs"), "what is brought back comes with all in it");
        assert!(!excluded("a\n!a/b/c", "a/b/c") && excluded("a\n!a/b/c", "a/b/d"));
    }

    #[test]
    fn what_is_no_pattern_is_named() {
        for text in ["[a", "a\\", "!"] {
            assert!(Ignore::read(text).unwrap_err().summary.contains(".dockerignore"), "{text}");
        }
    }
}
