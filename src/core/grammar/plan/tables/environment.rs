//! `[env.*]`.

use super::super::cursor::Cursor;
use super::super::describe::{Choice, Kind, Noun, Table, may, must, places, plain, variant};
use super::deliver;
use crate::names::EnvName;
use crate::plan::{After, Approvals, Environment, ExtraStep, Moment, Undo};

pub(super) static ENVIRONMENT: Table = plain(
    "A place that a release goes to.",
    &[
        may("purpose", Kind::Text, "What it is for."),
        may("audience", Kind::Text, "Who uses it."),
        may("cadence", Kind::Text, "How often a release goes there."),
        may("url", Kind::Url, "What `{url}` stands for in the checks of this environment."),
        may(
            "gate",
            Kind::List(&Kind::Name(Noun::Phase)),
            "The phases that must be good before a deploy here; where none has a required check, it stays closed.",
        ),
        may("after", Kind::Tables(&AFTER), "Where the release must have been good before."),
        may("protected", Kind::Bool, "Whether the person types the environment's name.").or("false"),
        may("approvals", Kind::Table(&APPROVALS), "How many people must say yes to a deploy."),
        may("deliver", Kind::By(Noun::Artifact, &deliver::DELIVER), "How each artifact gets here."),
        may(
            "verify",
            Kind::List(&Kind::Name(Noun::Verifier)),
            "The checks and metrics that say whether it is good here.",
        ),
        may("logs", Kind::List(&Kind::Name(Noun::Log)), "The sources that tell about this environment."),
        may("step", Kind::Tables(&STEP), "What else belongs to a deploy here."),
    ],
);

static AFTER: Table = plain(
    "Where the release must have been good before.",
    &[
        must("env", Kind::Name(Noun::Env), "The environment."),
        may("horizon", Kind::Span, "How long it must have stayed good there."),
        may("any", Kind::Bool, "Whether it may run another artifact there: it only must be good.").or("false"),
    ],
);

static APPROVALS: Table = plain(
    "How many people must say yes to a deploy.",
    &[
        must("count", Kind::Integer(1, 100), "How many."),
        may("from", Kind::Name(Noun::Team), "Only members of this team count."),
        may("own", Kind::Bool, "Whether the proposer's own approval counts.").or("false"),
        may("same-user", Kind::Bool, "Whether two approvals from one system user count as two.").or("false"),
    ],
);

static STEP: Table = Table {
    doc: "A command that belongs to a deploy.",
    keys: &[
        must("at", Kind::Word(&["before", "after"]), "Before anything is delivered, or after everything was."),
        must("title", Kind::Text, "What it does."),
        must("run", Kind::Command(places::DELIVER), "The command."),
        may("dir", Kind::Path, "Where it runs, from the root of the repository."),
        may("env", Kind::Settings(places::DELIVER), "Variables that the command gets."),
        may("timeout", Kind::Span, "How long it may take."),
    ],
    choice: Choice::Optional(&[
        variant(
            "undo",
            "A step that can be taken back.",
            &[must("undo", Kind::Command(places::DELIVER), "The command that takes it back.")],
        ),
        variant(
            "irreversible",
            "A step that cannot.",
            &[must("irreversible", Kind::Text, "Why it cannot be taken back.")],
        ),
    ]),
    cousins: &[],
};

pub(super) fn build((name, table): (&str, Cursor<'_>)) -> Option<Environment> {
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

fn after(table: &Cursor<'_>) -> Option<After> {
    Some(After { env: table.name("env")?, horizon: table.span("horizon"), any: table.is_set("any") })
}

fn approvals(table: Cursor<'_>) -> Option<Approvals> {
    Some(Approvals {
        count: table.integer("count")?,
        from: table.name("from"),
        own: table.is_set("own"),
        same_user: table.is_set("same-user"),
    })
}

fn step(table: &Cursor<'_>) -> Option<ExtraStep> {
    Some(ExtraStep {
        at: if table.text("at")? == "before" { Moment::Before } else { Moment::After },
        title: table.text("title")?,
        run: table.command("run")?,
        dir: table.text("dir"),
        env: table.settings("env"),
        undo: undo(table)?,
        timeout: table.span("timeout"),
    })
}

fn undo(table: &Cursor<'_>) -> Option<Undo> {
    match table.variant() {
        None => Some(Undo::Unsaid),
        Some("undo") => table.command("undo").map(Undo::Run),
        Some(_) => table.text("irreversible").map(Undo::Irreversible),
    }
}
