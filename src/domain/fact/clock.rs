//! Facts about the machine's clock.

use crate::domain::time::{Span, spoken};
use serde::{Deserialize, Serialize};

/// What was noticed of the clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ClockFact {
    /// It was set forward: more time is on it than has passed.
    SetForward {
        /// By how much.
        by: Span,
    },
}

impl ClockFact {
    /// Says it, and what follows.
    pub fn words(&self) -> String {
        let Self::SetForward { by } = self;
        format!("the clock was set forward by {}: an age that began before does not count that", spoken(by.duration()))
    }
}
