//! What follows from the plan, the journal and the time: verdicts, gates, ways back, the go or no-go. Pure reads.

mod approve;
mod blockers;
mod build;
mod course;
mod definition;
mod drift;
mod fresh;
mod gate;
mod gate_after;
mod go;
mod horizon;
mod locked;
mod look;
mod outlook;
mod preview;
mod proof;
mod propose;
mod standing;
mod steps;
mod values;
mod waived;
mod way_back;

pub use approve::Eyes;
pub use course::{Course, Event, Moment};
pub use gate::{ApprovalCount, Gate, GateItem, ItemKind};
pub use go::Go;
pub use horizon::{Due, work};
pub use locked::Locked;
pub use look::Situation;
pub use outlook::{Outlook, Reason, Word};
pub use preview::Preview;
pub use proof::{By, HowItIs, Proof, UNVERIFIED};
pub use standing::Standing;
pub use steps::CallsOf;
pub use waived::WaivedItem;
pub use way_back::{WayBack, WayBackState};
