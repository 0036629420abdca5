//! The other services of the project: who depends on the one that changed must be well at the end, and whoever has a
//! health check must not have got worse.

use super::containers::{self, SERVICE};
use super::settled::Settled;
use crate::docker::look::SeenContainer;
use bollard::Docker;
use jiff::Timestamp;
use std::time::Duration;
use tminus_core::order::{Health, Progress};
use tminus_core::ports::{FailureKind, PortError, ProgressSender};
use tminus_core::time::brief;
use tokio::time::Instant;

/// How long the others may take to say how they are.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often they are looked at.
const AGAIN: Duration = Duration::from_millis(250);

/// Returns the services that are not well, the one that is delivered left out.
pub(super) async fn sick(docker: &Docker, settled: &Settled) -> Result<Vec<String>, PortError> {
    let all = others(docker, settled).await?;
    let is_sick = |seen: &&SeenContainer| !matches!(seen.health, Health::Healthy | Health::Starting | Health::Unknown);
    let mut found: Vec<String> = all.iter().filter(is_sick).map(service).collect();
    found.sort();
    found.dedup();
    Ok(found)
}

/// Waits until each of them passed a health check since a moment.
///
/// # Errors
/// [`FailureKind::Rejected`] or [`FailureKind::Timeout`] naming the one that is not well, with its last lines.
pub(super) async fn wait(
    docker: &Docker,
    settled: &Settled,
    sick: &[String],
    (since, progress): (Timestamp, &ProgressSender),
) -> Result<(), PortError> {
    let begun = Instant::now();
    loop {
        let all = others(docker, settled).await?;
        let mut open = None;
        for one in all.iter().filter(|one| !sick.contains(&service(one))) {
            let depends = settled.dependants.contains(&service(one));
            match containers::checked(docker, one, since).await? {
                Some(Health::Healthy | Health::Unknown) => {}
                Some(Health::Unhealthy) => return Err(unwell(docker, one, FailureKind::Rejected).await),
                Some(Health::Stopped | Health::Absent) if depends => {
                    return Err(unwell(docker, one, FailureKind::Rejected).await);
                }
                Some(Health::Stopped | Health::Absent) => {}
                Some(Health::Starting | Health::Waiting) | None => open = Some(one),
            }
        }
        let Some(open) = open else { return Ok(()) };
        if begun.elapsed() < PATIENCE {
            tokio::time::sleep(AGAIN).await;
            continue;
        }
        if open.health != Health::Healthy {
            return Err(unwell(docker, open, FailureKind::Timeout).await);
        }
        let told = format!("{} was not checked again within {}", service(open), brief(PATIENCE));
        drop(progress.try_send(Progress::Line(told)));
        return Ok(());
    }
}

async fn others(docker: &Docker, settled: &Settled) -> Result<Vec<SeenContainer>, PortError> {
    let mut all = containers::of_project(docker, &settled.names.project, None).await?;
    all.retain(|one| service(one) != settled.names.service);
    Ok(all)
}

fn service(seen: &SeenContainer) -> String {
    seen.labels.get(SERVICE).cloned().unwrap_or_default()
}

async fn unwell(docker: &Docker, seen: &SeenContainer, kind: FailureKind) -> PortError {
    let summary = format!("{}, which runs beside it, is not healthy afterwards", service(seen));
    containers::because(docker, seen, PortError::new(kind, summary)).await
}
