//! Two deliveries to one place, as far as the plan alone says so: a deploy to one would replace what the other names.

use super::super::document::{KeyEntry, TomlNode};
use super::super::source::Problem;
use crate::plan::{PlaceFacts, Plan, SharedPlace, shared_places};

/// Returns each delivery that goes where an earlier one goes.
pub fn shared(plan: &Plan, root: &TomlNode) -> Vec<Problem> {
    shared_places(plan, &PlaceFacts::default()).iter().map(|shared| problem(shared, root)).collect()
}

fn problem(shared: &SharedPlace, root: &TomlNode) -> Problem {
    let deliver = root.get("env").and_then(|env| env.get(shared.env.as_str())).and_then(|env| env.get("deliver"));
    let entry: Option<&KeyEntry> = deliver.and_then(|deliver| deliver.entry(shared.artifact.as_str()));
    let span = entry.map(|entry| entry.key_span.clone()).unwrap_or_default();
    let help = format!("{}; write {}", shared.why, shared.instead);
    Problem::new(span, shared.says()).help(help)
}
