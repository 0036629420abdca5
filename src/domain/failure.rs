//! An error as data: it survives a crash, a journal and another process.

use super::time::Span;
use serde::{Deserialize, Serialize};

/// What went wrong at one of the doors to the world.
///
/// The summary names the thing and does not repeat its causes: lower case, no full stop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{summary}")]
pub struct Failure {
    /// What kind it is; whether it is tried again depends on this alone.
    pub kind: FailureKind,
    /// What could not be done, in one line.
    pub summary: String,
    /// What lies beneath, in the service's own words, outermost first.
    pub causes: Vec<String>,
}

/// The kinds of failure; retry is decided by this alone, in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// No connection came about, or it broke.
    Unreachable,
    /// No answer within the time allowed.
    Timeout,
    /// The service asks for patience, for this long where it says so.
    RateLimited(Option<Span>),
    /// The credential is missing, wrong, or not enough.
    Unauthorized,
    /// The thing asked for is not there.
    NotFound,
    /// The thing is in use, or has changed since it was looked at.
    Conflict,
    /// The service understood, and says no.
    Rejected,
    /// The answer makes no sense.
    Malformed,
    /// Stopped because a person asked.
    Cancelled,
    /// This build of tminus has no adapter for it.
    Unavailable,
    /// It was begun, and nobody can tell whether it was done.
    Unclear,
}

impl Failure {
    /// Makes a failure without a cause beneath it.
    pub fn new(kind: FailureKind, summary: impl Into<String>) -> Self {
        Self { kind, summary: summary.into(), causes: Vec::new() }
    }

    /// Puts a cause beneath all others.
    #[must_use]
    pub fn because(mut self, cause: impl Into<String>) -> Self {
        self.causes.push(cause.into());
        self
    }

    /// Puts a whole chain of errors beneath.
    #[must_use]
    pub fn caused_by(mut self, error: &(dyn std::error::Error + 'static)) -> Self {
        let mut next = Some(error);
        while let Some(cause) = next {
            self.causes.push(cause.to_string());
            next = cause.source();
        }
        self
    }

    /// Writes the summary with its causes in one line.
    pub fn sentence(&self) -> String {
        let mut whole = self.summary.clone();
        for cause in &self.causes {
            whole.push_str(": ");
            whole.push_str(cause);
        }
        whole
    }
}
