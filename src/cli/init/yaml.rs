//! YAML as a plain tree, read without recursion and without aliases: a file from outside stays as small as it is.

use yaml_rust2::parser::{Event, Parser};

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Yaml {
    /// Text, a number, `true`, or nothing.
    Scalar(String),
    /// A list.
    List(Vec<Yaml>),
    /// A table, in its order.
    Table(Vec<(String, Yaml)>),
}

/// How deep a file may nest; a compose file needs six.
const DEEPEST: usize = 32;

impl Yaml {
    /// Returns the value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Follows several keys.
    pub(super) fn at(&self, keys: &[&str]) -> Option<&Self> {
        keys.iter().try_fold(self, |value, key| value.get(key))
    }

    /// Returns the entries of a table; none of anything else.
    pub(super) fn entries(&self) -> &[(String, Self)] {
        match self {
            Self::Table(entries) => entries,
            Self::Scalar(_) | Self::List(_) => &[],
        }
    }

    /// Returns the items of a list; none of anything else.
    pub(super) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            Self::Scalar(_) | Self::Table(_) => &[],
        }
    }

    /// Returns the text of a scalar.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Scalar(text) => Some(text),
            Self::List(_) | Self::Table(_) => None,
        }
    }
}

/// A list or table that is still open.
enum Open {
    List(Vec<Yaml>),
    Table(Vec<(String, Yaml)>, Option<String>),
}

/// Reads every document of a text; nothing when it is no YAML, or nests too deep. An alias is an empty text.
pub(super) fn documents(text: &str) -> Option<Vec<Yaml>> {
    let mut parser = Parser::new_from_str(text);
    let mut open: Vec<Open> = Vec::new();
    let mut documents = Vec::new();
    loop {
        let (event, _) = parser.next_token().ok()?;
        let done = match event {
            Event::StreamEnd => return Some(documents),
            Event::Scalar(text, ..) => Yaml::Scalar(text),
            // aliases are not followed: nested ones would grow without end
            Event::Alias(_) => Yaml::Scalar(String::new()),
            Event::SequenceStart(..) => {
                open.push(Open::List(Vec::new()));
                (open.len() <= DEEPEST).then_some(())?;
                continue;
            }
            Event::MappingStart(..) => {
                open.push(Open::Table(Vec::new(), None));
                (open.len() <= DEEPEST).then_some(())?;
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop()? {
                Open::List(items) => Yaml::List(items),
                Open::Table(entries, _) => Yaml::Table(entries),
            },
            Event::Nothing | Event::StreamStart | Event::DocumentStart | Event::DocumentEnd => continue,
        };
        match open.last_mut() {
            None => documents.push(done),
            Some(Open::List(items)) => items.push(done),
            Some(Open::Table(entries, key)) => match key.take() {
                Some(key) => entries.push((key, done)),
                None => *key = Some(done.text().unwrap_or_default().to_owned()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_read_in_their_order() {
        let found = documents("a: [1, {b: c}]\n---\n- x\n").unwrap();
        assert_eq!(found[0].get("a").unwrap().items()[1].get("b").unwrap().text(), Some("c"));
        assert_eq!(found[1].items().len(), 1);
    }

    #[test]
    fn a_bomb_of_aliases_stays_small_and_a_deep_one_is_left_alone() {
        let bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n";
        assert_eq!(documents(bomb).unwrap()[0].get("c").unwrap().items().len(), 2);
        assert_eq!(documents(&"[".repeat(100_000)), None);
        assert_eq!(documents("a: [\n"), None);
    }
}
