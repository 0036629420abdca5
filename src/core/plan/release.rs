//! `[release]`, `[[milestone]]` and `[team.*]`.

use super::Template;
use crate::names::{Person, TeamName};
use crate::time::Offset;
use serde::{Deserialize, Serialize};

/// `[release]`: how branches and tags are named, and where the version is written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReleaseRules {
    /// `base`: the branch that a release is cut from; `main` by default.
    pub base: String,
    /// `branch`: `release/{version}` by default.
    pub branch: Template,
    /// `hotfix`: `hotfix/{version}` by default.
    pub hotfix: Template,
    /// `tag`: `v{version}` by default.
    pub tag: Template,
    /// `changelog`: the file that has a section for each version.
    pub changelog: Option<String>,
    /// `notes`: the file with the release notes.
    pub notes: Option<String>,
    /// `versions`: the files that carry the version.
    pub versions: Vec<VersionFile>,
    /// `sign`: tags are signed.
    pub sign: bool,
    /// `remote`: `origin` by default.
    pub remote: String,
}

impl ReleaseRules {
    /// Returns the file that a section is written in: `CHANGELOG.md` where the plan names none.
    pub fn changelog_file(&self) -> &str {
        self.changelog.as_deref().unwrap_or("CHANGELOG.md")
    }
}

/// One place where the version is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionFile {
    /// The file, from the root of the repository: TOML, JSON, YAML or a property list, by its ending.
    pub file: String,
    /// The key, with dots between its parts.
    pub key: String,
}

/// `[[milestone]]`: a moment on the T-clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Milestone {
    /// `at`: the offset from T-0.
    pub at: Offset,
    /// `title`.
    pub title: String,
}

/// `[team.*]`: people, and how to tell them something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Team {
    /// The table's name.
    pub name: TeamName,
    /// `members`.
    pub members: Vec<Person>,
    /// `tell`: the services that reach them.
    pub tell: Vec<crate::names::ConnectName>,
}
