//! A container that is made for an order, once, also where an engine was interrupted while it made it.

use super::super::{labels, mounted};
use super::act::{Raise, create};
use super::effective::{Effective, Published};
use super::pull;
use super::scene::standing;
use super::voyage::Voyage;
use std::time::Duration;
use tminus_core::ports::{FailureKind, PortError};
use tokio::time::Instant;

/// How long an engine may take to make a container, and how often is looked whether it has: it tells nobody who did not
/// ask for it.
const MAKING: Duration = Duration::from_secs(10);
const AGAIN: Duration = Duration::from_millis(100);

impl Voyage<'_> {
    /// Makes what shall have a name; its image is there first.
    pub(super) async fn make(&self, name: &str, how: (Published, Raise)) -> Result<(), PortError> {
        let reference = self.target.reference(self.to)?;
        pull::pull(&self.docker, &self.target.image, &reference, self.progress).await?;
        let today = Effective::read(&self.target.delivery, &self.target.ground.secrets).await?;
        self.say(format!("{name} is made of {reference}"));
        let mounted = mounted::look(&self.target.ground.secrets, &today.mounted_paths()).await;
        let mut body = today.body(&reference, (self.order, (&self.target.delivery, self.to)), how);
        if !mounted.is_empty() {
            let label = (labels::MOUNTED.to_owned(), serde_json::json!(mounted).to_string());
            body.labels.get_or_insert_default().extend([label]);
        }
        match create(&self.docker, name, body.clone()).await {
            Err(failure) if failure.kind == FailureKind::Conflict => match self.standing_as(name).await? {
                // The engine was still making it for this order when it was interrupted.
                Some(order) if order.as_deref() == Some(self.order.id.as_str()) => Ok(()),
                Some(_) => Err(failure),
                // Whatever had the name was on its way out.
                None => create(&self.docker, name, body).await,
            },
            made => made,
        }
    }

    /// Waits for what has a name, and returns the order that it was made for; nothing where nothing comes. The name is taken
    /// from when the engine begins to make it, and only when that is done is something found under it.
    async fn standing_as(&self, name: &str) -> Result<Option<Option<String>>, PortError> {
        let until = Instant::now() + MAKING;
        loop {
            match standing(&self.docker, name).await? {
                Some(found) => return Ok(Some(found.label(labels::ORDER).map(str::to_owned))),
                None if Instant::now() < until => tokio::time::sleep(AGAIN).await,
                None => return Ok(None),
            }
        }
    }
}
