//! The machine's own clock.

use async_trait::async_trait;
use jiff::Timestamp;
use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;
use tminus_core::ports::Clock;

/// The time of the machine; waiting takes as long as it takes.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn since_boot(&self) -> Option<Duration> {
        let up = clock_gettime(ClockId::Boottime);
        Some(Duration::new(u64::try_from(up.tv_sec).ok()?, u32::try_from(up.tv_nsec).ok()?))
    }

    /// Waits in pieces, so that a machine that slept, or was set to another time, wakes up when it is due.
    async fn sleep_until(&self, moment: Timestamp) {
        const PIECE: Duration = Duration::from_secs(5);
        while let Ok(left) = Duration::try_from(moment.duration_since(self.now())) {
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left.min(PIECE)).await;
        }
    }
}
