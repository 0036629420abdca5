//! `expect` of a check: what must come back from a command, or from a request.

use super::super::cursor::TableCursor;
use super::super::describe::{Table, ValueKind, VariantChoice, may, places};
use super::super::leaf;
use crate::kinds::tool::TOOL_WORDS;
use crate::plan::Expect;

pub(crate) static OF_RUN: Table = Table {
    doc: "What a command must come back with.",
    keys: &[
        may("exit", ValueKind::Integer(0, 255), "The status that it ends with.").or("0"),
        may("empty", ValueKind::Bool, "Whether it must print nothing to standard output.").or("false"),
        may("has", ValueKind::Template(places::CHECK), "Text that it prints."),
        may(
            "matches",
            ValueKind::Regex,
            "A regular expression; its first group is compared by `above`, `below` and `is`.",
        ),
        may("above", ValueKind::Number, "The first group, or a number of the tool, is greater."),
        may("below", ValueKind::Number, "The first group, or a number of the tool, is smaller."),
        may("is", ValueKind::Template(places::CHECK), "The first group is this text."),
        may("tool", ValueKind::Word(TOOL_WORDS), "A tool whose output tminus reads: it must say that it is well."),
        may("of", ValueKind::Text, "The number of the tool that `above` and `below` are about, as `coverage`."),
    ],
    choice: VariantChoice::None,
    cousins: &[("the `expect` of an `http` check", &OF_HTTP)],
};

pub(crate) static OF_HTTP: Table = Table {
    doc: "What a request must come back with.",
    keys: &[
        may("status", ValueKind::Integer(100, 599), "The status code."),
        may("json", ValueKind::Json, "Fields that the answer has with these values; others do not matter."),
        may(
            "header",
            ValueKind::Texts(&[]),
            "Headers that the answer has, with the whole value of each; of a list, every element is that.",
        ),
        may("body-has", ValueKind::Template(places::CHECK), "Text in the answer."),
        may("p95-below", ValueKind::Span, "95 % of the tries are faster."),
    ],
    choice: VariantChoice::None,
    cousins: &[("the `expect` of a `run` check", &OF_RUN)],
};

pub(crate) fn build(table: TableCursor<'_>) -> Expect {
    Expect {
        exit: table.integer("exit"),
        empty: table.is_set("empty"),
        has: table.template("has"),
        matches: table.text("matches"),
        above: table.number("above"),
        below: table.number("below"),
        is: table.template("is"),
        tool: table.text("tool"),
        of: table.text("of"),
        status: table.integer("status"),
        json: table.json("json"),
        header: table.pairs("header", leaf::any_text),
        body_has: table.template("body-has"),
        p95_below: table.span("p95-below"),
    }
}
