//! Measuring something that must be true.

use super::{PortError, ProgressSender};
use crate::evidence::Evidence;
use crate::measurement::{Ask, Measurement};
use async_trait::async_trait;

/// Measures; never judges.
#[async_trait]
pub trait Probe: Send + Sync {
    /// Measures once, within the check's own time-out.
    ///
    /// An error of the measurement is an `Err`, and becomes `no-data` with the reason, never a pass or a fail.
    /// Dropping the future stops whatever it started.
    async fn measure(&self, ask: &Ask, progress: ProgressSender) -> Result<Measurement, PortError>;

    /// Looks once more at what no commit holds, without running a command and whatever the checkout is at. `before` is what
    /// the last verdict rests on: of a command, only that is looked at.
    ///
    /// `None` where only a whole measurement can tell, and where nothing may be read.
    async fn look_again(&self, ask: &Ask, before: &Evidence) -> Option<Result<Measurement, PortError>> {
        let _ = (ask, before);
        None
    }
}
