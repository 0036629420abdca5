//! What a fact says of itself: its kind, as the journal stores it (never rename one), and the step it is about.

use super::super::lock::LockFact;
use super::super::names::ActionId;
use super::super::seat::SeatFact;
use super::{ActionFact, CheckFact, ClockFact, Fact, GateFact, PlanFact, ReleaseFact, StepFact, TargetFact};
use strum::VariantNames as _;

impl Fact {
    /// Returns the kind as the journal's JSON and its filter name it: `step.succeeded`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Plan(fact) => fact.into_str(),
            Self::Release(fact) => fact.into_str(),
            Self::Check(fact) => fact.into_str(),
            Self::Gate(fact) => fact.into_str(),
            Self::Action(fact) => fact.into_str(),
            Self::Step(fact) => fact.into_str(),
            Self::Target(fact) => fact.into_str(),
            Self::Seat(fact) => fact.into_str(),
            Self::Lock(fact) => fact.into_str(),
            Self::Clock(fact) => fact.into_str(),
        }
    }

    /// Returns every kind that there is.
    pub fn kinds() -> Vec<&'static str> {
        let of_a_release = [PlanFact::VARIANTS, ReleaseFact::VARIANTS, CheckFact::VARIANTS, GateFact::VARIANTS];
        let of_an_action = [ActionFact::VARIANTS, StepFact::VARIANTS, TargetFact::VARIANTS];
        let of_people = [SeatFact::VARIANTS, LockFact::VARIANTS, ClockFact::VARIANTS];
        [of_a_release.concat(), of_an_action.concat(), of_people.concat()].concat()
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
}
