//! `changelog = true`: the changelog knows the version.

use super::kind::{CheckTouch, JudgedBy, KindOfCheck, PlanPart};
use crate::changelog::ChangelogSection;
use crate::grammar::plan::{KeyDescription, TableCursor, ValueKind, Variant, must, variant};
use crate::judge::{JudgedFinding as ExpectationResult, Judgement};
use crate::kinds::family::Described;
use crate::measurement::Reading;
use crate::plan::{Placeholder, ReleaseRules};

/// Says no more than that it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangelogCheck;

static KEYS: [KeyDescription; 1] = [must(
    "changelog",
    ValueKind::True,
    "The file of `[release] changelog` has a section for the version, with a text, that is not marked as unreleased. \
             Headings of Markdown (also underlined, or a bold line), reStructuredText, AsciiDoc and Org are read, by the ending \
             of the file's name; what stands under a condition, or in a file that is included, is no-data.",
)];

impl Described for ChangelogCheck {
    const GRAMMAR: Variant = variant("changelog", "The changelog knows the version.", &KEYS);

    fn read(_check: TableCursor<'_>) -> Option<Self> {
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

    fn lies_in_checkout(&self) -> bool {
        true
    }

    /// It has a section for the release's version, with a text, and the version is out.
    fn judge(&self, reading: &Reading, JudgedBy { values, .. }: &JudgedBy<'_>) -> Option<Judgement> {
        let Reading::Changelog(section) = reading else { return None };
        let version = values.get(&Placeholder::Version).map_or("the version", String::as_str);
        let expected = vec![format!("the changelog has a section for {version}")];
        let finding = match section {
            None => ExpectationResult::fail("the changelog does not exist"),
            Some(ChangelogSection::Written { line }) => {
                ExpectationResult::pass(format!("it has a section for {version}, in line {line}"))
            }
            Some(ChangelogSection::Missing) => ExpectationResult::fail(format!("it has no section for {version}")),
            Some(ChangelogSection::Mentioned { line }) => {
                ExpectationResult::fail(format!("it has no section for {version}: line {line} only mentions it"))
            }
            Some(ChangelogSection::Unreleased { line, word }) => {
                ExpectationResult::fail(format!("line {line} says that {version} is {word:?}"))
            }
            Some(ChangelogSection::Empty { line }) => {
                ExpectationResult::fail(format!("nothing is written under {version}, in line {line}"))
            }
            Some(ChangelogSection::Several { lines: (first, second) }) => ExpectationResult::no_data(format!(
                "lines {first} and {second} both begin a section for {version}: keep one, or say in `tag` which product it is"
            )),
        };
        Some(Judgement::of(expected, vec![finding], Vec::new()))
    }
}
