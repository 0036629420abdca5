//! How fast log lines come: how many in each of the last seconds.

use std::collections::VecDeque;

/// How many whole seconds are kept.
pub(super) const PACE_KEPT: usize = 24;

/// How many lines came in each of the last seconds; the last one is not over.
#[derive(Clone, Debug, Default)]
pub(super) struct LogPace {
    seconds: VecDeque<u32>,
}

impl LogPace {
    /// Counts a line.
    pub(super) fn count(&mut self) {
        if let Some(now) = self.seconds.back_mut() {
            *now += 1;
        }
    }

    /// Begins the next second.
    pub(super) fn tick(&mut self) {
        if self.seconds.len() > PACE_KEPT {
            self.seconds.pop_front();
        }
        self.seconds.push_back(0);
    }

    /// Returns the lines of each of the last whole seconds, the newest last.
    pub(super) fn whole(&self) -> Vec<u32> {
        self.seconds.iter().take(self.seconds.len().saturating_sub(1)).copied().collect()
    }

    /// Returns the lines that came up to each of the last whole seconds, over a few of them: what a source brings in gulps is even.
    pub(super) fn even(&self) -> Vec<u32> {
        const OVER: usize = 4;
        let whole = self.whole();
        let over = |end: usize| &whole[end.saturating_sub(OVER)..end];
        (1..=whole.len())
            .map(|end| over(end).iter().sum::<u32>().saturating_mul(OVER as u32) / over(end).len() as u32)
            .collect()
    }

    /// Returns the lines a second over the last whole seconds: sources are read in gulps, and one second alone says
    /// nothing.
    pub(super) fn rate(&self) -> f64 {
        const OVER: usize = 8;
        let whole = self.whole();
        let last = &whole[whole.len().saturating_sub(OVER)..];
        let lines: u32 = last.iter().sum();
        if last.is_empty() { 0.0 } else { f64::from(lines) / last.len() as f64 }
    }
}
