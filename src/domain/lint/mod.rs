//! The linter: what in a plan would fool its owner. It reads the plan and does nothing.

mod apple;
mod commands;
mod containers;
mod finding;
mod git;
mod linter;
mod metrics;
mod outcome;
mod reach;
mod reader;
mod rule;
mod shell;
mod silence;
mod variables;

pub use finding::{Finding, Surroundings};
pub use linter::lint;
pub use rule::Rule;
