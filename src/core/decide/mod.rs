//! What a command comes to: facts to record, and what follows; or a refusal. Pure.

mod action;
mod adopt;
mod bounds;
mod check;
mod confirmed;
mod decision;
mod gate;
mod lock;
mod progress;
mod release;
mod router;
mod seat;
mod start;

pub use decision::{Decision, DecisionInput, Follow, GateRun};
pub use progress::{NextStep, Retrying, next};
pub use release::hotfix_begins;
pub use router::decide;
