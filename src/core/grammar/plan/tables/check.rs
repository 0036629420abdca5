//! `[check.*]`: what every check says, whatever its way of knowing.

use super::super::cursor::TableCursor;
use super::super::describe::{Noun, Table, ValueKind, VariantChoice, may, must, places};
use super::super::leaf;
use super::expect;
use crate::kinds::check::CheckKind;
use crate::names::CheckName;
use crate::plan::{Check, Expect};

pub(super) static CHECK: Table = Table {
    doc: "Something that must be true, and exactly one way of knowing it.",
    keys: &[
        must("phase", ValueKind::Name(Noun::Phase), "The part of the checklist that it belongs to."),
        may("group", ValueKind::Text, "The heading that it stands under."),
        must("title", ValueKind::Text, "The sentence that is true or not."),
        may(
            "needs",
            ValueKind::List(&ValueKind::Name(Noun::Check)),
            "Checks that must have passed before this one runs.",
        ),
        may(
            "paths",
            ValueKind::List(&ValueKind::Glob),
            "Files that it is about: its verdict stays fresh while only others change.",
        ),
        may(
            "fresh",
            ValueKind::Span,
            "How long a verdict holds. When absent, 15 minutes for what no commit holds (an environment file, an image, a service, the age of a file, a command with a secret), for ever for the rest. A command's verdict also ends when a program that its own text starts, a file outside the repository that it names or a value that it is given is another one; what a script reads or starts in turn, and a variable that only a script names, end nothing.",
        ),
        may("owner", ValueKind::Name(Noun::Owner), "The team or the person who answers for it."),
        may("required", ValueKind::Bool, "Whether it gates; `false` only shows it.").or("true"),
        may("in", ValueKind::Word(&["worktree"]), "Runs it in tminus's own clean worktree."),
        may("env", ValueKind::Settings(places::CHECK), "Variables that a command gets."),
        may("timeout", ValueKind::Span, "How long one run may take."),
        may("lint-ok", ValueKind::Texts(&[]), "Rules of the linter accepted for this check, each with its reason."),
    ],
    choice: VariantChoice::Presence(CheckKind::VARIANTS),
    cousins: &[],
};

pub(super) fn build((name, table): (&str, TableCursor<'_>)) -> Option<Check> {
    Some(Check {
        name: CheckName::new(name),
        phase: table.name("phase")?,
        group: table.text("group"),
        title: table.text("title")?,
        way: CheckKind::read(table)?,
        expect: table.table("expect").map_or_else(Expect::default, expect::build),
        needs: table.names("needs"),
        paths: table.texts("paths"),
        fresh: table.span("fresh"),
        owner: table.text("owner"),
        required: table.boolean("required").unwrap_or(true),
        in_worktree: table.text("in").is_some(),
        env: table.settings("env"),
        timeout: table.span("timeout"),
        lint_ok: table.pairs("lint-ok", leaf::any_text).into_iter().collect(),
    })
}
