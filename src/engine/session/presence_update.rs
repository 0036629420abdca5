//! Where a client looks: told as often as a person can change it, and the last of what came too fast in its time.

use std::time::Duration;
use tminus_core::telemetry::Telemetry;
use tokio::time::{Instant, sleep_until};

/// How often a client may tell within a second where it looks.
const TOLD_A_SECOND: u32 = 20;
const SECOND: Duration = Duration::from_secs(1);

/// What a client told in the present second.
#[derive(Default)]
pub(super) struct PresenceUpdate {
    since: Option<Instant>,
    count: u32,
    /// The newest of what came too fast.
    kept: Option<Telemetry>,
}

impl PresenceUpdate {
    /// Returns what is passed on now; what came too fast is kept, the newest of it.
    pub(super) fn admit(&mut self, told: Telemetry, now: Instant) -> Option<Telemetry> {
        if self.since.is_none_or(|since| now.duration_since(since) >= SECOND) {
            *self = Self { since: Some(now), count: 0, kept: None };
        }
        self.count += 1;
        if self.count <= TOLD_A_SECOND {
            return Some(told);
        }
        self.kept = Some(told);
        None
    }

    /// Waits until what was kept is passed on; for ever where nothing is. Nothing is lost when the wait is dropped.
    pub(super) async fn due(&mut self) -> Telemetry {
        let (Some(_), Some(since)) = (&self.kept, self.since) else { return std::future::pending().await };
        sleep_until(since + SECOND).await;
        (self.since, self.count) = (Some(Instant::now()), 1);
        match self.kept.take() {
            Some(told) => told,
            None => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tminus_core::names::SeatId;

    fn at(view: u32) -> Telemetry {
        let key = jiff::Timestamp::UNIX_EPOCH;
        Telemetry::Present { seat: SeatId::new("seat-1"), view: view.to_string(), size: (80, 24), key }
    }

    #[test]
    fn what_comes_too_fast_waits_and_the_newest_of_it_is_told() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let (mut looks, began) = (PresenceUpdate::default(), Instant::now());
            let passed = (0..50).filter(|view| looks.admit(at(*view), began).is_some()).count();
            assert_eq!(passed, 20);
            assert_eq!(looks.due().await, at(49));
            assert!(began.elapsed() >= SECOND);
            // What was kept counts in its second.
            let now = Instant::now();
            assert_eq!((0..50).filter(|view| looks.admit(at(*view), now).is_some()).count(), 19);
            // What comes later takes its place.
            assert_eq!(looks.admit(at(7), now + SECOND), Some(at(7)));
            assert!(looks.kept.is_none());
        });
    }
}
