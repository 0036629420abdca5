//! A filter as people type it: `who:dana kind:step !text:retry pool`; words that must be there, or must not. Each is a
//! regular expression, as in every search.

use tminus_logs::pattern::{Pattern, unquoted, words};

/// What a filter may ask for in one view.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    /// The keys before a colon.
    pub(crate) keys: &'static [&'static str],
    /// The key of a word that has none.
    pub(crate) of_word: fn(&str) -> &'static str,
}

/// A filter that was understood.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    /// As it was typed.
    pub(crate) text: String,
    terms: Vec<Term>,
}

#[derive(Clone, Debug)]
struct Term {
    sense: Sense,
    key: &'static str,
    value: Pattern,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sense {
    Wanted,
    Unwanted,
}

impl Filter {
    /// Reads a filter; `None` for an empty one.
    ///
    /// # Errors
    /// A sentence that names the key that does not exist, or the word that is missing, and what can be written.
    pub(crate) fn read(text: &str, fields: Fields) -> Result<Option<Self>, String> {
        let mut terms = Vec::new();
        let mut wanted: Vec<String> = Vec::new();
        for word in words(text) {
            let (sense, key, value) = parted(&word, fields)?;
            match (sense, key) {
                // What is only a text is one expression, spaces and all, as in every search.
                (Sense::Wanted, "text") => wanted.push(value.to_owned()),
                (sense, key) => terms.push(term(sense, key, value)?),
            }
        }
        if !wanted.is_empty() {
            terms.push(term(Sense::Wanted, "text", &wanted.join(" "))?);
        }
        Ok((!terms.is_empty()).then(|| Self { text: text.trim().to_owned(), terms }))
    }

    /// Says whether something is let through: nothing of what is unwanted holds, the text, and of each other key one value.
    pub(crate) fn lets(&self, holds: impl Fn(&'static str, &Pattern) -> bool) -> bool {
        let does = |term: &Term| holds(term.key, &term.value);
        let wanted = || self.terms.iter().filter(|t| t.sense == Sense::Wanted);
        let is_met = |term: &Term| match term.key {
            "text" => does(term),
            key => wanted().filter(|t| t.key == key).any(does),
        };
        wanted().all(is_met) && !self.terms.iter().filter(|t| t.sense == Sense::Unwanted).any(does)
    }
}

fn term(sense: Sense, key: &'static str, value: &str) -> Result<Term, String> {
    let value = Pattern::expression(value).map_err(|why| format!("{value} is not a regular expression: {why}"))?;
    Ok(Term { sense, key, value })
}

/// Parts a word into its sense, its key and its value.
fn parted(word: &str, fields: Fields) -> Result<(Sense, &'static str, &str), String> {
    let (sense, word) = match word.strip_prefix('!') {
        Some(rest) => (Sense::Unwanted, rest),
        None => (Sense::Wanted, word),
    };
    let known = || fields.keys.iter().map(|k| format!("{k}:")).collect::<Vec<_>>().join(" ");
    let (key, value) = match word.split_once(':') {
        Some((key, value)) if !key.is_empty() && key.chars().all(char::is_alphabetic) => {
            let found = fields.keys.iter().find(|k| **k == key.to_lowercase());
            let Some(key) = found else {
                return Err(format!("{key}: is not a column here; there are {}", known()));
            };
            (*key, value)
        }
        Some(_) | None => ((fields.of_word)(word), word),
    };
    let value = unquoted(value);
    if value.is_empty() {
        let missing = if word.is_empty() { "! ".to_owned() } else { format!("{key}: ") };
        return Err(format!("{missing}has no word behind it; write for example {key}:pool"));
    }
    Ok((sense, key, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: Fields =
        Fields { keys: &["who", "kind", "text"], of_word: |w| if w == "step" { "kind" } else { "text" } };

    fn lets(filter: &str, who: &str, kind: &str, text: &str) -> bool {
        let filter = Filter::read(filter, FIELDS).unwrap().unwrap();
        filter.lets(|key, value| match key {
            "who" => value.is_in(who),
            "kind" => value.is_in(kind),
            _ => value.is_in(text),
        })
    }

    #[test]
    fn the_text_must_be_there_and_of_another_key_one_value() {
        assert!(lets("who:dana who:omer pool is", "omer", "step", "the pool is empty"));
        assert!(!lets("who:dana pool full", "dana", "step", "the pool is empty"));
        assert!(lets("\"pool is\"", "dana", "step", "the pool is empty"));
        assert!(!lets("\"is pool\"", "dana", "step", "the pool is empty"));
    }

    #[test]
    fn an_exclamation_mark_turns_a_word_around() {
        assert!(lets("!who:dana", "omer", "step", ""));
        assert!(!lets("!step", "omer", "step", ""));
        assert!(lets("!pool", "omer", "step", "12:31 begins"));
    }

    #[test]
    fn a_word_is_a_regular_expression_and_a_capital_letter_makes_it_exact() {
        assert!(lets("who:dana|omer begin.$", "omer", "step", "12:31 begins"));
        assert!(!lets("Begins", "omer", "step", "12:31 begins") && lets("begins", "omer", "step", "12:31 BEGINS"));
        assert_eq!(Filter::read("a(b", FIELDS).unwrap_err(), "a(b is not a regular expression: unclosed group");
    }

    #[test]
    fn a_key_that_does_not_exist_is_named_with_those_that_do() {
        let says = Filter::read("how:dana", FIELDS).unwrap_err();
        assert_eq!(says, "how: is not a column here; there are who: kind: text:");
        assert!(Filter::read("who:", FIELDS).unwrap_err().starts_with("who: has no word"));
        assert!(Filter::read("!", FIELDS).is_err());
    }

    #[test]
    fn a_time_of_day_is_a_text_and_nothing_is_no_filter() {
        assert!(lets("12:31", "dana", "step", "at 12:31:09"));
        assert!(Filter::read("  ", FIELDS).unwrap().is_none());
    }
}
