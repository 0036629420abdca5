//! Lays the rehearsal's project down.
use crate::config::scenario::Scenario;
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::names::{Commit, Version};
use std::path::{Path, PathBuf};

/// A project that was laid down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaidDown {
    /// Its folder.
    pub dir: PathBuf,
    /// Its first commit, which tells it from every other one.
    pub first_commit: Commit,
    /// The branch of the release, checked out.
    pub branch: String,
    /// The version of the release.
    pub version: Version,
}

/// Lays the rehearsal's project down in an empty folder.
pub fn lay_down(_dir: &Path, _scenario: &Scenario) -> Result<LaidDown, Failure> {
    Err(Failure::new(FailureKind::Unavailable, "the rehearsal project is not part of this build yet"))
}
