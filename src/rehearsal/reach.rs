//! Getting through to a service of the world, or not.

use super::clock::WorldClock;
use super::faults::silence;
use super::shared::SharedWorld;
use crate::scenario::{OutageScope, Silence};
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::names::EnvName;
use tminus_core::ports::Clock;
use tminus_core::time::Span;

/// How long a service that does not answer is waited for.
const PATIENCE: Span = Span::seconds(10);

/// Waits until a service answers, or fails as one does that is out of reach.
///
/// One that hangs is given up after a while; dropping the future gives it up at once.
pub(crate) async fn reach(
    world: &SharedWorld,
    scope: OutageScope,
    role: Option<&EnvName>,
    service: &str,
) -> Result<(), Failure> {
    let limit = PATIENCE.after(world.now());
    loop {
        let now = world.now();
        let Some((silence, until)) = world.read(|state| silence(state, world.scenario(), (scope, role), now))? else {
            return Ok(());
        };
        match silence {
            Silence::Refuses => {
                let failure = Failure::new(FailureKind::Unreachable, format!("{service} could not be reached"));
                return Err(failure.because("connection refused"));
            }
            Silence::Hangs if now >= limit => {
                let says = format!("{service} did not answer within {PATIENCE}");
                return Err(Failure::new(FailureKind::Timeout, says));
            }
            Silence::Hangs => WorldClock(world.clone()).sleep_until(until.min(limit)).await,
        }
    }
}
