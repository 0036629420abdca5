//! What an itinerary is made for: an artifact on its way to a place, in one kind of time.

use crate::scenario::{Delay, Goes};
use serde::{Deserialize, Serialize};
use tminus_core::kinds::deliver::PlayedCourse;
use tminus_core::names::Version;
use tminus_core::time::Span;

/// What an itinerary is made for.
pub(crate) struct ScriptInput<'a> {
    /// The course that the delivery takes.
    pub course: PlayedCourse<'a>,
    /// The image's reference, or the app's identifier.
    pub name: &'a str,
    /// The version that comes.
    pub to: &'a Version,
    /// The version that is there.
    pub from: Option<&'a Version>,
    /// Whether it has been there before, so that nothing needs to be fetched.
    pub known: VersionHistory,
    /// How it goes otherwise than well.
    pub goes: Option<Goes>,
}

/// Whether a version has been somewhere before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VersionHistory {
    /// It has.
    Before,
    /// It has not.
    New,
}

/// Whether time is the machine's own, or passes only by commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimeKind {
    /// Real: somebody sits at a screen, so everything is shown shortened.
    Real,
    /// Virtual: everything takes as long as it honestly takes, and nobody waits for it.
    Virtual,
}

impl TimeKind {
    /// Returns what a delay is in this kind of time.
    pub(crate) const fn of(self, delay: Delay) -> Span {
        match self {
            Self::Real => delay.shown,
            Self::Virtual => delay.honest,
        }
    }
}
