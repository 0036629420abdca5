//! Whether the machine's clock was set while an engine works: what is on it is held against how long the machine is up.

use super::dispatcher::Dispatcher;
use crate::domain::action::StepTask;
use crate::domain::fact::{ClockFact, Fact, Who};
use crate::domain::names::ActionId;
use crate::domain::release::StepPhase;
use crate::domain::time::Span;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// By how much clocks are set by themselves.
const USUAL: SignedDuration = SignedDuration::from_secs(60);

/// What was on the clock, and how long the machine was up then.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClockWatch {
    seen: Option<(Timestamp, Duration)>,
    /// How far the clock was set back: to be set forward by as much makes nothing older.
    behind: SignedDuration,
}

impl ClockWatch {
    pub(super) fn new(now: Timestamp, since_boot: Option<Duration>) -> Self {
        Self { seen: since_boot.map(|up| (now, up)), behind: SignedDuration::ZERO }
    }

    /// Returns by how much the clock was set forward since it was looked at last.
    pub(super) fn look(&mut self, now: Timestamp, since_boot: Option<Duration>) -> Option<Span> {
        let (up, (then, up_then)) = (since_boot?, self.seen?);
        let passed = SignedDuration::try_from(up.saturating_sub(up_then)).ok()?;
        let set = now.duration_since(then).checked_sub(passed)?;
        if set.abs() < USUAL {
            return None;
        }
        self.seen = Some((now, up));
        let ahead = set.saturating_sub(self.behind);
        self.behind =
            if ahead.is_negative() { SignedDuration::ZERO.saturating_sub(ahead) } else { SignedDuration::ZERO };
        (ahead >= USUAL).then(|| Duration::try_from(ahead).ok()).flatten().map(Span::from)
    }
}

impl Dispatcher {
    /// Records that the clock was set forward, before anything is decided by it.
    pub(super) async fn look_at_clock(&mut self) {
        let clock = self.world.clock.clone();
        if let Some(by) = self.clock.look(clock.now(), clock.since_boot()) {
            self.set_forward(by).await;
        }
    }

    /// Notes that the clock was set forward. A step that waits for an age waits for as much longer.
    pub(super) async fn set_forward(&mut self, by: Span) {
        let holds = self.release.active_actions().filter(|action| {
            let is_hold = |task: &StepTask| matches!(task, StepTask::Hold { .. });
            action.current().is_some_and(|(_, s)| s.phase == StepPhase::Running && is_hold(&s.step.task))
        });
        for id in holds.map(|action| action.id.clone()).collect::<Vec<_>>() {
            let longer = self.longer.get(&id).map_or(by, |more| Span::from(more.duration() + by.duration()));
            self.longer.insert(id, longer);
        }
        // Where this cannot be written, nothing more is decided either.
        drop(self.record(&Who::engine(), vec![Fact::Clock(ClockFact::SetForward { by })]).await);
    }

    /// Ends the wait of a step, unless the clock was set forward meanwhile.
    pub(super) async fn waited(&mut self, (action, step): (ActionId, usize)) {
        let task = self.release.action(&action).and_then(|a| a.steps.get(step)).map(|s| s.step.task.clone());
        if let (Some(StepTask::Hold { until }), Some(longer)) = (task, self.longer.get(&action)) {
            let until = longer.after(until);
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
        assert_eq!(watch.look(at(14_400), up(3_600)), Some(Span::seconds(10_800)));
        assert_eq!(watch.look(at(14_500), up(3_700)), None, "it is told once");
        assert_eq!(watch.look(at(7_300), up(3_700)), None, "set back");
        assert_eq!(watch.look(at(14_500), up(3_700)), None, "and to what it was");
        assert_eq!(watch.look(at(18_100), up(3_700)), Some(Span::seconds(3_600)));
        assert_eq!(ClockWatch::new(at(0), None).look(at(9_999), None), None, "a played clock leaps as it likes");
    }
}
