//! XML by the path of its elements, and property lists in both of their forms.

use super::builds;
use super::element::{Element, element};
use super::fields::{self, Field, FieldNames, FieldValue};
use super::matches::{Match, UnreadVersion};

pub(super) fn xml(text: &str, key: &str) -> Result<Vec<Match>, UnreadVersion> {
    let root = element(text)?;
    let line = root.line;
    let value = FieldValue::Table(vec![(root.name.clone(), field(&root))]);
    let mut found = fields::matches(&Field { line: Some(line), value }, key, FieldNames::Repeated);
    if root.name.eq_ignore_ascii_case("project") {
        found.extend(builds::elsewhere(&root, key, found.first().and_then(|place| place.line)));
    }
    Ok(found)
}

/// Reads a binary property list, which has no lines.
pub(super) fn binary_plist(bytes: &[u8], key: &str) -> Result<Vec<Match>, UnreadVersion> {
    let list = plist::from_bytes::<plist::Value>(bytes);
    let list =
        list.map_err(|_| UnreadVersion::whole("it is no property list: it begins like a binary one, and breaks off"))?;
    Ok(fields::matches(&binary(&list), key, FieldNames::Once))
}

/// Reads a property list that is XML.
pub(super) fn plist(text: &str, key: &str) -> Result<Vec<Match>, UnreadVersion> {
    let no_list = |line: usize| UnreadVersion::at(line, "it is no property list");
    let root = element(text)
        .map_err(|unread| UnreadVersion { why: format!("it is no property list: {}", unread.why), ..unread })?;
    let dict = root.children.first().filter(|child| root.name == "plist" && child.name == "dict");
    let dict = dict.ok_or_else(|| no_list(root.line))?;
    Ok(fields::matches(&listed(dict), key, FieldNames::Once))
}

fn binary(value: &plist::Value) -> Field {
    let value = match value {
        plist::Value::String(text) => FieldValue::Text(text.clone()),
        plist::Value::Integer(number) => FieldValue::Text(number.to_string()),
        plist::Value::Dictionary(entries) => {
            FieldValue::Table(entries.iter().map(|(name, value)| (name.clone(), binary(value))).collect())
        }
        _ => FieldValue::Other("something else"),
    };
    Field { line: None, value }
}

/// Reads an element of an XML property list.
fn listed(element: &Element) -> Field {
    let value = match element.name.as_str() {
        "string" | "integer" | "real" if !element.children.is_empty() => FieldValue::Other("text with elements in it"),
        "string" | "integer" => FieldValue::Text(element.text.clone()),
        "real" => FieldValue::Fraction(element.text.trim().to_owned()),
        "dict" => {
            let pairs = element.children.chunks(2).filter_map(|pair| match pair {
                [key, value] if key.name == "key" => Some((key.text.trim().to_owned(), listed(value))),
                _ => None,
            });
            FieldValue::Table(pairs.collect())
        }
        _ => FieldValue::Other("something else"),
    };
    Field { line: Some(element.line), value }
}

fn field(element: &Element) -> Field {
    let line = Some(element.line);
    if element.children.is_empty() && element.attributes.is_empty() {
        return Field { line, value: FieldValue::Text(element.text.trim().to_owned()) };
    }
    let children = element.children.iter().map(|child| (child.name.clone(), field(child)));
    let children: Vec<_> = children.collect();
    let is_child = |name: &str| children.iter().any(|(child, _)| child == name);
    let attributes = element.attributes.iter().filter(|(name, _)| !is_child(name));
    let attributes =
        attributes.map(|(name, text)| (name.clone(), Field { line, value: FieldValue::Text(text.clone()) }));
    if element.children.is_empty() && !element.text.trim().is_empty() {
        return Field { line, value: FieldValue::Text(element.text.trim().to_owned()) };
    }
    let entries = attributes.chain(children.clone()).collect();
    Field { line, value: FieldValue::Table(entries) }
}
