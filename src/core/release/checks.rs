//! What was measured: the runs of each check, and the metrics.

use crate::evidence::Evidence;
use crate::names::{EnvName, MetricName};
use crate::time::Span;
use crate::verdict::Verdict;
use crate::who::Who;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How many runs of one check are kept at hand; the journal has them all.
const RUNS_KEPT: usize = 50;

/// What is known of one check.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CheckState {
    /// The run that goes on now: since when, and for which environment.
    pub running: Option<(Timestamp, Option<EnvName>)>,
    /// The last runs, oldest first.
    pub runs: Vec<CheckRun>,
}

/// One run of a check.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckRun {
    /// The fact that recorded it.
    pub seq: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// Who had it run, or said so.
    pub who: Who,
    /// The environment that it was asked about.
    pub env: Option<EnvName>,
    /// The verdict at that time.
    pub verdict: Verdict,
    /// What it rests on.
    pub evidence: Evidence,
}

/// One look at a metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// The fact that recorded it.
    pub seq: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// The metric.
    pub metric: MetricName,
    /// The environment.
    pub env: EnvName,
    /// The horizon that it was asked for.
    pub horizon: Span,
    /// The verdict at that time.
    pub verdict: Verdict,
    /// What it rests on.
    pub evidence: Evidence,
}

impl CheckState {
    pub(super) fn keep(&mut self, run: CheckRun) {
        self.runs.push(run);
        if self.runs.len() > RUNS_KEPT {
            self.runs.remove(0);
        }
    }

    /// Returns the last run that was asked about an environment, or about none.
    pub fn last(&self, env: Option<&EnvName>) -> Option<&CheckRun> {
        self.runs.iter().rev().find(|r| r.env.as_ref() == env)
    }

    /// Returns the last run, whatever it was asked about.
    pub fn newest(&self) -> Option<&CheckRun> {
        self.runs.last()
    }
}
