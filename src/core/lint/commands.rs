//! Every command of a plan that decides or changes something, with the place it stands at, read as far as a shell would
//! split it.

use super::shell::{self, Script};
use crate::plan::Check;
use crate::touches::{RunRole, Touch, TouchedCommand};

/// A command of the plan.
#[derive(Debug)]
pub(super) struct PlanCommand<'a> {
    /// Where it stands: `check.secrets.run`.
    pub subject: String,
    /// What the plan says of it.
    pub run: TouchedCommand<'a>,
    /// What its words come to.
    pub script: Script,
}

impl<'a> PlanCommand<'a> {
    /// Returns the check that it decides, if it does.
    pub(super) const fn check(&self) -> Option<&'a Check> {
        if let RunRole::Check(check) = self.run.role { Some(check) } else { None }
    }
}

/// Returns the commands among what a plan touches, in the order of the documentation: artifacts, environments, checks,
/// runbooks. What only reads a service or a log decides nothing.
pub(super) fn commands_of<'a>(touches: &[Touch<'a>]) -> Vec<PlanCommand<'a>> {
    let command = |touch: &Touch<'a>| {
        let run = touch.run().filter(|run| !matches!(run.role, RunRole::Connect | RunRole::Log))?;
        Some(PlanCommand { subject: touch.at.clone(), run, script: shell::read(run.line) })
    };
    touches.iter().filter_map(command).collect()
}
