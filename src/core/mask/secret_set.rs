//! The shared book of secret values, and the one function that takes them out of a text.
//!
//! A value of less than four characters is not hidden: it stands in every second word, and a text in which it is hidden
//! everywhere says nothing, and says by its gaps what the value is. Neither are the words that stand for no value.
//!
//! What it cannot catch: a secret that comes in pieces of a few characters, one that was hashed, encrypted, compressed or
//! written backwards, and one that was never learned and looks like nothing in particular. So secrets are kept out of texts
//! where they can be; this is the last net, not the first.

use super::forms::{forms, password, unescaped};
use super::index::{PIECE, SecretWords};
use super::patterns::{built_in, find_hidden};
use super::pieces::SecretPieces;
use super::setting::is_secret;
use super::views::{normal, normal_view, views};
use regex::Regex;
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock};
use thiserror::Error;

/// What stands where a secret stood.
pub(super) const SIGN: &str = "•••";

/// A value shorter than this many characters would take half of every text with it.
const SHORTEST: usize = 4;

/// Words that stand for no value, whoever gives them as one.
const NO_VALUE: [&str; 6] = ["true", "false", "null", "none", "None", "undefined"];

/// From how many characters on a secret is looked for in normal form: a shorter one would be found where none is.
const CERTAIN: usize = 8;

/// The book of secrets: cheap to clone, shared by all its clones, and never printed.
#[derive(Clone, Default)]
pub struct Mask {
    book: Arc<RwLock<SecretSet>>,
    patterns: Arc<[Regex]>,
}

/// A regular expression of `mask = […]` that is none.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the mask `{pattern}` is not a regular expression: {reason}")]
pub struct BadPattern {
    /// As it stands in the plan.
    pub pattern: String,
    /// Why.
    pub reason: String,
}

#[derive(Default)]
struct SecretSet {
    plain: SecretWords,
    /// Those of eight characters and more, in their normal form.
    normal: SecretWords,
    pieces: SecretPieces,
}

impl Mask {
    /// Makes an empty book; the built-in patterns are always in.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns a mask on the same book that also hides what some regular expressions match.
    ///
    /// Where an expression has a group named `secret`, only that group is hidden.
    ///
    /// # Errors
    /// The first expression that is none.
    pub fn with_patterns(&self, patterns: &[String]) -> Result<Self, BadPattern> {
        let compile = |pattern: &String| {
            let reason = |cause: regex::Error| BadPattern { pattern: pattern.clone(), reason: cause.to_string() };
            Regex::new(pattern).map_err(reason)
        };
        let own = patterns.iter().map(compile).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { book: Arc::clone(&self.book), patterns: self.patterns.iter().cloned().chain(own).collect() })
    }

    /// Learns a secret value, and the ways it may be written: Base64, also over lines, and hexadecimal. What an encoder
    /// escapes is read back where it is met.
    ///
    /// A value of less than four characters is ignored. Every clone of the mask knows the value at once.
    pub fn learn(&self, value: &str) {
        if NO_VALUE.contains(&value.trim()) {
            return;
        }
        let mut book = self.book.write().unwrap_or_else(PoisonError::into_inner);
        let is_certain = |form: &str| form.chars().count() >= CERTAIN;
        for form in unescaped(value) {
            book.pieces.learn(&form);
            book.pieces.learn(&normal(&form));
        }
        for form in forms(value).into_iter().filter(|form| form.chars().count() >= SHORTEST) {
            let normal = normal(&form).into_owned();
            if is_certain(&normal) {
                book.normal.learn(normal);
            }
            book.plain.learn(form);
        }
    }

    /// Learns a value of an environment file, where it is secret: such a file holds ordinary settings, too.
    pub fn learn_setting(&self, name: &str, value: &str) {
        if is_secret(name, value) {
            self.learn(value);
            self.learn(value.trim_matches(['"', '\'']));
        } else {
            // The password within an address is one under any name.
            password(value).iter().for_each(|password| self.learn(password));
        }
    }

    /// Returns a text with `•••` in place of every secret in it.
    pub fn apply(&self, text: &str) -> String {
        self.conceal(text).into_owned()
    }

    /// Returns a text with `•••` in place of every secret in it, borrowed when there was none.
    pub fn conceal<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.conceal_also(text, Vec::new())
    }

    /// Returns a text with `•••` in place of every secret in it, and of some places that are known already.
    pub(super) fn conceal_also<'a>(&self, text: &'a str, mut spans: Vec<Range<usize>>) -> Cow<'a, str> {
        self.find(text, &mut spans);
        spans.retain(|span| !span.is_empty());
        if spans.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(cover(text, spans)) }
    }

    /// Finds every secret in a text.
    pub(super) fn find(&self, text: &str, spans: &mut Vec<Range<usize>>) {
        self.book.read().unwrap_or_else(PoisonError::into_inner).find(text, spans);
        built_in().find(text, spans);
        for pattern in self.patterns.iter() {
            find_hidden(pattern, text, spans);
        }
    }
}

impl fmt::Debug for Mask {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Mask(•••)")
    }
}

impl fmt::Display for Mask {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(SIGN)
    }
}

impl SecretSet {
    /// Finds every known value in a text, and in what the text was meant as before it was written with escapes.
    fn find(&self, text: &str, spans: &mut Vec<Range<usize>>) {
        if self.plain.is_empty() {
            return;
        }
        self.plain.find(text, |found| spans.push(found));
        self.pieces.find(text, |found| spans.push(found));
        self.find_normal(text, |found| spans.push(found));
        for view in views(text) {
            self.plain.find(&view.text, |found| spans.push(view.origin(found)));
            self.pieces.find(&view.text, |found| spans.extend(is_piece(&found).then(|| view.origin(found))));
            self.find_normal(&view.text, |found| spans.push(view.origin(found)));
        }
    }

    /// Finds every known value in the normal form of one reading, and the pieces that are there alone.
    fn find_normal(&self, text: &str, mut found: impl FnMut(Range<usize>)) {
        let Cow::Owned(normal) = normal(text) else { return self.normal.find(text, found) };
        let mut hits = Vec::new();
        self.normal.find(&normal, |hit| hits.push(hit));
        self.pieces.find(&normal, |hit| hits.extend(is_piece(&hit).then_some(hit)));
        if !hits.is_empty() {
            let view = normal_view(text);
            hits.into_iter().for_each(|hit| found(view.origin(hit)));
        }
    }
}

/// Says whether so much was found that it is part of a secret in whatever way it was written.
fn is_piece(found: &Range<usize>) -> bool {
    found.len() >= PIECE
}

/// Puts the sign over spans of a text; spans that overlap or touch become one.
fn cover(text: &str, mut spans: Vec<Range<usize>>) -> String {
    spans.sort_by_key(|span| span.start);
    let mut covered = String::with_capacity(text.len());
    let mut end = 0;
    for (number, span) in spans.into_iter().enumerate() {
        if number == 0 || span.start > end {
            covered.push_str(&text[end..span.start]);
            covered.push_str(SIGN);
        }
        end = end.max(span.end);
    }
    covered.push_str(&text[end..]);
    covered
}

#[cfg(test)]
mod tests {
    use super::super::Washer;
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;

    #[test]
    fn a_learned_value_is_hidden_wherever_it_stands() {
        let mask = Mask::new();
        let clone = mask.clone();
        mask.learn("hunter2-is-it");
        assert_eq!(clone.apply("a hunter2-is-it b hunter2-is-it"), "a ••• b •••");
        assert_eq!(clone.apply("nothing here"), "nothing here");
    }

    #[test]
    fn a_value_of_three_characters_is_not_learned() {
        let mask = Mask::new();
        ["", "a", "the", "שלו"].iter().for_each(|value| mask.learn(value));
        assert_eq!(mask.apply("the end of שלו"), "the end of שלו");
    }

    #[test]
    fn a_learned_value_is_hidden_in_other_writings() {
        let mask = Mask::new();
        mask.learn("p@ss w\"rd/é+");
        for hidden in [
            "p@ss w\"rd/é+",
            "p%40ss%20w%22rd%2F%C3%A9%2B",
            "p%40ss+w%22rd%2f%c3%a9%2b",
            r#"p@ss w\"rd/é+"#,
            "cEBzcyB3InJkL8OpKw==",
            "7040737320772272642fc3a92b",
        ] {
            let shown = mask.apply(&format!("x={hidden}; y"));
            assert!(shown.starts_with("x=•••") && shown.ends_with("; y"), "{shown}");
        }
    }

    #[test]
    fn a_learned_value_is_hidden_within_the_base64_of_more() {
        let mask = Mask::new();
        mask.learn("correct horse battery");
        // printf 'dana:correct horse battery!' | base64, and one and two characters before it
        for (around, core) in [
            ("ZGFuYTpjb3JyZWN0IGhvcnNlIGJhdHRlcnkh", "JyZWN0IGhvcnNlIGJhdHRlcn"),
            ("YTpjb3JyZWN0IGhvcnNlIGJhdHRlcnkh", "JyZWN0IGhvcnNlIGJhdHRlcn"),
            ("OmNvcnJlY3QgaG9yc2UgYmF0dGVyeQ==", "cnJlY3QgaG9yc2UgYmF0dGVy"),
        ] {
            assert!(!mask.apply(around).contains(core), "{}", mask.apply(around));
        }
    }

    #[test]
    fn the_longest_of_two_values_wins_and_overlapping_ones_both_go() {
        let mask = Mask::new();
        mask.learn("abcdef");
        mask.learn("abcdefghi");
        mask.learn("ghijkl");
        assert_eq!(mask.apply("-abcdefghi-abcdef-"), "-•••-•••-");
        assert_eq!(mask.apply("-abcdefghijkl-"), "-•••-");
    }

    #[test]
    fn a_mask_of_a_source_hides_there_and_knows_what_is_learned_later() {
        let mask = Mask::new();
        let source = mask.with_patterns(&[r"card (?<secret>\d{4})\d+".into(), "agent-[a-z]+".into()]).unwrap();
        mask.learn("learned-later");
        assert_eq!(source.apply("card 41112222 agent-smith learned-later"), "card •••2222 ••• •••");
        assert_eq!(mask.apply("card 41112222 agent-smith"), "card 41112222 agent-smith");
    }

    #[test]
    fn a_mask_that_is_no_expression_is_named() {
        assert_eq!(Mask::new().with_patterns(&["(".into()]).unwrap_err().pattern, "(");
    }

    #[test]
    fn a_mask_prints_nothing_of_what_it_knows() {
        let mask = Mask::new();
        mask.learn("very-secret");
        assert!(!format!("{mask:?} {mask}").contains("very"));
    }

    /// Secrets with everything in them that an encoder escapes.
    const ODD: [&str; 4] = ["Zq7&<it's>\"q\"\\=42x", "a'b\"c\\d&e f$g", "pä%41ss+w/rd=ü", "kP9-dotSecretValue-31337"];

    fn json(text: &str) -> String {
        serde_json::to_string(text).unwrap()
    }

    #[test]
    fn whatever_wrote_it_a_secret_is_hidden_whole() {
        let xml = |text: &str, quote: &str, apostrophe: &str| {
            let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            text.replace('"', quote).replace('\'', apostrophe)
        };
        let numbered = |text: &str| text.chars().map(|c| format!("&#x{:X};", u32::from(c))).collect::<String>();
        let units = |text: &str| text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect::<String>();
        for secret in ODD {
            let mask = Mask::new();
            mask.learn(secret);
            let python = format!("'{}'", secret.replace('\\', "\\\\").replace('\'', "\\'"));
            for written in [
                json(secret),
                json(&json(secret)),
                json(&format!("{{\"a\":{}}}", json(&format!("{{\"b\":{}}}", json(secret))))),
                xml(secret, "&quot;", "&#39;"),
                xml(secret, "&#34;", "&apos;"),
                xml(&xml(secret, "&quot;", "&#x27;"), "&quot;", "&#39;"),
                numbered(secret),
                units(secret),
                format!("'{}'", secret.replace('\'', "'\"'\"'")),
                format!("'{}'", secret.replace('\'', "'\\''")),
                format!("\"{}\"", secret.replace('\\', "\\\\").replace('"', "\\\"").replace('$', "\\$")),
                format!("\"{}\"", secret.replace('"', "\"\"")),
                secret.chars().map(|c| if c.is_alphanumeric() { c.to_string() } else { format!("\\{c}") }).collect(),
                python.clone(),
                json(&python),
            ] {
                let shown = mask.apply(&format!("before {written} after"));
                let rest = shown.replace(['"', '\'', '\\'], "").replace("{a:{b:•••}}", "•••");
                assert_eq!(rest, "before ••• after", "{written}");
            }
        }
    }

    #[test]
    fn a_secret_that_is_broken_over_lines_is_hidden() {
        let mask = Mask::new();
        let long = "kP9-dotSecretValue-31337-".repeat(6);
        mask.learn(&long);
        let folded = |text: &str, at: usize| {
            text.as_bytes().chunks(at).map(|chunk| String::from_utf8_lossy(chunk).into_owned()).collect::<Vec<_>>()
        };
        let shown = mask.text(&folded(&long, 20).join("\n    "));
        assert_eq!(&*shown, "•••");
        // As `base64` prints it: 76 to a line, each line alone.
        let mut washer = Washer::new(&mask);
        let base64 = STANDARD.encode(&long);
        let lines = folded(&base64, 76);
        for line in &lines[..lines.len() - 1] {
            assert_eq!(&*washer.line(line), "•••", "{line}");
        }
    }

    #[test]
    fn a_colour_and_what_nobody_sees_within_a_secret_do_not_save_it() {
        let mask = Mask::new();
        mask.learn("kP9-dotSecretValue-31337");
        for raw in [
            "K=kP9-\u{1b}[01;31m\u{1b}[KdotSecret\u{1b}[m\u{1b}[KValue-31337",
            "K=kP9-dot\u{200b}Secret\u{ad}Value\u{2060}-31337",
        ] {
            assert_eq!(&*mask.line(raw), "K=•••");
            assert_eq!(&*mask.text(&format!("x\n{raw}")), "x\nK=•••");
            let failure = crate::failure::Failure::new(crate::failure::FailureKind::Rejected, raw);
            assert_eq!(mask.failure(failure.because(format!("it said {raw}"))).sentence(), "K=•••: it said K=•••");
        }
    }

    #[test]
    fn what_is_unseen_or_no_text_within_a_secret_does_not_save_it() {
        let mask = Mask::new();
        mask.learn("kP9-dotSecretValue-31337");
        mask.learn("correct-hörse-battery");
        for inside in
            ["\u{fe0f}", "\u{200b}", "\u{200c}", "\u{200d}", "\u{feff}", "\u{ad}", "\u{301}", "\r", "\u{fffd}", " "]
        {
            for (start, end) in [("kP9-dotSecr", "etValue-31337"), ("correct-hö", "rse-battery")] {
                let raw = format!("K={start}{inside}{end} and on");
                assert_eq!(&*mask.line(&raw), "K=••• and on", "{inside:?}");
                assert_eq!(&*mask.text(&format!("x\n{raw}")), "x\nK=••• and on", "{inside:?}");
            }
        }
    }

    #[test]
    fn a_secret_is_hidden_that_was_encoded_twice() {
        let secret = "kP9-dotSecretValue-31337";
        let mask = Mask::new();
        mask.learn(secret);
        let base64 = |text: &str| STANDARD.encode(text);
        let hex = |bytes: &[u8]| crate::hex::hex(bytes);
        let wide: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let network: Vec<u8> = secret.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for written in [
            base64(&base64(secret)),
            base64(&base64(&base64(secret))),
            base64(&format!("user:{}", base64(&format!("x{secret}")))),
            hex(base64(secret).as_bytes()),
            base64(&hex(secret.as_bytes())),
            base64(&json(&format!("\"{secret}"))),
            hex(&wide),
            hex(&network),
            STANDARD.encode(&wide),
        ] {
            let shown = mask.apply(&format!("before {written} after"));
            assert!(shown.starts_with("before "), "{shown}");
            let rest = shown.replace("before ", "").replace(" after", "").replace("•••", "");
            assert!(rest.len() < 24, "{written}: {shown}");
            assert!(shown.contains("•••"), "{written}: {shown}");
        }
    }

    #[test]
    fn mail_that_folds_a_secret_shows_neither_half() {
        let mask = Mask::new();
        mask.learn("kP9-dotSecretValue-31337");
        mask.learn("correct-horse-battery");
        for lines in [["K: kP9-dotSecr=", "etValue-31337"], ["K: correct-ho=", "rse-battery"]] {
            let mut washer = Washer::new(&mask);
            assert!(lines.iter().all(|line| washer.line(line).replace("K: ", "").trim_end_matches('=') == "•••"));
            assert_eq!(&*mask.text(&lines.join("\n")), "K: •••");
        }
    }

    #[test]
    fn words_that_stand_for_no_value_stay() {
        let mask = Mask::new();
        ["true", "null", "on", "1"].iter().for_each(|value| mask.learn(value));
        assert_eq!(mask.apply("it is true on 1 null"), "it is true on 1 null");
    }

    proptest! {
        #[test]
        fn no_learned_value_is_ever_left(value in "[a-zA-Z0-9/+ é\"%]{4,20}", before in ".{0,20}", after in ".{0,20}") {
            let mask = Mask::new();
            mask.learn(&value);
            let shown = mask.apply(&format!("{before}{value}{after}"));
            prop_assert!(!shown.contains(&value));
        }
    }
}
