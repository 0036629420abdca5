//! Environment files: one grammar, that of Compose. A secret and a check take only what is `NAME=value` to every reader; the
//! rest is an error by its line number, never by its text.

use std::path::Path;
use tminus_core::dotenv::DotenvEntry;
use tminus_core::mask::Mask;
use tminus_core::notation::unmerged;
use tminus_core::ports::{FailureKind, PortError};

/// How long an environment file may be, in bytes.
const MOST: u64 = 1 << 20;

/// Reads an environment file into names and values, the last of a name counting; nothing in it is expanded.
///
/// `export NAME=…`, comments, single quotes (as they stand) and double quotes (with `\n`, `\"`, `\\`, `\$`), both over
/// more than one line.
pub async fn read(path: &Path, shown: &str) -> Result<Vec<(String, String)>, PortError> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for entry in entries(path, shown).await? {
        pairs.retain(|(known, _)| *known != entry.name);
        pairs.push((entry.name, entry.value));
    }
    Ok(pairs)
}

/// Reads every assignment of an environment file in its order; a name may come twice.
///
/// # Errors
/// When it cannot be read, or a line is no assignment.
pub async fn entries(path: &Path, shown: &str) -> Result<Vec<DotenvEntry>, PortError> {
    let text = text(path, shown).await?;
    strict(&text)
        .map_err(|line| PortError::new(FailureKind::Malformed, format!("line {line} of {shown} is not `NAME=value`")))
}

/// Reads the text of an environment file, which is no longer than such a file is.
///
/// # Errors
/// When it is missing, may not be read, is too long, is no text, or holds a merge conflict.
pub async fn text(path: &Path, shown: &str) -> Result<String, PortError> {
    let failed = |error: &std::io::Error| {
        let kind = match error.kind() {
            std::io::ErrorKind::NotFound => FailureKind::NotFound,
            std::io::ErrorKind::PermissionDenied => FailureKind::Unauthorized,
            _ => FailureKind::Malformed,
        };
        PortError::new(kind, format!("{shown} could not be read")).because(error.to_string())
    };
    let length = tokio::fs::metadata(path).await.map_err(|error| failed(&error))?.len();
    if length > MOST {
        return Err(PortError::new(FailureKind::Malformed, format!("{shown} is too long for an environment file")));
    }
    let text = tokio::fs::read_to_string(path).await.map_err(|error| failed(&error))?;
    match unmerged(&text) {
        Some(line) => Err(PortError::new(
            FailureKind::Malformed,
            format!("line {line} of {shown} begins an unresolved merge conflict"),
        )),
        None => Ok(text),
    }
}

/// Takes only what every reader agrees on; an error is the number of the line that makes no sense.
fn strict(text: &str) -> Result<Vec<DotenvEntry>, usize> {
    let entry = |DotenvStatement { name, value, line, standing }: DotenvStatement| match (standing, value) {
        (DotenvStanding::Plain, Some(value)) => Ok(DotenvEntry { name, value, line }),
        (DotenvStanding::Remark, _) => Ok(DotenvEntry { name, value: String::new(), line }),
        (DotenvStanding::Plain | DotenvStanding::Loose | DotenvStanding::Broken | DotenvStanding::Open, _) => Err(line),
    };
    statements(text).into_iter().map(entry).collect()
}

/// Lets a mask learn what is secret in the text of an environment file, also where its lines make no sense.
pub(super) fn learn(text: &str, mask: &Mask) {
    for statement in statements(text) {
        let values = statement.value.iter().filter(|value| !is_reference(value));
        values.for_each(|value| mask.learn_setting(&statement.name, value));
    }
}

/// Says whether a value is nothing but the name of a variable: `${NAME}`.
fn is_reference(value: &str) -> bool {
    let name = value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    name.is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'))
}

/// How far the readers of environment files agree on a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DotenvStanding {
    /// Every reader takes it so.
    Plain,
    /// Its value begins with `#`, unquoted: a value to Compose, a comment to others.
    Remark,
    /// Compose takes it so: a name alone, `NAME: value`, a name that a shell has no use for.
    Loose,
    /// It makes no sense, or stands behind a quote that is never closed.
    Broken,
    /// Its quote is never closed.
    Open,
}

/// One statement of an environment file, as Compose reads it; nothing in it is expanded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DotenvStatement {
    /// The name; empty where there is none.
    pub(super) name: String,
    /// The value without its quotes, maybe of several lines; `None` for a name that stands alone.
    pub(super) value: Option<String>,
    /// The line that it begins in, counted from 1.
    pub(super) line: usize,
    /// Whether the readers agree on it.
    pub(super) standing: DotenvStanding,
}

/// Reads the text of an environment file by the grammar that both Composes share (the packages `dotenv` of compose-go and of
/// Python). What is broken is returned with all of its text, so that a mask can learn it.
pub(super) fn statements(text: &str) -> Vec<DotenvStatement> {
    let (mut found, mut is_open) = (Vec::new(), false);
    let mut rest = text.trim_start_matches('\u{feff}');
    while !rest.is_empty() {
        let line = text[..text.len() - rest.len()].matches('\n').count() + 1;
        let (words, next) = first_line(rest);
        if words.is_empty() || words.starts_with('#') {
            rest = next;
            continue;
        }
        let (name, value, standing, after) = statement(rest);
        let says = |name: &str, value, standing| DotenvStatement { name: name.to_owned(), value, line, standing };
        found.push(says(name, value, if is_open { DotenvStanding::Broken } else { standing }));
        is_open |= standing == DotenvStanding::Open;
        // Nothing but a comment may stand behind a closing quote.
        rest = after.unwrap_or(next);
        if let Some((tail, next)) = after.map(first_line) {
            if !tail.is_empty() && !tail.starts_with('#') {
                found.push(says(name, Some(tail.to_owned()), DotenvStanding::Broken));
            }
            rest = next;
        }
    }
    found
}

/// Reads the statement at the beginning of a text, and what follows its closing quote, where it has one.
fn statement(text: &str) -> (&str, Option<String>, DotenvStanding, Option<&str>) {
    let (words, _) = first_line(text);
    let Some(sign) = words.find(['=', ':']).filter(|at| is_compose_name(bare_name(&words[..*at]))) else {
        let alone = bare_name(words.split(" #").next().unwrap_or_default());
        return match is_compose_name(alone) {
            true => (alone, None, DotenvStanding::Loose, None),
            false => ("", Some(words.to_owned()), DotenvStanding::Broken, None),
        };
    };
    let name = bare_name(&words[..sign]);
    let is_plain = words[sign..].starts_with('=') && is_name(name);
    let standing = if is_plain { DotenvStanding::Plain } else { DotenvStanding::Loose };
    let behind = text.trim_start()[sign + 1..].trim_start_matches([' ', '\t']);
    let closed = match behind.chars().next() {
        Some('\'') => single_quoted(&behind[1..]),
        Some('"') => double_quoted(&behind[1..]),
        Some(_) | None => return unquoted(name, &words[sign + 1..], standing),
    };
    match closed {
        Some((value, after)) => (name, Some(value), standing, Some(after)),
        None => (name, Some(behind.to_owned()), DotenvStanding::Open, None),
    }
}

fn unquoted<'a>(
    name: &'a str,
    behind: &str,
    standing: DotenvStanding,
) -> (&'a str, Option<String>, DotenvStanding, Option<&'a str>) {
    let value = behind.trim();
    let comment = value.match_indices('#').map(|(at, _)| at).find(|at| value[..*at].ends_with([' ', '\t']));
    let value = value[..comment.unwrap_or(value.len())].trim_end();
    let is_remark = standing == DotenvStanding::Plain && value.starts_with('#');
    (name, Some(value.to_owned()), if is_remark { DotenvStanding::Remark } else { standing }, None)
}

/// Splits off the first line, without its spaces.
fn first_line(text: &str) -> (&str, &str) {
    let end = text.find('\n').map_or(text.len(), |at| at + 1);
    (text[..end].trim(), &text[end..])
}

/// Returns a name without the `export` before it.
fn bare_name(words: &str) -> &str {
    let words = words.trim();
    words.strip_prefix("export").filter(|name| name.starts_with([' ', '\t'])).unwrap_or(words).trim()
}

/// Says whether every reader takes a name.
fn is_name(name: &str) -> bool {
    let begins_well = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    begins_well && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))
}

fn is_compose_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '[' | ']'))
}

/// Takes what stands between single quotes, in which only the quote itself is escaped.
fn single_quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\'' => return Some((value, &text[at + 1..])),
            '\\' => match letters.next()?.1 {
                '\'' => value.push('\''),
                other => value.extend(['\\', other]),
            },
            plain => value.push(plain),
        }
    }
    None
}

fn double_quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((value, &text[at + 1..])),
            '\\' => match letters.next()?.1 {
                'n' => value.push('\n'),
                'r' => value.push('\r'),
                't' => value.push('\t'),
                plain @ ('"' | '\\' | '$' | '\'') => value.push(plain),
                other => value.extend(['\\', other]),
            },
            plain => value.push(plain),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> String {
        strict(text).unwrap().remove(0).value
    }

    #[test]
    fn values_are_read_as_they_are_meant() {
        assert_eq!(one("A=plain"), "plain");
        assert_eq!(one("export A = spaced # comment\n"), "spaced");
        assert_eq!(one("A=a#b"), "a#b");
        assert_eq!(one("A=#nothing"), "");
        assert_eq!(one("A='as $it \\n stands'"), "as $it \\n stands");
        assert_eq!(one("A='it\\'s'"), "it's");
        assert_eq!(one("A=\"line\\nnext \\\"q\\\"\" # c"), "line\nnext \"q\"");
        assert_eq!(one("A=\"-----BEGIN\nkey\n-----END\"\r\nB=1"), "-----BEGIN\nkey\n-----END");
        let twice = strict("A=1\n\nA=2").unwrap();
        assert_eq!(twice.iter().map(|e| (e.value.as_str(), e.line)).collect::<Vec<_>>(), [("1", 1), ("2", 3)]);
        assert_eq!(one("\u{feff}A=mark"), "mark");
    }

    #[test]
    fn a_line_that_makes_no_sense_is_named_by_its_number() {
        for (text, line) in [
            ("A=1\n\n# c\nnonsense", 4),
            ("A=1\n1B=2", 2),
            ("A='open", 1),
            ("A=\"x\" y", 1),
            ("A: 1", 1),
            ("A=1\nB=\"a\nb", 2),
            ("not an assignment", 1),
        ] {
            assert_eq!(strict(text), Err(line), "{text}");
        }
    }

    /// As `docker compose` 2.26 and `docker-compose` 1.29 write it with `config`.
    #[test]
    fn statements_are_read_as_both_composes_do() {
        use DotenvStanding::{Loose, Plain, Remark};
        let text = "KEY=\"-----BEGIN\nMIIE\n-----END\"\nexport BAREX\n  INDENT = x y # c\nQ='a\nb'\nYAML: yes\nBARE\n\
                    A=#x\nREF=${KEY}$Q\n1G=2\nE=\nLAST";
        let read = statements(text);
        let read: Vec<_> = read.iter().map(|s| (s.name.as_str(), s.value.as_deref(), s.standing, s.line)).collect();
        let wanted = [
            ("KEY", Some("-----BEGIN\nMIIE\n-----END"), Plain, 1),
            ("BAREX", None, Loose, 4),
            ("INDENT", Some("x y"), Plain, 5),
            ("Q", Some("a\nb"), Plain, 6),
            ("YAML", Some("yes"), Loose, 8),
            ("BARE", None, Loose, 9),
            ("A", Some("#x"), Remark, 10),
            ("REF", Some("${KEY}$Q"), Plain, 11),
            ("1G", Some("2"), Loose, 12),
            ("E", Some(""), Plain, 13),
            ("LAST", None, Loose, 14),
        ];
        assert_eq!(read, wanted);
    }

    #[test]
    fn what_stands_behind_a_quote_that_is_never_closed_is_no_name() {
        let read = statements("A=\"x\nMIIE\nB=1\n");
        assert_eq!(read[0].value.as_deref(), Some("\"x\nMIIE\nB=1\n"));
        assert!(read[1..].iter().all(|s| s.standing == DotenvStanding::Broken), "{read:?}");
        assert_eq!(statements("A=\"x\"MIIE").pop().unwrap().standing, DotenvStanding::Broken);
    }

    #[tokio::test]
    async fn a_file_with_a_merge_conflict_is_no_environment() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(".env");
        for text in
            ["A=1\n<<<<<<< HEAD\nB=1\n=======\nB=2\n>>>>>>> x\n", "A=1\nC='\n<<<<<<< HEAD\n=======\n>>>>>>> x\n'\n"]
        {
            std::fs::write(&path, text).unwrap();
            let refused = entries(&path, ".env").await.unwrap_err().sentence();
            assert!(refused.contains("of .env begins an unresolved merge conflict"), "{refused}");
        }
    }
}
