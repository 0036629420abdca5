//! `key = value` lines: properties, ini, environment files, xcconfig.

use super::matches::{Match, UnreadVersion};

/// The rules of such a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Java properties: `#` and `!` begin a comment, a backslash carries a line on.
    Properties,
    /// `.ini` and `.cfg`: sections, `#` and `;`, and a line that is indented carries the one above on.
    Ini,
    /// An environment file.
    Env,
    /// Build settings of Xcode: `//` begins a comment.
    Xcconfig,
}

/// Returns every line that gives the key a value; a section stands before a dot, or is left out.
pub(super) fn matches(text: &str, key: &str, dialect: Dialect) -> Result<Vec<Match>, UnreadVersion> {
    let mut found: Vec<Match> = Vec::new();
    let mut section = String::new();
    let mut open: Option<LineEntry> = None;
    let mut text_of_lines: Option<char> = None;
    for (at, line) in text.lines().enumerate() {
        let number = at + 1;
        let bare = line.trim();
        if dialect == Dialect::Xcconfig && bare.starts_with("#include") && !found.is_empty() {
            found.push(Match::unknown(number, "may be overridden by what is included below it"));
            continue;
        }
        if is_blank(bare, dialect) && text_of_lines.is_none() {
            // A comment ends nothing, and neither does an empty line within a value of several.
            continue;
        }
        if let Some(before) = open.as_mut().filter(|before| before.goes_on(line, dialect)) {
            before.carries = carries(bare, dialect);
            if before.is_wanted
                && let Some(last) = found.last_mut()
            {
                *last = Match::unknown(before.line, "goes over several lines");
            }
            continue;
        }
        if dialect == Dialect::Ini && bare.starts_with('[') {
            section = bare.trim_start_matches('[').split(']').next().unwrap_or_default().trim().to_owned();
            open = None;
            continue;
        }
        let (name, value) = split(bare, dialect);
        let is_wanted = is_key(name, &section, key, dialect);
        if let Some(quote) = text_of_lines.filter(|_| dialect == Dialect::Env) {
            if is_wanted || mentions(bare, key) {
                found.push(Match::unknown(number, "is in a text of several lines, which not every reader supports"));
            }
            text_of_lines = Some(quote).filter(|quote| !bare.contains(*quote));
            continue;
        }
        text_of_lines = open_quote(value);
        if is_wanted && text_of_lines.is_some() && dialect == Dialect::Env {
            found.push(Match::unknown(number, "goes over several lines"));
        } else if is_wanted {
            found.push(Match { line: Some(number), value: plain(value, dialect) });
        } else if is_for_some_builds(name, key, dialect) {
            found.push(Match::unknown(number, "has a value for some builds only"));
        } else if dialect == Dialect::Env && mentions(bare, key) {
            found.push(Match::unknown(number, "is in a line that only a shell can interpret"));
        }
        let indent = line.len() - line.trim_start().len();
        open = Some(LineEntry { line: number, indent, is_wanted, carries: carries(bare, dialect) });
    }
    Ok(found)
}

/// A section stands before a dot, or is left out. The names of `.ini` files are the same in capitals and in small letters, and
/// those of properties may be written with escapes.
fn is_key(name: &str, section: &str, key: &str, dialect: Dialect) -> bool {
    let own = key.strip_prefix(section).and_then(|rest| rest.strip_prefix('.')).filter(|_| !section.is_empty());
    [Some(key), own].into_iter().flatten().any(|wanted| match dialect {
        Dialect::Ini => name.eq_ignore_ascii_case(wanted),
        Dialect::Properties => unescaped(name) == wanted,
        Dialect::Env | Dialect::Xcconfig => name == wanted,
    })
}

/// `\u0076ersion` and `ver\sion` are `version`.
fn unescaped(name: &str) -> String {
    let (mut plain, mut rest) = (String::new(), name);
    while let Some((before, behind)) = rest.split_once('\\') {
        plain.push_str(before);
        let hex = behind.strip_prefix('u').and_then(|rest| u32::from_str_radix(rest.get(..4)?, 16).ok());
        let (letter, length) = match hex.and_then(char::from_u32) {
            Some(letter) => (Some(letter), 5),
            None => (behind.chars().next(), behind.chars().next().map_or(0, char::len_utf8)),
        };
        plain.extend(letter);
        rest = &behind[length..];
    }
    plain + rest
}

/// `KEY[sdk=…]` of Xcode, and `%prod.key` of a profile.
fn is_for_some_builds(name: &str, key: &str, dialect: Dialect) -> bool {
    let profile = name.strip_prefix('%').and_then(|rest| rest.split_once('.'));
    match dialect {
        Dialect::Xcconfig => name.split('[').next() == Some(key),
        Dialect::Properties => profile.is_some_and(|(_, rest)| rest == key),
        Dialect::Env | Dialect::Ini => false,
    }
}

/// Returns the quote that a value opens and does not close on its line.
fn open_quote(value: &str) -> Option<char> {
    let value = value.split(" #").next().unwrap_or_default();
    let is_odd = |quote: char| value.matches(quote).count() % 2 == 1;
    let first = value.chars().next().filter(|first| *first == '\'' && is_odd('\''));
    first.or_else(|| (!value.starts_with('\'') && is_odd('"')).then_some('"'))
}

/// `readonly KEY=…`, `X=1; KEY=…`, `KEY+=…`, `unset KEY`.
fn mentions(line: &str, key: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(key).any(|(at, _)| {
        let behind = &line[at + key.len()..];
        let is_word =
            !line[..at].ends_with(|c: char| is_part(c) || matches!(c, '$' | '{')) && !behind.starts_with(is_part);
        is_word && (behind.starts_with('=') || behind.starts_with("+=") || line.starts_with("unset"))
    })
}

/// The entry that a line may carry on.
struct LineEntry {
    line: usize,
    indent: usize,
    is_wanted: bool,
    carries: bool,
}

impl LineEntry {
    fn goes_on(&self, line: &str, dialect: Dialect) -> bool {
        let indent = line.len() - line.trim_start().len();
        self.carries || (dialect == Dialect::Ini && indent > self.indent)
    }
}

fn carries(line: &str, dialect: Dialect) -> bool {
    let slashes = line.len() - line.trim_end_matches('\\').len();
    matches!(dialect, Dialect::Properties | Dialect::Xcconfig) && slashes % 2 == 1
}

fn is_blank(line: &str, dialect: Dialect) -> bool {
    let signs: &[&str] = match dialect {
        Dialect::Properties => &["#", "!"],
        Dialect::Ini => &["#", ";"],
        Dialect::Env => &["#"],
        Dialect::Xcconfig => &["//", "#include"],
    };
    line.is_empty() || signs.iter().any(|sign| line.starts_with(sign))
}

fn split(line: &str, dialect: Dialect) -> (&str, &str) {
    let line = if dialect == Dialect::Env { line.strip_prefix("export ").unwrap_or(line) } else { line };
    let is_separator = |c: char| match dialect {
        Dialect::Properties => matches!(c, '=' | ':' | ' ' | '\t'),
        Dialect::Ini => matches!(c, '=' | ':'),
        Dialect::Env => c == '=',
        Dialect::Xcconfig => c == '=',
    };
    // A setting of Xcode for some builds has an equals sign in its brackets.
    let from = if dialect == Dialect::Xcconfig { line.rfind(']').unwrap_or(0) } else { 0 };
    let is_plain = |at: usize| dialect != Dialect::Properties || !line[..at].ends_with('\\');
    let found = line[from..].match_indices(is_separator).map(|(at, _)| at + from).find(|at| is_plain(*at));
    let Some(at) = found else { return (line, "") };
    let rest = line[at..].trim_start_matches([' ', '\t']);
    let rest = rest.strip_prefix(['=', ':']).unwrap_or(rest);
    (line[..at].trim_end(), rest.trim())
}

fn plain(value: &str, dialect: Dialect) -> Result<String, String> {
    let value = match dialect {
        Dialect::Xcconfig => value.split("//").next().unwrap_or_default().trim().trim_end_matches(';'),
        Dialect::Env => value.split(" #").next().unwrap_or_default().trim(),
        Dialect::Properties | Dialect::Ini => value,
    };
    if dialect == Dialect::Properties && value.contains('\\') {
        return Err(format!("is {value:?}, which is written with escapes"));
    }
    let is_computed = ["attr:", "file:"].iter().any(|sign| value.starts_with(sign)) || value.contains("%(");
    if is_computed {
        return Err(format!("is {value:?}, which is read from somewhere else"));
    }
    let quoted = |quote: char| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    Ok(quoted('"').or_else(|| quoted('\'')).unwrap_or(value).to_owned())
}
