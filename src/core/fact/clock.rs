//! Facts about the machine's clock.

use crate::time::{Span, spoken};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

/// What was noticed of the clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str, prefix = "clock.")]
pub enum ClockFact {
    /// It was set forward: more time is on it than has passed.
    SetForward {
        /// By how much.
        by: Span,
    },
    /// It was set back: less time is on it than has passed.
    SetBack {
        /// By how much.
        by: Span,
    },
}

impl ClockFact {
    /// Returns the fact that the clock was set by so much.
    pub fn set(by: SignedDuration) -> Self {
        let far = Span::from(by.unsigned_abs());
        if by.is_negative() { Self::SetBack { by: far } } else { Self::SetForward { by: far } }
    }

    /// Returns by how much the clock was set.
    pub fn by(&self) -> SignedDuration {
        let far = |by: &Span| SignedDuration::try_from(by.duration()).unwrap_or(SignedDuration::MAX);
        match self {
            Self::SetForward { by } => far(by),
            Self::SetBack { by } => SignedDuration::ZERO.saturating_sub(far(by)),
        }
    }

    /// Says it, and what follows.
    pub fn words(&self) -> String {
        match self {
            Self::SetForward { by } => {
                format!("the clock was set forward by {}: no age that began before counts them", spoken(by.duration()))
            }
            Self::SetBack { by } => {
                format!("the clock was set back by {}: every age that began before counts them", spoken(by.duration()))
            }
        }
    }
}
