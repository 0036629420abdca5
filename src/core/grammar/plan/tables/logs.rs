//! `[log.*]`.

use super::super::cursor::Cursor;
use super::super::describe::{Choice, Kind, Noun, Table, may, must, places, plain, variant};
use crate::names::LogName;
use crate::plan::{LogKeep, LogOrigin, LogStream};

pub(super) static LOG: Table = Table {
    doc: "A source of log lines, and exactly one place that they come from.",
    keys: &[
        may("format", Kind::Word(&["json", "logfmt", "text"]), "How its lines are written; looked at when absent."),
        may("mask", Kind::List(&Kind::Regex), "Regular expressions whose matches are never shown."),
        may("keep", Kind::Table(&KEEP), "How much of it is kept on disk."),
    ],
    choice: Choice::Presence(&[
        variant(
            "container",
            "What a container prints.",
            &[
                must("container", Kind::Text, "The container's name."),
                may("context", Kind::Text, super::deliver::CONTEXT),
            ],
        ),
        variant(
            "file",
            "A file that grows.",
            &[must("file", Kind::AnyPath, "The file; it may lie outside the repository.")],
        ),
        variant(
            "command",
            "What a command prints.",
            &[must("command", Kind::Command(places::NOTHING), "The command.")],
        ),
        variant("kubernetes", "Pods.", &[must("kubernetes", Kind::Table(&KUBERNETES), "Which pods.")]),
        variant("cloudwatch", "A log group.", &[must("cloudwatch", Kind::Table(&CLOUDWATCH), "Which group.")]),
    ]),
    cousins: &[],
};

static KUBERNETES: Table = plain(
    "Pods by a selector.",
    &[
        may("context", Kind::Text, "The context of the kubeconfig; the current one when absent."),
        must("namespace", Kind::Text, "The namespace."),
        must("selector", Kind::Text, "The selector: `app=backend`."),
        may("container", Kind::Text, "The container of the pod, where it has more than one."),
    ],
);

static CLOUDWATCH: Table = plain(
    "A log group.",
    &[
        must("connect", Kind::Name(Noun::Connect(&["cloudwatch"])), "The service."),
        must("group", Kind::Text, "The group."),
        may("filter", Kind::Text, "The filter pattern."),
    ],
);

static KEEP: Table = plain(
    "How much of a source is kept on disk.",
    &[may("size", Kind::Size, "At most this much."), may("age", Kind::Span, "At most this long.")],
);

pub(super) fn build((name, table): (&str, Cursor<'_>)) -> Option<LogStream> {
    let keep = table.table("keep");
    Some(LogStream {
        name: LogName::new(name),
        origin: origin(table)?,
        format: table.text("format"),
        mask: table.texts("mask"),
        keep: keep.map(|k| LogKeep { size: k.size("size"), age: k.span("age") }).unwrap_or_default(),
    })
}

fn origin(log: Cursor<'_>) -> Option<LogOrigin> {
    let word = log.variant()?;
    Some(match word {
        "container" => LogOrigin::Container { container: log.text(word)?, context: log.text("context") },
        "file" => LogOrigin::File(log.text(word)?),
        "command" => LogOrigin::Command(log.command(word)?),
        "kubernetes" => {
            let table = log.table(word)?;
            LogOrigin::Kubernetes {
                context: table.text("context"),
                namespace: table.text("namespace")?,
                selector: table.text("selector")?,
                container: table.text("container"),
            }
        }
        _ => {
            let table = log.table(word)?;
            LogOrigin::CloudWatch {
                connect: table.name("connect")?,
                group: table.text("group")?,
                filter: table.text("filter"),
            }
        }
    })
}
