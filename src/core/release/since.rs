//! Moments of the journal: the order of its facts tells what came before, whatever the clock said.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A moment of the journal, by the number of its fact first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Since {
    /// The fact that told of it.
    pub seq: u64,
    /// When, but never before something that the journal knew earlier: the clock may have been set back.
    pub at: Timestamp,
}

/// The clock was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockJump {
    /// The fact that told of it.
    pub seq: u64,
    /// By how much; back is less than nothing.
    pub by: SignedDuration,
}
