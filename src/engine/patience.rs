//! A verification that has too few samples: when it could tell, and waiting for that where it is short.

use super::dispatcher::Dispatcher;
use super::report::{ProbeAnswer, Purpose, Report};
use tminus_core::action::StepTask;
use tminus_core::judge::samples_missing;
use tminus_core::measurement::{ProbeQuestion, Reading};
use tminus_core::names::ActionId;
use tminus_core::order::Progress;
use tminus_core::time::Span;
use tminus_core::verdict::Verdict;

/// How long a step waits for samples that nobody asked it to wait for.
const SHORT: Span = Span::seconds(60);

/// What a metric needs before it could tell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Missing {
    samples: f64,
    /// How long that takes at the rate so far; absent where the horizon ends before.
    wait: Option<Span>,
}

impl Missing {
    /// Says when it could tell.
    pub(super) fn words(self) -> String {
        let samples = self.samples;
        match self.wait {
            Some(wait) => format!("about {samples} more samples would tell, in about {wait} at this rate"),
            None => {
                format!("about {samples} more samples would tell, and this horizon does not bring them at this rate")
            }
        }
    }
}

impl Dispatcher {
    /// Returns what a step of a verification lacks before it could tell.
    pub(super) fn missing(&self, (purpose, answer): (&Purpose, &ProbeAnswer), verdict: Verdict) -> Option<Missing> {
        let (Purpose::Step { action, step }, Verdict::Inconclusive) = (purpose, verdict) else { return None };
        let ProbeQuestion::Metric { metric, window } = &answer.ask.question else { return None };
        let measurement = answer.result.as_ref().ok()?;
        let samples = samples_missing(metric, measurement)?;
        let Reading::Metric { count: Some(count), .. } = measurement.reading else {
            return None;
        };
        let StepTask::Measure { horizon, .. } = self.release.action(action)?.steps.get(*step)?.step.task else {
            return None;
        };
        let rate = count / window.duration().as_secs_f64();
        let seconds = (samples / rate).ceil() + 1.0;
        let left = horizon.duration().saturating_sub(window.duration());
        let wait = (seconds.is_finite() && seconds <= left.as_secs_f64())
            .then(|| Span::from(std::time::Duration::from_secs_f64(seconds)));
        Some(Missing { samples, wait })
    }

    /// Waits for the samples and measures again, where that is short; says whether it does.
    pub(super) fn waits_for(&mut self, (action, step): (&ActionId, usize), missing: Missing) -> bool {
        let now = self.world.clock.now();
        let began = self.release.action(action).and_then(|a| a.steps.get(step)?.began);
        let until = missing.wait.map(|wait| wait.after(now));
        let Some((until, _)) = until.zip(began).filter(|(until, began)| *until <= SHORT.after(*began)) else {
            return false;
        };
        let purpose = Purpose::Step { action: action.clone(), step };
        drop(self.progress_of(&purpose).try_send(Progress::Line(missing.words())));
        let (clock, reporter) = (self.world.clock.clone(), self.reporter.clone());
        let report = Report::Remeasure { action: action.clone(), step };
        let task = self.tasks.spawn(async move {
            clock.sleep_until(until).await;
            drop(reporter.send(report).await);
        });
        self.steps.insert(action.clone(), task);
        true
    }
}
