//! `ignored`: paths that git ignores.

use super::kind::{CheckTouch, JudgedBy, KindOfCheck};
use crate::grammar::plan::{KeyDescription, TableCursor, ValueKind, Variant, must, variant};
use crate::judge::{JudgedFinding as ExpectationResult, Judgement};
use crate::kinds::family::Described;
use crate::measurement::Reading;
use crate::plan::ReleaseRules;
use serde::{Deserialize, Serialize};

/// `ignored = ["…"]`: every one of these paths is ignored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IgnoredCheck(pub Vec<String>);

static KEYS: [KeyDescription; 1] = [must(
    "ignored",
    ValueKind::List(&ValueKind::Path),
    "Every one of these paths is ignored by the rules of the release's commit; of a path that is not there, a rule for a folder (`node_modules/`) counts too.",
)];

impl Described for IgnoredCheck {
    const GRAMMAR: Variant = variant("ignored", "Paths that git ignores.", &KEYS);

    fn read(check: TableCursor<'_>) -> Option<Self> {
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

    fn lies_in_checkout(&self) -> bool {
        true
    }

    /// Every path that was asked for is ignored, each alone. The notes say of some of them by what.
    fn judge(&self, reading: &Reading, JudgedBy { notes, .. }: &JudgedBy<'_>) -> Option<Judgement> {
        let Reading::Ignored(found) = reading else { return None };
        let note = |path: &str| {
            notes.lines().find(|line| line.strip_prefix(path).is_some_and(|rest| rest.starts_with(" is ")))
        };
        let expected = vec![format!("git ignores {}", self.0.join(", "))];
        let findings = self.0.iter().map(|path| match found.iter().find(|(there, _)| there == path) {
            Some((_, true)) => ExpectationResult::pass(note(path).unwrap_or("every one is ignored")),
            Some((_, false)) => {
                ExpectationResult::fail(note(path).map_or_else(|| format!("{path} is not ignored"), str::to_owned))
            }
            None => ExpectationResult::no_data(format!("{path} was not looked at")),
        });
        Some(Judgement::of(expected, findings.collect(), Vec::new()))
    }
}
