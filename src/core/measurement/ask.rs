//! What a probe is asked.

use crate::names::{Commit, EnvName, Version};
use crate::plan::{Check, Metric, Placeholder};
use crate::time::Span;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A question to a probe, with everything that its texts are filled from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ask {
    /// What is asked.
    pub question: ProbeQuestion,
    /// The values of the placeholders.
    pub values: BTreeMap<Placeholder, String>,
    /// The commit that the release stands at, which a check of files or a command must run on.
    pub commit: Option<Commit>,
    /// The environment asked about.
    pub env: Option<EnvName>,
    /// The version asked about: the release's, or the one that runs in `env`.
    pub version: Option<Version>,
    /// Since when that version was brought to `env`: the beginning of the order; a log is searched from here.
    pub since: Option<Timestamp>,
    /// When what brought that version was over; a line is waited for from here.
    #[serde(default)]
    pub settled: Option<Timestamp>,
}

/// A check, or a metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(clippy::large_enum_variant, reason = "a question is asked once, and every probe reads it as it is")]
pub enum ProbeQuestion {
    /// Is this check true?
    Check(Check),
    /// What is this number over that time?
    Metric {
        /// The metric.
        metric: Metric,
        /// How far it looks back: `{horizon}`.
        window: Span,
    },
}
