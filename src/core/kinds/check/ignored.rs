//! `ignored`: paths that git ignores.

use super::kind::{CheckTouch, KindOfCheck};
use crate::grammar::plan::{Cursor, Key, Kind, Variant, must, variant};
use crate::kinds::family::Described;
use crate::plan::{ReleaseRules, Setting};
use serde::{Deserialize, Serialize};

/// `ignored = ["…"]`: every one of these paths is ignored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IgnoredCheck(pub Vec<String>);

static KEYS: [Key; 1] = [must(
    "ignored",
    Kind::List(&Kind::Path),
    "Every one of these paths is ignored by the rules of the release's commit; of a path that is not there, a rule for a folder (`node_modules/`) counts too.",
)];

impl Described for IgnoredCheck {
    const GRAMMAR: Variant = variant("ignored", "Paths that git ignores.", &KEYS);

    fn read(check: Cursor<'_>) -> Option<Self> {
        Some(Self(check.texts("ignored")))
    }
}

impl KindOfCheck for IgnoredCheck {
    fn touch(&self) -> CheckTouch<'_> {
        CheckTouch::Nothing
    }

    fn asks(&self, _title: &str, _rules: &ReleaseRules) -> Vec<String> {
        vec![format!("git ignores {}", self.0.join(", "))]
    }

    fn asks_nothing(&self, _rules: &ReleaseRules) -> Option<&'static str> {
        self.0.is_empty().then_some("asks about no path")
    }

    fn looks_outside(&self, _env: &[(String, Setting)]) -> bool {
        false
    }

    fn speaks_for_commit(&self) -> bool {
        true
    }

    fn lies_in_checkout(&self) -> bool {
        true
    }
}
