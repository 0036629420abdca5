//! What time it is, and waiting for a later one.

use async_trait::async_trait;
use jiff::Timestamp;
use std::time::Duration;

/// A clock: the machine's own, or the rehearsal's, which may stand still or leap.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Returns the time now.
    fn now(&self) -> Timestamp;

    /// Returns how long the machine has been up, asleep or not, which nobody can set; nothing where time is played.
    fn since_boot(&self) -> Option<Duration> {
        None
    }

    /// Waits until a moment, as part of work that somebody asked for.
    ///
    /// A virtual clock leaps there at once.
    async fn sleep_until(&self, moment: Timestamp);

    /// Says whether waiting costs nothing, because the time is virtual.
    fn is_virtual(&self) -> bool {
        false
    }
}
