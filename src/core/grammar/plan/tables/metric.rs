//! `[metric.*]`.

use super::super::cursor::Cursor;
use super::super::describe::{Kind, Noun, Table, may, must, places, plain};
use crate::names::MetricName;
use crate::plan::{Baseline, Metric};

/// The kinds of service that can be asked for a number.
const MEASURING: &[&str] = &["prometheus", "sentry", "cloudwatch", "http", "command"];

pub(super) static METRIC: Table = plain(
    "A number that must keep a limit over a horizon.",
    &[
        must("title", Kind::Text, "What is counted."),
        must("from", Kind::Name(Noun::Connect(MEASURING)), "The service that is asked."),
        must("query", Kind::Template(places::METRIC), "What it is asked, with `{horizon}` in it."),
        may(
            "count",
            Kind::Template(places::METRIC),
            "Asks how many samples the number rests on; too few is inconclusive.",
        ),
        may("below", Kind::Limit, "The number must be smaller: `0.1%`, `200ms`, `500MB`, or without a unit."),
        may("above", Kind::Limit, "The number must be greater."),
        may("horizons", Kind::List(&Kind::Span), "The ages of a deploy at which it is looked at."),
        may("baseline", Kind::Table(&BASELINE), "How it compares with the previous release at the same age."),
    ],
);

static BASELINE: Table = plain(
    "How a number compares with the previous release at the same age.",
    &[must("worse-by", Kind::Share, "How much worse it may be.")],
);

pub(super) fn build((name, table): (&str, Cursor<'_>)) -> Option<Metric> {
    Some(Metric {
        name: MetricName::new(name),
        title: table.text("title")?,
        from: table.name("from")?,
        query: table.template("query")?,
        count: table.template("count"),
        below: table.limit("below"),
        above: table.limit("above"),
        horizons: table.spans("horizons"),
        baseline: table.table("baseline").and_then(|b| b.share("worse-by")).map(|worse_by| Baseline { worse_by }),
    })
}
