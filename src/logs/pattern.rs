//! What lines are searched or filtered for, in the one grammar of every search and filter. Small letters find both cases;
//! a capital letter makes it exact.

use regex::{Regex, RegexBuilder};
use std::ops::Range;

/// How large a compiled expression may be, in bytes; what a person types is far below.
const LARGEST: usize = 1 << 20;

/// What lines are searched or filtered for.
///
/// A query is a regular expression, spaces and all. A word of it with `!` in front must not be there; quotation marks keep
/// several words of that together.
#[derive(Clone, Debug)]
pub struct Pattern {
    written: String,
    wanted: Option<Regex>,
    unwanted: Vec<Regex>,
}

/// A pattern cannot be used; the sentence says why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotAPattern(String);

impl Pattern {
    /// Makes a pattern of what a person types; nothing of nothing.
    ///
    /// # Errors
    /// When a word of it is no regular expression, or too large.
    pub fn query(text: &str) -> Result<Option<Self>, NotAPattern> {
        let mut pattern = Self { written: text.trim().to_owned(), wanted: None, unwanted: Vec::new() };
        let mut wanted = Vec::new();
        for word in words(text) {
            match word.strip_prefix('!').map(unquoted) {
                None => wanted.push(unquoted(&word).to_owned()),
                Some("") => return Err(NotAPattern("! has no word behind it".to_owned())),
                Some(word) => pattern.unwanted.push(built(word)?),
            }
        }
        if !wanted.is_empty() {
            pattern.wanted = Some(built(&wanted.join(" "))?);
        }
        Ok((!pattern.written.is_empty()).then_some(pattern))
    }

    /// Makes a pattern of a regular expression, spaces and all.
    ///
    /// # Errors
    /// When it is none, or too large.
    pub fn expression(text: &str) -> Result<Self, NotAPattern> {
        Ok(Self { written: text.to_owned(), wanted: Some(built(text)?), unwanted: Vec::new() })
    }

    /// Returns the text that it was made of.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// Says whether a line is meant: it has what is wanted, and nothing of what is not.
    pub fn is_in(&self, text: &str) -> bool {
        self.wanted.iter().all(|word| word.is_match(text)) && !self.unwanted.iter().any(|word| word.is_match(text))
    }

    /// Says the same of a line that is told with where it is from: that counts as if it stood before it. A line begins with
    /// its stamp, and once more behind it, from the byte `behind` on.
    pub fn is_in_line(&self, source: &str, (text, behind): (&str, usize)) -> bool {
        let whole = format!("{source} {text}");
        let bare = text.get(behind..).filter(|_| behind > 0);
        let has = |word: &Regex| word.is_match(text) || word.is_match(&whole) || bare.is_some_and(|b| word.is_match(b));
        self.wanted.iter().all(has) && !self.unwanted.iter().any(has)
    }

    /// Returns where a line has what is wanted; places without a letter are no places.
    pub fn places(&self, text: &str) -> Vec<Range<usize>> {
        let found = self.wanted.iter().flat_map(|wanted| wanted.find_iter(text)).map(|found| found.range());
        found.filter(|place| !place.is_empty()).collect()
    }
}

/// Says what a query may hold, for whoever writes one.
pub const GRAMMAR: &str = "regex · !word: without it";

/// Parts a text at its spaces, but not within quotation marks.
pub fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for letter in text.chars() {
        is_quoted ^= letter == '"';
        match words.last_mut() {
            Some(_) if letter.is_whitespace() && !is_quoted => words.push(String::new()),
            Some(word) => word.push(letter),
            None => {}
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Returns a word without the quotation marks around it; one that is not closed yet is being written.
pub fn unquoted(word: &str) -> &str {
    word.strip_prefix('"').map_or(word, |rest| rest.strip_suffix('"').unwrap_or(rest))
}

fn built(expression: &str) -> Result<Regex, NotAPattern> {
    let is_exact = has_capital_outside_escapes(expression);
    let built = RegexBuilder::new(expression).case_insensitive(!is_exact).size_limit(LARGEST).build();
    built.map_err(|error| NotAPattern(sentence(&error)))
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
    }

    fn query(text: &str) -> Pattern {
        Pattern::query(text).unwrap().unwrap()
    }

    #[test]
    fn a_query_is_an_expression_and_an_exclamation_mark_turns_a_word_around() {
        let has = |text, line| query(text).is_in(line);
        assert!(has("health|voice", "GET /api/health 200") && has("health 2..", "GET /api/health 200"));
        assert!(has("timed out|pool", "pool exhausted") && !has("timed out|pool !exhausted", "pool exhausted"));
        assert!(!has("health !200", "GET /api/health 200") && has("!voice", "GET /api/health 200"));
        assert!(has("\"pool is\"", "the pool is empty") && !has("\"is pool\"", "the pool is empty"));
        assert!(has("!\"is pool\"", "the pool is empty"));
        assert!(!has("Pool", "the pool") && has("pool", "the POOL") && has("שלום", "x שלום"));
        assert!(Pattern::query("  ").unwrap().is_none());
        assert_eq!(Pattern::query("a !").unwrap_err().to_string(), "! has no word behind it");
        assert_eq!(Pattern::query("ok a(b").unwrap_err().to_string(), "unclosed group");
    }

    #[test]
    fn where_a_line_is_from_counts_as_if_it_stood_before_it() {
        let has = |text| query(text).is_in_line("nginx", ("WARN buffered", 0));
        assert_eq!(["nginx", "nginx.*warn", "^WARN", "buffered$"].map(has), [true; 4]);
        assert_eq!(["!nginx", "buffered !nginx", "backend"].map(has), [false; 3]);
        assert!(has("!backend"));
    }

    #[test]
    fn a_line_begins_at_its_stamp_and_behind_it() {
        let text = "2026-11-22T12:41:07Z WARN buffered";
        let has = |of: &str| query(of).is_in_line("nginx", (text, 21));
        assert_eq!(["^WARN", "^2026", "^nginx", "^WARN buffered$"].map(has), [true; 4]);
        assert_eq!(["^buffered", "!^WARN", "!^2026"].map(has), [false; 3]);
    }

    #[test]
    fn the_places_are_those_of_what_is_wanted() {
        assert_eq!(query("ab|c !d").places("xabxcx"), [1..3, 4..5]);
        assert_eq!(query("é").places("aéÉ"), [1..3, 3..5]);
        assert!(query("!x").places("x").is_empty());
    }

    #[test]
    fn a_place_has_at_least_a_letter() {
        assert_eq!(expression("x*").places("axxb"), std::iter::once(1..3).collect::<Vec<_>>());
    }

    #[test]
    fn what_is_no_expression_is_said_in_one_sentence() {
        assert_eq!(Pattern::expression("a(b").unwrap_err().to_string(), "unclosed group");
        assert_eq!(Pattern::expression("*").unwrap_err().to_string(), "repetition operator missing expression");
        assert_eq!(Pattern::expression("(?:x{999}){999}").unwrap_err().to_string(), "it is too large");
    }
}
