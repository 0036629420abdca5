//! A container that is made for an order, once, also where an engine was interrupted while it made it.

use super::super::labels;
use super::act::{Raise, create};
use super::effective::{Effective, Published};
use super::pull;
use super::scene::standing;
use super::voyage::Voyage;
use crate::ports::{FailureKind, PortError};
use std::time::{Duration, Instant};

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
        let body = today.body(&reference, (self.order, (&self.target.delivery, self.to)), how);
        match create(&self.docker, name, body).await {
            // The engine was still making it for this order when it was interrupted.
            Err(failure) if failure.kind == FailureKind::Conflict && self.is_made(name).await? => Ok(()),
            made => made,
        }
    }

    /// Says whether what has a name was made for this order. The name is taken from when the engine begins to make it, and
    /// only when that is done is something found under it.
    async fn is_made(&self, name: &str) -> Result<bool, PortError> {
        let until = Instant::now() + MAKING;
        loop {
            match standing(&self.docker, name).await? {
                Some(found) => return Ok(found.label(labels::ORDER) == Some(self.order.id.as_str())),
                None if Instant::now() < until => tokio::time::sleep(AGAIN).await,
                None => return Ok(false),
            }
        }
    }
}
