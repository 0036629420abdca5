//! A value read by its type: what a field of a kind's settings becomes, from the key that it stands under.

use super::cursor::{ParsedName, TableCursor};
use super::leaf;
use crate::names;
use crate::plan::{CommandLine, EnvValue, Secret, Template};
use crate::time::Span;

/// A type that a key of a checked table becomes.
pub(crate) trait FromKey: Sized {
    /// Reads the key; a list that is left out is empty. `None` where it must be there and is not.
    fn from_key(table: TableCursor<'_>, key: &str) -> Option<Self>;
}

/// What may be left out, whatever takes its place.
impl<T: FromKey> FromKey for Option<T> {
    fn from_key(table: TableCursor<'_>, key: &str) -> Option<Self> {
        Some(if table.has(key) { T::from_key(table, key) } else { None })
    }
}

macro_rules! from_key {
    ($($type:ty = |$table:ident, $key:ident| $read:expr;)+) => {$(
        impl FromKey for $type {
            fn from_key($table: TableCursor<'_>, $key: &str) -> Option<Self> {
                $read
            }
        }
    )+};
}

from_key! {
    String = |table, key| table.text(key).or_else(|| table.usual(key).map(str::to_owned));
    Span = |table, key| table.span(key).or_else(|| Span::parse(table.usual(key)?).ok());
    u32 = |table, key| table.integer(key).or_else(|| table.usual(key)?.parse().ok());
    u64 = |table, key| table.size(key);
    bool = |table, key| Some(table.is_set(key));
    Template = |table, key| table.template(key);
    Secret = |table, key| table.secret(key);
    CommandLine = |table, key| table.command(key);
    Vec<CommandLine> = |table, key| Some(table.commands(key));
    Vec<String> = |table, key| Some(table.texts(key));
    Vec<u32> = |table, key| Some(table.integers(key));
    Vec<(String, EnvValue)> = |table, key| Some(table.settings(key));
    Vec<(String, Template)> = |table, key| Some(table.pairs(key, leaf::template));
    names::ArtifactName = |table, key| table.text(key).map(Self::named);
    names::ConnectName = |table, key| table.text(key).map(Self::named);
    names::LogName = |table, key| table.text(key).map(Self::named);
}
