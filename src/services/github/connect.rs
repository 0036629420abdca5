//! `connects` to GitHub: the token may read the repository.

use super::api::GitHubApi;
use crate::connects::{ConnectAnswer, ConnectedService};
use crate::deps::Deps;
use async_trait::async_trait;
use std::sync::Arc;
use std::time::Duration;
use tminus_core::kinds::connect::ConnectKind;
use tminus_core::ports::{FailureKind, PortError};

/// Opens GitHub as a service that is asked whether it lets tminus in.
pub fn open(kind: &ConnectKind, deps: &Deps) -> Option<Arc<dyn ConnectedService>> {
    Some(Arc::new(GitHubAccess(GitHubApi::of(kind, deps)?)))
}

struct GitHubAccess(GitHubApi);

#[async_trait]
impl ConnectedService for GitHubAccess {
    fn question(&self) -> String {
        format!("{} for the repository {}", self.0.host(), self.0.repository())
    }

    async fn connect(&self, within: Duration) -> Result<ConnectAnswer, PortError> {
        let Self(api) = self;
        let answer = api.get(&[], &[], within).await?;
        let (host, repository) = (api.host(), api.repository());
        let Some(failure) = api.refusal(&answer) else { return Ok(Ok(format!("the token may read {repository}"))) };
        match failure.kind {
            FailureKind::Unauthorized => Ok(Err(format!("{host} refuses the token ({})", answer.status))),
            FailureKind::NotFound => Ok(Err(format!("{host} has no repository {repository} that the token may see"))),
            _ if (300..400).contains(&answer.status) => {
                Ok(Err(format!("{host} says that {repository} has moved ({})", answer.status)))
            }
            _ => Err(failure),
        }
    }
}
