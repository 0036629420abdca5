//! What lines are searched or filtered for. Small letters find both cases; a capital letter makes it exact.

use regex::{Regex, RegexBuilder};
use std::ops::Range;

/// How large a compiled expression may be, in bytes; what a person types is far below.
const LARGEST: usize = 1 << 20;

/// What lines are searched or filtered for.
#[derive(Clone, Debug)]
pub struct Pattern {
    written: String,
    regex: Regex,
}

/// A pattern cannot be used; the sentence says why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotAPattern(String);

impl Pattern {
    /// Makes a pattern of a text that is meant letter by letter.
    ///
    /// # Errors
    /// When it is far too long.
    pub fn literal(text: &str) -> Result<Self, NotAPattern> {
        Self::build(text, &regex::escape(text), has_capital(text))
    }

    /// Makes a pattern of a regular expression.
    ///
    /// # Errors
    /// When it is none, or too large.
    pub fn expression(text: &str) -> Result<Self, NotAPattern> {
        Self::build(text, text, has_capital_outside_escapes(text))
    }

    fn build(written: &str, expression: &str, is_exact: bool) -> Result<Self, NotAPattern> {
        let built = RegexBuilder::new(expression).case_insensitive(!is_exact).size_limit(LARGEST).build();
        let regex = built.map_err(|error| NotAPattern(sentence(&error)))?;
        Ok(Self { written: written.to_owned(), regex })
    }

    /// Returns the text that it was made of.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// Says whether a line has it.
    pub fn is_in(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// Returns where a line has it; places without a letter are no places.
    pub fn places<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        self.regex.find_iter(text).map(|found| found.range()).filter(|place| !place.is_empty())
    }
}

fn has_capital(text: &str) -> bool {
    text.chars().any(char::is_uppercase)
}

/// `\S` and `\W` are no capital letters; neither are the names of classes.
fn has_capital_outside_escapes(text: &str) -> bool {
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => {
                let is_class = letters.next().is_some_and(|class| matches!(class, 'p' | 'P'));
                if is_class && letters.as_str().starts_with('{') {
                    letters.by_ref().find(|letter| *letter == '}');
                } else if is_class {
                    letters.next();
                }
            }
            other if other.is_uppercase() => return true,
            _ => {}
        }
    }
    false
}

/// Says in one sentence what is wrong; the library draws it over several lines.
fn sentence(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
        other => {
            let drawn = other.to_string();
            drawn.rsplit("error: ").next().unwrap_or(&drawn).trim().to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expression(text: &str) -> Pattern {
        Pattern::expression(text).unwrap()
    }

    #[test]
    fn small_letters_find_both_cases_and_a_capital_is_exact() {
        assert!(expression("time.ut").is_in("A TIMEOUT"));
        assert!(!expression("Time.ut").is_in("a timeout"));
        assert!(expression(r"\Sx\W\p{Lu}").is_in("AX é"));
        assert!(Pattern::literal("שלום").unwrap().is_in("x שלום"));
    }

    #[test]
    fn a_literal_text_is_meant_letter_by_letter() {
        let brackets = Pattern::literal("a[0].*").unwrap();
        assert!(brackets.is_in("x A[0].* y") && !brackets.is_in("a0"));
        assert_eq!(Pattern::literal("é").unwrap().places("aéÉ").collect::<Vec<_>>(), [1..3, 3..5]);
    }

    #[test]
    fn a_place_has_at_least_a_letter() {
        assert!(expression("x*").places("axxb").eq(std::iter::once(1..3)));
    }

    #[test]
    fn what_is_no_expression_is_said_in_one_sentence() {
        assert_eq!(Pattern::expression("a(b").unwrap_err().to_string(), "unclosed group");
        assert_eq!(Pattern::expression("*").unwrap_err().to_string(), "repetition operator missing expression");
        assert_eq!(Pattern::expression("(?:x{999}){999}").unwrap_err().to_string(), "it is too large");
    }
}
