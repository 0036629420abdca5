//! The engine has gone: since when, and what is done about it.

use super::message::Rejoining;
use jiff::Timestamp;

/// An engine that has gone.
#[derive(Clone, Debug)]
pub(crate) struct LostEngine {
    pub(crate) since: Timestamp,
    /// What is done about it.
    pub(crate) again: Rejoining,
    /// Whether a person wants to hear what the next try comes to.
    pub(super) asked: RetryBy,
    /// Why the last try came to nothing, as it was told: the same is not told at each of them.
    pub(super) told: Option<String>,
}

/// Whether a person asked for the try that is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RetryBy {
    Yes,
    No,
}
