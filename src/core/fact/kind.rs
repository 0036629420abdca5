//! What a fact says of itself: its kind, as the journal stores it (never rename one), and the step it is about.

use super::super::lock::LockFact;
use super::super::names::ActionId;
use super::super::seat::SeatFact;
use super::{ActionFact, CheckFact, ClockFact, Fact, GateFact, PlanFact, ReleaseFact, StepFact, TargetFact};

impl Fact {
    /// Returns the kind as the journal's JSON and its filter name it: `step.succeeded`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Plan(PlanFact::Adopted { .. }) => "plan.adopted",
            Self::Release(fact) => fact.kind(),
            Self::Check(fact) => fact.kind(),
            Self::Gate(fact) => fact.kind(),
            Self::Action(fact) => fact.kind(),
            Self::Step(fact) => fact.kind(),
            Self::Target(fact) => fact.kind(),
            Self::Seat(fact) => fact.kind(),
            Self::Lock(fact) => fact.kind(),
            Self::Clock(ClockFact::SetForward { .. }) => "clock.set-forward",
            Self::Clock(ClockFact::SetBack { .. }) => "clock.set-back",
        }
    }
}

impl LockFact {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Taken { .. } => "lock.taken",
            Self::Released { .. } => "lock.released",
            Self::TakenOver { .. } => "lock.taken-over",
        }
    }
}

impl SeatFact {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Sat { .. } => "seat.sat",
            Self::Rose { .. } => "seat.rose",
            Self::Asked { .. } => "seat.asked",
            Self::Declined { .. } => "seat.declined",
            Self::Passed { .. } => "seat.passed",
            Self::Kept { .. } => "seat.kept",
            Self::Freed { .. } => "seat.freed",
        }
    }
}

impl ReleaseFact {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "release.opened",
            Self::Scheduled { .. } => "release.scheduled",
            Self::Branch { .. } => "release.branch",
            Self::BranchLost { .. } => "release.branch-lost",
            Self::Closed { .. } => "release.closed",
            Self::Reached { .. } => "release.reached",
            Self::Reopened { .. } => "release.reopened",
            Self::Withdrawn { .. } => "release.withdrawn",
        }
    }
}

impl CheckFact {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Started { .. } => "check.started",
            Self::Finished { .. } => "check.finished",
            Self::Measured { .. } => "check.measured",
        }
    }
}

impl GateFact {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Approved { .. } => "gate.approved",
            Self::Lapsed { .. } => "gate.lapsed",
            Self::Waived { .. } => "gate.waived",
            Self::MarkedBad { .. } => "gate.marked-bad",
            Self::Adopted { .. } => "gate.adopted",
        }
    }
}

impl ActionFact {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Proposed { .. } => "action.proposed",
            Self::Started { .. } => "action.started",
            Self::StopRequested { .. } => "action.stop-requested",
            Self::Finished { .. } => "action.finished",
        }
    }
}

impl StepFact {
    /// Returns the action, and the number of the step in it.
    pub const fn place(&self) -> (&ActionId, usize) {
        match self {
            Self::Started { action, step, .. }
            | Self::Ticketed { action, step, .. }
            | Self::Succeeded { action, step, .. }
            | Self::Failed { action, step, .. }
            | Self::Unclear { action, step, .. }
            | Self::Adopted { action, step }
            | Self::Accepted { action, step, .. } => (action, *step),
        }
    }

    const fn kind(&self) -> &'static str {
        match self {
            Self::Started { .. } => "step.started",
            Self::Ticketed { .. } => "step.ticketed",
            Self::Succeeded { .. } => "step.succeeded",
            Self::Failed { .. } => "step.failed",
            Self::Unclear { .. } => "step.unclear",
            Self::Adopted { .. } => "step.adopted",
            Self::Accepted { .. } => "step.accepted",
        }
    }
}

impl TargetFact {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Observed { .. } => "target.observed",
            Self::Lost { .. } => "target.lost",
            Self::Ready { .. } => "target.ready",
        }
    }
}
