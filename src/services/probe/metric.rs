//! Measuring a metric: what its service is asked, and what number comes of the answers. The judge decides what that means.

use super::probe_deps::ProbeDeps;
use std::collections::BTreeMap;
use std::time::Duration;
use tminus_core::measurement::{Ask, Measurement, Reading};
use tminus_core::plan::{Metric, MetricForm, Placeholder, Template};
use tminus_core::ports::{FailureKind, MetricAnswer, MetricFound, MetricSource, PortError, SampleAge};

/// How long all the questions of one metric may take.
const LIMIT: Duration = Duration::from_secs(30);

/// Measures a metric once.
pub(super) async fn measure(around: &ProbeDeps, ask: &Ask, metric: &Metric) -> Result<Measurement, PortError> {
    around.secrets.trust().allow(&format!("{} was not measured", metric.name))?;
    // What the service prints is evidence, which stays in the journal for good.
    around.secrets.know().await?;
    let absent =
        || PortError::new(FailureKind::Unavailable, format!("`{}` is not available in this build", metric.from));
    if metric.baseline.is_some() {
        // A number that is compared with nothing must not be taken for one that was.
        let says = format!("comparing {} with the previous release is not available in this build", metric.name);
        return Err(PortError::new(FailureKind::Unavailable, says));
    }
    let source = around.metrics.get(&metric.from).ok_or_else(absent)?;
    let asked = FilledQueries::of(metric, &ask.values)?;
    let measuring = asked.measure(source.as_ref(), metric);
    let late = |_elapsed| {
        let says = format!("{} did not answer within {} s", metric.from, LIMIT.as_secs());
        Err(PortError::new(FailureKind::Timeout, says))
    };
    let measured = tokio::time::timeout(LIMIT, measuring).await.unwrap_or_else(late)?;
    let tail = around.secrets.mask().text(&measured.tail).to_string();
    Ok(Measurement { tail, ..measured })
}

/// The queries of a metric, with their placeholders filled.
struct FilledQueries {
    query: String,
    count: Option<String>,
}

impl FilledQueries {
    fn of(metric: &Metric, values: &BTreeMap<Placeholder, String>) -> Result<Self, PortError> {
        let filled = |text: &Template| {
            text.fill(values)
                .map_err(|unknown| PortError::new(FailureKind::Malformed, format!("{}: {unknown}", metric.name)))
        };
        Ok(Self { query: filled(&metric.query)?, count: metric.count.as_ref().map(filled).transpose()? })
    }

    async fn measure(&self, source: &dyn MetricSource, metric: &Metric) -> Result<Measurement, PortError> {
        let count = match &self.count {
            Some(count) => Some(source.ask(count).await?),
            None => None,
        };
        let number = source.ask(&self.query).await?;
        // What went wrong may never have happened, and has no samples then; what was counted has.
        let lasting = match metric.form {
            MetricForm::Bad => self.count.as_deref().unwrap_or(&self.query),
            MetricForm::Number | MetricForm::Good => &self.query,
        };
        let newest = source.newest(lasting).await?;
        let reading = match newest {
            SampleAge::Ended => Reading::Unmeasured("its series have ended: nothing writes them now".to_owned()),
            SampleAge::Old(_) | SampleAge::Unknown => match partial(&number, count.as_ref()) {
                Some(why) => Reading::Unmeasured(format!("its answer may not be whole: {why}")),
                None => reading(metric, &number.found, count.as_ref().map(|c| &c.found)),
            },
        };
        let said = said(metric, (&number, count.as_ref()), newest);
        let asked = format!("{}: {}", metric.from, self.query);
        let (bytes, sha256) = (said.len() as u64, tminus_core::hex::sha256(&said));
        Ok(Measurement { tail: said, bytes, sha256, ..Measurement::quiet(asked, reading) })
    }
}

/// Returns the first warning of an answer: what is found may be a part, and a part is no number to judge.
fn partial(number: &MetricAnswer, count: Option<&MetricAnswer>) -> Option<String> {
    let mut warnings = number.warnings.iter().chain(count.into_iter().flat_map(|count| &count.warnings));
    warnings.next().map(|warning| cut(warning))
}

/// How many warnings, and how many notes, of one answer are kept: evidence stays for good.
const MOST_NOTES: usize = 10;

/// Returns the first line of a warning, as far as evidence keeps it.
fn cut(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(200).collect()
}

/// Makes the reading of what a service found; where no number comes of it, the reading says why.
fn reading(metric: &Metric, number: &MetricFound, count: Option<&MetricFound>) -> Reading {
    let measured = || {
        let count = count.map(|count| one("count", count)).transpose()?;
        let value = match (number, count) {
            (MetricFound::NoSeries, Some(count)) if metric.absent_is_zero && count > 0.0 => 0.0,
            (found, _) => one(metric.form.key(), found)?,
        };
        let value = match (metric.form, count) {
            (MetricForm::Number, _) => value,
            (MetricForm::Good | MetricForm::Bad, Some(count)) if count > 0.0 => share(value, count),
            (MetricForm::Good | MetricForm::Bad, _) => return Err("it is based on no samples".to_owned()),
        };
        Ok((value, count))
    };
    match measured() {
        Ok((value, count)) => Reading::Metric { value: Some(value), count, baseline: None },
        Err(why) => Reading::Unmeasured(why),
    }
}

/// Returns a share. Both numbers are extrapolated to the ends of the window, which can bring all of them a hair above all.
fn share(part: f64, whole: f64) -> f64 {
    let share = part / whole;
    if share > 1.0 && share < 1.000_001 { 1.0 } else { share }
}

fn one(key: &str, found: &MetricFound) -> Result<f64, String> {
    match found {
        MetricFound::Number(number) if number.is_finite() => Ok(*number),
        MetricFound::Number(number) => Err(format!("the answer to `{key}` is {number}, and not a number to compare")),
        MetricFound::NoSeries => Err(format!("`{key}` found no series, which is not zero")),
        MetricFound::Series(many) => {
            Err(format!("`{key}` found {many} series, and one number belongs here: sum(…), or a narrower query"))
        }
        MetricFound::Other(what) => Err(format!("the answer to `{key}` is {what}, and not one number")),
    }
}

/// Writes down what came back.
fn said(metric: &Metric, (number, count): (&MetricAnswer, Option<&MetricAnswer>), newest: SampleAge) -> String {
    let found = |key: &str, answer: &MetricAnswer| match &answer.found {
        MetricFound::Number(number) => format!("{key}: {number}"),
        MetricFound::NoSeries => format!("{key}: no series"),
        MetricFound::Series(many) => format!("{key}: {many} series"),
        MetricFound::Other(what) => format!("{key}: {what}"),
    };
    let mut lines = vec![found(metric.form.key(), number)];
    lines.extend(count.map(|count| found("count", count)));
    lines.extend(match newest {
        SampleAge::Old(age) => Some(format!("the newest sample is {age} old")),
        SampleAge::Ended => Some("no sample lately".to_owned()),
        SampleAge::Unknown => None,
    });
    for answer in [number].into_iter().chain(count) {
        lines.extend(answer.warnings.iter().take(MOST_NOTES).map(|warning| format!("warning: {}", cut(warning))));
        lines.extend(answer.notes.iter().take(MOST_NOTES).map(|note| format!("note: {}", cut(note))));
    }
    lines.dedup();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use MetricFound::{NoSeries, Number, Series};

    fn metric(form: MetricForm, absent_is_zero: bool) -> Metric {
        Metric {
            name: "m".into(),
            title: "m".to_owned(),
            from: "prometheus".into(),
            query: Template::new("q"),
            form,
            absent_is_zero,
            count: (form != MetricForm::Number).then(|| Template::new("c")),
            below: None,
            above: None,
            horizons: Vec::new(),
            baseline: None,
        }
    }

    fn of(metric: &Metric, number: MetricFound, count: MetricFound) -> Reading {
        reading(metric, &number, metric.count.as_ref().map(|_| &count))
    }

    fn is_no_data(reading: &Reading, says: &str) {
        assert!(matches!(reading, Reading::Unmeasured(why) if why.contains(says)), "{reading:?}");
    }

    #[test]
    fn a_share_is_what_went_wrong_of_all_there_were() {
        let read = of(&metric(MetricForm::Bad, false), Number(3.0), Number(600.0));
        assert_eq!(read, Reading::Metric { value: Some(0.005), count: Some(600.0), baseline: None });
    }

    #[test]
    fn no_series_is_zero_only_where_the_plan_says_so_and_something_was_counted() {
        let lenient = metric(MetricForm::Bad, true);
        let read = of(&lenient, NoSeries, Number(600.0));
        assert_eq!(read, Reading::Metric { value: Some(0.0), count: Some(600.0), baseline: None });
        is_no_data(&of(&lenient, NoSeries, Number(0.0)), "`bad` found no series");
        is_no_data(&of(&lenient, NoSeries, NoSeries), "`count` found no series");
        is_no_data(&of(&metric(MetricForm::Bad, false), NoSeries, Number(600.0)), "`bad` found no series");
    }

    #[test]
    fn what_is_no_single_number_says_what_it_is() {
        let plain = metric(MetricForm::Number, false);
        is_no_data(&of(&plain, Series(2), NoSeries), "`query` found 2 series");
        is_no_data(&of(&plain, Number(f64::NAN), NoSeries), "NaN");
        is_no_data(&of(&plain, Number(f64::INFINITY), NoSeries), "inf");
        is_no_data(&of(&metric(MetricForm::Good, false), Number(0.0), Number(0.0)), "no samples");
        is_no_data(&of(&plain, MetricFound::Other("a range of numbers".to_owned()), NoSeries), "a range");
    }
}
