//! When the delivery that brought what runs in an environment was over.

use super::Situation;
use crate::action::{Step, StepTask};
use crate::names::EnvName;
use crate::order::Task;
use jiff::Timestamp;

impl Situation<'_> {
    /// Returns when the newest delivery to an environment was over: a line that it must bring is waited for from here.
    pub fn delivery_ended(&self, env: &EnvName) -> Option<Timestamp> {
        let of_env = self.release.actions.iter().rev().filter(|a| a.proposal.request.env() == Some(env));
        let mut ends = of_env.filter_map(|action| {
            action.steps.iter().filter(|step| delivers(&step.step)).filter_map(|step| step.ended).max()
        });
        ends.next()
    }
}

fn delivers(step: &Step) -> bool {
    let StepTask::Order { task, .. } = &step.task else { return false };
    matches!(task.as_ref(), Task::Deliver { .. } | Task::Restore { .. })
}
