//! What the plan's commands need in the checkout: whoever knows them looks, and a branch's state tells.

use async_trait::async_trait;
use std::fmt;
use tminus_core::need::Unmet;
use tminus_core::ports::PortError;

/// Looks whether what the plan's commands need is there.
#[async_trait]
pub trait CommandLook: fmt::Debug + Send + Sync {
    /// Returns what of it is not as it must be.
    async fn unmet(&self) -> Result<Vec<Unmet>, PortError>;
}
