//! Stopping an order in the middle, where that harms nothing: a build, or an action on the repository.

use super::dispatcher::Dispatcher;
use super::report::Purpose;
use super::world::within;
use tminus_core::action::StepTask;
use tminus_core::names::ActionId;
use tminus_core::order::{Progress, Task};
use tminus_core::release::StepPhase;

impl Dispatcher {
    /// Asks an order in flight to stop, when somebody asked its action to and nothing that serves rests on it.
    ///
    /// What is left half done is its target's to tidy; the step ends when the target says that it has stopped.
    pub(super) fn cancel_order(&mut self, id: &ActionId) {
        let Some(action) = self.release.action(id).filter(|a| a.stop_requested.is_some()) else { return };
        let Some((step, state)) = action.current().filter(|(_, s)| s.phase == StepPhase::Running) else { return };
        let StepTask::Order { artifact, task } = &state.step.task else { return };
        let (Task::Build { .. } | Task::Act { .. }, Some(ticket)) = (task.as_ref(), state.ticket.clone()) else {
            return;
        };
        let Ok(target) = self.world.target_of(None, artifact.as_ref(), task) else { return };
        let progress = self.progress_of(&Purpose::Step { action: id.clone(), step });
        let limit = self.limit(None, None);
        self.tasks.spawn(async move {
            if let Err(failure) = within(limit, "the target", target.cancel(&ticket)).await {
                let says = format!("it cannot be stopped here, and stops at the step's end: {}", failure.sentence());
                drop(progress.send(Progress::Line(says)).await);
            }
        });
    }
}
