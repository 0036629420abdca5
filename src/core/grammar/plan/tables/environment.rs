//! `[env.*]`.

use super::super::cursor::TableCursor;
use super::super::describe::{Noun, Table, ValueKind, VariantChoice, may, must, places, plain, variant};
use super::deliver;
use crate::names::EnvName;
use crate::plan::{After, Approvals, Environment, ExtraStep, StepMoment, Undo};

pub(super) static ENVIRONMENT: Table = plain(
    "A place that a release goes to.",
    &[
        may("purpose", ValueKind::Text, "What it is for."),
        may("audience", ValueKind::Text, "Who uses it."),
        may("cadence", ValueKind::Text, "How often a release goes there."),
        may("url", ValueKind::Url, "What `{url}` stands for in the checks of this environment."),
        may(
            "gate",
            ValueKind::List(&ValueKind::Name(Noun::Phase)),
            "The phases that must be good before a deploy here; where none has a required check, it stays closed.",
        ),
        may("after", ValueKind::Tables(&AFTER), "Where the release must have been good before."),
        may("protected", ValueKind::Bool, "Whether the person types the environment's name.").or("false"),
        may("approvals", ValueKind::Table(&APPROVALS), "How many people must say yes to a deploy."),
        may("deliver", ValueKind::By(Noun::Artifact, &deliver::DELIVER), "How each artifact gets here."),
        may(
            "verify",
            ValueKind::List(&ValueKind::Name(Noun::Verifier)),
            "The checks and metrics that say whether it is good here.",
        ),
        may("logs", ValueKind::List(&ValueKind::Name(Noun::Log)), "The sources that tell about this environment."),
        may("step", ValueKind::Tables(&STEP), "What else belongs to a deploy here."),
    ],
);

static AFTER: Table = plain(
    "Where the release must have been good before.",
    &[
        must("env", ValueKind::Name(Noun::Env), "The environment."),
        may("horizon", ValueKind::Span, "How long it must have stayed good there."),
        may("any", ValueKind::Bool, "Whether it may run another artifact there: it only must be good.").or("false"),
    ],
);

static APPROVALS: Table = plain(
    "How many people must say yes to a deploy.",
    &[
        must("count", ValueKind::Integer(1, 100), "How many."),
        may("from", ValueKind::Name(Noun::Team), "Only members of this team count."),
        may("own", ValueKind::Bool, "Whether the proposer's own approval counts.").or("false"),
        may("same-user", ValueKind::Bool, "Whether two approvals from one system user count as two.").or("false"),
    ],
);

static STEP: Table = Table {
    doc: "A command that belongs to a deploy.",
    keys: &[
        must("at", ValueKind::Word(&["before", "after"]), "Before anything is delivered, or after everything was."),
        must("title", ValueKind::Text, "What it does."),
        must("run", ValueKind::Command(places::DELIVER), "The command."),
        may("dir", ValueKind::Path, "Where it runs, from the root of the repository."),
        may("env", ValueKind::Settings(places::DELIVER), "Variables that the command gets."),
        may("timeout", ValueKind::Span, "How long it may take."),
    ],
    choice: VariantChoice::Optional(&[
        variant(
            "undo",
            "A step that can be taken back.",
            &[must("undo", ValueKind::Command(places::DELIVER), "The command that takes it back.")],
        ),
        variant(
            "irreversible",
            "A step that cannot.",
            &[must("irreversible", ValueKind::Text, "Why it cannot be taken back.")],
        ),
    ]),
    cousins: &[],
};

pub(super) fn build((name, table): (&str, TableCursor<'_>)) -> Option<Environment> {
    Some(Environment {
        name: EnvName::new(name),
        purpose: table.text("purpose"),
        audience: table.text("audience"),
        cadence: table.text("cadence"),
        url: table.url("url"),
        served_at: None,
        gate: table.names("gate"),
        after: table.tables("after").iter().map(after).collect::<Option<_>>()?,
        protected: table.is_set("protected"),
        approvals: table.table("approvals").and_then(approvals),
        deliver: table.named("deliver").into_iter().map(deliver::build).collect::<Option<_>>()?,
        verify: table.texts("verify"),
        logs: table.names("logs"),
        steps: table.tables("step").iter().map(step).collect::<Option<_>>()?,
    })
}

fn after(table: &TableCursor<'_>) -> Option<After> {
    Some(After { env: table.name("env")?, horizon: table.span("horizon"), any: table.is_set("any") })
}

fn approvals(table: TableCursor<'_>) -> Option<Approvals> {
    Some(Approvals {
        count: table.integer("count")?,
        from: table.name("from"),
        own: table.is_set("own"),
        same_user: table.is_set("same-user"),
    })
}

fn step(table: &TableCursor<'_>) -> Option<ExtraStep> {
    Some(ExtraStep {
        at: if table.text("at")? == "before" { StepMoment::Before } else { StepMoment::After },
        title: table.text("title")?,
        run: table.command("run")?,
        dir: table.text("dir"),
        env: table.settings("env"),
        undo: undo(table)?,
        timeout: table.span("timeout"),
    })
}

fn undo(table: &TableCursor<'_>) -> Option<Undo> {
    match table.variant() {
        None => Some(Undo::Unsaid),
        Some("undo") => table.command("undo").map(Undo::Run),
        Some(_) => table.text("irreversible").map(Undo::Irreversible),
    }
}
