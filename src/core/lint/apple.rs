//! What the App Store does not do: go back, and release a first version in phases.

use super::commands::PlanCommand;
use super::shell::ShellCall;
use super::{Finding, LintContext, Rule};
use crate::plan::{Environment, Plan, RunbookTask, Undo};
use crate::touches::RunRole;

pub(super) fn findings(plan: &Plan, surroundings: &LintContext, commands: &[PlanCommand<'_>]) -> Vec<Finding> {
    let mut findings = runbooks(plan);
    findings.extend(commands.iter().filter_map(upload_with_undo));
    let is_first = surroundings.earlier_tags.as_ref().is_none_or(Vec::is_empty);
    for env in &plan.environments {
        findings.extend(phased(env, is_first));
        findings.extend(no_brake(plan, env, is_first));
    }
    findings
}

/// Returns `phased` and the artifact where an environment is the App Store.
fn store(env: &Environment) -> Option<(bool, &str)> {
    env.deliver.iter().find_map(|deliver| Some((deliver.kind.phased()?, deliver.artifact.as_str())))
}

const FORWARD: &str = "a runbook that turns a flag off or pauses the phase, and then brings a higher version with the old code through review";

/// Finds runbooks that count on rolling the App Store back.
fn runbooks(plan: &Plan) -> Vec<Finding> {
    let mut findings = Vec::new();
    for runbook in &plan.runbooks {
        for (at, step) in runbook.steps.iter().enumerate() {
            let RunbookTask::Rollback(name) = &step.task else { continue };
            if plan.environment(name).and_then(store).is_none() {
                continue;
            }
            findings.push(Finding {
                rule: Rule::StoreNoWayBack,
                subject: format!("runbook.{}.step[{at}].rollback", runbook.name),
                says: format!("rolls {name} back"),
                why: "the App Store never serves an earlier version again, and who has updated stays on the new one"
                    .to_owned(),
                instead: FORWARD.to_owned(),
            });
        }
    }
    findings
}

/// Finds an upload to App Store Connect that claims an undo.
fn upload_with_undo(command: &PlanCommand<'_>) -> Option<Finding> {
    let RunRole::Step(Undo::Run(_)) = command.run.role else { return None };
    let uploads = |call: &ShellCall| {
        call.has("--upload-app") || call.is(&["fastlane", "deliver"]) || call.has("upload_to_app_store")
    };
    command.script.calls().into_iter().any(uploads).then(|| Finding {
        rule: Rule::StoreNoWayBack,
        subject: command.subject.clone(),
        says: "uploads to the App Store and names an undo".to_owned(),
        why: "an uploaded build keeps its number for ever, and a released version cannot be withdrawn".to_owned(),
        instead: "irreversible = \"what was uploaded stays\"".to_owned(),
    })
}

fn phased(env: &Environment, is_first: bool) -> Option<Finding> {
    let (phased, artifact) = store(env)?;
    (phased && is_first).then(|| Finding {
        rule: Rule::PhasedFirstVersion,
        subject: format!("env.{}.deliver.{artifact}.phased", env.name),
        says: "counts on a phased release, and no earlier version is known here".to_owned(),
        why: "a first version goes to everybody at once; there is nothing to pause".to_owned(),
        instead: "phased = false until the second version, and a flag that can be turned off".to_owned(),
    })
}

/// Finds an App Store environment that nothing can slow down: no phase to pause, no flag to turn off.
fn no_brake(plan: &Plan, env: &Environment, is_first: bool) -> Option<Finding> {
    let (phased, artifact) = store(env)?;
    let has_brake = (phased && !is_first) || !plan.flags.is_empty();
    (!has_brake).then(|| Finding {
        rule: Rule::StoreNoWayBack,
        subject: format!("env.{}.deliver.{artifact}", env.name),
        says: "delivers to the App Store, with no flag to turn off and no phase to pause".to_owned(),
        why: "the App Store never serves an earlier version again: a bad version stays until a higher one is through review".to_owned(),
        instead: "a [flag.*] for what may have to be turned off, and phased = true from the second version on".to_owned(),
    })
}
