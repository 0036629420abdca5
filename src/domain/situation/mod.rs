//! What follows from the plan, the journal and the time: verdicts, gates, ways back, the go or no-go. Pure reads.

mod fresh;
mod gate;
mod horizon;
mod outlook;
mod propose;
mod standing;
mod steps;
mod values;
mod way_back;

pub use gate::{ApprovalCount, Gate, GateItem, ItemKind};
pub use horizon::Due;
pub use outlook::{Outlook, Reason, Word};
pub use propose::Preview;
pub use standing::Standing;
pub use steps::CallsOf;
pub use way_back::{WayBack, WayBackState};

use super::names::Version;
use super::plan::Plan;
use super::release::{Opening, Release};
use jiff::Timestamp;

/// One look at everything, for one release, at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// What the journal says.
    pub release: &'a Release,
    /// The release that is looked at.
    pub version: &'a Version,
    /// When.
    pub now: Timestamp,
}

impl<'a> Situation<'a> {
    /// Returns the opening of the release that is looked at.
    pub fn opening(&self) -> Option<&'a Opening> {
        self.release.openings.get(self.version)
    }
}
