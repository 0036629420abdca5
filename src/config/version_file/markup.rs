//! XML by the path of its elements, and property lists in both of their forms.

use super::fields::{self, Field, FieldValue};
use super::matches::{Match, Unread};
use quick_xml::Reader;
use quick_xml::events::Event;

/// How deep elements may lie in each other.
const DEEPEST: usize = 64;

/// An element that is open, or was.
struct Element {
    name: String,
    line: usize,
    text: String,
    attributes: Vec<(String, String)>,
    children: Vec<Element>,
}

pub(super) fn xml(text: &str, key: &str) -> Result<Vec<Match>, Unread> {
    let root = element(text)?;
    let line = root.line;
    let value = FieldValue::Table(vec![(root.name.clone(), field(&root))]);
    Ok(fields::matches(&Field { line: Some(line), value }, key))
}

/// Reads a binary property list, which has no lines.
pub(super) fn binary_plist(bytes: &[u8], key: &str) -> Result<Vec<Match>, Unread> {
    let list = plist::from_bytes::<plist::Value>(bytes);
    let list =
        list.map_err(|_| Unread::whole("it is no property list: it begins like a binary one, and breaks off"))?;
    Ok(fields::matches(&binary(&list), key))
}

/// Reads a property list that is XML.
pub(super) fn plist(text: &str, key: &str) -> Result<Vec<Match>, Unread> {
    let no_list = |line: usize| Unread::at(line, "it is no property list");
    let root =
        element(text).map_err(|unread| Unread { why: format!("it is no property list: {}", unread.why), ..unread })?;
    let dict = root.children.first().filter(|child| root.name == "plist" && child.name == "dict");
    let dict = dict.ok_or_else(|| no_list(root.line))?;
    Ok(fields::matches(&listed(dict), key))
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

fn element(text: &str) -> Result<Element, Unread> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or_default();
        let line = text.get(..at).map_or(0, |before| before.matches('\n').count()) + 1;
        let event = reader.read_event().map_err(|error| Unread::at(line, format!("it is not XML: {error}")))?;
        let closed = match event {
            Event::Start(_) | Event::Empty(_) if root.is_some() => {
                return Err(Unread::at(line, "it is not XML: a second document begins here"));
            }
            Event::Start(start) => {
                if open.len() == DEEPEST {
                    return Err(Unread::at(line, "it nests too deep"));
                }
                open.push(begun(&start, line));
                None
            }
            Event::Empty(start) => Some(begun(&start, line)),
            Event::End(_) => open.pop(),
            Event::Text(text) => {
                add(&mut open, &text);
                None
            }
            Event::CData(text) => {
                add(&mut open, &text);
                None
            }
            Event::GeneralRef(name) => {
                let name: &str = &name;
                let named = quick_xml::escape::unescape(&format!("&{name};")).map(|text| text.into_owned());
                add(&mut open, &named.map_err(|_| Unread::at(line, format!("&{name}; is not known")))?);
                None
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => None,
            Event::Eof => {
                return root
                    .filter(|_| open.is_empty())
                    .ok_or_else(|| Unread::at(line, "it is not XML: it ends too soon"));
            }
        };
        if let Some(done) = closed {
            match open.last_mut() {
                Some(parent) => parent.children.push(done),
                None => root = Some(done),
            }
        }
    }
}

fn add(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

fn begun(start: &quick_xml::events::BytesStart<'_>, line: usize) -> Element {
    let attributes =
        start.attributes().flatten().map(|attribute| (attribute.key.as_ref().to_owned(), attribute.value.into_owned()));
    Element {
        name: start.name().as_ref().to_owned(),
        line,
        text: String::new(),
        attributes: attributes.collect(),
        children: Vec::new(),
    }
}
