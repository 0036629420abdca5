//! `connects`: whether a service lets tminus in. One that refuses has answered, one that is silent has not.

use super::measured::{MeasureContext, MeasuredCheck};
use crate::probe::limit;
use async_trait::async_trait;
use std::time::Duration;
use tminus_core::kinds::check::ConnectsCheck;
use tminus_core::mask::Mask;
use tminus_core::measurement::{Measurement, Reading};
use tminus_core::ports::{FailureKind, PortError};
use tminus_core::time::Span;
use tokio::time::timeout;

#[async_trait]
impl MeasuredCheck for ConnectsCheck {
    async fn measure(
        &self,
        MeasureContext { around, check, .. }: &MeasureContext<'_>,
    ) -> Result<Measurement, PortError> {
        let Self(name) = self;
        let Some(service) = around.services.get(name) else {
            let summary = format!("`connects` to {name} is not available in this build");
            return Err(PortError::new(FailureKind::Unavailable, summary));
        };
        let mask = around.secrets.mask();
        let within = limit(check).saturating_sub(Duration::from_millis(200));
        let late = || {
            let summary = format!("{name} gave no whole answer within {}", Span::from(within));
            PortError::new(FailureKind::Timeout, summary)
        };
        // One that keeps its own time says more of what was late.
        let until = within + Duration::from_millis(100);
        let answered = timeout(until, service.connect(within)).await.unwrap_or_else(|_elapsed| Err(late()));
        let answered = answered.map_err(|failure| masked(mask, failure))?;
        let hidden = |text: String| mask.apply(&text);
        let answered: Result<String, String> = answered.map(hidden).map_err(hidden);
        Ok(Measurement::quiet(mask.apply(&service.question()), Reading::own(&answered)))
    }
}

/// Hides what a service quotes: it may send back what it was sent.
fn masked(mask: &Mask, PortError { kind, summary, causes }: PortError) -> PortError {
    let causes = causes.iter().map(|cause| mask.apply(cause)).collect();
    PortError { kind, summary: mask.apply(&summary), causes }
}
