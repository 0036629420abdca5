//! The plan file as its author meets it: a whole plan that is read, and mistakes that are all told at once.

use std::path::Path;
use tminus::config::plan::{PlanErrors, PlanFile, read};

const EXAMPLE: &str = include_str!("../assets/plans/example.toml");

fn plan(text: &str) -> Result<PlanFile, PlanErrors> {
    read(Path::new("tminus.toml"), text)
}

#[test]
fn the_whole_plan_of_the_design_is_read() {
    let file = plan(EXAMPLE).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(file.plan.project, "BayitPlus");
    assert_eq!(file.plan.environments.len(), 5);
}
