//! `[metric.*]`.

use super::super::cursor::TableCursor;
use super::super::describe::{Noun, ServiceUse, Table, ValueKind, VariantChoice, may, must, places, plain, variant};
use crate::names::MetricName;
use crate::plan::{Baseline, Metric, MetricForm};

pub(super) static METRIC: Table = Table {
    doc: "A number that must keep a limit over a horizon.",
    keys: &[
        must("title", ValueKind::Text, "What is counted."),
        must("from", ValueKind::Name(Noun::Service(ServiceUse::Metrics)), "The service that is asked."),
        may("below", ValueKind::Limit, "The number must be smaller: `0.1%`, `200ms`, `500MB`, or without a unit."),
        may("above", ValueKind::Limit, "The number must be greater."),
        may("horizons", ValueKind::List(&ValueKind::Span), "The ages of a deploy at which it is looked at."),
        may("baseline", ValueKind::Table(&BASELINE), "How it compares with the previous release at the same age."),
    ],
    choice: VariantChoice::Presence(&[
        variant(
            "query",
            "A number, whatever it is.",
            &[
                must("query", QUERY, "What the service is asked, with `{horizon}` in it."),
                may("count", QUERY, "Asks how many samples the number rests on; too few is inconclusive."),
            ],
        ),
        variant(
            "bad",
            "The share of what went wrong.",
            &[
                must("bad", QUERY, "Asks how many went wrong, with `{horizon}` in it."),
                must("count", QUERY, COUNT),
                may(
                    "absent",
                    ValueKind::Word(&["zero"]),
                    "With `zero`, no series means that none went wrong, as long as `count` is above zero; no data without it.",
                ),
            ],
        ),
        variant(
            "good",
            "The share of what went well.",
            &[must("good", QUERY, "Asks how many went well, with `{horizon}` in it."), must("count", QUERY, COUNT)],
        ),
    ]),
    cousins: &[],
};

const QUERY: ValueKind = ValueKind::Template(places::METRIC);
const COUNT: &str = "Asks how many there were; too few is inconclusive.";

static BASELINE: Table = plain(
    "How a number compares with the previous release at the same age.",
    &[must("worse-by", ValueKind::Share, "How much worse it may be.")],
);

pub(super) fn build((name, table): (&str, TableCursor<'_>)) -> Option<Metric> {
    let form = [MetricForm::Number, MetricForm::Bad, MetricForm::Good];
    let form = form.into_iter().find(|form| table.variant() == Some(form.key()))?;
    Some(Metric {
        name: MetricName::new(name),
        title: table.text("title")?,
        from: table.name("from")?,
        query: table.template(form.key())?,
        form,
        absent_is_zero: form == MetricForm::Bad && table.text("absent").is_some(),
        count: table.template("count"),
        below: table.limit("below"),
        above: table.limit("above"),
        horizons: table.spans("horizons"),
        baseline: table.table("baseline").and_then(|b| b.share("worse-by")).map(|worse_by| Baseline { worse_by }),
    })
}
