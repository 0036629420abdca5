//! `deliver.*` of an environment: the ways an artifact gets there.

use super::super::cursor::TableCursor;
use super::super::describe::{Table, ValueKind, VariantChoice, may, must};
use crate::kinds::deliver::DeliverKind;
use crate::names::ArtifactName;
use crate::plan::Deliver;

pub(super) static DELIVER: Table = Table {
    doc: "How an artifact gets to an environment.",
    keys: &[
        must("with", ValueKind::Word(DeliverKind::WORDS), "The way."),
        may(
            "timeout",
            ValueKind::Span,
            "How long it may take until it is healthy; when absent, 5m with `docker`, 10m with `compose`, 20m with `command`.",
        ),
    ],
    choice: VariantChoice::Word { key: "with", variants: DeliverKind::VARIANTS },
    cousins: &[],
};

pub(super) fn build((artifact, table): (&str, TableCursor<'_>)) -> Option<Deliver> {
    let artifact = ArtifactName::new(artifact);
    Some(Deliver { artifact, kind: DeliverKind::read(table)?, timeout: table.span("timeout") })
}
