//! Waiting until a container says that it is well, or until it is clear that it never will.

use super::look::{SeenContainer, last_lines, look};
use bollard::Docker;
use std::time::Duration;
use tminus_core::order::{Health, Progress};
use tminus_core::ports::{FailureKind, PortError, ProgressSender};
use tminus_core::time::brief;
use tokio::time::Instant;

/// How often a container is looked at while it starts.
const AGAIN: Duration = Duration::from_millis(200);

/// How long one without a health check must stay up.
const STEADY: Duration = Duration::from_secs(10);

/// How many of its last lines are told of one that failed.
const LINES: usize = 10;

/// Waits until a container is well; one without a health check must stay up for [`STEADY`].
///
/// # Errors
/// [`FailureKind::Rejected`] when it ends, restarts or is unhealthy, [`FailureKind::Timeout`] after `patience`; the
/// causes are what its health checks said and its last lines.
pub(super) async fn wait(
    docker: &Docker,
    (container, called): (&str, &str),
    patience: Duration,
    progress: &ProgressSender,
) -> Result<SeenContainer, PortError> {
    let begun = Instant::now();
    let mut steady: Option<(u64, Instant)> = None;
    let mut told = String::new();
    loop {
        let Some(seen) = look(docker, container).await? else {
            return Err(PortError::new(FailureKind::Rejected, format!("{called} was removed by somebody else")));
        };
        if seen.words != told {
            drop(progress.try_send(Progress::Line(format!("{called}: {}", seen.words))));
            told.clone_from(&seen.words);
        }
        if steady.is_some_and(|(restarts, _)| restarts != seen.restarts) {
            let summary = format!("{called} did not stay up");
            return Err(failed(docker, &seen, FailureKind::Rejected, summary).await);
        }
        match seen.health {
            Health::Healthy => return Ok(seen),
            Health::Unhealthy | Health::Stopped | Health::Absent => {
                return Err(failed(docker, &seen, FailureKind::Rejected, format!("{called} did not get healthy")).await);
            }
            Health::Unknown => {
                let (_, since) = *steady.get_or_insert((seen.restarts, Instant::now()));
                if since.elapsed() >= STEADY {
                    return Ok(seen);
                }
            }
            Health::Starting | Health::Waiting => {}
        }
        if begun.elapsed() >= patience {
            let summary = format!("{called} is not healthy after {}", brief(patience));
            return Err(failed(docker, &seen, FailureKind::Timeout, summary).await);
        }
        tokio::time::sleep(AGAIN).await;
    }
}

async fn failed(docker: &Docker, seen: &SeenContainer, kind: FailureKind, summary: String) -> PortError {
    let failure = PortError::new(kind, summary).because(seen.words.clone());
    let lines = last_lines(docker, &seen.id, LINES).await;
    let checks = seen.checks.iter().cloned();
    checks.chain(lines.into_iter().map(|line| format!("log: {line}"))).fold(failure, PortError::because)
}
