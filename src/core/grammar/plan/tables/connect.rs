//! `[connect.*]`.

use super::super::cursor::Cursor;
use super::super::describe::{Choice, Kind, Table, must};
use crate::kinds::connect::ConnectKind;
use crate::names::ConnectName;
use crate::plan::Connect;

pub(super) static CONNECT: Table = Table {
    doc: "A service that tminus talks to; its credentials are references, never values.",
    keys: &[must("kind", Kind::Word(ConnectKind::WORDS), "What kind of service it is.")],
    choice: Choice::Word { key: "kind", variants: ConnectKind::VARIANTS },
    cousins: &[],
};

pub(super) fn build((name, table): (&str, Cursor<'_>)) -> Option<Connect> {
    Some(Connect { name: ConnectName::new(name), kind: ConnectKind::read(table)? })
}
