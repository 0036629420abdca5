//! A filter as people type it: `who:dana kind:step !text:retry pool`; words that must be there, or must not.

/// What a filter may ask for in one view.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    /// The keys before a colon.
    pub(crate) keys: &'static [&'static str],
    /// The key of a word that has none.
    pub(crate) of_word: fn(&str) -> &'static str,
}

/// A filter that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Filter {
    /// As it was typed.
    pub(crate) text: String,
    terms: Vec<Term>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    sense: Sense,
    key: &'static str,
    value: String,
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
        let terms = words(text).iter().map(|word| term(word, fields)).collect::<Result<Vec<Term>, String>>()?;
        Ok((!terms.is_empty()).then(|| Self { text: text.trim().to_owned(), terms }))
    }

    /// Says whether something is let through: none of what is unwanted holds, every text, and of each other key one value.
    pub(crate) fn lets(&self, holds: impl Fn(&'static str, &str) -> bool) -> bool {
        let does = |term: &Term| holds(term.key, &term.value);
        let wanted = || self.terms.iter().filter(|t| t.sense == Sense::Wanted);
        let is_met = |term: &Term| match term.key {
            "text" => does(term),
            key => wanted().filter(|t| t.key == key).any(does),
        };
        wanted().all(is_met) && !self.terms.iter().filter(|t| t.sense == Sense::Unwanted).any(does)
    }
}

fn term(word: &str, fields: Fields) -> Result<Term, String> {
    let (sense, word) = match word.strip_prefix('!') {
        Some(rest) => (Sense::Unwanted, rest),
        None => (Sense::Wanted, word),
    };
    let known = || fields.keys.iter().map(|k| format!("{k}:")).collect::<Vec<_>>().join(" ");
    let (key, value) = match word.split_once(':') {
        Some((key, value)) if !key.is_empty() && key.chars().all(char::is_alphabetic) => {
            let found = fields.keys.iter().find(|k| **k == key.to_lowercase());
            let Some(key) = found else {
                return Err(format!("{key}: is nothing to filter by here; there are {}", known()));
            };
            (*key, value)
        }
        Some(_) | None => ((fields.of_word)(word), word),
    };
    let value = value.trim_matches('"').to_lowercase();
    if value.is_empty() {
        let missing = if word.is_empty() { "! ".to_owned() } else { format!("{key}: ") };
        return Err(format!("{missing}has no word behind it; write for example {key}:pool"));
    }
    Ok(Term { sense, key, value })
}

/// Parts a text at its spaces, but not within quotation marks.
fn words(text: &str) -> Vec<String> {
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

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: Fields =
        Fields { keys: &["who", "kind", "text"], of_word: |w| if w == "step" { "kind" } else { "text" } };

    fn lets(filter: &str, who: &str, kind: &str, text: &str) -> bool {
        let filter = Filter::read(filter, FIELDS).unwrap().unwrap();
        filter.lets(|key, value| match key {
            "who" => who == value,
            "kind" => kind == value,
            _ => text.contains(value),
        })
    }

    #[test]
    fn every_text_must_be_there_and_of_another_key_one_value() {
        assert!(lets("who:dana who:omer pool", "omer", "step", "the pool is empty"));
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
    fn a_key_that_does_not_exist_is_named_with_those_that_do() {
        let says = Filter::read("how:dana", FIELDS).unwrap_err();
        assert_eq!(says, "how: is nothing to filter by here; there are who: kind: text:");
        assert!(Filter::read("who:", FIELDS).unwrap_err().starts_with("who: has no word"));
        assert!(Filter::read("!", FIELDS).is_err());
    }

    #[test]
    fn a_time_of_day_is_a_text_and_nothing_is_no_filter() {
        assert!(lets("12:31", "dana", "step", "at 12:31:09"));
        assert_eq!(Filter::read("  ", FIELDS), Ok(None));
    }
}
