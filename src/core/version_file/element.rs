//! The elements of an XML text, each with its line.

use super::matches::UnreadVersion;
use quick_xml::Reader;
use quick_xml::events::Event;

/// How deep elements may lie in each other.
const DEEPEST: usize = 64;

/// An element that is open, or was.
pub(super) struct Element {
    pub(super) name: String,
    pub(super) line: usize,
    pub(super) text: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
}

/// Reads the one element that a text is.
pub(super) fn element(text: &str) -> Result<Element, UnreadVersion> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or_default();
        let line = text.get(..at).map_or(0, |before| before.matches('\n').count()) + 1;
        let event = reader.read_event().map_err(|error| UnreadVersion::at(line, format!("it is not XML: {error}")))?;
        let closed = match event {
            Event::Start(_) | Event::Empty(_) if root.is_some() => {
                return Err(UnreadVersion::at(line, "it is not XML: a second document begins here"));
            }
            Event::Start(start) => {
                if open.len() == DEEPEST {
                    return Err(UnreadVersion::at(line, "it nests too deep"));
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
                add(&mut open, &named.map_err(|_| UnreadVersion::at(line, format!("&{name}; is not known")))?);
                None
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => None,
            Event::Eof => {
                return root
                    .filter(|_| open.is_empty())
                    .ok_or_else(|| UnreadVersion::at(line, "it is not XML: it ends too soon"));
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
