//! Text from outside that is safe to show, to keep and to search: decoded, without what speaks to a terminal, in bounds,
//! without secrets. It is made here and nowhere else, in that order: a sequence in the middle of a secret would hide it
//! from the mask.

use super::Mask;
use super::key::{KeyWatch, before_end};
use crate::clean;
use crate::failure::Failure;
use serde::{Deserialize, Deserializer, Serialize};
use std::borrow::Cow;
use std::fmt;
use std::ops::{Deref, Range};

/// One line.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct SafeLine(String);

/// A text of several lines.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct SafeText(String);

/// A failure in whose words nothing speaks to a terminal, and no secret is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct SafeFailure(pub(super) Failure);

/// What makes lines of one stream safe: it knows that a key may come line by line.
#[derive(Clone, Debug)]
pub struct Washer {
    mask: Mask,
    key: KeyWatch,
}

impl Washer {
    /// Begins a stream.
    pub fn new(mask: &Mask) -> Self {
        Self { mask: mask.clone(), key: KeyWatch::default() }
    }

    /// Makes the next line safe.
    pub fn line(&mut self, text: &str) -> SafeLine {
        self.wash(text).0
    }

    /// Makes the next line safe; says as well whether it ends a key that began before the stream.
    fn wash(&mut self, text: &str) -> (SafeLine, bool) {
        let text = read(&self.mask, text);
        let parts = self.key.take(&text);
        (SafeLine(self.mask.conceal_also(&text, parts.hidden).into_owned()), parts.ends_one_before)
    }

    /// Makes the lines safe that a reading begins with: it may begin in the middle of a key.
    pub fn lines<'a>(&mut self, texts: impl Iterator<Item = &'a str>) -> Vec<SafeLine> {
        let mut lines: Vec<SafeLine> = Vec::new();
        for text in texts {
            let (line, ends_one_before) = self.wash(text);
            if ends_one_before {
                let first = lines.len() - before_end(lines.iter().map(|line| line.0.as_str()));
                lines[first..].iter_mut().for_each(|line| *line = SafeLine(super::secret_set::SIGN.to_owned()));
            }
            lines.push(line);
        }
        lines
    }
}

impl Mask {
    /// Makes one line safe that comes alone.
    pub fn line(&self, text: &str) -> SafeLine {
        Washer::new(self).line(text)
    }

    /// Makes a text of several lines safe; secrets that are broken over its lines are found.
    pub fn text(&self, text: &str) -> SafeText {
        let (whole, keys) = self.read_lines(text.lines());
        SafeText(self.conceal_also(&whole, keys).into_owned())
    }

    /// Reads lines that belong together into one text, and finds the private keys in it.
    pub(super) fn read_lines<'a>(&self, lines: impl Iterator<Item = &'a str>) -> (String, Vec<Range<usize>>) {
        let (mut whole, mut spans, mut key) = (String::new(), Vec::new(), KeyWatch::default());
        for (number, line) in lines.map(|line| read(self, line)).enumerate() {
            if number > 0 {
                whole.push('\n');
            }
            let at = whole.len();
            let parts = key.take(&line);
            if parts.ends_one_before && at > 0 {
                // From the end: an output may name the end of a key in each of its lines.
                let hidden: usize =
                    whole.lines().rev().take(before_end(whole.lines())).map(|line| line.len() + 1).sum();
                spans.push(at - hidden..at);
            }
            spans.extend(parts.hidden.into_iter().map(|span| span.start + at..span.end + at));
            whole.push_str(&line);
        }
        (whole, spans)
    }
}

impl SafeLine {
    /// Returns it as any text.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl SafeFailure {
    /// Returns it as any failure.
    pub fn into_inner(self) -> Failure {
        self.0
    }
}

impl Deref for SafeLine {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Deref for SafeText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Deref for SafeFailure {
    type Target = Failure;

    fn deref(&self) -> &Failure {
        &self.0
    }
}

impl fmt::Display for SafeLine {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Display for SafeText {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

// What another process sent, or an older journal holds, was masked by whoever made it, and is cleaned once more: no words
// of another engine speak to this terminal.
impl<'de> Deserialize<'de> for SafeLine {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|text| Self(cleaned(text)))
    }
}

impl<'de> Deserialize<'de> for SafeText {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|text| Self(text.lines().map(clean::line).collect::<Vec<_>>().join("\n")))
    }
}

impl<'de> Deserialize<'de> for SafeFailure {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let Failure { kind, summary, causes } = Failure::deserialize(from)?;
        let causes = causes.into_iter().map(cleaned).collect();
        Ok(Self(Failure { kind, summary: cleaned(summary), causes }))
    }
}

/// Returns a line without what speaks to a terminal. A letter that a backspace strikes out stays, unless a secret stands in what
/// is left without it.
fn read<'a>(mask: &Mask, raw: &'a str) -> Cow<'a, str> {
    let shown = clean::line(raw);
    if !raw.contains('\u{8}') {
        return shown;
    }
    let mut left = String::new();
    for c in raw.chars() {
        if c == '\u{8}' {
            left.pop();
        } else {
            left.push(c);
        }
    }
    let left = clean::line(&left).into_owned();
    if mask.apply(&left) == left { shown } else { Cow::Owned(left) }
}

fn cleaned(text: String) -> String {
    match clean::line(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(clean) => clean,
    }
}

/// Says whether a secret is hidden in a text: what is not seen in it may be there.
pub fn hides(text: &str) -> bool {
    text.contains(super::secret_set::SIGN)
}

/// Says whether a text begins with a secret that is hidden.
pub fn hides_at_start(text: &str) -> bool {
    text.starts_with(super::secret_set::SIGN)
}

/// Says whether a text ends with a secret that is hidden.
pub fn hides_at_end(text: &str) -> bool {
    text.ends_with(super::secret_set::SIGN)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: [&[&str]; 5] = [
        &[
            "-----BEGIN PRIVATE KEY-----",
            "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj",
            "MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu",
            "Q==",
            "-----END PRIVATE KEY-----",
        ],
        &[
            "-----BEGIN OPENSSH PRIVATE KEY-----",
            "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW",
            "QyNTUxOQAAACB7",
            "-----END OPENSSH PRIVATE KEY-----",
        ],
        &[
            "-----BEGIN PGP PRIVATE KEY BLOCK-----",
            "Version: GnuPG v2",
            "Comment: a b",
            "",
            "lQOYBGVzbXQBCADQ7xF1kF1kQw0mBf2m3tYhVxHk9m0pJzq1Zs7c8mQ0r5w1uXyz",
            "=AbCd",
            "-----END PGP PRIVATE KEY BLOCK-----",
        ],
        &[
            "-----BEGIN RSA PRIVATE KEY-----",
            "Proc-Type: 4,ENCRYPTED",
            "DEK-Info: AES-128-CBC,0123456789ABCDEF0123456789ABCDEF",
            "",
            "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj",
            "-----END RSA PRIVATE KEY-----",
        ],
        &[
            "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----",
            "P2/56wAAAi4AAAA3aWYtbW9kbntzaWdue3JzYS1wa2NzMS1zaGExfSxlbmNyeXB0e3",
            "---- END SSH2 ENCRYPTED PRIVATE KEY ----",
        ],
    ];

    #[test]
    fn a_key_that_comes_line_by_line_is_hidden_whatever_stands_before_its_lines() {
        for before in
            ["", "    ", "2026-11-29T08:56:52.258Z INFO app: ", "{\"level\":\"info\",\"msg\":\"", "app-1  | \u{1b}[32m"]
        {
            for key in KEYS {
                let mut washer = Washer::new(&Mask::new());
                assert_eq!(&*washer.line("hello"), "hello");
                for line in key {
                    let shown = washer.line(&format!("{before}{line}"));
                    let rest = shown.trim_end_matches("•••").trim_end();
                    assert!(
                        line.is_empty()
                            || shown.ends_with("•••")
                                && line.split(' ').all(|word| word.len() < 9 || !rest.contains(word)),
                        "{shown}"
                    );
                }
                assert_eq!(&*washer.line(&format!("{before}and on")), &*Mask::new().line(&format!("{before}and on")));
                let block: Vec<String> = key.iter().map(|line| format!("{before}{line}")).collect();
                let shown = Mask::new().text(&format!("a\n{}\nb", block.join("\n")));
                assert!(key.iter().all(|line| line.len() < 9 || !shown.contains(line)), "{shown}");
                assert!(shown.starts_with("a\n") && shown.ends_with("\nb"), "{shown}");
            }
        }
    }

    #[test]
    fn what_a_backspace_strikes_out_does_not_save_a_secret() {
        let mask = Mask::new();
        mask.learn("kP9-dotSecretValue-31337");
        for raw in ["K=kP9-dotx\u{8}SecretValue-31337", "K=kP9-dotxy\u{8}\u{8}SecretValue-31337"] {
            assert_eq!(&*mask.line(raw), "K=•••", "{raw:?}");
            assert_eq!(&*mask.text(raw), "K=•••", "{raw:?}");
        }
        assert_eq!(&*mask.line("FAIL\u{8}\u{8}\u{8}\u{8}PASS"), "FAILPASS");
    }

    #[test]
    fn a_reading_that_begins_in_the_middle_of_a_key_shows_none_of_it() {
        for key in KEYS {
            let rest = &key[key.len() - 2..];
            let lines = Washer::new(&Mask::new()).lines(["before it"].into_iter().chain(rest.iter().copied()));
            let text = Mask::new().text(&format!("before it\n{}", rest.join("\n")));
            for shown in [lines.iter().map(|line| line.to_string()).collect::<Vec<_>>().join("\n"), text.to_string()] {
                assert!(shown.starts_with("before it\n•••") && shown.ends_with("•••"), "{shown}");
                assert!(!shown.contains(rest[0]), "{shown}");
            }
        }
    }

    #[test]
    fn a_key_that_is_only_spoken_of_hides_few_lines() {
        let mut washer = Washer::new(&Mask::new());
        washer.line("expected -----BEGIN PRIVATE KEY----- in app.pem");
        let shown = (0..12).filter(|_| &*washer.line("GET /api/content 200 14ms") != "•••").count();
        assert!(shown >= 6, "{shown}");
    }

    #[test]
    fn what_another_engine_sends_is_cleaned_again() {
        let line: SafeLine = serde_json::from_str(r#""a\u001b]52;c;aGk=\u0007b""#).unwrap();
        assert_eq!(&*line, "ab");
        let text: SafeText = serde_json::from_str(r#""a\u001b[31m\nb""#).unwrap();
        assert_eq!(&*text, "a\nb");
    }
}
