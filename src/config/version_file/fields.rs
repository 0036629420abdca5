//! A tree of names and values, and the places in it that a key with dots leads to.

use super::matches::Match;

/// A value, and the line that it stands in where that is known.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) line: Option<usize>,
    pub(super) value: FieldValue,
}

/// The kinds of value.
#[derive(Clone, Debug)]
pub(super) enum FieldValue {
    /// Text, or a whole number.
    Text(String),
    /// A number that may be written in several ways: 1.10 is 1.1.
    Fraction(String),
    /// Names and values in their order; a name may come twice.
    Table(Vec<(String, Field)>),
    /// Something else, in words.
    Other(&'static str),
}

/// Returns every place that a key leads to; a name may have dots of its own.
pub(super) fn matches(root: &Field, key: &str) -> Vec<Match> {
    let mut found = Vec::new();
    collect(root, key, &mut found);
    found
}

fn collect(at: &Field, key: &str, found: &mut Vec<Match>) {
    let FieldValue::Table(entries) = &at.value else { return };
    for (name, field) in entries {
        if name == key {
            found.push(Match { line: field.line, value: plain(&field.value) });
        } else if let Some(rest) = key.strip_prefix(name.as_str()).and_then(|rest| rest.strip_prefix('.')) {
            collect(field, rest, found);
        }
    }
}

fn plain(value: &FieldValue) -> Result<String, String> {
    match value {
        FieldValue::Text(text) => Ok(text.clone()),
        FieldValue::Fraction(text) => {
            // Whoever reads the file gets the number, not its digits.
            let number = text.parse::<f64>().ok().filter(|number| number.to_string() == *text);
            number.map(|_| text.clone()).ok_or_else(|| format!("is the number {text}, not text: put it in quotes"))
        }
        FieldValue::Table(_) => Err("is a table, not text".to_owned()),
        FieldValue::Other(what) => Err(format!("is {what}, not text")),
    }
}
