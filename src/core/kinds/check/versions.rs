//! `versions = true`: one version in every file of `[release] versions`.

use super::kind::{CheckTouch, KindOfCheck, PlanPart};
use crate::grammar::plan::{Cursor, Key, Kind, Variant, must, variant};
use crate::kinds::family::Described;
use crate::plan::{ReleaseRules, Setting, VersionFile};

/// Says no more than that it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VersionsCheck;

static KEYS: [Key; 1] = [must(
    "versions",
    Kind::True,
    "Every file of `[release] versions` carries the version of the release, however it spells it: `v1.0.0`, `1.0.0+4`, `1.0.0rc1` for `1.0.0-rc.1`.",
)];

impl Described for VersionsCheck {
    const GRAMMAR: Variant = variant("versions", "One version in every file.", &KEYS);

    fn read(_check: Cursor<'_>) -> Option<Self> {
        Some(Self)
    }
}

impl KindOfCheck for VersionsCheck {
    fn touch(&self) -> CheckTouch<'_> {
        CheckTouch::Nothing
    }

    fn leans_on(&self) -> Option<PlanPart<'_>> {
        Some(PlanPart::VersionFiles)
    }

    fn asks(&self, _title: &str, rules: &ReleaseRules) -> Vec<String> {
        let says = |VersionFile { file, key }: &VersionFile| format!("{file} has the version as {key}");
        rules.versions.iter().map(says).collect()
    }

    fn asks_nothing(&self, rules: &ReleaseRules) -> Option<&'static str> {
        rules.versions.is_empty().then_some("compares the versions of no file: [release] versions is empty")
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
