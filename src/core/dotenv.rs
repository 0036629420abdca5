//! What an environment file says of a name: a value, or something that only looks like one.

use serde::{Deserialize, Serialize};

/// One assignment of an environment file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DotenvEntry {
    /// The name.
    pub name: String,
    /// The value, without its quotes.
    pub value: String,
    /// The line, counted from 1.
    pub line: usize,
}

/// A name whose value nobody can count on, and why. The value itself is not in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoubtfulValue {
    /// The name.
    pub name: String,
    /// The line, counted from 1.
    pub line: usize,
    /// Why.
    pub why: String,
}

/// What a file has of one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DotenvValue {
    /// It is not there.
    Missing,
    /// Nothing stands behind it.
    Empty,
    /// What stands there is no value that works.
    Doubtful(DoubtfulValue),
    /// A value that somebody may use, at an address that is kept for examples: nothing that is sent there arrives.
    Reserved(DoubtfulValue),
    /// A value.
    Set,
}

/// Words that stand where a value belongs.
const PLACEHOLDERS: &[&str] = &[
    "changeme",
    "changethis",
    "changeit",
    "replace",
    "replaceme",
    "replacethis",
    "todo",
    "tbd",
    "fixme",
    "null",
    "undefined",
    "nan",
    "nil",
    "placeholder",
    "dummy",
    "fake",
    "example",
    "insertme",
    "fillme",
    "fillin",
    "fillmein",
    "yourvalue",
    "setme",
    "secretgoeshere",
    "yourkey",
    "yoursecret",
    "yourtoken",
    "yourpassword",
    "notset",
    "unset",
    "somevalue",
    "changemeplease",
    "pleasechangeme",
    "redacted",
    "masked",
    "tobedone",
    "tba",
    "password123",
    "enterhere",
];

/// Looks a name up. Loaders do not agree which of two values counts, so two that differ are no value.
pub fn look_up(entries: &[DotenvEntry], name: &str) -> DotenvValue {
    let found: Vec<&DotenvEntry> = entries.iter().filter(|entry| entry.name == name).collect();
    let Some(last) = found.last() else { return DotenvValue::Missing };
    let doubt = |line: usize, why: String| DotenvValue::Doubtful(DoubtfulValue { name: name.to_owned(), line, why });
    if let Some(other) = found.iter().find(|entry| entry.value != last.value) {
        return doubt(last.line, format!("it has another value in line {}: keep one of them", other.line));
    }
    let value = unquoted(&last.value);
    if value.chars().all(is_invisible) {
        return DotenvValue::Empty;
    }
    if value.contains('\0') {
        return doubt(last.line, "it has a NUL in it, and no variable can".to_owned());
    }
    let raw = last.value.trim();
    let is_command = |open: &str, close: char| raw.len() > open.len() && raw.starts_with(open) && raw.ends_with(close);
    if is_command("$(", ')') || is_command("`", '`') {
        return doubt(
            last.line,
            "it is a command, which a shell runs and most readers of such files do not".to_owned(),
        );
    }
    if is_reserved_address(value) {
        let why = "it is a mail address that is kept for examples, where no mail arrives".to_owned();
        return DotenvValue::Reserved(DoubtfulValue { name: name.to_owned(), line: last.line, why });
    }
    let why = is_encrypted(value).then(|| "it is still encrypted".to_owned());
    if let Some(why) = why.or_else(|| placeholder(value)) {
        return doubt(last.line, why);
    }
    match unset(value, entries, &mut vec![name]) {
        Some(name) => doubt(last.line, format!("it needs ${{{name}}}, which the file does not set")),
        None => DotenvValue::Set,
    }
}

/// Says whether sops or Ansible Vault left a value; what an application decrypts itself, as `ENC(…)` of Jasypt, is its value.
fn is_encrypted(value: &str) -> bool {
    (value.starts_with("ENC[") && value.ends_with(']')) || value.starts_with("$ANSIBLE_VAULT;")
}

/// Says whether nobody sees a character: spaces, and marks of no width.
fn is_invisible(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

/// Says whether a value is a place that a template fills: `__KEY__`, `%KEY%`, `@KEY@`, `${{ secrets.KEY }}`, `<%= key %>`.
fn is_template(value: &str) -> bool {
    let is_name =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    let between = |sign: &str| value.strip_prefix(sign).and_then(|rest| rest.strip_suffix(sign)).is_some_and(is_name);
    let holds = |open: &str, close: &str| value.find(open).is_some_and(|at| value[at..].contains(close));
    ["__", "%", "@", "#"].iter().any(|sign| between(sign))
        || holds("${{", "}}")
        || holds("<%", "%>")
        || holds("#{", "}")
}

/// Takes off quotes that stand inside the value, and spaces: `"''"` is empty.
fn unquoted(value: &str) -> &str {
    let value = value.trim();
    let inner = ['"', '\'', '`'].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
    inner.map_or(value, unquoted)
}

/// Says why a value is one that somebody was to fill in; the sentence does not repeat it.
fn placeholder(value: &str) -> Option<String> {
    let is_between = |open: char, close: char| value.starts_with(open) && value.ends_with(close) && value.len() > 1;
    if is_between('<', '>') || (value.starts_with("{{") && value.ends_with("}}")) {
        return Some("it is a place to fill in, between brackets".to_owned());
    }
    if is_template(value) {
        return Some("it is a place that a template fills".to_owned());
    }
    let lower = value.to_lowercase();
    // A list in JSON is a value: `["a"]`.
    if is_between('[', ']') && !value.contains(['"', ',', ':', '\'']) && lower.chars().any(char::is_alphabetic) {
        return Some("it is a place to fill in, between brackets".to_owned());
    }
    let letters: String = lower.chars().filter(|c| c.is_alphanumeric()).collect();
    if letters.is_empty() {
        let is_filler = value.chars().all(|c| matches!(c, '.' | '*' | '-' | '_' | '…' | '?' | '#' | '<' | '>' | '='));
        let is_filler = (is_filler && value.chars().count() > 2) || value.chars().all(|c| c == '\\');
        return is_filler.then(|| "it has neither letters nor digits".to_owned());
    }
    let is_one_letter = |c: char| letters.len() > 2 && letters.chars().all(|there| there == c);
    if PLACEHOLDERS.contains(&letters.as_str())
        || (letters == "na" && value.contains('/'))
        || is_one_letter('x')
        || (letters.len() > 15 && letters.chars().all(|c| c == '0'))
        || lower.contains("xxxxxxxx")
        || value == "None"
    {
        return Some("it is a placeholder".to_owned());
    }
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let begins = |with: &[&str]| words.iter().copied().take(with.len()).eq(with.iter().copied());
    let addressed =
        begins(&["your"]) || begins(&["my", "super", "secret"]) || begins(&["insert"]) || begins(&["enter"]);
    let asks = [
        ["change", "me"],
        ["change", "this"],
        ["replace", "me"],
        ["replace", "with"],
        ["replace", "this"],
        ["goes", "here"],
    ];
    let is_asked = words.windows(2).any(|pair| asks.iter().any(|ask| pair == ask));
    let ends_here =
        words.len() > 2 && words.last() == Some(&"here") && (words.contains(&"your") || words.contains(&"put"));
    let has_your = words.len() > 1 && words.contains(&"your") && !lower.contains(char::is_whitespace);
    let has_word = words.iter().any(|word| {
        matches!(
            *word,
            "changeme" | "replaceme" | "placeholder" | "todo" | "fixme" | "xxxx" | "xxxxx" | "xxxxxx" | "xxxxxxxx"
        )
    });
    let has_filler = words.iter().any(|word| word.len() > 3 && word.chars().all(|c| c == 'x'));
    // `sk-...`, `pk_live_***`
    let is_left_out = ["...", "…", "***", "-xxx", "_xxx"].iter().any(|end| lower.ends_with(end));
    let has_filler = has_filler || (is_left_out && words.len() < 4 && !lower.contains(char::is_whitespace));
    if addressed || is_asked || ends_here || has_your || has_word || has_filler {
        return Some("it is a placeholder".to_owned());
    }
    is_example(&lower, &words).then(|| "it is an example, which no service answers to".to_owned())
}

/// Names that stand for whoever it shall be in an address of an example.
const NOBODY: &[&str] = &[
    "user", "username", "you", "name", "me", "email", "mail", "someone", "somebody", "foo", "bar", "john", "jane",
    "johndoe", "janedoe", "admin", "test", "example", "xxx",
];

/// Says whether a value is a mail address at a name that is kept for examples, with the name of a purpose before it: a
/// sender that wants no answer (`noreply@example.org`) works anywhere.
fn is_reserved_address(value: &str) -> bool {
    let lower = value.to_lowercase();
    let bare = lower.split_once('<').and_then(|(_, rest)| rest.strip_suffix('>')).unwrap_or(&lower);
    let bare = bare.trim().strip_prefix("mailto:").unwrap_or(bare.trim());
    let Some((local, host)) = bare.split_once('@') else { return false };
    let is_plain =
        |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "._+-".contains(c));
    let is_reserved = EXAMPLE_HOSTS
        .iter()
        .any(|name| host.strip_suffix(name).is_some_and(|sub| sub.is_empty() || sub.ends_with('.')));
    let letters: String = local.chars().filter(char::is_ascii_alphanumeric).collect();
    is_plain(local)
        && is_plain(host)
        && is_reserved
        && !NOBODY.contains(&letters.as_str())
        && placeholder(local).is_none()
}

const EXAMPLE_HOSTS: [&str; 3] = ["example.com", "example.org", "example.net"];

/// The names that are kept for examples (RFC 2606), and keys that say so.
fn is_example(lower: &str, words: &[&str]) -> bool {
    let has_host = EXAMPLE_HOSTS.iter().any(|host| {
        lower.match_indices(host).any(|(at, _)| {
            let before = lower[..at].chars().next_back();
            let after = lower[at + host.len()..].chars().next();
            before.is_none_or(|c| !c.is_alphanumeric() && c != '-')
                && after.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '-' | '.'))
        })
    });
    let is_key = lower.len() > 12 && (lower.ends_with("example") || lower.ends_with("examplekey"));
    has_host
        || is_key
        || words.first() == Some(&"example")
        || (words.len() < 4 && words.contains(&"example") && !lower.contains("://"))
}

/// Returns the first name that a value takes its text from and that the file does not set.
fn unset<'a>(value: &'a str, entries: &'a [DotenvEntry], seen: &mut Vec<&'a str>) -> Option<String> {
    let mut rest = value;
    while let Some(at) = rest.find("${") {
        let inner = &rest[at + 2..];
        let end = inner.find('}')?;
        let reference = &inner[..end];
        rest = &inner[end + 1..];
        let name = reference.split([':', '-', '?', '+', '=']).next().unwrap_or(reference);
        let fallback = reference.split_once('-').is_some_and(|(_, fallback)| !fallback.trim().is_empty());
        if fallback || !is_name(name) {
            continue;
        }
        if let Some(why) = reference_of(name, entries, seen) {
            return Some(why);
        }
    }
    let whole = value
        .strip_prefix('$')
        .filter(|name| is_name(name) && name.chars().all(|c| c.is_ascii_uppercase() || c == '_' || c.is_ascii_digit()));
    whole.and_then(|name| reference_of(name, entries, seen))
}

fn reference_of<'a>(name: &'a str, entries: &'a [DotenvEntry], seen: &mut Vec<&'a str>) -> Option<String> {
    let Some(entry) = entries.iter().rev().find(|entry| entry.name == name) else { return Some(name.to_owned()) };
    if seen.contains(&name) || unquoted(&entry.value).is_empty() || placeholder(unquoted(&entry.value)).is_some() {
        return Some(name.to_owned());
    }
    seen.push(name);
    let found = unset(&entry.value, entries, seen);
    seen.pop();
    found
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
