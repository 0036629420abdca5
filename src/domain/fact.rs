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
use super::names::Person;
use super::seat::SeatFact;
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

/// Who brought a fact about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Who {
    /// The name that they act under.
    pub name: Person,
    /// The system user, as the kernel tells it; two names of one user are one pair of eyes.
    pub user: String,
    /// The machine.
    pub host: String,
}

impl Who {
    /// The engine itself: what it observed, and what followed from an earlier command.
    pub fn engine() -> Self {
        Self { name: Person::new("tminus"), user: String::new(), host: String::new() }
    }

    /// Returns the name, with the system user beside it where that is called otherwise: a name is claimed, the user is the
    /// kernel's word. A person who is played has a user of the same name.
    pub fn label(&self) -> String {
        let user = self.system_user();
        match user.is_empty() || user == self.name.as_str() {
            true => self.name.to_string(),
            false => format!("{} (system user {user})", self.name),
        }
    }

    /// Returns the system user; of somebody who is played, the name of who they play.
    pub fn system_user(&self) -> &str {
        self.user.strip_prefix("played:").unwrap_or(&self.user)
    }

    /// Returns the name, with the user and the machine of a person; the engine has neither.
    pub fn in_full(&self) -> String {
        match (self.user.as_str(), self.host.as_str()) {
            ("", "") => self.name.to_string(),
            (user, host) => format!("{} ({user}@{host})", self.name),
        }
    }
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
