//! What follows when the machine's clock is set while the engine works.

use super::dispatcher::Dispatcher;
use jiff::SignedDuration;
use tminus_core::action::StepTask;
use tminus_core::fact::{ClockFact, Fact};
use tminus_core::names::ActionId;
use tminus_core::release::{ActionState, StepPhase};
use tminus_core::time::moved;
use tminus_core::who::Who;

impl Dispatcher {
    /// Records that the clock was set, before anything is decided by it.
    pub(super) async fn look_at_clock(&mut self) {
        let clock = self.world.clock.clone();
        if let Some(by) = self.clock.look(clock.now(), clock.since_boot()) {
            self.clock_was_set(by).await;
        }
    }

    /// Notes that the clock was set. A step that waits for an age waits until it has passed, whatever the clock says then.
    pub(super) async fn clock_was_set(&mut self, by: SignedDuration) {
        let hold = |action: &ActionState| {
            let (step, state) = action.current().filter(|(_, s)| s.phase == StepPhase::Running)?;
            let StepTask::Hold { until } = state.step.task else { return None };
            Some((action.id.clone(), step, until))
        };
        for (id, step, until) in self.release.active_actions().filter_map(hold).collect::<Vec<_>>() {
            let longer = self.longer.entry(id.clone()).or_default();
            *longer = longer.saturating_add(by);
            let until = moved(until, *longer);
            if by.is_negative()
                && let Some(task) = self.steps.remove(&id)
            {
                task.abort();
                self.hold((id, step), until);
            }
        }
        // Where this cannot be written, nothing more is decided either.
        drop(self.record(&Who::engine(), vec![Fact::Clock(ClockFact::set(by))]).await);
    }

    /// Ends the wait of a step, unless the clock was set forward meanwhile.
    pub(super) async fn waited(&mut self, (action, step): (ActionId, usize)) {
        let task = self.release.action(&action).and_then(|a| a.steps.get(step)).map(|s| s.step.task.clone());
        if let (Some(StepTask::Hold { until }), Some(longer)) = (task, self.longer.get(&action)) {
            let until = moved(until, *longer);
            if self.world.clock.now() < until {
                return self.hold((action, step), until);
            }
        }
        self.longer.remove(&action);
        self.succeeded((action, step), "waited".to_owned(), None).await;
    }
}
