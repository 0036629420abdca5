//! The router: which probe belongs to which way, and how long each may take.

use super::ground::{self, GroundOrReason};
use super::surroundings::{Surroundings, limit};
use super::{file, http, image, lines, repository, run, versions};
use async_trait::async_trait;
use std::time::Duration;
use tminus_core::evidence::Evidence;
use tminus_core::measurement::{Ask, Measurement, Question, Reading};
use tminus_core::plan::{Check, Way};
use tminus_core::ports::{FailureKind, PortError, Probe, ProgressSender};
use tminus_core::time::Span;

/// Measures the checks of a plan in the real world. Nothing is run or read before the plan is trusted.
#[derive(Clone)]
pub struct RealProbe {
    surroundings: Surroundings,
}

impl RealProbe {
    /// Makes it of what it stands on.
    pub const fn new(surroundings: Surroundings) -> Self {
        Self { surroundings }
    }

    /// Measures a check; what lies in a checkout is held still meanwhile.
    async fn check(&self, check: &Check, ask: &Ask, progress: &ProgressSender) -> Result<Measurement, PortError> {
        let ground = match is_in_checkout(&check.way) {
            true => ground::find(&self.surroundings, check, ask).await?,
            false => Err("it lies in no checkout".to_owned()),
        };
        let measured = within(check, self.on_ground((check, ask), &ground, progress)).await?;
        let moved = match &ground {
            Ok(ground) => ground.moved().await?,
            Err(_reason) => None,
        };
        Ok(match moved {
            Some(why) => Measurement { reading: Reading::Unmeasured(why), ..measured },
            None => measured,
        })
    }

    async fn on_ground(
        &self,
        (check, ask): (&Check, &Ask),
        ground: &GroundOrReason,
        progress: &ProgressSender,
    ) -> Result<Measurement, PortError> {
        let around = &self.surroundings;
        match &check.way {
            Way::Run { run, dir } => run::measure(around, (check, ask, ground), (run, dir.as_deref()), progress).await,
            Way::Http(asked) => http::measure(around, (check, ask), asked, limit(check)).await,
            Way::Versions => versions::measure(around, ground).await,
            Way::Ignored(paths) => repository::ignored(ground, paths).await,
            Way::Dotenv(asked) => file::dotenv(ground, asked).await,
            Way::File(asked) => file::measure(around, (ask, ground), asked).await,
            Way::Changelog => file::changelog(around, ask, ground).await,
            Way::Log(asked) => lines::measure(around, ask, asked).await,
            Way::Image(asked) => image::measure(around, ask, asked).await,
            Way::Connects(name) => image::connects(around, name).await,
            Way::Secrets(_) | Way::Tls(_) | Way::Dns(_) | Way::Metric(_) | Way::Manual { .. } => {
                Err(unavailable(check.way.word()))
            }
        }
    }
}

/// Says whether what a check looks at lies in a checkout.
const fn is_in_checkout(way: &Way) -> bool {
    match way {
        Way::Run { .. } | Way::Versions | Way::Ignored(_) | Way::Dotenv(_) | Way::File(_) | Way::Changelog => true,
        Way::Http(_) | Way::Log(_) | Way::Image(_) | Way::Connects(_) => false,
        Way::Secrets(_) | Way::Tls(_) | Way::Dns(_) | Way::Metric(_) | Way::Manual { .. } => false,
    }
}

/// Says whether a check quotes what a program, a service or a log printed, where any secret of the plan may stand.
const fn is_printed(way: &Way) -> bool {
    match way {
        Way::Run { .. } | Way::Http(_) | Way::Log(_) => true,
        Way::Versions | Way::Ignored(_) | Way::Dotenv(_) | Way::File(_) | Way::Changelog => false,
        Way::Image(_) | Way::Connects(_) => false,
        Way::Secrets(_) | Way::Tls(_) | Way::Dns(_) | Way::Metric(_) | Way::Manual { .. } => false,
    }
}

/// Measures within the time that a check has.
async fn within(
    check: &Check,
    measuring: impl Future<Output = Result<Measurement, PortError>>,
) -> Result<Measurement, PortError> {
    // A command stops itself, to say what it printed last.
    let beside = if matches!(check.way, Way::Run { .. }) { Duration::from_secs(60) } else { Duration::ZERO };
    let waits = if let Way::Log(asked) = &check.way { asked.within.duration() } else { Duration::ZERO };
    let allowed = limit(check) + beside + waits;
    tokio::time::timeout(allowed, measuring).await.unwrap_or_else(|_elapsed| {
        let summary = format!("{} was not done after {}", check.name, Span::from(allowed));
        Err(PortError::new(FailureKind::Timeout, summary))
    })
}

#[async_trait]
impl Probe for RealProbe {
    async fn measure(&self, ask: &Ask, progress: ProgressSender) -> Result<Measurement, PortError> {
        let check = match &ask.question {
            Question::Check(check) => check,
            Question::Metric { .. } => return Err(unavailable("metric")),
        };
        self.surroundings.secrets.trust().allow(&format!("{} was not measured", check.name))?;
        let known = self.surroundings.secrets.know().await;
        if is_printed(&check.way) {
            // Evidence stays in the journal for good.
            known?;
        }
        self.check(check, ask, &progress).await
    }

    async fn look_again(&self, ask: &Ask, before: &Evidence) -> Option<Result<Measurement, PortError>> {
        let Question::Check(check) = &ask.question else { return None };
        let around = &self.surroundings;
        around.secrets.trust().allow(&format!("{} was not looked at", check.name)).ok()?;
        let is_looked_at = match &check.way {
            Way::Image(_) | Way::Http(_) | Way::Connects(_) => true,
            // In a worktree of tminus's own a command is given the same values.
            Way::Run { .. } => true,
            Way::Dotenv(_) => !check.in_worktree,
            Way::Versions | Way::Ignored(_) | Way::File(_) | Way::Changelog | Way::Log(_) => false,
            Way::Secrets(_) | Way::Tls(_) | Way::Dns(_) | Way::Metric(_) | Way::Manual { .. } => false,
        };
        if !is_looked_at {
            return None;
        }
        if let Way::Run { run: command, dir } = &check.way {
            return Some(within(check, run::look_again(around, (check, ask, before), (command, dir.as_deref()))).await);
        }
        let Way::Dotenv(asked) = &check.way else { return Some(self.check(check, ask, &quietly()).await) };
        // A file that is in the commit counts only where the commit is checked out.
        let is_tracked = match &ask.commit {
            Some(commit) => around.repository.is_tracked(&asked.file, commit).await.unwrap_or(true),
            None => true,
        };
        Some(match is_tracked {
            true => self.check(check, ask, &quietly()).await,
            false => within(check, file::dotenv_again(around, asked)).await,
        })
    }
}

/// Makes a sender that nobody listens to.
fn quietly() -> ProgressSender {
    tokio::sync::mpsc::channel(1).0
}

fn unavailable(way: &str) -> PortError {
    PortError::new(FailureKind::Unavailable, format!("`{way}` is not available in this build"))
}
