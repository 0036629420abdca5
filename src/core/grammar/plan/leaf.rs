//! Single values of the plan file, each read in one way: the checker says why one is wrong, the builders take those that are right.

use super::document::{TomlNode, TomlValue};
use super::nearest::quote;
use super::source::Problem;
use crate::plan::{CommandLine, Limit, Template};
use crate::time::{Offset, Span};

/// A value, or what is wrong with it.
pub(crate) type Leaf<T> = Result<T, Problem>;

fn wrong(node: &TomlNode, says: impl Into<String>, help: &str) -> Problem {
    Problem::new(node.span.clone(), says).help((!help.is_empty()).then(|| help.to_owned()))
}

/// Says that something else stands there than belongs there.
pub(crate) fn expected(node: &TomlNode, wanted: &str) -> Problem {
    Problem::new(node.span.clone(), format!("{wanted} belongs here, and this is {}", node.what()))
}

/// Reads any text.
pub(crate) fn any_text(node: &TomlNode) -> Leaf<String> {
    node.text().map(str::to_owned).ok_or_else(|| expected(node, "text"))
}

/// Reads text that says something.
pub(crate) fn text(node: &TomlNode) -> Leaf<String> {
    let text = any_text(node)?;
    if text.trim().is_empty() { Err(wrong(node, "this is empty", "")) } else { Ok(text) }
}

/// Reads text with placeholders; whether they have a value here is looked at elsewhere.
pub(crate) fn template(node: &TomlNode) -> Leaf<Template> {
    any_text(node).map(Template::new)
}

/// Reads `true` or `false`.
pub(crate) fn boolean(node: &TomlNode) -> Leaf<bool> {
    match node.value {
        TomlValue::Bool(yes) => Ok(yes),
        _ => Err(expected(node, "`true` or `false`")),
    }
}

/// Reads `true`.
pub(crate) fn only_true(node: &TomlNode) -> Leaf<bool> {
    match boolean(node)? {
        true => Ok(true),
        false => Err(wrong(node, "`false` has no meaning here", "write `true`, or leave the key out")),
    }
}

/// Reads a whole number within bounds.
pub(crate) fn integer(node: &TomlNode, least: i64, most: i64) -> Leaf<i64> {
    match node.value {
        TomlValue::Integer(number) if (least..=most).contains(&number) => Ok(number),
        TomlValue::Integer(_) if least == most => Err(wrong(node, format!("only {least} is known here so far"), "")),
        TomlValue::Integer(_) => Err(wrong(node, format!("a whole number from {least} to {most} belongs here"), "")),
        _ => Err(expected(node, "a whole number")),
    }
}

/// Reads a number.
pub(crate) fn number(node: &TomlNode) -> Leaf<f64> {
    match node.value {
        TomlValue::Integer(number) => Ok(number as f64),
        TomlValue::Float(number) if number.is_finite() => Ok(number),
        TomlValue::Float(_) => Err(wrong(node, "nothing can be compared with this number", "")),
        _ => Err(expected(node, "a number")),
    }
}

/// Reads a duration.
pub(crate) fn span(node: &TomlNode) -> Leaf<Span> {
    let help = "write it as `500ms`, `90s`, `30m`, `24h` or `7d`";
    let text = node.text().ok_or_else(|| expected(node, "a duration").help(help.to_owned()))?;
    Span::parse(text).map_err(|_| wrong(node, format!("{} is not a duration", quote(text)), help))
}

/// Reads a signed duration.
pub(crate) fn offset(node: &TomlNode) -> Leaf<Offset> {
    let help = "write it as `-5d`, `0s` or `+30m`";
    let text = node.text().ok_or_else(|| expected(node, "an offset from T-0").help(help.to_owned()))?;
    Offset::parse(text).map_err(|_| wrong(node, format!("{} is not an offset from T-0", quote(text)), help))
}

/// Reads a size in bytes.
pub(crate) fn size(node: &TomlNode) -> Leaf<u64> {
    let help = "write it as `500MB` (millions) or `1GiB` (2^30 bytes)";
    let text = node.text().ok_or_else(|| expected(node, "a size").help(help.to_owned()))?;
    bytes_of(text).ok_or_else(|| wrong(node, format!("{} is not a size", quote(text)), help))
}

/// Reads a share as a number from 0 to 1.
pub(crate) fn share(node: &TomlNode) -> Leaf<f64> {
    let help = "write it as `0.1%`";
    let text = node.text().ok_or_else(|| expected(node, "a share").help(help.to_owned()))?;
    share_of(text).ok_or_else(|| wrong(node, format!("{} is not a share", quote(text)), help))
}

/// Reads a limit with its unit.
pub(crate) fn limit(node: &TomlNode) -> Leaf<Limit> {
    let help = "write it as `0.1%`, `200ms`, `500MB` or a number";
    let Some(text) = node.text() else {
        return number(node).map(Limit::Plain).map_err(|p| p.help(help.to_owned()));
    };
    let share = || share_of(text).map(Limit::Share);
    let seconds = || Span::parse(text).ok().map(|s| Limit::Seconds(s.duration().as_secs_f64()));
    let bytes = || bytes_of(text).map(|b| Limit::Bytes(b as f64));
    share().or_else(seconds).or_else(bytes).ok_or_else(|| wrong(node, format!("{} is not a limit", quote(text)), help))
}

fn share_of(text: &str) -> Option<f64> {
    let percent = plain_number(text.strip_suffix('%')?.trim_end())?;
    (percent <= 100.0).then_some(percent / 100.0)
}

fn bytes_of(text: &str) -> Option<u64> {
    let (number, unit) = text.split_at(text.find(|c: char| !(c.is_ascii_digit() || c == '.'))?);
    let unit: f64 = match unit.trim_start() {
        "B" => 1.0,
        "kB" | "KB" => 1e3,
        "MB" => 1e6,
        "GB" => 1e9,
        "TB" => 1e12,
        "KiB" => 1024.0,
        "MiB" => 1_048_576.0,
        "GiB" => 1_073_741_824.0,
        "TiB" => 1_099_511_627_776.0,
        _ => return None,
    };
    let bytes = plain_number(number)? * unit;
    (bytes <= 1e15).then_some(bytes as u64)
}

/// Reads digits with at most one dot between them; what else a float may look like is not for people.
fn plain_number(text: &str) -> Option<f64> {
    let is_plain = text.starts_with(|c: char| c.is_ascii_digit()) && text.ends_with(|c: char| c.is_ascii_digit());
    let is_number = is_plain && text.chars().all(|c| c.is_ascii_digit() || c == '.');
    is_number.then(|| text.parse().ok()).flatten()
}

/// Reads a path that stays inside the repository.
pub(crate) fn path(node: &TomlNode) -> Leaf<String> {
    let path = any_path(node)?;
    let is_drive = path.as_bytes().get(1) == Some(&b':');
    if path.starts_with('/') || path.starts_with('~') || path.starts_with('\\') || is_drive {
        return Err(wrong(node, "this path lies outside the repository", "write it from the root of the repository"));
    }
    Ok(path)
}

/// Reads a path that never goes upwards.
pub(crate) fn any_path(node: &TomlNode) -> Leaf<String> {
    let path = text(node)?;
    if path.contains(char::is_control) {
        return Err(wrong(node, "this path contains a control character", ""));
    }
    if path.split(['/', '\\']).any(|part| part == "..") {
        return Err(wrong(node, "`..` leads out of the repository", "write it from the root of the repository"));
    }
    Ok(path)
}

/// Reads a pattern of paths.
pub(crate) fn glob(node: &TomlNode) -> Leaf<String> {
    let glob = path(node)?;
    let is_closed = |open, close| glob.matches(open).count() == glob.matches(close).count();
    match is_closed('[', ']') && is_closed('{', '}') {
        true => Ok(glob),
        false => Err(wrong(node, format!("{} is not a pattern of paths: a bracket is not closed", quote(&glob)), "")),
    }
}

/// Reads a pattern of paths, or the absolute path of one file, which is no pattern.
pub(crate) fn trusted_file(node: &TomlNode) -> Leaf<String> {
    match node.text() {
        Some(text) if text.starts_with('/') && text.contains(['*', '?', '[', '{']) => {
            Err(wrong(node, "a pattern lies in the repository", "name a file outside it by its whole path"))
        }
        Some(text) if text.starts_with('/') => any_path(node),
        Some(_) | None => glob(node),
    }
}

/// Reads a duration, or a path inside the repository.
pub(crate) fn span_or_path(node: &TomlNode) -> Leaf<String> {
    match node.text().map(Span::parse) {
        Some(Ok(_)) => any_text(node),
        _ => path(node),
    }
}

/// Reads an address.
pub(crate) fn url(node: &TomlNode) -> Leaf<String> {
    let url = text(node)?;
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let is_whole = rest.is_some_and(|r| r.starts_with(|c: char| c.is_alphanumeric() || c == '['));
    match is_whole && !url.contains(|c: char| c.is_whitespace() || c.is_control()) {
        true => Ok(url.trim_end_matches('/').to_owned()),
        false => Err(wrong(node, format!("{} is not an address", quote(&url)), "write it as `https://host/path`")),
    }
}

/// Reads a regular expression.
pub(crate) fn regex(node: &TomlNode) -> Leaf<String> {
    let pattern = text(node)?;
    match regex::Regex::new(&pattern) {
        Ok(_) => Ok(pattern),
        Err(error) => {
            Err(wrong(node, format!("this is not a regular expression: {}", last_line(&error.to_string())), ""))
        }
    }
}

fn last_line(text: &str) -> &str {
    let line = text.lines().last().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line)
}

/// Reads the name of an environment variable.
pub(crate) fn variable(node: &TomlNode) -> Leaf<String> {
    let name = text(node)?;
    match is_variable(&name) {
        true => Ok(name),
        false => Err(wrong(node, "this is not the name of a variable", "letters, digits and `_`, as in `API_TOKEN`")),
    }
}

/// Says whether a text can name an environment variable.
pub(crate) fn is_variable(name: &str) -> bool {
    let begins_well = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    begins_well && name.len() <= 256 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Reads a command: a list of words, or one text that is split as a shell splits it.
pub(crate) fn command(node: &TomlNode) -> Leaf<CommandLine> {
    let words = match &node.value {
        TomlValue::List(items) => items.iter().map(any_text).collect::<Leaf<Vec<_>>>()?,
        TomlValue::Text(text) => shell_words::split(text)
            .map_err(|_| wrong(node, "a quote in this command is not closed", "write it as a list of words"))?,
        _ => {
            return Err(expected(node, "a command").help("write it as a list of words: [\"npm\", \"test\"]".to_owned()));
        }
    };
    match words.first() {
        None => Err(wrong(node, "this command is empty", "")),
        Some(program) if program.trim().is_empty() => Err(wrong(node, "this command has no program", "")),
        Some(_) if words.iter().any(|w| w.contains('\0')) => {
            Err(wrong(node, "a word of this command contains a NUL", ""))
        }
        Some(_) => Ok(CommandLine(words.into_iter().map(Template::new).collect())),
    }
}

/// Reads a list of commands, or one command written as text.
pub(crate) fn commands(node: &TomlNode) -> Leaf<Vec<CommandLine>> {
    let help = "a list of commands is a list of lists: [[\"eb\", \"deploy\"]]";
    match &node.value {
        TomlValue::Text(_) => command(node).map(|c| vec![c]),
        TomlValue::List(items) if items.is_empty() => Err(wrong(node, "there is no command here", help)),
        TomlValue::List(items) => match items.iter().find(|i| i.text().is_some()) {
            Some(item) => Err(wrong(item, "this is a single word, and a command belongs here", help)),
            None => items.iter().map(command).collect(),
        },
        _ => Err(expected(node, "a list of commands").help(help.to_owned())),
    }
}

/// Reads any value as JSON.
pub(crate) fn json(node: &TomlNode) -> Leaf<serde_json::Value> {
    Ok(match &node.value {
        TomlValue::Text(text) => text.clone().into(),
        TomlValue::Integer(number) => (*number).into(),
        TomlValue::Float(_) => number(node)?.into(),
        TomlValue::Bool(yes) => (*yes).into(),
        TomlValue::Moment => return Err(expected(node, "a value that JSON has")),
        TomlValue::List(items) => items.iter().map(json).collect::<Leaf<Vec<_>>>()?.into(),
        TomlValue::Table(entries) => {
            let fields = entries.iter().map(|e| Ok((e.key.clone(), json(&e.node)?)));
            serde_json::Value::Object(fields.collect::<Leaf<_>>()?)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(value: TomlValue) -> TomlNode {
        TomlNode { span: 0..1, value }
    }

    fn of(text: &str) -> TomlNode {
        node(TomlValue::Text(text.to_owned()))
    }

    #[test]
    fn a_size_is_decimal_or_binary_by_its_unit() {
        let read = |text: &str| size(&of(text)).ok();
        assert_eq!(read("500MB"), Some(500_000_000));
        assert_eq!(read("1GiB"), Some(1 << 30));
        assert_eq!(read("1.5 kB"), Some(1_500));
        for text in ["500", "MB", "500mb", "-1MB", "1..5MB", ".5MB", "1e3MB", "999999999999999999TB"] {
            assert_eq!(read(text), None, "{text:?} was read");
        }
    }

    #[test]
    fn a_limit_keeps_its_unit() {
        let read = |text: &str| limit(&of(text)).ok();
        assert_eq!(read("0.1%"), Some(Limit::Share(0.001)));
        assert_eq!(read("200ms"), Some(Limit::Seconds(0.2)));
        assert_eq!(read("500MB"), Some(Limit::Bytes(5e8)));
        assert_eq!(limit(&node(TomlValue::Integer(3))).ok(), Some(Limit::Plain(3.0)));
        for text in ["101%", "0,1%", "nan%", "inf%", "five"] {
            assert_eq!(read(text), None, "{text:?} was read");
        }
        assert!(limit(&node(TomlValue::Float(f64::NAN))).is_err());
    }

    #[test]
    fn a_path_does_not_leave_the_repository() {
        for text in ["/etc/passwd", "../x", "a/../../x", "~/x", "C:/x", "a\\..\\x", ""] {
            assert!(path(&of(text)).is_err(), "{text:?} was read");
        }
        assert_eq!(path(&of("backend/..x/.env")).ok().as_deref(), Some("backend/..x/.env"));
    }

    #[test]
    fn a_text_is_split_into_words_as_a_shell_splits_it() {
        let words =
            |text: &str| command(&of(text)).map(|c| c.0.iter().map(|w| w.as_str().to_owned()).collect::<Vec<_>>());
        assert_eq!(words("sh -c 'a b' x\\ y").ok(), Some(vec!["sh".into(), "-c".into(), "a b".into(), "x y".into()]));
        for text in ["", "  ", "'open", "''"] {
            assert!(words(text).is_err(), "{text:?} was read");
        }
    }
}
