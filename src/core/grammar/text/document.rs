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
pub struct Node {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// What stands there.
    pub value: Value,
}

/// The kinds of TOML value.
#[derive(Debug)]
pub enum Value {
    Text(String),
    Integer(i64),
    Float(f64),
    Bool(bool),
    Moment,
    List(Vec<Node>),
    Table(Vec<Entry>),
}

/// A key and what stands behind it.
#[derive(Debug)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Bytes of the key.
    pub key_span: Range<usize>,
    /// What stands behind it.
    pub node: Node,
}

impl Node {
    /// Returns the entries of a table, none for anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Table(entries) => entries,
            _ => &[],
        }
    }

    /// Returns the items of a list, none for anything else.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// Finds the entry of a key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|e| e.key == key)
    }

    /// Finds what stands behind a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|e| &e.node)
    }

    /// Returns the entries of the table behind a key, none where there is no such table.
    pub fn entries_of(&self, key: &str) -> &[Entry] {
        self.get(key).map(Self::entries).unwrap_or_default()
    }

    /// Returns the items of the list behind a key, none where there is no such list.
    pub fn items_of(&self, key: &str) -> &[Self] {
        self.get(key).map(Self::items).unwrap_or_default()
    }

    /// Returns the text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Says what stands there, for a sentence.
    pub const fn what(&self) -> &'static str {
        match self.value {
            Value::Text(_) => "text",
            Value::Integer(_) => "a whole number",
            Value::Float(_) => "a number",
            Value::Bool(_) => "true or false",
            Value::Moment => "a date",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
        }
    }
}

/// Reads a text as far as it can be read, and says what cannot.
pub fn parse(text: &str) -> (Node, Vec<Problem>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut problems: Vec<Problem> = errors.iter().take(MOST).map(|e| syntax(text, e)).collect();
    once_for_each_header(text, &mut problems);
    let mut node = Node { span: 0..0, value: Value::Table(Vec::new()) };
    node.value = Value::Table(convert_table(table.get_ref(), DEPTH, &mut problems));
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

fn convert_table(table: &DeTable<'_>, depth: usize, problems: &mut Vec<Problem>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            key_span: key.span(),
            node: convert(value, depth, problems),
        })
        .collect();
    // A table that is opened after one of its own parts is moved to the end by the parser.
    entries.sort_by_key(|e| e.key_span.start);
    entries
}

fn convert(value: &Spanned<DeValue<'_>>, depth: usize, problems: &mut Vec<Problem>) -> Node {
    let span = value.span();
    let value = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Value::Integer(number),
            Err(_) => {
                problems.push(Problem::new(span.clone(), "this number is too large"));
                Value::Integer(0)
            }
        },
        DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(yes) => Value::Bool(*yes),
        DeValue::Datetime(_) => Value::Moment,
        DeValue::Array(_) | DeValue::Table(_) if depth == 0 => {
            problems.push(Problem::new(span.clone(), "tables and lists lie too deep in each other here"));
            Value::Moment
        }
        DeValue::Array(items) => Value::List(items.iter().map(|i| convert(i, depth - 1, problems)).collect()),
        DeValue::Table(table) => Value::Table(convert_table(table, depth - 1, problems)),
    };
    Node { span, value }
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
