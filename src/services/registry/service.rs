//! A registry as a service that is asked whether it lets tminus in: its ping, and that it takes the credentials.

use super::{Access, Registry};
use crate::connects::{ConnectAnswer, ConnectedService};
use crate::deps::Deps;
use async_trait::async_trait;
use std::sync::Arc;
use std::time::Duration;
use tminus_core::kinds::connect::ConnectKind;
use tminus_core::ports::{FailureKind, PortError};

/// Opens a registry of the plan.
pub fn open(kind: &ConnectKind, deps: &Deps) -> Option<Arc<dyn ConnectedService>> {
    Some(Arc::new(deps.registry(kind)?))
}

#[async_trait]
impl ConnectedService for Registry {
    fn question(&self) -> String {
        format!("GET /v2/ of the registry {}", self.host())
    }

    async fn connect(&self, _within: Duration) -> Result<ConnectAnswer, PortError> {
        // A secret that cannot be read is our own trouble, not the registry's answer.
        self.credentials().await?;
        Ok(Ok(match self.log_in().await {
            Ok(Access::Open) => "it asks for no credentials".to_owned(),
            Ok(Access::Unasked(user)) => format!("it asks for no credentials, and does not refuse those of {user}"),
            Ok(Access::Anonymous) => "it lets anybody in".to_owned(),
            Ok(Access::Known(Some(user))) => format!("it takes the credentials of {user}"),
            Ok(Access::Known(None)) => "it takes the token that is known for it".to_owned(),
            Err(failure) if failure.kind == FailureKind::Unauthorized => return Ok(Err(failure.sentence())),
            Err(failure) => return Err(failure),
        }))
    }
}
