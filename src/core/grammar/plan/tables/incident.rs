//! `[flag.*]`, `[severity.*]` and `[runbook.*]`.

use super::super::cursor::TableCursor;
use super::super::describe::{Noun, ServiceUse, Table, ValueKind, VariantChoice, may, must, places, plain, variant};
use crate::names::FlagName;
use crate::plan::{Flag, Runbook, RunbookStep, RunbookTask, Severity};

pub(super) static FLAG: Table = plain(
    "A feature flag.",
    &[
        must("title", ValueKind::Text, "What it turns on and off."),
        must("connect", ValueKind::Name(Noun::Service(ServiceUse::Flags)), "The flag service."),
        may("project", ValueKind::Text, "The project there.").or("default"),
        must("key", ValueKind::Text, "The flag's key there."),
    ],
);

pub(super) static SEVERITY: Table = plain(
    "How bad an incident is, and who hears of it.",
    &[
        must("title", ValueKind::Text, "What is that bad."),
        may("tell", ValueKind::List(&ValueKind::Name(Noun::Team)), "The teams that hear of it."),
        may("within", ValueKind::Span, "How soon."),
    ],
);

pub(super) static RUNBOOK: Table = plain(
    "What to do about an incident, step by step.",
    &[
        must("title", ValueKind::Text, "What has happened."),
        may("severity", ValueKind::Many(&ValueKind::Name(Noun::Severity)), "The severities that it is for."),
        may("step", ValueKind::Tables(&STEP), "What is done, in this order."),
    ],
);

static STEP: Table = Table {
    doc: "One step of a runbook.",
    keys: &[must("title", ValueKind::Text, "What is done.")],
    choice: VariantChoice::Presence(&[
        variant("flag", "A flag is turned.", &[must("flag", ValueKind::Table(&TURN), "The flag, and which way.")]),
        variant(
            "rollback",
            "An environment is rolled back.",
            &[must("rollback", ValueKind::Name(Noun::Env), "The environment.")],
        ),
        variant(
            "check",
            "Checks are run.",
            &[must("check", ValueKind::Many(&ValueKind::Name(Noun::Verifier)), "Checks and metrics.")],
        ),
        variant("run", "A command is run.", &[must("run", ValueKind::Command(places::RELEASE), "The command.")]),
        variant("manual", "A person does it.", &[must("manual", ValueKind::True, "A person does it, and says so.")]),
    ]),
    cousins: &[],
};

static TURN: Table = Table {
    doc: "A flag, and which way it is turned.",
    keys: &[],
    choice: VariantChoice::Presence(&[
        variant(
            "off",
            "It is turned off.",
            &[must("off", ValueKind::Name(Noun::Flag), "The flag that is turned off.")],
        ),
        variant("on", "It is turned on.", &[must("on", ValueKind::Name(Noun::Flag), "The flag that is turned on.")]),
    ]),
    cousins: &[],
};

pub(super) fn flag((name, table): (&str, TableCursor<'_>)) -> Option<Flag> {
    Some(Flag {
        name: FlagName::new(name),
        title: table.text("title")?,
        connect: table.name("connect")?,
        project: table.text("project").unwrap_or_else(|| "default".to_owned()),
        key: table.text("key")?,
    })
}

pub(super) fn severity((name, table): (&str, TableCursor<'_>)) -> Option<Severity> {
    Some(Severity {
        name: name.to_owned(),
        title: table.text("title")?,
        tell: table.names("tell"),
        within: table.span("within"),
    })
}

pub(super) fn runbook((name, table): (&str, TableCursor<'_>)) -> Option<Runbook> {
    Some(Runbook {
        name: name.to_owned(),
        title: table.text("title")?,
        severity: table.texts("severity"),
        steps: table.tables("step").iter().map(step).collect::<Option<_>>()?,
    })
}

fn step(table: &TableCursor<'_>) -> Option<RunbookStep> {
    let word = table.variant()?;
    let task = match word {
        "flag" => turn(table.table(word)?)?,
        "rollback" => RunbookTask::Rollback(table.name(word)?),
        "check" => RunbookTask::Check(table.texts(word)),
        "run" => RunbookTask::Run(table.command(word)?),
        _ => RunbookTask::Manual,
    };
    Some(RunbookStep { title: table.text("title")?, task })
}

fn turn(table: TableCursor<'_>) -> Option<RunbookTask> {
    let word = table.variant()?;
    Some(RunbookTask::Flag { flag: table.name(word)?, on: word == "on" })
}
