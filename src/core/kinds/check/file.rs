//! `file`: a file.

use super::kind::{CheckTouch, JudgedBy, KindOfCheck};
use crate::grammar::plan::{ValueKind, places};
use crate::judge::{JudgedFinding as ExpectationResult, Judgement};
use crate::kinds::settings::settings;
use crate::measurement::Reading;
use crate::plan::{EnvValue, ReleaseRules, Template};

settings! {
    /// A file.
    pub struct FileCheck = "file": "The file, and what is true of it." {
        /// The file; a folder is none.
        path: Template = must("path", ValueKind::PathTemplate(places::RELEASE)),
        /// Text that it holds.
        has: Option<Template> = may("has", ValueKind::Template(places::RELEASE)),
        /// A duration within which it changed, or a file that is older.
        newer_than: Option<String> = may("newer-than", ValueKind::SpanOrPath),
    }
}

impl KindOfCheck for FileCheck {
    fn touch(&self) -> CheckTouch<'_> {
        CheckTouch::Reads(self.path.as_str(), format!("reads {}", self.path))
    }

    fn asks(&self, _title: &str, _rules: &ReleaseRules) -> Vec<String> {
        let has = self.has.as_ref().map(|text| format!("it has {:?}", text.as_str()));
        has.into_iter().chain(self.newer_than.as_ref().map(|other| format!("it is newer than {other}"))).collect()
    }

    fn asks_nothing(&self, _rules: &ReleaseRules) -> Option<&'static str> {
        let is_empty = self.has.as_ref().is_some_and(|text| text.as_str().trim().is_empty());
        is_empty.then_some("looks for an empty text, which every file contains")
    }

    fn looks_outside(&self, _env: &[(String, EnvValue)]) -> bool {
        self.newer_than.is_some()
    }

    fn lies_in_checkout(&self) -> bool {
        true
    }

    /// It is there, holds the text, is newer; what was asked for and not answered is no data.
    fn judge(&self, reading: &Reading, _by: &JudgedBy<'_>) -> Option<Judgement> {
        let Reading::File { exists, has, newer } = reading else { return None };
        let path = self.path.as_str();
        let mut expected = vec![format!("{path} is there")];
        if !exists {
            return Some(Judgement::of(
                expected,
                vec![ExpectationResult::fail(format!("{path} does not exist"))],
                Vec::new(),
            ));
        }
        let mut findings = vec![ExpectationResult::pass(format!("{path} is there"))];
        if let Some(text) = &self.has {
            expected.push(format!("has {:?}", text.as_str()));
            findings.push(match has {
                Some(true) => ExpectationResult::pass("has the text"),
                Some(false) => ExpectationResult::fail(format!("{:?} is not in {path}", text.as_str())),
                None => ExpectationResult::no_data(format!("{path} could not be searched to its end")),
            });
        }
        if let Some(than) = &self.newer_than {
            expected.push(format!("is newer than {than}"));
            findings.push(match newer {
                Some(true) => ExpectationResult::pass(format!("newer than {than}")),
                Some(false) => ExpectationResult::fail(format!("{path} is not newer than {than}")),
                None => ExpectationResult::no_data(format!("the age of {path} is unknown")),
            });
        }
        Some(Judgement::of(expected, findings, Vec::new()))
    }
}
