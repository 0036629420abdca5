//! The shared book of secret values, and the one function that takes them out of a text.
//!
//! What it cannot catch: a secret that is split over two texts (two lines, two chunks), one that was hashed,
//! encrypted, compressed or written backwards, one shorter than four characters, and one that was never learned and
//! looks like nothing in particular. So secrets are kept out of texts where they can be; this is the last net, not
//! the first.

use super::forms::forms;
use super::patterns::{built_in, find_hidden};
use regex::{Regex, RegexBuilder};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock};
use thiserror::Error;

/// What stands where a secret stood.
const SIGN: &str = "•••";

/// A value shorter than this many characters would take half of every text with it.
const SHORTEST: usize = 4;

/// The book of secrets: cheap to clone, shared by all its clones, and never printed.
#[derive(Clone, Default)]
pub struct Mask {
    book: Arc<RwLock<Book>>,
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
struct Book {
    forms: BTreeSet<String>,
    search: Option<Regex>,
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

    /// Learns a secret value, and the ways it may be written: Base64, percent-encoded, JSON-escaped, hexadecimal.
    ///
    /// A value of less than four characters is ignored. Every clone of the mask knows the value at once.
    pub fn learn(&self, value: &str) {
        let mut book = self.book.write().unwrap_or_else(PoisonError::into_inner);
        let before = book.forms.len();
        book.forms.extend(forms(value).into_iter().filter(|form| form.chars().count() >= SHORTEST));
        if book.forms.len() > before {
            book.search = search(&book.forms);
        }
    }

    /// Returns a text with `•••` in place of every secret in it.
    pub fn apply(&self, text: &str) -> String {
        self.conceal(text).into_owned()
    }

    /// Returns a text with `•••` in place of every secret in it, borrowed when there was none.
    pub fn conceal<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut spans = Vec::new();
        self.book.read().unwrap_or_else(PoisonError::into_inner).find(text, &mut spans);
        built_in().find(text, &mut spans);
        for pattern in self.patterns.iter() {
            find_hidden(pattern, text, &mut spans);
        }
        if spans.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(cover(text, spans)) }
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

impl Book {
    /// Finds every known value, also where two of them overlap.
    fn find(&self, text: &str, spans: &mut Vec<Range<usize>>) {
        let Some(search) = &self.search else { return self.find_one_by_one(text, spans) };
        let mut from = 0;
        while let Some(found) = search.find_at(text, from) {
            spans.push(found.range());
            // On from the next character, not from the end: another secret may begin within this one.
            from = found.start() + text[found.start()..].chars().next().map_or(1, char::len_utf8);
        }
    }

    /// Finds them without the combined expression, which may be too large to be built.
    fn find_one_by_one(&self, text: &str, spans: &mut Vec<Range<usize>>) {
        for form in &self.forms {
            spans.extend(text.match_indices(form.as_str()).map(|(start, found)| start..start + found.len()));
        }
    }
}

/// Combines the values to one expression, the longest first, because the first that matches wins.
fn search(forms: &BTreeSet<String>) -> Option<Regex> {
    let mut longest: Vec<&String> = forms.iter().collect();
    longest.sort_by_key(|form| std::cmp::Reverse(form.len()));
    let alternatives: Vec<String> = longest.into_iter().map(|form| regex::escape(form)).collect();
    RegexBuilder::new(&alternatives.join("|")).size_limit(256 << 20).build().ok()
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
    use super::*;
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
