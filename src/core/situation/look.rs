//! One look at everything: what all the reads of this folder start from.

use crate::names::Version;
use crate::plan::Plan;
use crate::release::{OpenRelease, Release};
use jiff::Timestamp;
use std::time::Duration;

/// How long what was seen of a target counts as how it is now.
pub const LOOK_HOLDS: Duration = Duration::from_secs(90);

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
    pub fn opening(&self) -> Option<&'a OpenRelease> {
        self.release.openings.get(self.version)
    }
}
