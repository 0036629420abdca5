//! The shapes that secrets come in, whoever they belong to.

use regex::{Regex, RegexSet};
use std::ops::Range;
use std::sync::LazyLock;

/// What a name must say for its value to be a secret.
macro_rules! named {
    ($after:literal) => {
        concat!(
            r"(?i)(?:password|passwd|passphrase|pwd|secret|token|credential|api[_-]?key|access[_-]?key|private[_-]?key",
            r"|signing[_-]?key|auth[_-]?key)(?:[_-](?:key|value|base64))?",
            $after
        )
    };
}

/// The expressions. Where one has a group named `secret`, only that group is hidden.
const EXPRESSIONS: &[&str] = &[
    // RFC 9110, section 11.6.2: the header, whatever its scheme; and the two common schemes without the header.
    r#"(?i)\bauthorization\\*["']?\s*[:=]\s*\\*["']?(?:[a-z][a-z0-9-]*\s+)?(?<secret>[^\s"'\\,;]+)"#,
    r"(?i)\bbearer\s+(?<secret>[a-z0-9._~+/-]{16,}=*)",
    r"\b[Bb]asic\s+(?<secret>[A-Za-z0-9+/]{16,}=*)",
    r"(?i)\b(?:set-)?cookie:\s*(?<secret>\S[^\r\n]*)",
    // RFC 3986, section 3.2.1: `user:password@`, and a long user that is a token.
    r#"(?i)\b[a-z][a-z0-9+.-]*://[^\s/:@?#"'<>]*:(?<secret>[^\s/"'<>]+)@"#,
    r#"(?i)\b[a-z][a-z0-9+.-]*://(?<secret>[^\s/:@?#"'<>]{20,})@"#,
    // Keys that name their issuer.
    r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b",
    r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{20,})",
    r"\bxox[abeprs]-[A-Za-z0-9-]{10,}",
    r"\b(?:sk|rk)[_-](?:live_|test_|proj-|ant-)?[A-Za-z0-9_-]{20,}",
    r"\bAIza[A-Za-z0-9_-]{35}",
    r#"\bhooks\.slack(?:-gov)?\.com/(?<secret>(?:services|workflows|triggers)/[^\s"'<>]+)"#,
    r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
    // RFC 7468; one that does not end is hidden to the end of the text.
    r"(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\z)",
    r"\bAGE-SECRET-KEY-1[0-9A-Z]{50,}",
    // A value under a telling name: in double quotes, in quotes that are escaped, in single quotes, in none.
    named!(r#"["']?\s*[:=]>?\s*"(?<secret>(?:[^"\\]|\\.)+)"#),
    named!(r#"\\+"\s*[:=]\s*\\+"(?<secret>[^"\\]+)"#),
    named!(r#"["']?\s*[:=]>?\s*'(?<secret>[^']+)"#),
    named!(r#"["']?\s*[:=]>?\s*(?<secret>[^\s"'\\,;&)}\]]+)"#),
];

static BUILT_IN: LazyLock<BuiltInPatterns> = LazyLock::new(BuiltInPatterns::new);

/// The built-in patterns.
pub(super) struct BuiltInPatterns {
    /// All at once, to say quickly that there is nothing; `None` would mean that one of them is no expression.
    any: Option<RegexSet>,
    each: Vec<Regex>,
}

/// Returns the built-in patterns.
pub(super) fn built_in() -> &'static BuiltInPatterns {
    &BUILT_IN
}

impl BuiltInPatterns {
    fn new() -> Self {
        // A boundary of ASCII words: that of Unicode words is slow wherever a line has a letter beyond ASCII.
        let expressions: Vec<String> = EXPRESSIONS.iter().map(|e| e.replace(r"\b", r"(?-u:\b)")).collect();
        let each = expressions.iter().filter_map(|expression| Regex::new(expression).ok()).collect();
        Self { any: RegexSet::new(&expressions).ok(), each }
    }

    /// Finds what looks like a secret.
    pub(super) fn find(&self, text: &str, spans: &mut Vec<Range<usize>>) {
        let Some(any) = &self.any else {
            return self.each.iter().for_each(|pattern| find_hidden(pattern, text, spans));
        };
        for index in any.matches(text) {
            if let Some(pattern) = self.each.get(index) {
                find_hidden(pattern, text, spans);
            }
        }
    }
}

/// Finds what one pattern hides: its group `secret`, or all of the match.
pub(super) fn find_hidden(pattern: &Regex, text: &str, spans: &mut Vec<Range<usize>>) {
    for found in pattern.captures_iter(text) {
        let secret = found.name("secret").or_else(|| found.get(0));
        spans.extend(secret.map(|secret| secret.range()).filter(|range| !range.is_empty()));
    }
}

#[cfg(test)]
mod tests {
    use super::super::Mask;
    use super::*;

    #[test]
    fn every_expression_is_one() {
        assert_eq!(BuiltInPatterns::new().each.len(), EXPRESSIONS.len());
        assert!(BuiltInPatterns::new().any.is_some());
    }

    #[test]
    fn what_looks_like_a_secret_is_hidden() {
        let mask = Mask::new();
        for (text, shown) in [
            ("Authorization: Bearer abc", "Authorization: Bearer •••"),
            ("authorization: Basic ZGFuYTpwdw== x", "authorization: Basic ••• x"),
            (r#"{"Authorization": "token abc", "a": 1}"#, r#"{"Authorization": "token •••", "a": 1}"#),
            ("got Bearer 0123456789abcdef0 from", "got Bearer ••• from"),
            ("Set-Cookie: session=1; Path=/", "Set-Cookie: •••"),
            ("postgres://dana:p@ss:word@db:5432/x", "postgres://dana:•••@db:5432/x"),
            ("https://0123456789abcdefghij@host/x.git", "https://•••@host/x.git"),
            ("key AKIAIOSFODNN7EXAMPLE.", "key •••."),
            ("ghp_0123456789abcdefghijABCDEFGHIJ012345!", "•••!"),
            ("to https://hooks.slack.com/services/T0/B0/xyz ok", "to https://hooks.slack.com/••• ok"),
            ("jwt eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.c2lnbmF0dXJl end", "jwt ••• end"),
            ("-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\nx", "•••\nx"),
            ("a -----BEGIN PRIVATE KEY-----\nMII", "a •••"),
            ("DB_PASSWORD=hunter2 x", "DB_PASSWORD=••• x"),
            ("secret: hunter2, token = abc; api_key=\"a b\"", "secret: •••, token = •••; api_key=\"•••\""),
            (r#"{"password":"a\"b","user":"x"}"#, r#"{"password":"•••","user":"x"}"#),
            (r#"{\"password\":\"hunter2\",\"u\":1}"#, r#"{\"password\":\"•••\",\"u\":1}"#),
            ("?token=abc&user=dana", "?token=•••&user=dana"),
            ("'apiKey': 'it is'", "'apiKey': '•••'"),
            ("AWS_SECRET_ACCESS_KEY=wJalr/bPx", "AWS_SECRET_ACCESS_KEY=•••"),
        ] {
            assert_eq!(mask.apply(text), shown);
        }
    }

    #[test]
    fn what_does_not_look_like_a_secret_stays() {
        let mask = Mask::new();
        for text in [
            "GET /api/content 200 14ms",
            "the bearer authentication failed, basic checks next",
            "http://127.0.0.1:8080/users/@me",
            "passwords are hashed; tokens 512",
            "sha256:9b1f00000000000000000000000000000000000000000000000000000000dead",
            "commit 4f2c9e1 by dana@example.com",
        ] {
            assert_eq!(mask.apply(text), text);
        }
    }
}
