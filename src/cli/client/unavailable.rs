//! What a plan asks for and this build does not do: one list, which doctor and lint say.

use tminus_core::plan::{ArtifactKind, Check, Limits, Plan};
use tminus_services::all::{is_asked_for_numbers, is_connected, is_delivered, is_log_read, missing_for};

/// What is not available: the place in the plan, and a sentence.
pub type Unavailable = (String, String);

/// Returns what a plan asks for and this build does not do, by its place in the plan.
pub fn unavailable(plan: &Plan) -> Vec<Unavailable> {
    let mut all = kinds(plan);
    all.extend(keys(plan));
    all
}

fn absent(subject: String, what: &str) -> Unavailable {
    (subject, format!("{what} is not available in this build"))
}

/// Returns the kinds that no adapter is there for.
fn kinds(plan: &Plan) -> Vec<Unavailable> {
    let mut all = Vec::new();
    for artifact in &plan.artifacts {
        if let ArtifactKind::App { build: Some(_), .. } = &artifact.kind {
            all.push(absent(format!("artifact.{}.build", artifact.name), "building an app"));
        }
    }
    for environment in &plan.environments {
        for delivery in environment.deliver.iter().filter(|d| !is_delivered(&d.kind)) {
            let subject = format!("env.{}.deliver.{}", environment.name, delivery.artifact);
            all.push(absent(subject, delivery.kind.word()));
        }
    }
    let subject = |check: &Check| format!("check.{}", check.name);
    let checks = plan.checks.iter().filter_map(|check| Some(absent(subject(check), missing_for(plan, check)?)));
    all.extend(checks);
    let logs = plan.logs.iter().filter(|log| !is_log_read(&log.origin));
    all.extend(logs.map(|log| absent(format!("log.{}", log.name), log.origin.word())));
    for metric in &plan.metrics {
        if !plan.connect(&metric.from).is_some_and(|connect| is_asked_for_numbers(&connect.kind)) {
            all.push(absent(format!("metric.{}", metric.name), metric.from.as_str()));
        } else if metric.baseline.is_some() {
            all.push(absent(format!("metric.{}.baseline", metric.name), "comparing with the previous release"));
        }
    }
    let connects = plan.connects.iter().filter(|connect| !is_connected(&connect.kind));
    all.extend(connects.map(|connect| absent(format!("connect.{}", connect.name), connect.kind.word())));
    all
}

/// Returns the keys that are read and that nothing obeys yet.
fn keys(plan: &Plan) -> Vec<Unavailable> {
    let mut all = Vec::new();
    for log in &plan.logs {
        if log.format.is_some() {
            all.push((
                format!("log.{}.format", log.name),
                "`format` has no effect in this build: lines are shown as they come".to_owned(),
            ));
        }
        if log.keep.size.or(log.keep.age.map(|_| 0)).is_some() {
            all.push((
                format!("log.{}.keep", log.name),
                "`keep` has no effect in this build: no line is kept on disk".to_owned(),
            ));
        }
    }
    let usual = Limits::default();
    if plan.limits.log_memory != usual.log_memory {
        all.push(absent("limits.log-memory".to_owned(), "`log-memory`"));
    }
    if plan.limits.log_disk != usual.log_disk {
        all.push(absent("limits.log-disk".to_owned(), "`log-disk`"));
    }
    let told = plan.teams.iter().filter(|team| !team.tell.is_empty());
    all.extend(told.map(|team| absent(format!("team.{}.tell", team.name), "telling a team")));
    all.extend(plan.flags.iter().map(|flag| absent(format!("flag.{}", flag.name), "turning a flag")));
    let severities = plan.severities.iter();
    all.extend(
        severities.map(|s| absent(format!("severity.{}", s.name), "telling people of an incident (`tell`, `within`)")),
    );
    all.extend(plan.runbooks.iter().map(|r| absent(format!("runbook.{}", r.name), "walking through a runbook")));
    let rules = &plan.release;
    if rules.notes.is_some() {
        all.push(absent("release.notes".to_owned(), "`notes`"));
    }
    all
}
