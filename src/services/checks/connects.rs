//! `connects`: whether a registry lets tminus in. One that refuses has answered, one that is silent has not.

use super::measured::{MeasureContext, MeasuredCheck};
use crate::registry::Access;
use async_trait::async_trait;
use tminus_core::kinds::check::ConnectsCheck;
use tminus_core::measurement::{Measurement, Reading};
use tminus_core::ports::{FailureKind, PortError};

#[async_trait]
impl MeasuredCheck for ConnectsCheck {
    async fn measure(&self, MeasureContext { around, .. }: &MeasureContext<'_>) -> Result<Measurement, PortError> {
        let Self(name) = self;
        let Some(registry) = around.stock.registries.get(name) else {
            let summary = format!("`connects` to {name} is not available in this build: only registries are");
            return Err(PortError::new(FailureKind::Unavailable, summary));
        };
        let what = format!("GET /v2/ of the registry {}", registry.host());
        // A secret that cannot be read is our own trouble, not the registry's answer.
        registry.credentials().await?;
        let answered: Result<String, String> = match registry.log_in().await {
            Ok(Access::Open) => Ok("it asks for no credentials".to_owned()),
            Ok(Access::Anonymous) => Ok("it lets anybody in".to_owned()),
            Ok(Access::Known(Some(user))) => Ok(format!("it takes the credentials of {user}")),
            Ok(Access::Known(None)) => Ok("it takes the token that is known for it".to_owned()),
            Err(failure) if failure.kind == FailureKind::Unauthorized => Err(failure.sentence()),
            Err(failure) => return Err(failure),
        };
        Ok(Measurement::quiet(what, Reading::own(&answered)))
    }
}
