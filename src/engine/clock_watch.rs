//! Whether the machine's clock was set while an engine works: what is on it is held against how long the machine is up.

use jiff::{SignedDuration, Timestamp};
use std::time::Duration;
use tminus_core::time::USUALLY_SET;

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
