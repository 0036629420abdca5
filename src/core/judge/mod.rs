//! From a measurement to a verdict, by the rules of the design; pure. Only what was measured is ever green.

mod check;
mod http;
mod json;
mod judgement;
mod metric;
mod output;
mod run;
mod share;
mod text;
mod tool;

pub use check::{judge, judge_failure};
pub(crate) use http::judge_http;
pub use judgement::Judgement;
pub(crate) use judgement::{ExpectationResult as JudgedFinding, short};
pub use metric::{how_sure, judge_metric, samples_missing};
pub(crate) use output::CommandOutput;
pub(crate) use run::judge_run;
pub use text::{TextSearch, held, holds};
