//! Facts: durable, past tense. What is not one of these in the journal did not happen.
//!
//! Stored as JSON for years: variants and fields are added, never renamed or removed, and a new field has
//! `#[serde(default)]`.

mod action;
mod check;
mod clock;
mod gate;
mod kind;
mod release;
mod target;

pub use action::{ActionFact, StepFact};
pub use check::CheckFact;
pub use clock::ClockFact;
pub use gate::GateFact;
pub use release::{PlanFact, ReleaseFact};
pub use target::TargetFact;

use super::lock::LockFact;
use super::seat::SeatFact;
use super::who::Who;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A fact with its place in the journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Its number, from 1, without gaps.
    pub seq: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// Who brought it about.
    pub who: Who,
    /// What happened.
    pub fact: Fact,
}

/// What happened, by subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "subject", content = "fact", rename_all = "kebab-case")]
pub enum Fact {
    /// The plan.
    Plan(PlanFact),
    /// A release as a whole, and its branch.
    Release(ReleaseFact),
    /// A check or a metric.
    Check(CheckFact),
    /// A gate: approvals, waivers, bad versions.
    Gate(GateFact),
    /// An action.
    Action(ActionFact),
    /// A step of an action.
    Step(StepFact),
    /// What a target was seen to run.
    Target(TargetFact),
    /// Who is here, and in which seat.
    Seat(SeatFact),
    /// Who holds an environment.
    Lock(LockFact),
    /// The machine's clock.
    Clock(ClockFact),
}
