//! What was on the clock when an engine was opened: the next one of the same boot finds by it whether the clock was set in
//! between, while nobody looked.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tminus_core::ports::Clock as _;
use tminus_core::release::Release;
use tminus_core::time::{Span, USUALLY_SET};
use tminus_services::clock::SystemClock;

/// A moment, by the clock and by how long the machine is up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ClockMark {
    /// Which boot of the machine it was.
    boot: String,
    up: Span,
    at: Timestamp,
    /// The last fact of the journal then.
    seq: u64,
}

impl ClockMark {
    /// Takes it now, behind the last fact of a journal; nothing where the machine does not say.
    pub(super) fn now(seq: u64) -> Option<Self> {
        let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        let up = Span::from(SystemClock.since_boot()?);
        Some(Self { boot: boot.trim().to_owned(), up, at: SystemClock.now(), seq })
    }

    /// Returns the same moment behind another fact.
    pub(super) fn behind(self, seq: u64) -> Self {
        Self { seq, ..self }
    }

    /// Says whether two marks are of one boot.
    pub(super) fn is_of_the_boot(&self, now: &Self) -> bool {
        self.boot == now.boot
    }

    /// Returns by how much the clock was set between two marks, beside what is in the journal already.
    ///
    /// Across a boot nobody can tell: the clock is believed.
    pub(super) fn set_until(&self, now: &Self, recorded: &Release) -> Option<SignedDuration> {
        if self.boot != now.boot {
            return None;
        }
        let passed = SignedDuration::try_from(now.up.duration().checked_sub(self.up.duration())?).ok()?;
        let known = recorded.jumps.iter().filter(|j| j.seq > self.seq).map(|j| j.by);
        let expected = known.fold(passed, SignedDuration::saturating_add);
        let by = now.at.duration_since(self.at).checked_sub(expected)?;
        (by.abs() >= USUALLY_SET).then_some(by)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tminus_core::release::ClockJump;

    fn mark(boot: &str, up: u64, at: i64, seq: u64) -> ClockMark {
        ClockMark { boot: boot.to_owned(), up: Span::seconds(up), at: Timestamp::from_second(at).unwrap(), seq }
    }

    #[test]
    fn a_clock_that_was_set_between_two_engines_is_noticed_once() {
        let before = mark("a", 100, 1_000, 7);
        let mut release = Release::default();
        assert_eq!(before.set_until(&mark("a", 400, 1_310, 9), &release), None, "time passed");
        assert_eq!(before.set_until(&mark("a", 400, 12_100, 9), &release), Some(SignedDuration::from_hours(3)));
        assert_eq!(before.set_until(&mark("b", 5, 12_100, 9), &release), None, "another boot");
        assert_eq!(
            before.set_until(&mark("a", 400, 500, 9), &release),
            Some(SignedDuration::from_secs(-800)),
            "set back"
        );
        release.jumps.push(ClockJump { seq: 8, by: SignedDuration::from_hours(3) });
        assert_eq!(before.set_until(&mark("a", 400, 12_100, 9), &release), None, "the engine noticed it");
        release.jumps[0].seq = 7;
        assert!(before.set_until(&mark("a", 400, 12_100, 9), &release).is_some(), "that was before");
    }
}
