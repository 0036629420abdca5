//! `changelog = true`: the changelog knows the version.

use super::kind::{CheckTouch, KindOfCheck, PlanPart};
use crate::grammar::plan::{Cursor, Key, Kind, Variant, must, variant};
use crate::kinds::family::Described;
use crate::plan::{ReleaseRules, Setting};

/// Says no more than that it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangelogCheck;

static KEYS: [Key; 1] = [must(
    "changelog",
    Kind::True,
    "The file of `[release] changelog` has a section for the version, with a text, that is not marked as unreleased. \
             Headings of Markdown (also underlined, or a bold line), reStructuredText, AsciiDoc and Org are read, by the ending \
             of the file's name; what stands under a condition, or in a file that is included, is no-data.",
)];

impl Described for ChangelogCheck {
    const GRAMMAR: Variant = variant("changelog", "The changelog knows the version.", &KEYS);

    fn read(_check: Cursor<'_>) -> Option<Self> {
        Some(Self)
    }
}

impl KindOfCheck for ChangelogCheck {
    fn touch(&self) -> CheckTouch<'_> {
        CheckTouch::Nothing
    }

    fn leans_on(&self) -> Option<PlanPart<'_>> {
        Some(PlanPart::Changelog)
    }

    fn asks(&self, _title: &str, rules: &ReleaseRules) -> Vec<String> {
        Vec::from_iter(rules.changelog.as_ref().map(|file| format!("{file} has a section for the version")))
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
