//! `[flag.*]`, `[severity.*]` and `[runbook.*]`.

use super::super::cursor::Cursor;
use super::super::describe::{Choice, Kind, Noun, ServiceUse, Table, may, must, places, plain, variant};
use crate::names::FlagName;
use crate::plan::{Flag, Runbook, RunbookStep, RunbookTask, Severity};

pub(super) static FLAG: Table = plain(
    "A feature flag.",
    &[
        must("title", Kind::Text, "What it turns on and off."),
        must("connect", Kind::Name(Noun::Service(ServiceUse::Flags)), "The flag service."),
        may("project", Kind::Text, "The project there.").or("default"),
        must("key", Kind::Text, "The flag's key there."),
    ],
);

pub(super) static SEVERITY: Table = plain(
    "How bad an incident is, and who hears of it.",
    &[
        must("title", Kind::Text, "What is that bad."),
        may("tell", Kind::List(&Kind::Name(Noun::Team)), "The teams that hear of it."),
        may("within", Kind::Span, "How soon."),
    ],
);

pub(super) static RUNBOOK: Table = plain(
    "What to do about an incident, step by step.",
    &[
        must("title", Kind::Text, "What has happened."),
        may("severity", Kind::Many(&Kind::Name(Noun::Severity)), "The severities that it is for."),
        may("step", Kind::Tables(&STEP), "What is done, in this order."),
    ],
);

static STEP: Table = Table {
    doc: "One step of a runbook.",
    keys: &[must("title", Kind::Text, "What is done.")],
    choice: Choice::Presence(&[
        variant("flag", "A flag is turned.", &[must("flag", Kind::Table(&TURN), "The flag, and which way.")]),
        variant(
            "rollback",
            "An environment is rolled back.",
            &[must("rollback", Kind::Name(Noun::Env), "The environment.")],
        ),
        variant(
            "check",
            "Checks are run.",
            &[must("check", Kind::Many(&Kind::Name(Noun::Verifier)), "Checks and metrics.")],
        ),
        variant("run", "A command is run.", &[must("run", Kind::Command(places::RELEASE), "The command.")]),
        variant("manual", "A person does it.", &[must("manual", Kind::True, "A person does it, and says so.")]),
    ]),
    cousins: &[],
};

static TURN: Table = Table {
    doc: "A flag, and which way it is turned.",
    keys: &[],
    choice: Choice::Presence(&[
        variant("off", "It is turned off.", &[must("off", Kind::Name(Noun::Flag), "The flag that is turned off.")]),
        variant("on", "It is turned on.", &[must("on", Kind::Name(Noun::Flag), "The flag that is turned on.")]),
    ]),
    cousins: &[],
};

pub(super) fn flag((name, table): (&str, Cursor<'_>)) -> Option<Flag> {
    Some(Flag {
        name: FlagName::new(name),
        title: table.text("title")?,
        connect: table.name("connect")?,
        project: table.text("project").unwrap_or_else(|| "default".to_owned()),
        key: table.text("key")?,
    })
}

pub(super) fn severity((name, table): (&str, Cursor<'_>)) -> Option<Severity> {
    Some(Severity {
        name: name.to_owned(),
        title: table.text("title")?,
        tell: table.names("tell"),
        within: table.span("within"),
    })
}

pub(super) fn runbook((name, table): (&str, Cursor<'_>)) -> Option<Runbook> {
    Some(Runbook {
        name: name.to_owned(),
        title: table.text("title")?,
        severity: table.texts("severity"),
        steps: table.tables("step").iter().map(step).collect::<Option<_>>()?,
    })
}

fn step(table: &Cursor<'_>) -> Option<RunbookStep> {
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

fn turn(table: Cursor<'_>) -> Option<RunbookTask> {
    let word = table.variant()?;
    Some(RunbookTask::Flag { flag: table.name(word)?, on: word == "on" })
}
