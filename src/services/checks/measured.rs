//! What measures a kind of check, and what it is given for that.

use crate::probe::{GroundOrReason, ProbeDeps};
use async_trait::async_trait;
use tminus_core::evidence::Evidence;
use tminus_core::measurement::{Ask, Measurement};
use tminus_core::plan::Check;
use tminus_core::ports::{PortError, ProgressSender};

/// A kind of check that this build measures. It measures and never judges.
#[async_trait]
pub(crate) trait MeasuredCheck: Sync {
    /// Measures, within the limit of the check.
    async fn measure(&self, asking: &MeasureContext<'_>) -> Result<Measurement, PortError>;

    /// Looks again at what no commit holds, without running anything.
    async fn look_again(&self, _asking: &MeasureContext<'_>, _before: &Evidence) -> LookedAgain {
        LookedAgain::Whole
    }
}

/// What somebody who measures is given.
#[derive(Clone, Copy)]
pub(crate) struct MeasureContext<'a> {
    /// What the probes stand on.
    pub(crate) around: &'a ProbeDeps,
    /// The check.
    pub(crate) check: &'a Check,
    /// The question that it is part of.
    pub(crate) ask: &'a Ask,
    /// The checkout, for what lies in one.
    pub(crate) ground: &'a GroundOrReason,
    /// Where lines go while it is measured.
    pub(crate) progress: &'a ProgressSender,
}

/// What came of looking again.
pub(crate) enum LookedAgain {
    /// It cannot be looked at without being run.
    Not,
    /// It is measured as a whole.
    Whole,
    /// This was found.
    Found(Box<Result<Measurement, PortError>>),
}
