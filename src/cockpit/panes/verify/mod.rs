//! Whether it stays good: for each environment its horizons, and its numbers drawn against limit and baseline.

mod environments;
mod metric;
mod page;

pub(crate) use page::VerifyPage;
