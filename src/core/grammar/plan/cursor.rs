//! A table that has been checked, read key by key: a key that is not described cannot be read.

use super::describe::{KeyDescription, KeyNeed, Table, ValueKind, VariantChoice};
use super::document::TomlNode;
use super::{leaf, secret};
use crate::plan::{CommandLine, EnvValue, Limit, Secret, Template};
use crate::time::{Offset, Span};

/// A table and its description.
#[derive(Clone, Copy)]
pub(crate) struct TableCursor<'a> {
    node: &'a TomlNode,
    table: &'static Table,
}

impl<'a> TableCursor<'a> {
    pub(crate) const fn new(node: &'a TomlNode, table: &'static Table) -> Self {
        Self { node, table }
    }

    /// Finds what stands behind a key, if the description has that key.
    fn get(&self, name: &str) -> Option<&'a TomlNode> {
        self.kind(name)?;
        self.node.get(name)
    }

    /// Finds the description of a key, as the chosen variant means it.
    fn describe(&self, name: &str) -> Option<&'static KeyDescription> {
        let own = |keys: &'static [KeyDescription]| keys.iter().find(|k| k.name == name);
        let variant = self.variant();
        let of_variant = || self.table.variants().iter().find(|v| Some(v.word) == variant).and_then(|v| own(v.keys));
        own(self.table.keys).or_else(of_variant)
    }

    fn kind(&self, name: &str) -> Option<&'static ValueKind> {
        self.describe(name).map(|key| &key.kind)
    }

    /// Returns what takes a key's place when it is left out.
    pub(super) fn usual(&self, name: &str) -> Option<&'static str> {
        match self.describe(name)?.need {
            KeyNeed::Default(text) => Some(text),
            KeyNeed::Must | KeyNeed::May => None,
        }
    }

    /// Says whether a key is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Returns the word of the variant that was chosen.
    pub(crate) fn variant(&self) -> Option<&'static str> {
        let word = match &self.table.choice {
            VariantChoice::None => None,
            VariantChoice::Word { key, variants } => {
                let word = self.node.get(key)?.text()?;
                variants.iter().find(|v| v.word == word)
            }
            VariantChoice::Presence(variants) | VariantChoice::Optional(variants) => {
                variants.iter().find(|v| self.node.get(v.word).is_some())
            }
        };
        word.map(|v| v.word)
    }

    fn read<T>(&self, name: &str, read: fn(&TomlNode) -> leaf::Leaf<T>) -> Option<T> {
        read(self.get(name)?).ok()
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.read(name, leaf::any_text)
    }

    pub(crate) fn name<N: ParsedName>(&self, name: &str) -> Option<N> {
        self.text(name).map(N::named)
    }

    pub(crate) fn template(&self, name: &str) -> Option<Template> {
        self.read(name, leaf::template)
    }

    pub(crate) fn is_set(&self, name: &str) -> bool {
        self.read(name, leaf::boolean).unwrap_or_default()
    }

    pub(crate) fn boolean(&self, name: &str) -> Option<bool> {
        self.read(name, leaf::boolean)
    }

    pub(crate) fn integer<N: TryFrom<i64>>(&self, name: &str) -> Option<N> {
        let ValueKind::Integer(least, most) = self.kind(name)? else { return None };
        leaf::integer(self.get(name)?, *least, *most).ok().and_then(|n| N::try_from(n).ok())
    }

    /// Reads a list of whole numbers.
    pub(crate) fn integers(&self, name: &str) -> Vec<u32> {
        let Some(ValueKind::List(ValueKind::Integer(least, most))) = self.kind(name) else { return Vec::new() };
        let items = self.get(name).map(TomlNode::items).unwrap_or_default();
        items.iter().filter_map(|item| u32::try_from(leaf::integer(item, *least, *most).ok()?).ok()).collect()
    }

    pub(crate) fn number(&self, name: &str) -> Option<f64> {
        self.read(name, leaf::number)
    }

    pub(crate) fn span(&self, name: &str) -> Option<Span> {
        self.read(name, leaf::span)
    }

    pub(crate) fn offset(&self, name: &str) -> Option<Offset> {
        self.read(name, leaf::offset)
    }

    pub(crate) fn size(&self, name: &str) -> Option<u64> {
        self.read(name, leaf::size)
    }

    pub(crate) fn share(&self, name: &str) -> Option<f64> {
        self.read(name, leaf::share)
    }

    pub(crate) fn limit(&self, name: &str) -> Option<Limit> {
        self.read(name, leaf::limit)
    }

    pub(crate) fn url(&self, name: &str) -> Option<String> {
        self.read(name, leaf::url)
    }

    pub(crate) fn command(&self, name: &str) -> Option<CommandLine> {
        self.read(name, leaf::command)
    }

    pub(crate) fn commands(&self, name: &str) -> Vec<CommandLine> {
        self.read(name, leaf::commands).unwrap_or_default()
    }

    pub(crate) fn secret(&self, name: &str) -> Option<Secret> {
        self.read(name, secret::secret)
    }

    pub(crate) fn json(&self, name: &str) -> Option<serde_json::Value> {
        self.read(name, leaf::json)
    }

    /// Reads a list of texts, or one alone.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        let Some(node) = self.get(name) else { return Vec::new() };
        let alone = node.text().map(str::to_owned);
        alone.into_iter().chain(node.items().iter().filter_map(|i| i.text().map(str::to_owned))).collect()
    }

    pub(crate) fn names<N: ParsedName>(&self, name: &str) -> Vec<N> {
        self.texts(name).into_iter().map(N::named).collect()
    }

    pub(crate) fn spans(&self, name: &str) -> Vec<Span> {
        self.get(name).map(TomlNode::items).unwrap_or_default().iter().filter_map(|i| leaf::span(i).ok()).collect()
    }

    pub(crate) fn settings(&self, name: &str) -> Vec<(String, EnvValue)> {
        self.pairs(name, secret::setting)
    }

    pub(crate) fn pairs<T>(&self, name: &str, read: fn(&TomlNode) -> leaf::Leaf<T>) -> Vec<(String, T)> {
        let entries = self.get(name).map(TomlNode::entries).unwrap_or_default();
        entries.iter().filter_map(|e| Some((e.key.clone(), read(&e.node).ok()?))).collect()
    }

    /// Goes into a table.
    pub(crate) fn table(&self, name: &str) -> Option<Self> {
        let ValueKind::Table(table) = self.kind(name)? else { return None };
        Some(Self::new(self.get(name)?, table))
    }

    /// Goes into each table of a list.
    pub(crate) fn tables(&self, name: &str) -> Vec<Self> {
        let Some(ValueKind::Tables(table)) = self.kind(name) else { return Vec::new() };
        self.get(name).map(TomlNode::items).unwrap_or_default().iter().map(|i| Self::new(i, table)).collect()
    }

    /// Goes into each table that has a name.
    pub(crate) fn named(&self, name: &str) -> Vec<(&'a str, Self)> {
        let table = match self.kind(name) {
            Some(ValueKind::Named(table) | ValueKind::By(_, table)) => table,
            _ => return Vec::new(),
        };
        let entries = self.get(name).map(TomlNode::entries).unwrap_or_default();
        entries.iter().map(|e| (e.key.as_str(), Self::new(&e.node, table))).collect()
    }
}

/// A name that can be made of any text.
pub(crate) trait ParsedName {
    fn named(text: String) -> Self;
}

macro_rules! named {
    ($($name:ident),*) => {$(
        impl ParsedName for crate::names::$name {
            fn named(text: String) -> Self {
                Self::new(text)
            }
        }
    )*};
}

named!(EnvName, CheckName, MetricName, ArtifactName, ConnectName, LogName, FlagName, TeamName, Phase, Person);
