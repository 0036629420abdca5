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

fn errors(text: &str) -> String {
    plan(text).map(|_| String::new()).unwrap_or_else(|errors| errors.to_string())
}

const EIGHT: &str = r#"format = 1

[project]
name = "BayitPlus"
colour = "teal"

[artifact.backend]
image = "registry.example.com/backend:{versoin}"

[env.staging]
url = "https://staging.bayitplus.com"
after = [{ env = "prodction", horizon = "30m" }]
deliver.backend = { with = "compose", file = "../compose.yml", service = "backend" }
verify = ["health"]

[env.production]
protected = "yes"
rollbck = true

[check.health]
phase = "post-deploy"
title = "Health"
http = { get = "{url}/api/health" }
expect = { status = 200 }
timeout = "30 seconds"

[check.tests]
phase = "pre-deploy"
title = "Tests"
run = ["npm", "test"
dir = "mobile-app"

[connect.slack]
kind = "slack"
url = "https://hooks.slack.com/services/T000/B000/XXXXXXXXXXXX"
"#;

#[test]
fn scratch() {
    println!("{}", errors(EIGHT));
}
