//! Getting through to a service of the world, or not.

use super::clock::leap;
use super::shared::SharedWorld;
use super::weather::silence;
use super::world::TimeKind;
use crate::config::scenario::{Scope, Silence};
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::names::EnvName;
use crate::domain::time::{Span, age};

/// How long virtual time goes on until a service that does not answer is given up.
const PATIENCE: Span = Span::seconds(10);

/// Waits until a service answers, or fails as one does that is out of reach.
///
/// One that hangs does so until its outage is over or the future is dropped; in virtual time nobody can wait for that,
/// so time leaps a little and the answer is a time-out.
pub(crate) async fn reach(
    world: &SharedWorld,
    scope: Scope,
    role: Option<&EnvName>,
    service: &str,
) -> Result<(), Failure> {
    loop {
        let now = world.now();
        let silent = world.read(|state| silence(state, world.scenario(), (scope, role), now))?;
        match (silent, world.time()) {
            (None, _) => return Ok(()),
            (Some((Silence::Refuses, _)), _) => {
                let failure = Failure::new(FailureKind::Unreachable, format!("{service} could not be reached"));
                return Err(failure.because("connection refused"));
            }
            (Some((Silence::Hangs, _)), TimeKind::Virtual) => {
                leap(world, PATIENCE.after(now))?;
                let says = format!("{service} did not answer within {PATIENCE}");
                return Err(Failure::new(FailureKind::Timeout, says));
            }
            (Some((Silence::Hangs, until)), TimeKind::Real) => tokio::time::sleep(age(until, now)).await,
        }
    }
}
