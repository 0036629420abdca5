//! The linter: what in a plan would fool its owner. It reads the plan and does nothing.

mod apple;
mod commands;
mod containers;
mod expects;
mod finding;
mod git;
mod given;
mod linter;
mod metrics;
mod needs_walk;
mod outcome;
mod paths;
mod people;
mod places;
mod plan_path;
mod reach;
mod rule;
mod search;
mod shell;
mod shell_variables;
mod silence;
mod sql;
mod starts;
mod test_runs;
mod trial;
mod variables;

pub use finding::{Finding, LintContext};
pub use linter::lint;
pub use paths::{action_scripts, programs_of, scripts_of, words_of};
pub use rule::Rule;
pub use search::searched_paths;
pub use starts::{Deliveries, needs_of, needs_of_each, needs_of_plan, run_of_check};
