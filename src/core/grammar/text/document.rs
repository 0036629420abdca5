//! A TOML text as a tree that knows where each of its parts stands. What the parts mean is not its story.

use super::source::{Problem, floor};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// How deep tables and lists may lie in each other; no plan needs half of it.
const DEPTH: usize = 24;

/// How many errors of the parser are looked at: one bracket can make it report every one that follows.
const MOST: usize = 200;

/// A value and where it stands.
#[derive(Debug)]
pub struct TomlNode {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// What stands there.
    pub value: TomlValue,
}

/// The kinds of TOML value.
#[derive(Debug)]
pub enum TomlValue {
    Text(String),
    Integer(i64),
    Float(f64),
    Bool(bool),
    Moment,
    List(Vec<TomlNode>),
    Table(Vec<KeyEntry>),
}

/// A key and what stands behind it.
#[derive(Debug)]
pub struct KeyEntry {
    /// The key.
    pub key: String,
    /// Bytes of the key.
    pub key_span: Range<usize>,
    /// What stands behind it.
    pub node: TomlNode,
}

impl TomlNode {
    /// Returns the entries of a table, none for anything else.
    pub fn entries(&self) -> &[KeyEntry] {
        match &self.value {
            TomlValue::Table(entries) => entries,
            _ => &[],
        }
    }

    /// Returns the items of a list, none for anything else.
    pub fn items(&self) -> &[TomlNode] {
        match &self.value {
            TomlValue::List(items) => items,
            _ => &[],
        }
    }

    /// Finds the entry of a key.
    pub fn entry(&self, key: &str) -> Option<&KeyEntry> {
        self.entries().iter().find(|e| e.key == key)
    }

    /// Finds what stands behind a key.
    pub fn get(&self, key: &str) -> Option<&TomlNode> {
        self.entry(key).map(|e| &e.node)
    }

    /// Returns the entries of the table behind a key, none where there is no such table.
    pub fn entries_of(&self, key: &str) -> &[KeyEntry] {
        self.get(key).map(Self::entries).unwrap_or_default()
    }

    /// Returns the items of the list behind a key, none where there is no such list.
    pub fn items_of(&self, key: &str) -> &[Self] {
        self.get(key).map(Self::items).unwrap_or_default()
    }

    /// Returns the text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            TomlValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Says what stands there, for a sentence.
    pub const fn what(&self) -> &'static str {
        match self.value {
            TomlValue::Text(_) => "text",
            TomlValue::Integer(_) => "a whole number",
            TomlValue::Float(_) => "a number",
            TomlValue::Bool(_) => "true or false",
            TomlValue::Moment => "a date",
            TomlValue::List(_) => "a list",
            TomlValue::Table(_) => "a table",
        }
    }
}

/// Reads a text as far as it can be read, and says what cannot.
pub fn parse(text: &str) -> (TomlNode, Vec<Problem>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut problems: Vec<Problem> = errors.iter().take(MOST).map(|e| syntax(text, e)).collect();
    once_for_each_header(text, &mut problems);
    let mut node = TomlNode { span: 0..0, value: TomlValue::Table(Vec::new()) };
    node.value = TomlValue::Table(convert_table(table.get_ref(), DEPTH, &mut problems));
    dismantle(table.into_inner());
    (node, problems)
}

fn syntax(text: &str, error: &toml::de::Error) -> Problem {
    // The parser may end a span within a character.
    let span = error.span().unwrap_or(text.len()..text.len());
    let span = floor(text, span.start)..floor(text, span.end);
    match error.message() {
        "duplicate key" => Problem::new(span, "this name is here a second time"),
        other if other.starts_with("cannot extend value") => Problem::new(span, other.to_owned()),
        other => Problem { is_syntax: true, ..Problem::new(span, format!("this is not TOML: {other}")) },
    }
}

/// Keeps the first of the errors about headers that say the same, as `[[step]]` does once for each step.
fn once_for_each_header(text: &str, problems: &mut Vec<Problem>) {
    let mut seen: Vec<&str> = Vec::new();
    problems.retain(|problem| {
        if problem.is_syntax {
            return true;
        }
        let start = text[..problem.span.start].rfind('\n').map_or(0, |at| at + 1);
        let line = text[start..].lines().next().unwrap_or_default();
        let header = line.trim().trim_matches(['[', ']']);
        let is_new = !line.starts_with('[') || !seen.contains(&header);
        seen.push(header);
        is_new
    });
}

fn convert_table(table: &DeTable<'_>, depth: usize, problems: &mut Vec<Problem>) -> Vec<KeyEntry> {
    let mut entries: Vec<KeyEntry> = table
        .iter()
        .map(|(key, value)| KeyEntry {
            key: key.get_ref().to_string(),
            key_span: key.span(),
            node: convert(value, depth, problems),
        })
        .collect();
    // A table that is opened after one of its own parts is moved to the end by the parser.
    entries.sort_by_key(|e| e.key_span.start);
    entries
}

fn convert(value: &Spanned<DeValue<'_>>, depth: usize, problems: &mut Vec<Problem>) -> TomlNode {
    let span = value.span();
    let value = match value.get_ref() {
        DeValue::String(text) => TomlValue::Text(text.to_string()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => TomlValue::Integer(number),
            Err(_) => {
                problems.push(Problem::new(span.clone(), "this number is too large"));
                TomlValue::Integer(0)
            }
        },
        DeValue::Float(number) => TomlValue::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(yes) => TomlValue::Bool(*yes),
        DeValue::Datetime(_) => TomlValue::Moment,
        DeValue::Array(_) | DeValue::Table(_) if depth == 0 => {
            problems.push(Problem::new(span.clone(), "tables and lists lie too deep in each other here"));
            TomlValue::Moment
        }
        DeValue::Array(items) => TomlValue::List(items.iter().map(|i| convert(i, depth - 1, problems)).collect()),
        DeValue::Table(table) => TomlValue::Table(convert_table(table, depth - 1, problems)),
    };
    TomlNode { span, value }
}

/// Drops a tree level by level, because dropping it as it stands would recurse as deep as its author likes.
fn dismantle(table: DeTable<'_>) {
    let mut rest = vec![DeValue::Table(table)];
    while let Some(value) = rest.pop() {
        match value {
            DeValue::Table(table) => rest.extend(table.into_iter().map(|(_, v)| v.into_inner())),
            DeValue::Array(items) => rest.extend(items.into_iter().map(Spanned::into_inner)),
            _ => {}
        }
    }
}

/// Says whether a text can be a key without quotes, dots included, and not a number.
pub fn is_bare_key(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(is_part)
}
