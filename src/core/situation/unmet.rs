//! Commands that cannot be started: what one of them needs was not there when somebody looked.
//!
//! It is asked before a deploy begins, and wherever an undo is promised: what is found out later comes after a migration.

use super::Situation;
use crate::action::Move;
use crate::lint::{needs_of, run_of_check};
use crate::names::{CheckName, EnvName};
use crate::need::{FileKind, Need, Unmet};
use crate::plan::{Check, Deliver, Environment, ExtraStep, Verifier};
use crate::touches::{RunRole, TouchedCommand};

impl<'a> Situation<'a> {
    /// Returns what commands that run one after another need and do not have.
    fn unmet<'r>(&self, runs: impl IntoIterator<Item = TouchedCommand<'r>>) -> Option<&'a Unmet> {
        let unmet = &self.opening()?.state.as_ref()?.unmet;
        // A screen that is drawn asks often, and mostly there is nothing.
        if unmet.is_empty() {
            return None;
        }
        needs_of(runs).iter().find_map(|need| unmet.iter().find(|unmet| &unmet.need == need))
    }

    /// Says why the `undo` of a delivery cannot be started.
    pub(super) fn undo_unmet(&self, delivery: &Deliver) -> Option<String> {
        let unmet = self.unmet(delivery.runs(RunRole::Undo))?;
        Some(format!("its undo cannot be started: {}", unmet.why))
    }

    /// Says why the undo of a step cannot be started.
    pub(super) fn step_undo_unmet(&self, step: &ExtraStep) -> Option<String> {
        let unmet = self.unmet(step.undo_run())?;
        Some(format!("its undo cannot be started: {}", unmet.why))
    }

    /// Says which commands of a deploy cannot be started, and what a person does about it.
    pub(super) fn deploy_unmet(&self, environment: &Environment) -> Vec<String> {
        let Some(opening) = self.opening() else { return Vec::new() };
        let says = |whose: String, unmet: &Unmet| {
            format!("{whose} cannot be started: {}; {}", unmet.why, unmet.need.mend(&opening.branch))
        };
        let mut all: Vec<String> = Vec::new();
        // Together: what an earlier command makes, a later one may run.
        let runs = environment.deploy_runs();
        for until in 1..=runs.len() {
            let Some(unmet) = self.unmet(runs[..until].iter().copied()) else { continue };
            all.push(says(self.whose(environment, &runs[until - 1]), unmet));
            break;
        }
        for delivery in &environment.deliver {
            let unmet = self.unmet(delivery.runs(RunRole::Current));
            all.extend(unmet.map(|unmet| says(format!("`current` of {}", delivery.artifact), unmet)));
        }
        for check in self.verifies(environment) {
            let unmet = self.unmet(run_of_check(check)).filter(|unmet| is_of_checkout(&unmet.need));
            all.extend(unmet.map(|unmet| says(format!("the check {}", check.name), unmet)));
        }
        all
    }

    /// Says why a deploy to an environment cannot begin, whatever its gate says.
    pub fn cannot_start(&self, env: &EnvName) -> Vec<String> {
        self.plan.environment(env).map(|environment| self.deploy_unmet(environment)).unwrap_or_default()
    }

    /// Says which commands that deliver name something that has no value for a move: they would be refused after the steps before.
    pub(super) fn unfilled(&self, env: &EnvName, moves: &[Move]) -> Vec<String> {
        let says = |moved: &Move| {
            let delivery = self.plan.environment(env)?.delivery(&moved.artifact)?;
            let runs = delivery.runs(RunRole::Deliver);
            let mut words = runs.iter().flat_map(|run| &run.line.0).flat_map(|word| word.words());
            let (word, why) = words.find_map(|word| match word {
                "previous" | "previous-tag" if moved.from.is_none() => {
                    Some((word, format!("nothing runs in {env} now")))
                }
                "digest" if moved.to.digest.is_none() => {
                    Some((word, format!("the digest of {} {} is unknown", moved.artifact, moved.to.version)))
                }
                _ => None,
            })?;
            Some(format!("the delivery of {} names {{{word}}}, which has no value here: {why}", moved.artifact))
        };
        moves.iter().filter_map(says).collect()
    }

    fn whose(&self, environment: &Environment, run: &TouchedCommand<'_>) -> String {
        let step = environment.steps.iter().find(|step| step.own_run() == *run);
        let delivery = || environment.deliver.iter().find(|d| d.runs(RunRole::Deliver).contains(run));
        match (step, delivery()) {
            (Some(step), _) => format!("the step \"{}\"", step.title),
            (None, Some(delivery)) => format!("the delivery of {}", delivery.artifact),
            (None, None) => format!("`{}`", run.line.display()),
        }
    }

    /// Returns the checks that verify an environment, with those that they need.
    fn verifies(&self, environment: &Environment) -> Vec<&'a Check> {
        let mut names: Vec<CheckName> = environment.verify.iter().map(CheckName::new).collect();
        let mut checks: Vec<&'a Check> = Vec::new();
        while let Some(name) = names.pop() {
            let Some(Verifier::Check(check)) = self.plan.verifier(name.as_str()) else { continue };
            if !checks.iter().any(|known| known.name == check.name) {
                names.extend(check.needs.iter().cloned());
                checks.push(check);
            }
        }
        checks
    }
}

/// A check that cannot run says so itself, and is asked again; one whose file no commit holds never can.
fn is_of_checkout(need: &Need) -> bool {
    match need {
        Need::File { path, kind, .. } => !path.starts_with('/') && *kind != FileKind::Folder,
        Need::Program { .. } | Need::Value(_) => false,
    }
}
