//! The router: which probe belongs to which way, and how long each may take.

use super::ground::{self, GroundOrReason};
use super::image::{self, Stock};
use super::{file, http, lines, repository, run, versions};
use crate::adapters::git::GitRepository;
use crate::adapters::http::Http;
use crate::adapters::secrets::Secrets;
use crate::adapters::worktree::Worktree;
use crate::domain::evidence::Evidence;
use crate::domain::measurement::{Ask, Measurement, Question, Reading};
use crate::domain::names::LogName;
use crate::domain::plan::{Check, ReleaseRules, Way};
use crate::domain::time::Span;
use crate::ports::{Clock, FailureKind, LogSource, PortError, Probe, ProgressSender};
use async_trait::async_trait;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Everything that the probes stand on.
#[derive(Clone)]
pub struct Surroundings {
    /// The folder that paths of the plan count from.
    pub root: PathBuf,
    /// The repository there.
    pub repository: Arc<GitRepository>,
    /// tminus's own checkout, for `in = "worktree"`.
    pub worktree: Worktree,
    /// `[release]`: the version files and the changelog.
    pub rules: ReleaseRules,
    /// The HTTP client.
    pub http: Http,
    /// Secrets and trust; its mask goes over everything that is handed on.
    pub secrets: Arc<Secrets>,
    /// The clock that waiting goes by.
    pub clock: Arc<dyn Clock>,
    /// Images and registries.
    pub stock: Stock,
    /// The log sources that this build can read.
    pub logs: HashMap<LogName, Arc<dyn LogSource>>,
}

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

/// Returns how long one run of a check may take: as the plan says, else ten minutes for a command, half a minute for
/// requests, ten seconds for the rest.
pub(super) fn limit(check: &Check) -> Duration {
    let usual = match check.way {
        Way::Run { .. } => Span::seconds(600),
        Way::Http(_) | Way::Connects(_) | Way::Image(_) => Span::seconds(30),
        Way::Versions
        | Way::Ignored(_)
        | Way::Dotenv(_)
        | Way::Secrets(_)
        | Way::Changelog
        | Way::File(_)
        | Way::Tls(_)
        | Way::Dns(_)
        | Way::Log(_)
        | Way::Metric(_)
        | Way::Manual { .. } => Span::seconds(10),
    };
    check.timeout.unwrap_or(usual).duration()
}

fn unavailable(way: &str) -> PortError {
    PortError::new(FailureKind::Unavailable, format!("`{way}` is not available in this build"))
}

/// Makes the measurement of something that left no output behind.
pub(super) fn quiet(asked: impl Into<String>, reading: Reading) -> Measurement {
    Measurement {
        asked: asked.into(),
        reading,
        tail: String::new(),
        sha256: String::new(),
        bytes: 0,
        ignored: Vec::new(),
        given: Vec::new(),
        outside: Vec::new(),
    }
}
