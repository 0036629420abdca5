//! YAML as a tree, read without recursion: a file from outside stays as small as it is.

use std::collections::BTreeMap;
use std::str::Chars;
use yaml_rust2::parser::{Event, Parser};
use yaml_rust2::scanner::TScalarStyle;

/// How deep a file may nest; a compose file needs six.
const DEEPEST: usize = 64;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Yaml {
    /// Text, a number, `true`, or nothing, without quotes.
    Plain(String),
    /// Text in quotes, or a block of it.
    Quoted(String),
    /// A scalar whose tag says what it is.
    Tagged(String),
    /// An alias that is not followed.
    Alias,
    /// A list.
    List(Vec<Yaml>),
    /// A table, in its order; a name may come twice.
    Table(Vec<YamlEntry>),
}

/// A name of a table and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YamlEntry {
    /// The name; empty when it is no scalar.
    pub name: String,
    /// The line of the name, counted from 1.
    pub line: usize,
    /// The value.
    pub value: Yaml,
}

/// Which aliases are followed: nested ones can make a small file grow without end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aliases {
    /// Those of scalars.
    OfScalars,
    /// All, up to so many values in the document, what an alias repeats counted each time.
    UpTo(usize),
}

/// Why a text cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct YamlError {
    /// The line, counted from 1.
    pub line: usize,
    /// Why.
    pub why: String,
}

impl Yaml {
    /// Returns the value of a key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|entry| entry.name == key).map(|entry| &entry.value)
    }

    /// Returns the value of a key, through the merge keys (`<<`) of the table: its own value comes first.
    pub fn merged(&self, key: &str) -> Option<&Self> {
        let own = self
            .get(key)
            .filter(|value| !matches!(value, Self::Plain(text) if ["", "~", "null"].contains(&text.as_str())));
        own.or_else(|| match self.get("<<")? {
            Self::List(tables) => tables.iter().find_map(|table| table.merged(key)),
            table => table.merged(key),
        })
    }

    /// Follows several keys.
    pub fn at(&self, keys: &[&str]) -> Option<&Self> {
        keys.iter().try_fold(self, |value, key| value.get(key))
    }

    /// Returns the entries of a table; none of anything else.
    pub fn entries(&self) -> &[YamlEntry] {
        if let Self::Table(entries) = self { entries } else { &[] }
    }

    /// Returns the items of a list; none of anything else.
    pub fn items(&self) -> &[Self] {
        if let Self::List(items) = self { items } else { &[] }
    }

    /// Returns the text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Plain(text) | Self::Quoted(text) | Self::Tagged(text) => Some(text),
            Self::Alias | Self::List(_) | Self::Table(_) => None,
        }
    }

    fn size(&self) -> usize {
        match self {
            Self::List(items) => 1 + items.iter().map(Self::size).sum::<usize>(),
            Self::Table(entries) => 1 + entries.iter().map(|entry| entry.value.size()).sum::<usize>(),
            Self::Plain(_) | Self::Quoted(_) | Self::Tagged(_) | Self::Alias => 1,
        }
    }
}

/// A list or table that is still open.
enum OpenNode {
    List(Vec<Yaml>),
    Table(Vec<YamlEntry>, Option<(String, usize)>),
}

/// The documents of a text, one after the other; the first error ends them.
pub struct Documents<'a> {
    parser: Parser<Chars<'a>>,
    aliases: Aliases,
    anchors: BTreeMap<usize, Yaml>,
    open: Vec<(OpenNode, usize)>,
    count: usize,
    is_over: bool,
}

/// Reads a text.
pub fn documents(text: &str, aliases: Aliases) -> Documents<'_> {
    let parser = Parser::new_from_str(text);
    Documents { parser, aliases, anchors: BTreeMap::new(), open: Vec::new(), count: 0, is_over: false }
}

impl Iterator for Documents<'_> {
    type Item = Result<Yaml, YamlError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let found = self.document().transpose();
        self.is_over = !matches!(found, Some(Ok(_)));
        found
    }
}

impl Documents<'_> {
    fn document(&mut self) -> Result<Option<Yaml>, YamlError> {
        self.count = 0;
        loop {
            let (event, mark) = self
                .parser
                .next_token()
                .map_err(|error| YamlError { line: error.marker().line(), why: error.info().to_owned() })?;
            let (value, anchor) = match event {
                Event::StreamEnd => return Ok(None),
                Event::Scalar(text, _, anchor, Some(_)) => (Yaml::Tagged(text), anchor),
                Event::Scalar(text, TScalarStyle::Plain, anchor, None) => (Yaml::Plain(text), anchor),
                Event::Scalar(text, _, anchor, None) => (Yaml::Quoted(text), anchor),
                Event::Alias(id) => (self.anchors.get(&id).cloned().unwrap_or(Yaml::Alias), 0),
                Event::SequenceStart(anchor, _) => {
                    self.begin(OpenNode::List(Vec::new()), anchor, mark.line())?;
                    continue;
                }
                Event::MappingStart(anchor, _) => {
                    self.begin(OpenNode::Table(Vec::new(), None), anchor, mark.line())?;
                    continue;
                }
                Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                    Some((OpenNode::List(items), anchor)) => (Yaml::List(items), anchor),
                    Some((OpenNode::Table(entries, _), anchor)) => (Yaml::Table(entries), anchor),
                    None => continue,
                },
                Event::Nothing | Event::StreamStart | Event::DocumentStart | Event::DocumentEnd => continue,
            };
            self.bound(&value, anchor, mark.line())?;
            match self.open.last_mut() {
                None => return Ok(Some(value)),
                Some((OpenNode::List(items), _)) => items.push(value),
                Some((OpenNode::Table(entries, name), _)) => match name.take() {
                    Some((name, line)) => entries.push(YamlEntry { name, line, value }),
                    None => *name = Some((value.text().unwrap_or_default().to_owned(), mark.line())),
                },
            }
        }
    }

    fn begin(&mut self, node: OpenNode, anchor: usize, line: usize) -> Result<(), YamlError> {
        self.open.push((node, anchor));
        if self.open.len() <= DEEPEST { Ok(()) } else { Err(YamlError { line, why: "it nests too deep".to_owned() }) }
    }

    /// Remembers what an alias may repeat, and counts what came of those before.
    fn bound(&mut self, value: &Yaml, anchor: usize, line: usize) -> Result<(), YamlError> {
        if let Aliases::UpTo(most) = self.aliases {
            self.count += if anchor == 0 { value.size() } else { 1 };
            if self.count > most {
                return Err(YamlError { line, why: "it has too many values".to_owned() });
            }
        }
        let may_repeat = value.text().is_some() || self.aliases != Aliases::OfScalars;
        if anchor > 0 && may_repeat {
            self.anchors.insert(anchor, value.clone());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str, aliases: Aliases) -> Result<Vec<Yaml>, YamlError> {
        documents(text, aliases).collect()
    }

    #[test]
    fn documents_are_read_in_their_order() {
        let found = all("a: [1, {b: c}]\n---\n- x\n", Aliases::OfScalars).unwrap();
        assert_eq!(found[0].get("a").unwrap().items()[1].get("b").unwrap().text(), Some("c"));
        assert_eq!(found[1].items().len(), 1);
    }

    #[test]
    fn a_first_document_is_read_whatever_follows() {
        let mut found = documents("a: b\n---\n]\nc: d\n", Aliases::OfScalars);
        assert_eq!(found.next().unwrap().unwrap().get("a").unwrap().text(), Some("b"));
        assert_eq!(found.next().unwrap().unwrap_err().line, 3);
        assert!(found.next().is_none());
    }

    #[test]
    fn a_merge_key_lends_what_a_table_does_not_have() {
        let text = "a: &a {x: 1, y: 2, z: 3}\nb: &b {y: 4}\nc: {<<: [*b, *a], x: 5, z: ~}\n";
        let found = all(text, Aliases::UpTo(100)).unwrap();
        let of = |key: &str| found[0].get("c").unwrap().merged(key).and_then(Yaml::text);
        assert_eq!([of("x"), of("y"), of("z"), of("w")], [Some("5"), Some("4"), Some("3"), None]);
    }

    #[test]
    fn a_bomb_of_aliases_stays_small_and_a_deep_one_is_refused() {
        let line = |n: usize| format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 10].join(", "));
        let bomb: String = std::iter::once("a0: &a0 x\n".to_owned()).chain((1..9).map(line)).collect();
        let small = all(&bomb, Aliases::OfScalars).unwrap();
        assert_eq!(small[0].get("a1").unwrap().items()[0].text(), Some("x"));
        assert_eq!(small[0].get("a8").unwrap().items(), vec![Yaml::Alias; 10]);
        assert_eq!(all(&bomb, Aliases::UpTo(100_000)).unwrap_err().why, "it has too many values");
        assert_eq!(all(&"[".repeat(70), Aliases::OfScalars).unwrap_err().why, "it nests too deep");
        assert!(all(&"[".repeat(100_000), Aliases::OfScalars).is_err());
    }
}
