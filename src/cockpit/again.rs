//! When an engine that has gone is joined again: at once, then ever more rarely; one that dies at once is no busy loop.

use super::opening::Try;
use std::time::Duration;
use tokio::time::Instant;

/// How many seconds to wait after each try that failed; the last counts for all that follow.
const WAITS: [u64; 6] = [1, 2, 4, 8, 15, 30];
/// How long to wait before looking for another engine where somebody stopped the last one: a look starts nothing.
const LOOK: Duration = Duration::from_secs(2);
/// An engine that lived shorter than this counts as one that did not start.
const STAYED: Duration = Duration::from_secs(20);

/// When to try again, and for what.
#[derive(Debug, Default)]
pub(crate) struct Again {
    tries: usize,
    joined: Option<Instant>,
    next: Option<Instant>,
    how: Try,
}

impl Again {
    /// Returns when the next try is due, if one is.
    pub(crate) const fn next(&self) -> Option<Instant> {
        self.next
    }

    /// Begins a try.
    pub(crate) fn begin(&mut self) -> Try {
        self.next = None;
        std::mem::take(&mut self.how)
    }

    /// An engine was joined.
    pub(crate) const fn joined(&mut self, now: Instant) {
        (self.joined, self.next) = (Some(now), None);
    }

    /// The engine has gone; returns how long to wait before the first try.
    pub(crate) fn lost(&mut self, now: Instant) -> Duration {
        if self.joined.is_some_and(|joined| now.saturating_duration_since(joined) >= STAYED) {
            self.tries = 0;
        }
        // The first engine that goes so is joined again at once, whenever it was joined.
        let wait = self.tries.checked_sub(1).map_or(Duration::ZERO, wait_after);
        self.tries += 1;
        self.next = Some(now + wait);
        wait
    }

    /// A try failed; returns how long to wait before the next: not at all where a person has asked for it meanwhile.
    pub(crate) fn failed(&mut self, now: Instant) -> Duration {
        let wait = match self.how {
            Try::Asked => Duration::ZERO,
            Try::First | Try::Again => wait_after(self.tries.saturating_sub(1)),
        };
        self.tries += 1;
        self.next = Some(now + wait);
        wait
    }

    /// Nothing was tried: somebody stopped the engine, and there is no other yet.
    pub(crate) fn looked(&mut self, now: Instant) {
        self.next = Some(match self.how {
            Try::Asked => now,
            Try::First | Try::Again => now + LOOK,
        });
    }

    /// A person wants it now.
    pub(crate) const fn asked(&mut self, now: Instant) {
        (self.next, self.how) = (Some(now), Try::Asked);
    }
}

fn wait_after(tries: usize) -> Duration {
    Duration::from_secs(WAITS[tries.min(WAITS.len() - 1)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_that_dies_as_soon_as_it_is_joined_is_waited_for_ever_longer() {
        let (mut again, mut now) = (Again::default(), Instant::now());
        let mut waits = Vec::new();
        for _ in 0..9 {
            again.joined(now);
            waits.push(again.lost(now).as_secs());
            now += wait_after(5);
            assert_eq!(again.begin(), Try::Again);
        }
        assert_eq!(waits, [0, 1, 2, 4, 8, 15, 30, 30, 30]);
        again.joined(now);
        assert_eq!(again.lost(now + STAYED), Duration::ZERO, "one that stayed is joined again at once");
    }

    #[test]
    fn what_cannot_be_started_is_tried_ever_more_rarely_and_at_once_when_a_person_asks() {
        let (mut again, now) = (Again::default(), Instant::now());
        again.joined(now);
        again.lost(now);
        let waits: Vec<u64> = (0..7).map(|_| again.failed(now).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 15, 30, 30]);
        again.asked(now);
        assert_eq!((again.next(), again.begin(), again.next()), (Some(now), Try::Asked, None));
    }

    #[test]
    fn who_asks_while_a_try_is_made_is_not_put_off_by_its_failure() {
        let (mut again, now) = (Again::default(), Instant::now());
        again.joined(now);
        again.lost(now);
        assert_eq!(again.begin(), Try::Again);
        again.asked(now);
        assert_eq!((again.failed(now), again.next()), (Duration::ZERO, Some(now)));
        assert_eq!(again.begin(), Try::Asked);
        assert_ne!(again.failed(now), Duration::ZERO, "that was the one that was asked for");
    }
}
