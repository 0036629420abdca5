//! TOML and JSON, by their own parsers.

use super::fields::{self, Field, FieldNames, FieldValue};
use super::matches::{Match, UnreadVersion};
use crate::json_tree::JsonTree;
use toml::de::{DeTable, DeValue};

pub(super) fn toml(text: &str, key: &str) -> Result<Vec<Match>, UnreadVersion> {
    let line = |at: usize| text.get(..at).map_or(0, |before| before.matches('\n').count()) + 1;
    let table = DeTable::parse(text).map_err(|error| UnreadVersion {
        line: error.span().map(|span| line(span.start)),
        why: format!("it is not TOML: {}", error.message()),
    })?;
    let root = Field { line: None, value: toml_table(table.get_ref(), &line) };
    let mut found = fields::matches(&root, key, FieldNames::Once);
    found.extend(python(table.get_ref(), key).map(|(at, why)| Match::unknown(line(at), why)));
    Ok(found)
}

/// Finds what a build of Python takes in the place of a version: `dynamic = ["version"]` beside that of the project, and the
/// project's beside that of Poetry.
fn python(table: &DeTable<'_>, key: &str) -> Option<(usize, &'static str)> {
    let project = table.get("project")?.get_ref().as_table()?;
    match key {
        "project.version" => {
            let dynamic = project.get("dynamic")?;
            let names = dynamic.get_ref().as_array()?;
            let is_named = names.iter().any(|name| name.get_ref().as_str() == Some("version"));
            (is_named && project.get("version").is_some())
                .then(|| (dynamic.span().start, "is `dynamic` too, which no build takes"))
        }
        "tool.poetry.version" => {
            project.get("version").map(|version| (version.span().start, "does not count beside project.version"))
        }
        _ => None,
    }
}

fn toml_table(table: &DeTable<'_>, line: &impl Fn(usize) -> usize) -> FieldValue {
    let entries = table.iter().map(|(name, value)| {
        let plain = match value.get_ref() {
            DeValue::String(text) => FieldValue::Text(text.to_string()),
            DeValue::Integer(number) => FieldValue::Text(number.to_string()),
            DeValue::Float(number) => FieldValue::Fraction(number.as_str().to_owned()),
            DeValue::Table(inner) => toml_table(inner, line),
            DeValue::Boolean(_) => FieldValue::Other("true or false"),
            DeValue::Datetime(_) => FieldValue::Other("a moment"),
            DeValue::Array(_) => FieldValue::Other("a list"),
        };
        (name.get_ref().to_string(), Field { line: Some(line(value.span().start)), value: plain })
    });
    FieldValue::Table(entries.collect())
}

pub(super) fn json(text: &str, key: &str) -> Result<Vec<Match>, UnreadVersion> {
    let tree: JsonTree = serde_json::from_str(text).map_err(|error| {
        let why = error.to_string();
        let why = why.rsplit_once(" at line ").map_or(why.as_str(), |(why, _)| why);
        UnreadVersion::at(error.line().max(1), format!("it is not JSON: {why}"))
    })?;
    Ok(fields::matches(&json_field(tree), key, FieldNames::Once))
}

fn json_field(tree: JsonTree) -> Field {
    let value = match tree {
        JsonTree::Text(text) => FieldValue::Text(text),
        JsonTree::Number(number) if number.is_f64() => FieldValue::Other("a number with a fraction"),
        JsonTree::Number(number) => FieldValue::Text(number.to_string()),
        JsonTree::Plain(serde_json::Value::Null) => FieldValue::Other("null"),
        JsonTree::Plain(_) => FieldValue::Other("true or false"),
        JsonTree::List(_) => FieldValue::Other("a list"),
        JsonTree::Object(entries) => {
            FieldValue::Table(entries.into_iter().map(|(name, tree)| (name, json_field(tree))).collect())
        }
    };
    Field { line: None, value }
}
