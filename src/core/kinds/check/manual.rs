//! `manual = true`: a person says so.

use super::kind::{CheckTouch, JudgedBy, KindOfCheck};
use crate::grammar::plan::{KeyDescription, TableCursor, ValueKind, Variant, may, must, variant};
use crate::judge::{JudgedFinding as ExpectationResult, Judgement};
use crate::kinds::family::Described;
use crate::measurement::Reading;
use crate::plan::ReleaseRules;
use serde::{Deserialize, Serialize};

/// `manual = true`, with `four-eyes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManualCheck {
    /// `four-eyes`: two people say so.
    pub four_eyes: bool,
}

static KEYS: [KeyDescription; 2] = [
    must("manual", ValueKind::True, "A person says so, by name, and may write why."),
    may("four-eyes", ValueKind::Bool, "Whether two people say so.").or("false"),
];

impl Described for ManualCheck {
    const GRAMMAR: Variant = variant("manual", "A person says so.", &KEYS);

    fn read(check: TableCursor<'_>) -> Option<Self> {
        Some(Self { four_eyes: check.is_set("four-eyes") })
    }
}

impl KindOfCheck for ManualCheck {
    fn touch(&self) -> CheckTouch<'_> {
        CheckTouch::Nothing
    }

    fn asks(&self, title: &str, _rules: &ReleaseRules) -> Vec<String> {
        // What a person says yes to.
        let who = if self.four_eyes { "two people say" } else { "a person says" };
        vec![format!("{who} {title:?}")]
    }

    fn people(&self) -> usize {
        if self.four_eyes { 2 } else { 1 }
    }

    fn judge(&self, reading: &Reading, by: &JudgedBy<'_>) -> Option<Judgement> {
        let Reading::Said { yes, note } = reading else { return None };
        let (finding, word): (fn(String) -> ExpectationResult, _) = if *yes {
            (ExpectationResult::pass, "a person says yes")
        } else {
            (ExpectationResult::fail, "a person says no")
        };
        let found = if note.is_empty() { word.to_owned() } else { format!("{word}: {note}") };
        Some(Judgement::of(vec![by.title.to_owned()], vec![finding(found)], Vec::new()))
    }
}
