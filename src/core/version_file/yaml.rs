//! YAML, by its own parser: every document of the file counts, lists are not descended into.

use super::fields::{self, Field, FieldNames, FieldValue};
use super::matches::{Match, Unread};
use std::collections::BTreeMap;
use yaml_rust2::parser::{Event, Parser};
use yaml_rust2::scanner::TScalarStyle;

/// How deep a file may nest.
const DEEPEST: usize = 32;

/// A list or table that is still open.
enum OpenNode {
    List,
    Table(Vec<(String, Field)>, Option<(String, usize)>),
}

pub(super) fn matches(text: &str, key: &str) -> Result<Vec<Match>, Unread> {
    let mut found = Vec::new();
    for document in documents(text)? {
        found.extend(fields::matches(&document, key, FieldNames::Once));
    }
    Ok(found)
}

fn documents(text: &str) -> Result<Vec<Field>, Unread> {
    let mut parser = Parser::new_from_str(text);
    let mut open: Vec<(OpenNode, usize)> = Vec::new();
    let mut anchors: BTreeMap<usize, FieldValue> = BTreeMap::new();
    let mut documents = Vec::new();
    loop {
        let (event, mark) = parser
            .next_token()
            .map_err(|error| Unread::at(error.marker().line(), format!("it is not YAML: {}", error.info())))?;
        let (value, anchor) = match event {
            Event::StreamEnd => return Ok(documents),
            Event::Scalar(_, _, anchor, Some(_)) => (FieldValue::Other("a value with a tag"), anchor),
            Event::Scalar(text, style, anchor, None) => (scalar(text, style), anchor),
            // What holds more than a scalar is not repeated: nested aliases would grow without end.
            Event::Alias(id) => (anchors.get(&id).cloned().unwrap_or(FieldValue::Other("an alias")), 0),
            Event::SequenceStart(anchor, _) => {
                open.push((OpenNode::List, anchor));
                depth(&open, mark.line())?;
                continue;
            }
            Event::MappingStart(anchor, _) => {
                open.push((OpenNode::Table(Vec::new(), None), anchor));
                depth(&open, mark.line())?;
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some((OpenNode::List, _)) | None => (FieldValue::Other("a list"), 0),
                Some((OpenNode::Table(entries, _), _)) => (FieldValue::Table(entries), 0),
            },
            Event::Nothing | Event::StreamStart | Event::DocumentStart | Event::DocumentEnd => continue,
        };
        if anchor > 0 {
            anchors.insert(anchor, value.clone());
        }
        match open.last_mut() {
            None => documents.push(Field { line: None, value }),
            Some((OpenNode::List, _)) => {}
            Some((OpenNode::Table(entries, name), _)) => match name.take() {
                Some((name, line)) => entries.push((name, Field { line: Some(line), value })),
                None => *name = Some((text_of(value), mark.line())),
            },
        }
    }
}

fn depth(open: &[(OpenNode, usize)], line: usize) -> Result<(), Unread> {
    if open.len() <= DEEPEST { Ok(()) } else { Err(Unread::at(line, "it nests too deep")) }
}

fn text_of(value: FieldValue) -> String {
    match value {
        FieldValue::Text(text) | FieldValue::Fraction(text) => text,
        FieldValue::Table(_) | FieldValue::Other(_) => String::new(),
    }
}

fn scalar(text: String, style: TScalarStyle) -> FieldValue {
    if style != TScalarStyle::Plain {
        return FieldValue::Text(text);
    }
    match text.as_str() {
        "" | "~" | "null" => FieldValue::Other("empty"),
        number if number.contains('.') && number.parse::<f64>().is_ok() => FieldValue::Fraction(text),
        _ => FieldValue::Text(text),
    }
}
