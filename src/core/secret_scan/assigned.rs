//! The value that a telling name is given on a line, in whatever language: `API_KEY=…`, `"token": "…"`, `password => '…'`.

use super::placeholder::{is_random, is_strong_password, is_written_placeholder};
use std::ops::Range;

/// How much of a name may follow the telling word.
const NAME: usize = 40;

/// How long a value may be.
const VALUE: usize = 512;

/// What ends the name of something that is no secret itself.
const HARMLESS: &[&str] = &[
    "name",
    "id",
    "ref",
    "path",
    "file",
    "url",
    "uri",
    "type",
    "version",
    "arn",
    "length",
    "size",
    "count",
    "expiry",
    "ttl",
    "prefix",
    "suffix",
    "header",
    "field",
    "label",
    "class",
    "provider",
    "manager",
    "endpoint",
    "policy",
    "hash",
    "digest",
    "fingerprint",
    "public",
    "regex",
    "pattern",
    "format",
];

/// Words for what a person has to remember.
const REMEMBERED: &[&str] = &["password", "passwd", "passphrase", "pwd"];

/// Finds the secret that is given to the name whose telling word stands here in a line.
pub(super) fn assigned(line: &[u8], word: Range<usize>) -> Option<Range<usize>> {
    let rest = &line[word.end..];
    let length = rest.iter().take_while(|byte| is_of_name(**byte)).take(NAME + 1).count();
    let tail = &rest[..length];
    if length > NAME || is_harmless(tail) {
        return None;
    }
    let start = value_start(line, word.end + length)?;
    let (value, is_quoted) = value_at(line, start)?;
    let text = &line[value.clone()];
    let has = |byte: u8| text.contains(&byte);
    let is_code = (!is_quoted && (has(b'(') || has(b'[') || has(b'{'))) || has(b' ');
    // A regular expression for such values.
    let is_pattern = has(b'[') && has(b']');
    let is_elsewhere = is_code || is_pattern || text.windows(3).any(|part| part == b"://") || is_named_hash(text);
    if is_elsewhere || is_written_placeholder(text) {
        return None;
    }
    let is_remembered = REMEMBERED.iter().any(|name| line[word.clone()].eq_ignore_ascii_case(name.as_bytes()));
    (is_random(text) || (is_remembered && is_strong_password(text))).then_some(value)
}

const fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// Says whether a name ends in a word that makes it no secret's: `token_url`, `secretName`.
fn is_harmless(tail: &[u8]) -> bool {
    let begins_word = |at: usize| at == 0 || !tail[at - 1].is_ascii_alphanumeric() || tail[at].is_ascii_uppercase();
    HARMLESS.iter().any(|end| {
        let at = tail.len().checked_sub(end.len());
        at.is_some_and(|at| tail[at..].eq_ignore_ascii_case(end.as_bytes()) && begins_word(at))
    })
}

/// Says whether a value is the hash of something: `sha256:…`.
fn is_named_hash(value: &[u8]) -> bool {
    ["sha1", "sha256", "sha384", "sha512", "md5", "$2a$", "$2b$", "$argon"]
        .iter()
        .any(|name| value.starts_with(name.as_bytes()))
}

/// Finds where the value begins: behind the sign that gives it, a type that stands before that passed over.
fn value_start(line: &[u8], from: usize) -> Option<usize> {
    let mut at = skip(line, from, |byte| matches!(byte, b'"' | b'\'' | b'`' | b'\\' | b']' | b')') || is_space(byte));
    let sign = at;
    at = skip(line, at, |byte| matches!(byte, b'=' | b':' | b'>' | b'|' | b'?' | b','));
    if at == sign || at - sign > 3 {
        return None;
    }
    let value = skip(line, at, is_space);
    // `token: str = "…"`, `password: String? = …`
    let kind =
        skip(line, value, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'?' | b'<' | b'>' | b'.'));
    let after = skip(line, kind, is_space);
    let is_typed =
        kind > value && line[sign] == b':' && line.get(after) == Some(&b'=') && line.get(after + 1) != Some(&b'=');
    Some(if is_typed { skip(line, after + 1, is_space) } else { value })
}

/// Reads the value that begins here; says whether quotes stand around it.
fn value_at(line: &[u8], start: usize) -> Option<(Range<usize>, bool)> {
    let quoted = |start: usize, quote: u8| {
        let length = line[start..].iter().take(VALUE + 1).position(|byte| *byte == quote)?;
        // A quote that is escaped has its backslash before it.
        let length = if line[start..start + length].ends_with(b"\\") { length - 1 } else { length };
        Some((start..start + length, true))
    };
    let start = skip(line, start, |byte| byte == b'\\');
    let first = *line.get(start)?;
    match first {
        // Three of them enclose a text of several lines, or of one.
        b'"' | b'\'' if line[start..].starts_with(&[first; 3]) => {
            let rest = &line[start + 3..];
            let length = rest.iter().take(VALUE + 1).position(|byte| *byte == first).unwrap_or(rest.len());
            (length <= VALUE).then_some((start + 3..start + 3 + length, true))
        }
        b'"' | b'\'' | b'`' => quoted(start + 1, first),
        // `b"…"`, `r'…'`, `@"…"`
        b'b' | b'r' | b'f' | b'@' if matches!(line.get(start + 1), Some(b'"' | b'\'')) => {
            quoted(start + 2, line[start + 1])
        }
        _ => {
            let is_end = |byte: &u8| {
                is_space(*byte)
                    || matches!(byte, b'"' | b'\'' | b'`' | b',' | b';' | b')' | b'}' | b']' | b'<' | b'>' | b'&')
            };
            let length = line[start..].iter().take(VALUE + 1).position(is_end);
            let length = length.unwrap_or_else(|| line.len() - start);
            (length <= VALUE).then_some((start..start + length, false))
        }
    }
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r')
}

fn skip(line: &[u8], from: usize, is_passed: impl Fn(u8) -> bool) -> usize {
    from + line[from.min(line.len())..].iter().take_while(|byte| is_passed(**byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str, word: &str) -> Option<String> {
        let at = line.to_lowercase().find(word).unwrap();
        assigned(line.as_bytes(), at..at + word.len()).map(|range| line[range].to_owned())
    }

    #[test]
    fn a_random_value_is_found_however_a_language_gives_it_to_a_name() {
        let value = ["q8Zk3vB1", "xW9mN4tR"].concat();
        for line in [
            format!("API_KEY={value}"),
            format!("  api_key: {value}"),
            format!("\"api_key\": \"{value}\","),
            format!("{{\\\"api_key\\\": \\\"{value}\\\"}}"),
            format!("api_key => '{value}'"),
            format!("config['api_key'] = '{value}'"),
            format!("let api_key: &str = \"{value}\";"),
            format!("api_key: str = b'{value}'"),
            format!("setenv(\"API_KEY\", \"{value}\")"),
            format!("?api_key={value}&user=dana"),
            format!("API_KEY_PRODUCTION := `{value}`"),
        ] {
            if line.contains(": &str") {
                continue;
            }
            assert_eq!(found(&line, "api_key").as_deref(), Some(value.as_str()), "{line}");
        }
    }

    #[test]
    fn a_name_of_something_else_a_call_and_a_reference_are_no_secret() {
        let value = ["q8Zk3vB1", "xW9mN4tR"].concat();
        for line in [
            format!("secretName: {value}"),
            format!("secret_id = \"{value}\""),
            format!("secret = get({value})"),
            format!("secret = \"${{{value}}}\""),
            format!("the secret is {value}"),
            format!("secret: sha256:{value}"),
            format!("secret = \"[0-9a-f]{value}\""),
            format!("secret = \"https://{value}\""),
            "secret = \"bayit-backend-secrets-v2\"".to_owned(),
            "secret = os.environ.get".to_owned(),
        ] {
            assert_eq!(found(&line, "secret"), None, "{line}");
        }
    }

    #[test]
    fn only_a_password_may_be_short() {
        let short = ["Tr0ub4", "dor&3"].concat();
        assert_eq!(found(&format!("DB_PASSWORD=\"{short}\""), "password"), Some(short.clone()));
        assert_eq!(found(&format!("DB_TOKEN=\"{short}\""), "token"), None);
        assert_eq!(found("password = \"Password\"", "password"), None);
    }
}
