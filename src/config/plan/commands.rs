//! Everything that a plan makes run or reveals, as text: what a person trusts when they trust a plan.

use crate::domain::plan::Plan;

/// Returns what the plan makes run.
pub fn commands(plan: &Plan) -> Vec<String> {
    plan.checks.iter().map(|c| format!("{:?}", c.way)).collect()
}
