//! Whether the clock leaps: each second, the time that the engine's clock tells against the time that passed.

use jiff::{SignedDuration, Timestamp};
use std::time::Instant;

/// What is no leap yet: a busy machine is late, and a clock is kept right in small steps.
const SMALL: SignedDuration = SignedDuration::from_secs(30);

/// The last second that was heard.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Beat(Option<(Timestamp, Instant)>);

impl Beat {
    /// Takes the next second, and returns how far the clock leapt since the one before.
    ///
    /// The machine's own count of time stands still while it sleeps (`CLOCK_MONOTONIC`), so a sleep is a leap too.
    pub(crate) fn take(&mut self, now: Timestamp, at: Instant) -> Option<SignedDuration> {
        let (then, before) = self.0.replace((now, at))?;
        let passed = SignedDuration::try_from(at.saturating_duration_since(before)).unwrap_or(SignedDuration::MAX);
        let leap = now.duration_since(then).saturating_sub(passed);
        (leap.abs() >= SMALL).then_some(leap)
    }

    /// Begins anew, with another clock.
    pub(crate) fn begin_anew(&mut self) {
        self.0 = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_leap_of_half_a_minute_is_told_in_either_direction_and_a_late_second_is_none() {
        let (mut beat, began) = (Beat::default(), Instant::now());
        let wall = |seconds: i64| Timestamp::from_second(1_800_000_000 + seconds).unwrap();
        let after = |seconds| began + Duration::from_secs(seconds);
        assert_eq!(beat.take(wall(0), after(0)), None);
        assert_eq!(beat.take(wall(1), after(1)), None);
        assert_eq!(beat.take(wall(100), after(100)), None, "a machine that was busy");
        assert_eq!(beat.take(wall(7_301), after(101)), Some(SignedDuration::from_secs(7_200)));
        assert_eq!(beat.take(wall(7_302), after(102)), None, "it is told once");
        assert_eq!(beat.take(wall(7_303 - 31), after(103)), Some(SignedDuration::from_secs(-31)));
        beat.begin_anew();
        assert_eq!(beat.take(wall(0), after(104)), None);
    }
}
