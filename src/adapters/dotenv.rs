//! Environment files, read strictly: what is not `NAME=value` is an error by its line number, never by its text.

use crate::domain::dotenv::DotenvEntry;
use crate::ports::{FailureKind, PortError};
use std::path::Path;

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
    parse(&text)
        .map_err(|line| PortError::new(FailureKind::Malformed, format!("line {line} of {shown} is not `NAME=value`")))
}

/// Reads the text of an environment file, which is no longer than such a file is.
///
/// # Errors
/// When it is missing, may not be read, is too long, or is no text.
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
    tokio::fs::read_to_string(path).await.map_err(|error| failed(&error))
}

/// Reads the text of an environment file; an error is the number of the line that makes no sense.
fn parse(text: &str) -> Result<Vec<DotenvEntry>, usize> {
    let mut entries = Vec::new();
    let mut rest = text.trim_start_matches('\u{feff}');
    while !rest.is_empty() {
        let number = text[..text.len() - rest.len()].matches('\n').count() + 1;
        let end = rest.find('\n').map_or(rest.len(), |at| at + 1);
        let line = rest[..end].trim();
        if line.is_empty() || line.starts_with('#') {
            rest = &rest[end..];
            continue;
        }
        let equals = rest[..end].find('=').ok_or(number)?;
        let name = rest[..equals].trim();
        let name = name.strip_prefix("export ").unwrap_or(name).trim();
        if !is_name(name) {
            return Err(number);
        }
        let (value, after) = value(&rest[equals + 1..]).ok_or(number)?;
        entries.push(DotenvEntry { name: name.to_owned(), value, line: number });
        rest = after;
    }
    Ok(entries)
}

fn is_name(name: &str) -> bool {
    let begins_well = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    begins_well && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))
}

/// Takes a value, and returns what follows its line.
fn value(text: &str) -> Option<(String, &str)> {
    let start = text.trim_start_matches([' ', '\t']);
    match start.chars().next() {
        Some('\'') => {
            let end = start[1..].find('\'')? + 1;
            Some((start[1..end].to_owned(), after_quote(&start[end + 1..])?))
        }
        Some('"') => {
            let (value, rest) = double_quoted(&start[1..])?;
            Some((value, after_quote(rest)?))
        }
        _ => {
            let end = text.find('\n').map_or(text.len(), |at| at + 1);
            let line = text[..end].trim();
            let is_comment = |at: usize| at == 0 || line[..at].ends_with([' ', '\t']);
            let comment = line.match_indices('#').map(|(at, _)| at).find(|at| is_comment(*at));
            Some((line[..comment.unwrap_or(line.len())].trim_end().to_owned(), &text[end..]))
        }
    }
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

/// Nothing but a comment may stand behind a closing quote.
fn after_quote(text: &str) -> Option<&str> {
    let end = text.find('\n').map_or(text.len(), |at| at + 1);
    let line = text[..end].trim();
    (line.is_empty() || line.starts_with('#')).then(|| &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> String {
        parse(text).unwrap().remove(0).value
    }

    #[test]
    fn values_are_read_as_they_are_meant() {
        assert_eq!(one("A=plain"), "plain");
        assert_eq!(one("export A = spaced # comment\n"), "spaced");
        assert_eq!(one("A=a#b"), "a#b");
        assert_eq!(one("A=#nothing"), "");
        assert_eq!(one("A='as $it \\n stands'"), "as $it \\n stands");
        assert_eq!(one("A=\"line\\nnext \\\"q\\\"\" # c"), "line\nnext \"q\"");
        assert_eq!(one("A=\"-----BEGIN\nkey\n-----END\"\r\nB=1"), "-----BEGIN\nkey\n-----END");
        let twice = parse("A=1\n\nA=2").unwrap();
        assert_eq!(twice.iter().map(|e| (e.value.as_str(), e.line)).collect::<Vec<_>>(), [("1", 1), ("2", 3)]);
        assert_eq!(one("\u{feff}A=mark"), "mark");
    }

    #[test]
    fn a_line_that_makes_no_sense_is_named_by_its_number() {
        assert_eq!(parse("A=1\n\n# c\nnonsense"), Err(4));
        assert_eq!(parse("A=1\n1B=2"), Err(2));
        assert_eq!(parse("A='open"), Err(1));
        assert_eq!(parse("A=\"x\" y"), Err(1));
    }
}
