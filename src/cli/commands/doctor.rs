//! `tminus doctor`: what was found here, and what this build cannot do with the plan.

use super::doctor_row::{DoctorRow, row};
use crate::cli::args::Global;
use crate::cli::client::{EngineEnvironment, Project, ProjectKind, engine_of, socket_of, unavailable, unset_variables};
use crate::cli::exit::{Done, Exit};
use crate::cli::{json, show};
use futures::future::join_all;
use jiff::Timestamp;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tminus_core::mask::Mask;
use tminus_core::plan::Plan;
use tminus_core::time::{age, brief};
use tminus_core::touches::Touch;
use tminus_services::all::{is_delivered, is_log_read, missing_for};
use tminus_services::docker;
use tminus_services::patience::Patience;
use tminus_storage::paths::PathsError;
use tminus_storage::trust::TrustState;

/// Whether an engine may be asked.
#[derive(Clone, Copy)]
enum EngineAccess {
    Now,
    NotBeforeTrust,
}

/// Says what tminus found.
pub async fn run(global: &Global) -> Done {
    let project = Project::find(global).await;
    let mut rows = super::doctor_screen::rows().await;
    rows.extend(docker(project.as_ref().ok()).await);
    match &project {
        Ok(project) => {
            rows.extend(of_project(project));
            rows.extend(own_engine(project).await);
        }
        Err(stop) => rows.push(row("plan", false, stop.report.to_string())),
    }
    // What a program or a service said has shapes of secrets, too; the values that the plan knows were hidden where they are.
    let mask = Mask::new();
    rows.iter_mut().for_each(|row| row.says = mask.text(&row.says).to_string());
    if global.json {
        let rows: Vec<_> =
            rows.iter().map(|r| json!({ "about": r.about, "well": r.is_well, "says": r.says })).collect();
        json::print(json!({ "version": env!("CARGO_PKG_VERSION"), "found": rows }));
    } else {
        show::line(&format!("tminus {}", env!("CARGO_PKG_VERSION")));
        for row in &rows {
            let sign = show::sign_of(row.is_well);
            row.says.lines().for_each(|line| show::line(&format!("{sign} {:<14} {line}", row.about)));
        }
    }
    // A plan that cannot be read is the one thing here that is wrong; the rest is only found or not found.
    Ok(project.map_or_else(|stop| stop.exit, |_| Exit::Good))
}

/// Asks all at once: together they take no longer than the slowest may.
async fn docker(project: Option<&Project>) -> Vec<DoctorRow> {
    // As long as every other look of the plan may take.
    let patience = project.map_or_else(Patience::default, Project::patience).now();
    let engines = contexts(project).into_iter().map(|context| engine(context, patience));
    let (engines, compose) = tokio::join!(join_all(engines), docker::compose_version(patience));
    let mut rows = engines;
    rows.push(match compose {
        Ok(version) => row("compose", true, version),
        Err(failure) => row("compose", false, failure.sentence()),
    });
    rows.extend(unset(project).await);
    rows
}

/// Says which variables the compose files of a trusted plan need and this shell does not set.
async fn unset(project: Option<&Project>) -> Vec<DoctorRow> {
    let is_asked = |project: &&Project| {
        project.kind.scenario().is_none() && matches!(project.trust(), Ok(TrustState::Trusted { .. }))
    };
    let Some(project) = project.filter(is_asked) else { return Vec::new() };
    match unset_variables(project).await {
        Ok(found) => found.into_iter().map(|(env, says)| row("compose", false, format!("{env}: {says}"))).collect(),
        Err(stop) => vec![row("compose", false, stop.report.to_string())],
    }
}

async fn engine((context, may_be_asked): (Option<String>, EngineAccess), patience: Duration) -> DoctorRow {
    let name = context.clone();
    let told = |says: String| name.as_ref().map_or_else(|| says.clone(), |name| format!("{name}: {says}"));
    match may_be_asked {
        EngineAccess::NotBeforeTrust => row("engine", false, told("not asked before the plan is trusted".to_owned())),
        EngineAccess::Now => match docker::engine_version(context, patience).await {
            Ok(says) => row("engine", true, says),
            Err(failure) => {
                // The sentence has the first of them already.
                let says = failure.sentence();
                let more: Vec<&str> =
                    failure.causes.iter().map(|c| c.as_str()).filter(|c| !says.contains(*c)).collect();
                let more = if more.is_empty() { String::new() } else { format!(" ({})", more.join("; ")) };
                row("engine", false, told(format!("{says}{more}")))
            }
        },
    }
}

/// Returns the contexts of the engines that are looked at: the usual one, and those that the plan names. The way to one
/// of the plan's may start a program, which nothing in a plan does before it is trusted.
fn contexts(project: Option<&Project>) -> Vec<(Option<String>, EngineAccess)> {
    let mut all = vec![(None, EngineAccess::Now)];
    let Some(project) = project.filter(|project| project.kind.scenario().is_none()) else { return all };
    let asked = match project.trust() {
        Ok(TrustState::Trusted { .. }) => EngineAccess::Now,
        Ok(TrustState::Never | TrustState::Changed { .. }) | Err(_) => EngineAccess::NotBeforeTrust,
    };
    let touches = project.file.plan.touches();
    let named: BTreeSet<&str> = touches.iter().filter_map(Touch::engine).flatten().collect();
    all.extend(named.into_iter().map(|name| (Some(name.to_owned()), asked)));
    all
}

fn of_project(project: &Project) -> Vec<DoctorRow> {
    let plan = &project.file.plan;
    let mut rows =
        vec![row("plan", true, format!("{} ({})", project.root.join("tminus.toml").display(), plan.project))];
    rows.push(match &project.repository {
        Ok(repository) => row("git", true, repository.root().display().to_string()),
        Err(failure) => row("git", false, failure.sentence()),
    });
    rows.push(trust(project));
    rows.push(kept(project));
    if let Some(scenario) = project.kind.scenario() {
        let what = if matches!(project.kind, ProjectKind::Own(_)) {
            "everything is simulated"
        } else {
            "engines, stores and metrics are simulated"
        };
        rows.push(row("rehearsal", true, format!("{}: {what}", scenario.name)));
    } else {
        rows.extend(project.shared_places().into_iter().map(|says| row("places", false, says)));
        rows.extend(available(plan));
        rows.extend(
            unavailable(plan).into_iter().map(|(subject, says)| row("build", false, format!("{subject}: {says}"))),
        );
    }
    rows
}

/// Says whether the engine that outlives terminals runs, and in whose environment it acts.
async fn own_engine(project: &Project) -> Vec<DoctorRow> {
    let about = "tminus engine";
    let log = project.paths.engine_log();
    let joined = match (engine_of(project).await, socket_of(project)) {
        (Ok(Some(joined)), Ok(socket)) => (joined, socket),
        (Ok(None), Ok(socket)) => {
            let environment = "this shell's; an engine started from here uses it".to_owned();
            let none = format!("not running; its socket would be {}", socket.display());
            return vec![row(about, true, none), row("environment", true, environment)];
        }
        (Err(stop), _) | (_, Err(stop)) => return vec![row(about, false, stop.report.to_string())],
    };
    let (joined, socket) = &joined;
    let welcome = &joined.welcome;
    let age = brief(age(Timestamp::now(), welcome.since));
    let (is_ours, environment) = EngineEnvironment::of(project, joined).says();
    let engine = format!(
        "process {} of tminus {}, for {age}, at {}; its log is {}",
        welcome.pid,
        welcome.tminus,
        socket.display(),
        log.display()
    );
    vec![row(about, true, engine), row("environment", is_ours, environment)]
}

fn trust(project: &Project) -> DoctorRow {
    match project.trust() {
        Ok(TrustState::Trusted { by, at }) => row("trust", true, format!("trusted by {by} at {at:.0}")),
        Ok(TrustState::Never) if project.trusted_lines().is_empty() => {
            row("trust", true, "nothing to trust".to_owned())
        }
        Ok(TrustState::Never) => row("trust", false, "not trusted: nothing in the plan is run".to_owned()),
        Ok(TrustState::Changed { .. }) => row(
            "trust",
            false,
            "the plan has changed since you trusted it: `tminus trust` shows what changed".to_owned(),
        ),
        Err(stop) => row("trust", false, stop.report.to_string()),
    }
}

fn kept(project: &Project) -> DoctorRow {
    let prepared: Result<(), PathsError> = project.paths.prepare();
    match prepared {
        Ok(()) => row("keeps", true, format!("{}", project.paths.state().display())),
        Err(error) => row("keeps", false, error.to_string()),
    }
}

/// Names what the plan asks for and this build has.
fn available(plan: &Plan) -> Vec<DoctorRow> {
    let mut says = Vec::new();
    for environment in &plan.environments {
        for delivery in environment.deliver.iter().filter(|d| is_delivered(&d.kind)) {
            let (artifact, way) = (&delivery.artifact, delivery.kind.word());
            says.push(row("delivers", true, format!("{artifact} to {} with {way}", environment.name)));
        }
    }
    for log in plan.logs.iter().filter(|l| is_log_read(&l.origin)) {
        says.push(row("reads", true, format!("log {} from {}", log.name, log.origin.word())));
    }
    let mut ways: BTreeMap<&str, usize> = BTreeMap::new();
    for check in plan.checks.iter().filter(|check| missing_for(plan, check).is_none()) {
        *ways.entry(check.way.word()).or_default() += 1;
    }
    let counted: Vec<String> = ways.into_iter().map(|(way, count)| format!("{count} {way}")).collect();
    says.extend((!counted.is_empty()).then(|| row("checks", true, counted.join(", "))));
    says
}
