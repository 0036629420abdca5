//! Measuring a check, whatever its kind: only what the plan's owner trusts, within its time, on a checkout that stands still.

use super::probe_deps::{ProbeDeps, limit};
use super::{checkout_lease, metric};
use crate::checks::{LookedAgain, MeasureContext, measures};
use async_trait::async_trait;
use tminus_core::evidence::Evidence;
use tminus_core::kinds::check::Renewal;
use tminus_core::measurement::{Ask, Measurement, ProbeQuestion, Reading};
use tminus_core::plan::Check;
use tminus_core::ports::{FailureKind, PortError, Probe, ProgressSender};
use tminus_core::time::Span;

/// Measures the checks of a plan in the real world. Nothing is run or read before the plan is trusted.
#[derive(Clone)]
pub struct RealProbe {
    surroundings: ProbeDeps,
}

impl RealProbe {
    /// Makes it of what it stands on.
    pub const fn new(surroundings: ProbeDeps) -> Self {
        Self { surroundings }
    }

    /// Measures a check; what lies in a checkout is held still meanwhile.
    async fn check(&self, check: &Check, ask: &Ask, progress: &ProgressSender) -> Result<Measurement, PortError> {
        let ground = match check.way.lies_in_checkout() {
            true => checkout_lease::find(&self.surroundings, check, ask).await?,
            false => Err("it lies in no checkout".to_owned()),
        };
        let measures = measures(&check.way).ok_or_else(|| unavailable(check.way.word()))?;
        let asking = MeasureContext { around: &self.surroundings, check, ask, ground: &ground, progress };
        let measured = within(check, measures.measure(&asking)).await??;
        let moved = match &ground {
            Ok(ground) => ground.moved().await?,
            Err(_reason) => None,
        };
        Ok(match moved {
            Some(why) => Measurement { reading: Reading::Unmeasured(why), ..measured },
            None => measured,
        })
    }
}

/// Waits for what is found out within the time that a check has.
async fn within<T>(check: &Check, finding: impl Future<Output = T>) -> Result<T, PortError> {
    let allowed = limit(check) + check.way.grace().duration();
    tokio::time::timeout(allowed, finding).await.map_err(|_elapsed| {
        let summary = format!("{} was not done after {}", check.name, Span::from(allowed));
        PortError::new(FailureKind::Timeout, summary)
    })
}

#[async_trait]
impl Probe for RealProbe {
    async fn measure(&self, ask: &Ask, progress: ProgressSender) -> Result<Measurement, PortError> {
        let check = match &ask.question {
            ProbeQuestion::Check(check) => check,
            ProbeQuestion::Metric { metric, .. } => return metric::measure(&self.surroundings, ask, metric).await,
        };
        self.surroundings.secrets.trust().allow(&format!("{} was not measured", check.name))?;
        let known = self.surroundings.secrets.know().await;
        if check.way.quotes_output() {
            // Evidence stays in the journal for good.
            known?;
        }
        self.check(check, ask, &progress).await
    }

    async fn look_again(&self, ask: &Ask, before: &Evidence) -> Option<Result<Measurement, PortError>> {
        let ProbeQuestion::Check(check) = &ask.question else { return None };
        let around = &self.surroundings;
        around.secrets.trust().allow(&format!("{} was not looked at", check.name)).ok()?;
        let measures = measures(&check.way).filter(|_| check.way.renewal() != Renewal::Never)?;
        let (ground, progress) = (Err("it is looked at where it lies".to_owned()), quietly());
        let asking = MeasureContext { around, check, ask, ground: &ground, progress: &progress };
        match within(check, measures.look_again(&asking, before)).await {
            Ok(LookedAgain::Not) => None,
            Ok(LookedAgain::Whole) => Some(self.check(check, ask, &quietly()).await),
            Ok(LookedAgain::Found(found)) => Some(*found),
            Err(late) => Some(Err(late)),
        }
    }
}

/// Makes a sender that nobody listens to.
fn quietly() -> ProgressSender {
    tokio::sync::mpsc::channel(1).0
}

fn unavailable(way: &str) -> PortError {
    PortError::new(FailureKind::Unavailable, format!("`{way}` is not available in this build"))
}
