//! What the linter says, and what it has to be told about the world around the plan.

use super::Rule;
use crate::plan::PlaceFacts;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// One thing in a plan that would fool its owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule that it breaks.
    pub rule: Rule,
    /// Where in the plan: `check.secrets.run`, `env.production.step[0]`; entries of a list are counted from 0.
    pub subject: String,
    /// What stands there.
    pub says: String,
    /// Why that fools.
    pub why: String,
    /// What to write instead.
    pub instead: String,
}

/// What is known of the world around the plan; the caller gathers it, the linter does no IO.
///
/// The default knows nothing, which is what a plan outside a repository gets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LintContext {
    /// Names of the variables that commands find set, beyond what the plan sets itself.
    pub variables: BTreeSet<String>,
    /// The repository's tags; absent when there is no repository.
    pub earlier_tags: Option<Vec<String>>,
    /// For each environment file of the plan that could be read: the names that have a value there.
    ///
    /// A plan that is not trusted yet has none: its environment files hold secrets and are not opened.
    pub dotenv: BTreeMap<String, BTreeSet<String>>,
    /// For each compose file of the plan that could be read: its text.
    ///
    /// One with an `.env` beside it belongs here only when that file is in `dotenv`: it may set what the other uses.
    pub compose: BTreeMap<String, String>,
    /// The repository's branches, here and at the plan's remote.
    pub branches: Option<BTreeSet<String>>,
    /// The repository's remotes.
    pub remotes: Option<BTreeSet<String>>,
    /// The files that git tracks, from the root.
    pub files: Option<BTreeSet<String>>,
    /// Of the paths that [`super::searched_paths`] returns, those where nothing is.
    pub missing: BTreeSet<String>,
    /// Variables of environment files whose value only says that one belongs there, as `changeme`: file, then names.
    pub placeholders: BTreeMap<String, BTreeSet<String>>,
    /// What the plan asks for and this build does not do: the place in the plan, and what is not available.
    pub unavailable: Vec<(String, String)>,
    /// What says where each delivery goes.
    pub places: PlaceFacts,
}
