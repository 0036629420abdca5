//! From a measurement to a verdict, by the rules of the design; pure. Only what was measured is ever green.

mod check;
mod files;
mod http;
mod image;
mod json;
mod judgement;
mod metric;
mod run;
mod share;
mod text;

pub use check::{judge, judge_failure};
pub use judgement::Judgement;
pub use metric::{how_sure, judge_metric, samples_missing};
pub use text::{Held, held, holds};
