//! `[check.*]`: something that must be true, and the one way of knowing it.

use super::{EnvValue, Expect};
use crate::kinds::check::CheckKind;
use crate::names::{CheckName, Phase};
use crate::time::Span;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Something that must be true.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// The table's name.
    pub name: CheckName,
    /// `phase`.
    pub phase: Phase,
    /// `group`: the heading that it stands under.
    pub group: Option<String>,
    /// `title`: the sentence that is true or not.
    pub title: String,
    /// The one way of knowing.
    pub way: CheckKind,
    /// `expect`.
    pub expect: Expect,
    /// `needs`: checks that must have passed before this one runs.
    pub needs: Vec<CheckName>,
    /// `paths`: globs; stays fresh while only other files change.
    pub paths: Vec<String>,
    /// `fresh`: how long a verdict holds; when absent, a short time for what no commit holds, for ever for the rest.
    pub fresh: Option<Span>,
    /// `owner`: a team or a person.
    pub owner: Option<String>,
    /// `required = false`: shown, does not gate.
    pub required: bool,
    /// `in = "worktree"`: runs in tminus's own clean worktree.
    pub in_worktree: bool,
    /// `env`: variables that a command gets.
    pub env: Vec<(String, EnvValue)>,
    /// `timeout`: how long one run may take.
    pub timeout: Option<Span>,
    /// `lint-ok`: rules accepted for this check, each with its reason.
    pub lint_ok: BTreeMap<String, String>,
}

impl Check {
    /// Says whether its verdict also rests on what no commit holds: another file, a service, a secret, the time.
    pub fn looks_outside(&self) -> bool {
        self.way.looks_outside(&self.env)
    }
}
