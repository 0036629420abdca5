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

/// Whether a name of a table may come twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FieldNames {
    /// Readers do not agree which of two counts.
    Once,
    /// As elements of XML do.
    Repeated,
}

/// Returns every place that a key leads to; a name may have dots of its own.
pub(super) fn matches(root: &Field, key: &str, names: FieldNames) -> Vec<Match> {
    let FieldValue::Table(entries) = &root.value else { return Vec::new() };
    let mut found = Vec::new();
    for (name, field) in entries {
        let below = if name == key {
            vec![Match { line: field.line, value: plain(&field.value) }]
        } else if let Some(rest) = key.strip_prefix(name.as_str()).and_then(|rest| rest.strip_prefix('.')) {
            matches(field, rest, names)
        } else {
            continue;
        };
        let is_twice = entries.iter().filter(|(other, _)| other == name).count() > 1;
        if below.is_empty() && is_twice && names == FieldNames::Once {
            let why = format!("is in {name:?}, which occurs twice, once without it");
            found.push(Match { line: field.line, value: Err(why) });
        }
        found.extend(below);
    }
    found
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
