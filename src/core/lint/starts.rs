//! What the commands of a plan need to be started, as far as their own words say: which programs, which files, which values.
//!
//! Only what surely runs is told: what stands behind `||`, in a condition or a loop may be left out, and what a variable
//! or a pattern names is not known here. What an earlier program may make is told as such.

use super::needs_walk::NeedsWalk;
use crate::need::Need;
use crate::plan::{Check, Environment, ExtraStep, Plan};
use crate::touches::{RunRole, TouchedCommand};

/// Whether the deliveries of a plan run their commands, or are played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deliveries {
    /// They run.
    Run,
    /// A rehearsal plays them.
    Played,
}

/// Returns what the commands of a plan need that a deploy, a rollback or a verification runs.
pub fn needs_of_plan(plan: &Plan, deliveries: Deliveries) -> Vec<Need> {
    let mut needs = Vec::new();
    let mut add = |more: Vec<Need>| {
        for need in more {
            if !needs.contains(&need) {
                needs.push(need);
            }
        }
    };
    for environment in &plan.environments {
        for runs in sequences(environment, deliveries) {
            add(needs_of(runs));
        }
    }
    let checks = plan.checks.iter().filter_map(run_of_check);
    checks.for_each(|run| add(needs_of([run])));
    needs
}

/// Returns the command of a check.
pub fn run_of_check(check: &Check) -> Option<TouchedCommand<'_>> {
    let (line, dir) = check.way.command()?;
    Some(TouchedCommand { line, dir, role: RunRole::Check(check), env: &check.env })
}

/// Returns the commands that an environment runs one after another: those of a deploy, of each look, of each undo.
fn sequences(environment: &Environment, deliveries: Deliveries) -> Vec<Vec<TouchedCommand<'_>>> {
    let is_run = |run: &TouchedCommand<'_>| deliveries == Deliveries::Run || matches!(run.role, RunRole::Step(_));
    let mut all = vec![environment.deploy_runs().into_iter().filter(is_run).collect()];
    if deliveries == Deliveries::Run {
        for delivery in &environment.deliver {
            all.push(delivery.runs(RunRole::Undo));
            all.push(delivery.runs(RunRole::Current));
        }
    }
    all.extend(environment.steps.iter().filter_map(ExtraStep::undo_run).map(|run| vec![run]));
    all
}

/// Returns what commands need that run one after another.
pub fn needs_of<'r>(runs: impl IntoIterator<Item = TouchedCommand<'r>>) -> Vec<Need> {
    let mut walk = NeedsWalk::default();
    runs.into_iter().for_each(|run| walk.run(run));
    walk.needs
}

/// Returns what each of some commands needs beside those before it, as they run one after another.
pub fn needs_of_each<'r>(runs: impl IntoIterator<Item = TouchedCommand<'r>>) -> Vec<Vec<Need>> {
    let mut walk = NeedsWalk::default();
    let each = runs.into_iter().map(|run| {
        let known = walk.needs.len();
        walk.run(run);
        walk.needs[known..].to_vec()
    });
    each.collect()
}
