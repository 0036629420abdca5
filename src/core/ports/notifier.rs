//! Telling people.

use super::PortError;
use async_trait::async_trait;

/// A way to tell a team something. No adapter implements it yet.
#[async_trait]
pub trait Notifier: Send + Sync {
    /// Sends a text.
    async fn tell(&self, text: &str) -> Result<(), PortError>;
}
