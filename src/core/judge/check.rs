//! The judge's front door: which rule belongs to which way of knowing. It only routes.

use super::judgement::Judgement;
use super::{files, http, image, run};
use crate::failure::Failure;
use crate::kinds::check::{CheckKind, ConnectsCheck, IgnoredCheck};
use crate::measurement::{Measurement, Reading};
use crate::plan::{Check, Placeholder};
use crate::verdict::Verdict;
use std::collections::BTreeMap;

/// Judges a check by what a probe read. `values` fill the plan's texts, as they did for the probe.
///
/// A check of a metric is judged by [`super::judge_metric`], which knows the limit.
pub fn judge(check: &Check, measurement: &Measurement, values: &BTreeMap<Placeholder, String>) -> Judgement {
    match (&measurement.reading, &check.way) {
        (Reading::Unmeasured(why), _) => Judgement::no_data(check.title.clone(), why.clone()),
        (Reading::Rehearsed { verdict, found }, _) => rehearsed(check, *verdict, found),
        (Reading::Process { exit, stdout, cut }, CheckKind::Run(_)) => {
            run::judge_run(&check.expect, values, &run::Output { exit: *exit, text: stdout, cut: *cut })
        }
        (Reading::Http(tries), CheckKind::Http(_)) => http::judge_http(&check.expect, values, tries),
        (Reading::Versions(found), CheckKind::Versions) => files::judge_versions(found, values),
        (Reading::Ignored(paths), CheckKind::Ignored(IgnoredCheck(asked))) => {
            files::judge_ignored(paths, asked, &measurement.tail)
        }
        (Reading::Dotenv { missing, empty, doubtful }, CheckKind::Dotenv(asked)) => {
            files::judge_dotenv(asked, &files::DotenvNames { missing, empty, doubtful })
        }
        (Reading::File { exists, has, newer }, CheckKind::File(asked)) => {
            files::judge_file(asked, &files::Look { exists: *exists, has: *has, newer: *newer })
        }
        (Reading::Changelog(section), CheckKind::Changelog) => files::judge_changelog(section.as_ref(), values),
        (Reading::Log { line, looked_at, doubt }, CheckKind::Log(asked)) => {
            files::judge_log(asked, line.as_deref(), *looked_at, doubt.as_deref())
        }
        (Reading::Image(found), CheckKind::Image(asked)) => image::judge_image(asked, found, values),
        (Reading::Connects(answered), CheckKind::Connects(ConnectsCheck(name))) => {
            image::judge_connects(name, answered)
        }
        (Reading::Said { yes, note }, CheckKind::Manual(_)) => said(check, *yes, note),
        (reading, way) => Judgement::no_data(
            check.title.clone(),
            format!("a measurement of the kind {:?} says nothing about a check by `{}`", kind(reading), way.word()),
        ),
    }
}

/// Judges a measurement that failed: no data, with the reason.
pub fn judge_failure(failure: &Failure) -> Judgement {
    Judgement::no_data("an answer", failure.sentence())
}

fn rehearsed(check: &Check, verdict: Verdict, found: &str) -> Judgement {
    let verdict = match verdict {
        Verdict::Pass | Verdict::Fail | Verdict::Inconclusive | Verdict::NoData => verdict,
        Verdict::Stale | Verdict::Waived | Verdict::Running | Verdict::Pending => Verdict::NoData,
    };
    Judgement { verdict, expected: check.title.clone(), found: found.to_owned(), numbers: Vec::new() }
}

fn said(check: &Check, yes: bool, note: &str) -> Judgement {
    let verdict = if yes { Verdict::Pass } else { Verdict::Fail };
    let word = if yes { "a person says yes" } else { "a person says no" };
    let found = if note.is_empty() { word.to_owned() } else { format!("{word}: {note}") };
    Judgement { verdict, expected: check.title.clone(), found, numbers: Vec::new() }
}

const fn kind(reading: &Reading) -> &'static str {
    match reading {
        Reading::Process { .. } => "process",
        Reading::Http(_) => "http",
        Reading::Versions(_) => "versions",
        Reading::Ignored(_) => "ignored",
        Reading::Dotenv { .. } => "dotenv",
        Reading::File { .. } => "file",
        Reading::Changelog(_) => "changelog",
        Reading::Log { .. } => "log",
        Reading::Image(_) => "image",
        Reading::Connects(_) => "connects",
        Reading::Metric { .. } => "metric",
        Reading::Said { .. } => "said",
        Reading::Rehearsed { .. } => "rehearsed",
        Reading::Unmeasured(_) => "unmeasured",
    }
}
