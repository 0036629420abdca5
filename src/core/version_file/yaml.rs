//! YAML as names and values: every document of the file counts, lists are not descended into.

use super::fields::{self, Field, FieldNames, FieldValue};
use super::matches::{Match, UnreadVersion};
use crate::yaml::{Aliases, Yaml, YamlError, documents};

pub(super) fn matches(text: &str, key: &str) -> Result<Vec<Match>, UnreadVersion> {
    let mut found = Vec::new();
    for document in documents(text, Aliases::OfScalars) {
        let unread = |error: YamlError| UnreadVersion::at(error.line, format!("it is not YAML: {}", error.why));
        let root = Field { line: None, value: value_of(document.map_err(unread)?) };
        found.extend(fields::matches(&root, key, FieldNames::Once));
    }
    Ok(found)
}

fn value_of(value: Yaml) -> FieldValue {
    match value {
        Yaml::Plain(text) => scalar(text),
        Yaml::Quoted(text) => FieldValue::Text(text),
        Yaml::Tagged(_) => FieldValue::Other("a value with a tag"),
        Yaml::Alias => FieldValue::Other("an alias"),
        Yaml::List(_) => FieldValue::Other("a list"),
        Yaml::Table(entries) => {
            let field = |value, line| Field { line: Some(line), value: value_of(value) };
            FieldValue::Table(entries.into_iter().map(|entry| (entry.name, field(entry.value, entry.line))).collect())
        }
    }
}

fn scalar(text: String) -> FieldValue {
    match text.as_str() {
        "" | "~" | "null" => FieldValue::Other("empty"),
        number if number.contains('.') && number.parse::<f64>().is_ok() => FieldValue::Fraction(text),
        _ => FieldValue::Text(text),
    }
}
