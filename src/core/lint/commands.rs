//! Every command of a plan with the place it stands at, read as far as a shell would split it.

use super::shell::{self, Script};
use crate::plan::{
    AppBuild, ArtifactKind, Check, CommandLine, DeliverKind, Environment, Plan, RunbookTask, Setting, Undo, Way,
};

/// A command of the plan.
#[derive(Debug)]
pub(super) struct Command<'a> {
    /// Where it stands: `check.secrets.run`.
    pub subject: String,
    /// What it is there for.
    pub role: Role<'a>,
    /// What they come to.
    pub script: Script,
    /// Variables that the plan gives it.
    pub env: &'a [(String, Setting)],
}

/// What a command is there for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Role<'a> {
    /// To find out whether a check holds.
    Check(&'a Check),
    /// To change something, with a way to take it back or without.
    Step(&'a Undo),
    /// To build, deliver, or read what is there.
    Delivery,
    /// To take something back.
    Undo,
    /// To be run by a person in an incident.
    Runbook,
}

impl<'a> Command<'a> {
    fn new(subject: String, role: Role<'a>, line: &CommandLine) -> Self {
        Self { subject, role, script: shell::read(line), env: &[] }
    }

    /// Returns the check that it decides, if it does.
    pub(super) const fn check(&self) -> Option<&'a Check> {
        match self.role {
            Role::Check(check) => Some(check),
            Role::Step(_) | Role::Delivery | Role::Undo | Role::Runbook => None,
        }
    }
}

/// Returns every command of a plan, in the order of the documentation: artifacts, environments, checks, runbooks.
pub(super) fn commands_of(plan: &Plan) -> Vec<Command<'_>> {
    let mut commands = Vec::new();
    for artifact in &plan.artifacts {
        if let ArtifactKind::App { build: Some(AppBuild { run, .. }), .. } = &artifact.kind {
            commands.push(Command::new(format!("artifact.{}.build", artifact.name), Role::Delivery, run));
        }
    }
    for env in &plan.environments {
        deliveries(env, &mut commands);
        steps(env, &mut commands);
    }
    for check in &plan.checks {
        if let Way::Run { run, .. } = &check.way {
            let mut command = Command::new(format!("check.{}.run", check.name), Role::Check(check), run);
            command.env = &check.env;
            commands.push(command);
        }
    }
    for runbook in &plan.runbooks {
        for (at, step) in runbook.steps.iter().enumerate() {
            if let RunbookTask::Run(run) = &step.task {
                commands.push(Command::new(format!("runbook.{}.step[{at}].run", runbook.name), Role::Runbook, run));
            }
        }
    }
    commands
}

fn deliveries<'a>(env: &'a Environment, commands: &mut Vec<Command<'a>>) {
    for deliver in &env.deliver {
        let DeliverKind::Command { current, deploy, undo, .. } = &deliver.kind else { continue };
        let lists =
            [("current", current, Role::Delivery), ("deploy", deploy, Role::Delivery), ("undo", undo, Role::Undo)];
        for (key, lines, role) in lists {
            for (at, line) in lines.iter().enumerate() {
                let subject = format!("env.{}.deliver.{}.{key}[{at}]", env.name, deliver.artifact);
                commands.push(Command::new(subject, role, line));
            }
        }
    }
}

fn steps<'a>(env: &'a Environment, commands: &mut Vec<Command<'a>>) {
    for (at, step) in env.steps.iter().enumerate() {
        let subject = format!("env.{}.step[{at}]", env.name);
        let mut run = Command::new(format!("{subject}.run"), Role::Step(&step.undo), &step.run);
        run.env = &step.env;
        commands.push(run);
        if let Undo::Run(line) = &step.undo {
            let mut undo = Command::new(format!("{subject}.undo"), Role::Undo, line);
            undo.env = &step.env;
            commands.push(undo);
        }
    }
}
