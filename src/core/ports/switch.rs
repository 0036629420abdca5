//! A feature flag that can be turned.

use super::PortError;
use crate::names::FlagName;
use async_trait::async_trait;

/// A flag service. No adapter implements it yet; the rehearsal world does.
#[async_trait]
pub trait Switch: Send + Sync {
    /// Returns whether the flag is on in an environment of the flag service.
    async fn is_on(&self, flag: &FlagName) -> Result<bool, PortError>;
}
