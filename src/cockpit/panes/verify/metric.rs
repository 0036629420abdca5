//! One metric of an environment: its last number against limit and baseline, and how it went; only what was measured.

use crate::look::Look;
use crate::panes::changes::fold_pieces;
use crate::settings::theme::Role;
use crate::widgets::{
    ChartMarks, ChartPart, ChartPieces, Point, Row, fold_lines, line_chart, measured, sparkline, value_bar, width,
};
use jiff::Timestamp;
use tminus_core::evidence::MeasuredNumber;
use tminus_core::judge::how_sure;
use tminus_core::notation::in_thousands;
use tminus_core::plan::{Limit, Metric};
use tminus_core::release::Measure;
use tminus_core::situation::Situation;
use tminus_core::time::{age, brief};
use tminus_core::verdict::Verdict;

/// How many lines a drawn line has.
const LINES: usize = 4;
/// With less room than this a sparkline stands for it.
const WIDE: usize = 56;

/// Returns what is known of a metric.
pub(super) fn rows(
    look: &Look,
    situation: Situation<'_>,
    (metric, looks): (&Metric, &[&Measure]),
    columns: usize,
) -> Vec<Row> {
    let Some(last) = looks.last() else {
        let (sign, role) = look.palette.verdict(Verdict::Pending);
        let row = Row::new().put(&metric.title, Role::Strong);
        return vec![row.put(format!("  {sign} not measured here yet"), role), Row::new()];
    };
    let (sign, role) = look.palette.verdict(last.verdict);
    // One that was looked at before its time was of no horizon's age.
    let at_age = match metric.horizons.contains(&last.horizon) {
        true => last.horizon.to_string(),
        false => brief(last.horizon.duration()),
    };
    let at = format!("  +{at_age}  {} ago", brief(age(look.now, last.at)));
    let mut rows = vec![
        Row::new()
            .put(&metric.title, Role::Strong)
            .put(format!("  {sign} {}", last.verdict.word()), role)
            .put(at, Role::Dim),
    ];
    match number(last) {
        Some(number) => rows.extend(against(look, (metric, number), last.verdict, columns)),
        None => {
            // What has no number is said in words, and drawn as nothing.
            let says = fold_lines(&last.evidence.found, columns);
            rows.extend(says.into_iter().map(|line| Row::new().put(line, role)));
        }
    }
    if looks.len() > 1 {
        rows.extend(history(look, situation, (metric, looks), columns));
    }
    rows.push(Row::new());
    rows
}

/// Returns the number of a look; none where nothing was measured, whatever stands in the record.
fn number(look: &Measure) -> Option<&MeasuredNumber> {
    let is_measured = look.verdict != Verdict::NoData;
    look.evidence.numbers.first().filter(|n| is_measured && measured(Some(n.value)).is_some())
}

fn limit(metric: &Metric) -> Option<Limit> {
    metric.below.or(metric.above)
}

fn shown(metric: &Metric, value: f64) -> String {
    limit(metric).map_or_else(|| value.to_string(), |limit| limit.display(value))
}

/// Says on how many samples a number rests, and how sure that makes it.
fn sampled(metric: &Metric, number: &MeasuredNumber, samples: u64) -> String {
    let sure = how_sure(metric, number).map(|sure| format!(" ({sure})")).unwrap_or_default();
    format!("{} samples{sure}", in_thousands(samples))
}

fn against(look: &Look, (metric, number): (&Metric, &MeasuredNumber), verdict: Verdict, columns: usize) -> Vec<Row> {
    let baseline = measured(number.baseline);
    let before = match (baseline, metric.baseline) {
        (Some(before), _) => format!("previous release: {}", shown(metric, before)),
        (None, Some(_)) => "previous release: no number yet".to_owned(),
        (None, None) => String::new(),
    };
    let mut says = vec![number.shown.clone()];
    says.extend(number.limit.as_ref().map(|limit| format!("limit: {limit}")));
    says.extend(number.samples.map(|samples| sampled(metric, number, samples)));
    let words = says.join(" · ");
    let fits = width(&words) + width(&before) + 3 <= columns;
    let mut rows = if fits && !before.is_empty() {
        vec![Row::text(&words).put(format!(" · {before}"), Role::Dim)]
    } else {
        let first = fold_pieces(&says, columns).into_iter().map(Row::text);
        first.chain((!before.is_empty()).then(|| Row::dim(before))).collect()
    };
    let marks = ChartMarks { limit: limit(metric).map(Limit::value), baseline };
    let bar = value_bar(Some(number.value), marks, columns.min(64), look.palette.signs);
    let role = look.palette.verdict(verdict).1;
    rows.push(put(Row::new(), &bar, role));
    rows
}

/// Puts pieces of a drawing into a line.
fn put(row: Row, pieces: &ChartPieces, value: Role) -> Row {
    pieces.iter().fold(row, |row, (text, part)| {
        let role = match part {
            ChartPart::Value => value,
            ChartPart::Limit => Role::Strong,
            ChartPart::Baseline => Role::Accent,
            ChartPart::Rest => Role::Frame,
        };
        row.put(text, role)
    })
}

/// Draws every look, oldest at the left; a look that brought no number is a gap.
fn history(look: &Look, situation: Situation<'_>, (metric, looks): (&Metric, &[&Measure]), columns: usize) -> Vec<Row> {
    let values: Vec<Option<f64>> = looks.iter().map(|look| number(look).map(|n| n.value)).collect();
    let gaps = values.iter().filter(|v| v.is_none()).count();
    let gaps = if gaps > 0 { format!(", {gaps} without a number") } else { String::new() };
    let since = looks.first().and_then(|look| situation.running_since(&look.env));
    let when = |at: Timestamp| match since {
        Some(since) if at >= since => format!("+{}", brief(age(at, since))),
        Some(_) | None => look.time_of_day(at),
    };
    let times = |text: &dyn Fn(Timestamp) -> String| Some((text(looks.first()?.at), text(looks.last()?.at)));
    let (first, last) = times(&when)
        .filter(|(first, last)| first != last)
        .or_else(|| times(&|at| look.time_of_day(at)))
        .unwrap_or_default();
    if columns < WIDE {
        let spark = sparkline(&values[values.len().saturating_sub(columns / 2)..], look.palette.signs);
        let row = Row::new().put(spark, Role::Accent);
        return vec![row.put(format!("  {} runs{gaps}", looks.len()), Role::Dim)];
    }
    let most = values.iter().flatten().copied().chain(limit(metric).map(Limit::value)).fold(0.0_f64, f64::max);
    let label = width(&shown(metric, most)).max(4);
    let room = columns.min(76).saturating_sub(label + 2);
    let points: Vec<Point> =
        looks.iter().zip(&values).map(|(look, y)| Point { x: look.at.as_second() as f64, y: *y }).collect();
    let chart = line_chart(&points, limit(metric).map(Limit::value), (room, LINES), look.palette.signs);
    let axis = look.palette.sign("│ ", "| ");
    let mut rows: Vec<Row> = chart
        .iter()
        .enumerate()
        .map(|(line, pieces)| {
            let text = if line == 0 {
                shown(metric, most)
            } else if line + 1 == LINES {
                "0".to_owned()
            } else {
                String::new()
            };
            let row = Row::new().put(format!("{text:>label$}"), Role::Dim).put(axis, Role::Frame);
            put(row, pieces, Role::Accent)
        })
        .collect();
    let indent = " ".repeat(label + 2);
    let legend = if limit(metric).is_some() { " · dashed: the limit" } else { "" };
    rows.push(Row::dim(format!("{indent}{first} to {last}, {} runs{gaps}{legend}", looks.len())));
    rows
}
