//! Lines from somewhere.

use super::PortError;
use crate::domain::telemetry::LogLine;
use async_trait::async_trait;
use jiff::Timestamp;
use tokio::sync::mpsc;

/// A source of lines.
#[async_trait]
pub trait LogSource: Send + Sync {
    /// Sends the lines since a moment, then those that come, until the receiver is gone.
    ///
    /// Returns an error when the source ends or fails; calling again with the last line's time goes on from there.
    async fn follow(&self, since: Option<Timestamp>, lines: mpsc::Sender<LogLine>) -> Result<(), PortError>;

    /// Returns the newest lines there are since a moment, oldest first, at most `most`.
    async fn read(&self, since: Option<Timestamp>, most: usize) -> Result<Vec<LogLine>, PortError>;
}
