//! What is asked of every service that `connects` can ask.

use async_trait::async_trait;
use std::time::Duration;
use tminus_core::ports::PortError;

/// What a service said, in words that follow its name: that it lets tminus in, or why it does not.
pub type ConnectAnswer = Result<String, String>;

/// A service of the plan that can be asked whether it lets tminus in.
#[async_trait]
pub trait ConnectedService: Send + Sync {
    /// Returns what it is asked, in words.
    fn question(&self) -> String;

    /// Asks it, once, within a time.
    ///
    /// # Errors
    /// When it gave no answer that says anything: it is away, too slow, or speaks another protocol.
    async fn connect(&self, within: Duration) -> Result<ConnectAnswer, PortError>;
}
