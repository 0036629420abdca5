//! The rehearsal's clock: the machine's own, or one that leaps.

use super::script_input::TimeKind;
use super::shared::SharedWorld;
use async_trait::async_trait;
use jiff::Timestamp;
use std::time::Duration;
use tminus_core::ports::Clock;
use tminus_core::time::age;

/// The longest wait without a look at the clock.
const PIECE: Duration = Duration::from_secs(5);

/// The world's clock.
pub(crate) struct WorldClock(pub SharedWorld);

#[async_trait]
impl Clock for WorldClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    async fn sleep_until(&self, moment: Timestamp) {
        match self.0.time() {
            TimeKind::Real => {
                // In pieces: the machine may sleep, or be set to another time, meanwhile.
                while self.0.now() < moment {
                    tokio::time::sleep(age(moment, self.0.now()).min(PIECE)).await;
                }
            }
            // A world that cannot be written is told by the next thing that is done in it.
            TimeKind::Virtual => drop(leap(&self.0, moment)),
        }
    }

    fn is_virtual(&self) -> bool {
        self.0.time() == TimeKind::Virtual
    }
}

/// Moves virtual time to a moment; never back.
pub(crate) fn leap(world: &SharedWorld, moment: Timestamp) -> Result<(), tminus_core::failure::Failure> {
    if moment <= world.now() {
        return Ok(());
    }
    world.change(|world| {
        world.now = world.now.max(moment);
        Ok(())
    })
}
