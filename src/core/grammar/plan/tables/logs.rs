//! `[log.*]`.

use super::super::cursor::TableCursor;
use super::super::describe::{Table, ValueKind, VariantChoice, may, plain};
use crate::kinds::log::LogOrigin;
use crate::names::LogName;
use crate::plan::{LogKeep, LogStream};

pub(super) static LOG: Table = Table {
    doc: "A source of log lines, and exactly one place that they come from.",
    keys: &[
        may(
            "format",
            ValueKind::Word(&["json", "logfmt", "text"]),
            "How its lines are written; looked at when absent.",
        ),
        may("mask", ValueKind::List(&ValueKind::Regex), "Regular expressions whose matches are never shown."),
        may("keep", ValueKind::Table(&KEEP), "How much of the log is kept on disk."),
    ],
    choice: VariantChoice::Presence(LogOrigin::VARIANTS),
    cousins: &[],
};

static KEEP: Table = plain(
    "How much of a source is kept on disk.",
    &[may("size", ValueKind::Size, "At most this much."), may("age", ValueKind::Span, "At most this long.")],
);

pub(super) fn build((name, table): (&str, TableCursor<'_>)) -> Option<LogStream> {
    let keep = table.table("keep");
    Some(LogStream {
        name: LogName::new(name),
        origin: LogOrigin::read(table)?,
        format: table.text("format"),
        mask: table.texts("mask"),
        keep: keep.map(|k| LogKeep { size: k.size("size"), age: k.span("age") }).unwrap_or_default(),
    })
}
