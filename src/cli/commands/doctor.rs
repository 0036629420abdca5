//! `tminus doctor`: what was found here, and what this build cannot do with the plan.

use crate::adapters::docker;
use crate::cli::args::Global;
use crate::cli::desk::{Kind, Project, is_connected, is_delivered, is_measured, is_read};
use crate::cli::exit::{Done, Exit};
use crate::cli::{json, show};
use crate::config::paths::PathsError;
use crate::config::trust::TrustState;
use crate::domain::plan::{Plan, Way};
use serde_json::json;
use std::io::IsTerminal;

/// One line of the report.
struct Row {
    about: &'static str,
    is_well: bool,
    says: String,
}

/// Says what tminus found.
pub async fn run(global: &Global) -> Done {
    let mut rows = vec![terminal(), engine().await];
    let project = Project::find(global).await;
    match &project {
        Ok(project) => rows.extend(of_project(project)),
        Err(stop) => rows.push(row("plan", false, stop.report.to_string())),
    }
    if global.json {
        let rows: Vec<_> =
            rows.iter().map(|r| json!({ "about": r.about, "well": r.is_well, "says": r.says })).collect();
        json::print(json!({ "version": env!("CARGO_PKG_VERSION"), "found": rows }));
    } else {
        show::line(&format!("tminus {}", env!("CARGO_PKG_VERSION")));
        for row in &rows {
            let sign = if row.is_well { "✓" } else { "✗" };
            row.says.lines().for_each(|line| show::line(&format!("{sign} {:<14} {line}", row.about)));
        }
    }
    // A plan that cannot be read is the one thing here that is wrong; the rest is only found or not found.
    Ok(project.map_or_else(|stop| stop.exit, |_| Exit::Good))
}

fn row(about: &'static str, is_well: bool, says: String) -> Row {
    Row { about, is_well, says }
}

fn terminal() -> Row {
    let kind = std::env::var("TERM").unwrap_or_else(|_| "unset".to_owned());
    let size = size();
    let is_terminal = std::io::stdout().is_terminal();
    let colour = if std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty()) { ", NO_COLOR is set" } else { "" };
    let tmux = if std::env::var_os("TMUX").is_some() { ", in tmux" } else { "" };
    let says = if is_terminal {
        format!("TERM={kind}, {size}{tmux}{colour}")
    } else {
        format!("no terminal on standard output (TERM={kind})")
    };
    row("terminal", is_terminal, says)
}

fn size() -> String {
    let size = rustix::termios::tcgetwinsize(std::io::stdout());
    size.map_or_else(|_| "size unknown".to_owned(), |size| format!("{}x{}", size.ws_col, size.ws_row))
}

async fn engine() -> Row {
    match docker::engine_version().await {
        Ok(version) => row("docker", true, version),
        Err(failure) => row("docker", false, failure.sentence()),
    }
}

fn of_project(project: &Project) -> Vec<Row> {
    let plan = &project.file.plan;
    let mut rows =
        vec![row("plan", true, format!("{} ({})", project.root.join("tminus.toml").display(), plan.project))];
    rows.push(match &project.repository {
        Some(repository) => row("git", true, repository.root().display().to_string()),
        None => row("git", false, "the plan lies in no git repository that can be read".to_owned()),
    });
    rows.push(trust(project));
    rows.push(kept(project));
    if let Some(scenario) = project.kind.scenario() {
        let what = if matches!(project.kind, Kind::Own(_)) {
            "everything is played"
        } else {
            "engines, stores and metrics are played"
        };
        rows.push(row("rehearsal", true, format!("{}: {what}", scenario.name)));
    } else {
        rows.extend(unavailable(plan).into_iter().map(|says| row("build", false, says)));
    }
    rows
}

fn trust(project: &Project) -> Row {
    match project.trust() {
        Ok(TrustState::Trusted { by, at }) => row("trust", true, format!("trusted by {by} at {at}")),
        Ok(TrustState::Never) => row("trust", false, "not trusted: nothing in the plan is run".to_owned()),
        Ok(TrustState::Changed { .. }) => {
            row("trust", false, "what the plan runs has changed since it was trusted".to_owned())
        }
        Err(stop) => row("trust", false, stop.report.to_string()),
    }
}

fn kept(project: &Project) -> Row {
    let prepared: Result<(), PathsError> = project.paths.prepare();
    match prepared {
        Ok(()) => row("keeps", true, format!("{}", project.paths.state().display())),
        Err(error) => row("keeps", false, error.to_string()),
    }
}

/// Names what the plan asks for and this build has no adapter for.
fn unavailable(plan: &Plan) -> Vec<String> {
    let mut says = Vec::new();
    for environment in &plan.environments {
        for delivery in environment.deliver.iter().filter(|d| !is_delivered(&d.kind)) {
            says.push(format!(
                "deliver.{} of {}: {} is not available in this build",
                delivery.artifact,
                environment.name,
                delivery.kind.word()
            ));
        }
    }
    for check in plan.checks.iter().filter(|c| !is_measured(plan, &c.way)) {
        let what = match &check.way {
            Way::Connects(name) => plan.connect(name).map_or("connects", |connect| connect.kind.word()),
            way => way.word(),
        };
        says.push(format!("check {}: {what} is not available in this build", check.name));
    }
    for log in plan.logs.iter().filter(|l| !is_read(&l.origin)) {
        says.push(format!("log {}: {} is not available in this build", log.name, log.origin.word()));
    }
    says.extend(plan.metrics.iter().map(|m| format!("metric {}: {} is not available in this build", m.name, m.from)));
    says.extend(
        plan.connects
            .iter()
            .filter(|c| !is_connected(&c.kind))
            .map(|c| format!("connect {}: {} is not available in this build", c.name, c.kind.word())),
    );
    says
}
