//! The commands of an environment in the order in which an action runs them.

use super::{RunRole, Touch, TouchedCommand};
use crate::plan::{Deliver, Environment, ExtraStep, StepMoment, Undo};

impl Environment {
    /// Returns the commands of a deploy: the steps before it, what delivers, the steps after it.
    pub fn deploy_runs(&self) -> Vec<TouchedCommand<'_>> {
        let steps = |moment| self.steps.iter().filter(move |step| step.at == moment).map(ExtraStep::own_run);
        let deliveries = self.deliver.iter().flat_map(|deliver| deliver.runs(RunRole::Deliver));
        steps(StepMoment::Before).chain(deliveries).chain(steps(StepMoment::After)).collect()
    }
}

impl Deliver {
    /// Returns the commands of a delivery that are there for one thing.
    pub fn runs(&self, role: RunRole<'_>) -> Vec<TouchedCommand<'_>> {
        let touches = self.kind.touches("");
        touches.iter().filter_map(Touch::run).filter(|run| run.role == role).collect()
    }
}

impl ExtraStep {
    /// Returns its command.
    pub fn own_run(&self) -> TouchedCommand<'_> {
        TouchedCommand { line: &self.run, dir: self.dir.as_deref(), role: RunRole::Step(&self.undo), env: &self.env }
    }

    /// Returns the command that undoes it, where it names one.
    pub fn undo_run(&self) -> Option<TouchedCommand<'_>> {
        match &self.undo {
            Undo::Run(line) => Some(TouchedCommand { line, role: RunRole::Undo, ..self.own_run() }),
            Undo::Irreversible(_) | Undo::Unsaid => None,
        }
    }
}
