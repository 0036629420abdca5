//! Verdicts, and the evidence that they rest on.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

/// What is known of something that must be true. Only `Pass` is ever green.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Verdict {
    /// Measured, and true.
    Pass,
    /// Measured, and not true.
    Fail,
    /// Measured, but too little to say.
    Inconclusive,
    /// Nothing came back, or it could not be measured at all.
    NoData,
    /// Was true for another commit, digest or definition, or too long ago.
    Stale,
    /// A person decided to go on without it, and wrote why.
    Waived,
    /// Being measured now.
    Running,
    /// Not measured yet.
    Pending,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// Returns the word that stands beside the sign, everywhere.
    pub const fn word(self) -> &'static str {
        self.into_str()
    }

    /// Says whether a gate lets it through: proved, or waived by a person.
    pub const fn is_good_enough(self) -> bool {
        matches!(self, Self::Pass | Self::Waived)
    }

    /// Returns the worse of two results of a verification: one failure fails it, one unknown leaves it unknown.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let badness = |v: Self| match v {
            Self::Pass => 0,
            Self::Waived => 1,
            Self::Running => 2,
            Self::Pending => 3,
            Self::Stale => 4,
            Self::Inconclusive => 5,
            Self::NoData => 6,
            Self::Fail => 7,
        };
        if badness(other) > badness(self) { other } else { self }
    }
}
