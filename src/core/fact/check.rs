//! A check or a metric was measured.

use crate::evidence::Evidence;
use crate::names::{CheckName, EnvName, MetricName, Version};
use crate::time::Span;
use crate::verdict::Verdict;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

/// A check or a metric was measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str, prefix = "check.")]
pub enum CheckFact {
    /// A check began.
    Started {
        /// The release.
        release: Version,
        /// The check.
        check: CheckName,
        /// The environment that it is asked about, for a check of a verification.
        env: Option<EnvName>,
    },
    /// A check has a verdict.
    Finished {
        /// The release.
        release: Version,
        /// The check.
        check: CheckName,
        /// The environment that it was asked about.
        env: Option<EnvName>,
        /// The verdict.
        verdict: Verdict,
        /// What it rests on.
        evidence: Box<Evidence>,
    },
    /// A metric has a verdict.
    Measured {
        /// The release.
        release: Version,
        /// The metric.
        metric: MetricName,
        /// The environment.
        env: EnvName,
        /// The horizon that it was asked for.
        horizon: Span,
        /// The verdict.
        verdict: Verdict,
        /// What it rests on.
        evidence: Box<Evidence>,
    },
}
