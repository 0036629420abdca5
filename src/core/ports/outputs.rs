//! Keeping all that a check printed, and looking whether it is still what was kept.

use super::PortError;
use crate::kept_output::{OutputFile, OutputState};
use crate::mask::SafeText;
use async_trait::async_trait;

/// Where outputs are kept, each by its hash.
#[async_trait]
pub trait OutputStore: Send + Sync {
    /// Keeps a text, on disk when this returns; returns its SHA-256 in hexadecimal.
    async fn keep(&self, text: &SafeText) -> Result<String, PortError>;

    /// Looks whether a file still holds what was written there; one that was looked at and has not been touched is not read again.
    async fn look(&self, file: &OutputFile) -> OutputState;

    /// Reads what was kept; of a file that is not what was written, nothing.
    async fn read(&self, file: &OutputFile) -> (OutputState, SafeText);
}
