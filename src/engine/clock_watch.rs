//! Whether the machine's clock was set while an engine works: what is on it is held against how long the machine is up.

use super::dispatcher::Dispatcher;
use crate::domain::action::StepTask;
use crate::domain::fact::{ClockFact, Fact};
use crate::domain::names::ActionId;
use crate::domain::release::{ActionState, StepPhase};
use crate::domain::time::{USUALLY_SET, moved};
use crate::domain::who::Who;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// What was on the clock, and how long the machine was up then.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClockWatch(Option<(Timestamp, Duration)>);

impl ClockWatch {
    pub(super) fn new(now: Timestamp, since_boot: Option<Duration>) -> Self {
        Self(since_boot.map(|up| (now, up)))
    }

    /// Returns by how much the clock was set since it was looked at last.
    pub(super) fn look(&mut self, now: Timestamp, since_boot: Option<Duration>) -> Option<SignedDuration> {
        let (up, (then, up_then)) = (since_boot?, self.0?);
        let passed = SignedDuration::try_from(up.saturating_sub(up_then)).ok()?;
        let by = now.duration_since(then).checked_sub(passed)?;
        if by.abs() < USUALLY_SET {
            return None;
        }
        self.0 = Some((now, up));
        Some(by)
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_is_told_from_time_that_passes() {
        let at = |second: i64| Timestamp::from_second(1_000_000 + second).unwrap();
        let up = |second: u64| Some(Duration::from_secs(50 + second));
        let mut watch = ClockWatch::new(at(0), up(0));
        assert_eq!(watch.look(at(3_600), up(3_600)), None, "an hour passed");
        assert_eq!(watch.look(at(3_650), up(3_610)), None, "as clocks are set by themselves");
        assert_eq!(watch.look(at(14_400), up(3_600)), Some(SignedDuration::from_hours(3)));
        assert_eq!(watch.look(at(14_500), up(3_700)), None, "it is told once");
        assert_eq!(watch.look(at(7_300), up(3_700)), Some(SignedDuration::from_hours(-2)));
        assert_eq!(watch.look(at(14_500), up(3_700)), Some(SignedDuration::from_hours(2)));
        assert_eq!(ClockWatch::new(at(0), None).look(at(9_999), None), None, "a played clock leaps as it likes");
    }
}
