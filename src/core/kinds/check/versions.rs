//! `versions = true`: one version in every file of `[release] versions`.

use super::kind::{CheckTouch, JudgedBy, KindOfCheck, PlanPart};
use crate::grammar::plan::{KeyDescription, TableCursor, ValueKind, Variant, must, variant};
use crate::judge::{JudgedFinding as ExpectationResult, Judgement, short};
use crate::kinds::family::Described;
use crate::measurement::{FoundVersion, Reading};
use crate::plan::{Placeholder, ReleaseRules, VersionFile};
use crate::version_text::{WrittenAs, compare};

/// Says no more than that it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VersionsCheck;

static KEYS: [KeyDescription; 1] = [must(
    "versions",
    ValueKind::True,
    "Every file of `[release] versions` carries the version of the release, however it spells it: `v1.0.0`, `1.0.0+4`, `1.0.0rc1` for `1.0.0-rc.1`.",
)];

impl Described for VersionsCheck {
    const GRAMMAR: Variant = variant("versions", "One version in every file.", &KEYS);

    fn read(_check: TableCursor<'_>) -> Option<Self> {
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

    fn lies_in_checkout(&self) -> bool {
        true
    }

    /// Each file says the release's version. One that says another fails the check even when a second one cannot be read.
    fn judge(&self, reading: &Reading, JudgedBy { values, .. }: &JudgedBy<'_>) -> Option<Judgement> {
        let Reading::Versions(found) = reading else { return None };
        let Some(version) = values.get(&Placeholder::Version) else {
            let why = "there is no release whose version could be expected";
            return Some(Judgement::no_data("one version in every file", why));
        };
        let tag = values.get(&Placeholder::Tag).map(String::as_str);
        let expected = vec![format!("{version} in {} of {} files", found.len(), found.len())];
        let findings = found.iter().map(|place| match &place.found {
            Ok(there) => match compare(there, version, tag) {
                WrittenAs::Same => ExpectationResult::pass(format!("{version} in every file")),
                WrittenAs::Other => ExpectationResult::fail(format!("{} says {:?}", place_of(place), short(there))),
                WrittenAs::Unclear(why) => ExpectationResult::no_data(format!(
                    "{} says {:?}, and whether that is {version} is unclear: {why}",
                    place_of(place),
                    short(there)
                )),
            },
            Err(why) => ExpectationResult::no_data(format!("{}: {why}", place_of(place))),
        });
        Some(Judgement::of(expected, findings.collect(), Vec::new()))
    }
}

/// Returns `FILE:LINE`, or the file where no line is to blame.
fn place_of(found: &FoundVersion) -> String {
    found.line.map_or_else(|| found.file.clone(), |line| format!("{}:{line}", found.file))
}
