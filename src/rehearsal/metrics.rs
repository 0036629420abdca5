//! The numbers that the world's monitoring would give: a pure function of what serves where, and since when.

use super::faults::{condition, events};
use super::script_input::TimeKind;
use super::snapshot::ServingVersion;
use super::world::{Holds, Site};
use crate::scenario::Scenario;
use jiff::Timestamp;
use tminus_core::measurement::Reading;
use tminus_core::plan::{Limit, Metric};
use tminus_core::time::{Span, age};

/// From when to when is looked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
}

impl Window {
    /// Returns the part of a look back that a version has already run.
    pub(crate) fn of(run: &ServingVersion, look: Span, now: Timestamp) -> Self {
        let from = now.checked_sub(jiff::SignedDuration::try_from(look.duration()).unwrap_or_default()).unwrap_or(now);
        Self { from: from.max(run.since), to: now }
    }

    fn seconds(self) -> f64 {
        age(self.to, self.from).as_secs_f64()
    }
}

/// Reads a metric where a version serves, with the release before as its baseline.
pub(crate) fn reading(scenario: &Scenario, site: &Site, run: &ServingVersion, ask: (&Metric, Window)) -> Reading {
    let (metric, window) = ask;
    let count = (window.seconds() * per_second(site, run, scenario.pace)).floor();
    let series = Series { scenario, site, run, window, count };
    let has_any = count >= 1.0;
    let before = site.past.iter().rfind(|landed| landed.version != run.version && landed.at < run.since);
    Reading::Metric {
        value: has_any.then(|| series.value(metric)),
        count: metric.count.as_ref().filter(|_| has_any).map(|_| count),
        baseline: before.filter(|_| metric.baseline.is_some()).map(|_| well(metric)),
    }
}

/// How many requests, or sessions of an app, there are in a second.
///
/// Where somebody sits and waits, one minute stands for half an hour: too few to say is honest, and no lesson.
fn per_second(site: &Site, run: &ServingVersion, pace: f64) -> f64 {
    let honest = match (site.holds, site.role.as_str()) {
        (Holds::Image, "production") => 400.0 / 60.0,
        (Holds::Image, "staging") => 0.5,
        (Holds::Image, _) => 0.1,
        (Holds::App, "testflight") => 0.05,
        (Holds::App, _) => 2.0,
    };
    match run.time {
        TimeKind::Virtual => honest,
        TimeKind::Real => honest * 30.0 / pace,
    }
}

/// What a metric is when all is well: inside its limit, by a good margin.
fn well(metric: &Metric) -> f64 {
    match (metric.below, metric.above) {
        (Some(limit), _) => {
            let share = if matches!(limit, Limit::Seconds(_)) { 0.56 } else { 0.2 };
            limit.value() * share
        }
        (None, Some(Limit::Share(share))) => share + (1.0 - share) * 0.6,
        (None, Some(limit)) => limit.value() * 1.2,
        (None, None) => 0.0,
    }
}

struct Series<'a> {
    scenario: &'a Scenario,
    site: &'a Site,
    run: &'a ServingVersion,
    window: Window,
    count: f64,
}

impl Series<'_> {
    fn value(&self, metric: &Metric) -> f64 {
        let well = well(metric);
        match (metric.below, metric.above) {
            (Some(Limit::Share(_)), _) => self.whole(self.mean_errors(well)),
            (Some(Limit::Seconds(_)), _) => self.slow().map_or(well, |slow| slow.max(well)),
            (None, Some(Limit::Share(_))) => well - self.mean_errors(0.0),
            (Some(limit), _) if self.is_bad_now() => limit.value() * 1.5,
            (None, Some(limit)) if self.is_bad_now() => limit.value() * 0.5,
            (Some(Limit::Bytes(_) | Limit::Plain(_)), _) | (None, Some(_)) | (None, None) => well,
        }
    }

    /// Returns a share as so many whole ones of so many.
    fn whole(&self, share: f64) -> f64 {
        (share * self.count).floor() / self.count
    }

    fn is_bad_now(&self) -> bool {
        condition(self.scenario, self.site, self.run, self.window.to).is_bad()
    }

    /// Returns the moments between which nothing changes, the window's ends among them.
    fn pieces(&self) -> Vec<(Timestamp, f64)> {
        let Window { from, to } = self.window;
        let changes = events(self.scenario, self.site, self.run).into_iter().map(|(at, _)| at);
        let mut edges: Vec<_> = changes.filter(|at| from < *at && *at < to).chain([from, to]).collect();
        edges.sort();
        let whole = self.window.seconds().max(f64::MIN_POSITIVE);
        edges.windows(2).map(|pair| (pair[0], age(pair[1], pair[0]).as_secs_f64() / whole)).collect()
    }

    fn mean_errors(&self, well: f64) -> f64 {
        let at = |moment| condition(self.scenario, self.site, self.run, moment).errors.unwrap_or(well);
        self.pieces().into_iter().map(|(moment, share)| at(moment) * share).sum()
    }

    /// Returns the slow latency, once more than one request in twenty of the window is that slow.
    fn slow(&self) -> Option<f64> {
        let at = |moment| condition(self.scenario, self.site, self.run, moment).latency;
        let slow = self.pieces().into_iter().filter_map(|(moment, share)| Some((at(moment)?, share)));
        let (worst, share) =
            slow.fold((Span::seconds(0), 0.0), |(worst, sum), (each, share)| (worst.max(each), sum + share));
        (share >= 0.05).then(|| worst.duration().as_secs_f64())
    }
}
