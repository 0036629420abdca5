//! `[connect.*]`.

use super::super::cursor::TableCursor;
use super::super::describe::{Table, ValueKind, VariantChoice, must};
use crate::kinds::connect::ConnectKind;
use crate::names::ConnectName;
use crate::plan::Connect;

pub(super) static CONNECT: Table = Table {
    doc: "A service that tminus talks to; its credentials are references, never values.",
    keys: &[must("kind", ValueKind::Word(ConnectKind::WORDS), "What kind of service it is.")],
    choice: VariantChoice::Word { key: "kind", variants: ConnectKind::VARIANTS },
    cousins: &[],
};

pub(super) fn build((name, table): (&str, TableCursor<'_>)) -> Option<Connect> {
    Some(Connect { name: ConnectName::new(name), kind: ConnectKind::read(table)? })
}
