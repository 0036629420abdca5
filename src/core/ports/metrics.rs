//! Numbers from a service that measures.

use super::PortError;
use crate::time::Span;
use async_trait::async_trait;

/// A service that answers queries with numbers. It only reads.
#[async_trait]
pub trait MetricSource: Send + Sync {
    /// Asks for one number as it is now.
    ///
    /// An error says that nothing was measured: the service did not answer, or refused the query.
    async fn ask(&self, query: &str) -> Result<MetricAnswer, PortError>;

    /// Returns how old the newest sample is that a query rests on.
    async fn newest(&self, query: &str) -> Result<SampleAge, PortError> {
        let _ = query;
        Ok(SampleAge::Unknown)
    }
}

/// What a service answered.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricAnswer {
    /// What it found.
    pub found: MetricFound,
    /// Why what it found may not be all of it: samples that it could not read, a store that is away.
    pub warnings: Vec<String>,
    /// What it says beside that: a query that may mean something else.
    pub notes: Vec<String>,
}

/// What a query found.
#[derive(Clone, Debug, PartialEq)]
pub enum MetricFound {
    /// One number; NaN and infinity too.
    Number(f64),
    /// No series at all, which is not zero.
    NoSeries,
    /// So many series, where one number belongs.
    Series(usize),
    /// Something that is no number now: a range of them, a text.
    Other(String),
}

/// How old the newest sample is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SampleAge {
    /// So old.
    Old(Span),
    /// The series have ended: whatever wrote them is gone.
    Ended,
    /// The service cannot tell.
    Unknown,
}
