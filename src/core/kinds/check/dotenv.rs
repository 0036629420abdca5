//! `dotenv`: variables of an environment file.

use super::kind::{CheckTouch, JudgedBy, KindOfCheck, Renewal};
use crate::dotenv::DoubtfulValue;
use crate::grammar::plan::ValueKind;
use crate::judge::{JudgedFinding as ExpectationResult, Judgement};
use crate::kinds::settings::settings;
use crate::measurement::Reading;
use crate::plan::ReleaseRules;

settings! {
    /// Variables of an environment file.
    pub struct DotenvCheck = "dotenv": "The file, and what it needs." {
        /// The environment file.
        file: String = must("file", ValueKind::Path),
        /// Variables that must have a value: one, and none that only stands where a value belongs (`changeme`, `<your-key>`,
        /// `${NOT_SET}`, an example address).
        needs: Vec<String> = must("needs", ValueKind::List(&ValueKind::Variable)),
    }
}

impl KindOfCheck for DotenvCheck {
    fn touch(&self) -> CheckTouch<'_> {
        CheckTouch::Reads(&self.file, format!("reads the names in {}", self.file))
    }

    fn asks(&self, _title: &str, _rules: &ReleaseRules) -> Vec<String> {
        vec![format!("it has {}", self.needs.join(", "))]
    }

    fn asks_nothing(&self, _rules: &ReleaseRules) -> Option<&'static str> {
        self.needs.is_empty().then_some("needs no variable")
    }

    fn renewal(&self) -> Renewal {
        Renewal::EverySurvey
    }

    fn lies_in_checkout(&self) -> bool {
        true
    }

    fn variables(&self) -> Option<(&str, &[String])> {
        Some((&self.file, &self.needs))
    }

    /// Every variable that is needed has a value that somebody chose.
    fn judge(&self, reading: &Reading, _by: &JudgedBy<'_>) -> Option<Judgement> {
        let Reading::Dotenv { missing, empty, doubtful } = reading else { return None };
        let expected = vec![format!("{} has values for {}", self.file, self.needs.join(", "))];
        let findings = self.needs.iter().map(|name| {
            let doubt = doubtful.iter().find(|doubt| doubt.name == *name);
            match doubt {
                _ if missing.contains(name) => ExpectationResult::fail(format!("{name} is missing")),
                _ if empty.contains(name) => ExpectationResult::fail(format!("{name} is empty")),
                Some(DoubtfulValue { line, why, .. }) => {
                    ExpectationResult::no_data(format!("{}:{line}: {name} has no value to count on: {why}", self.file))
                }
                None => ExpectationResult::pass(format!("all {} have a value", self.needs.len())),
            }
        });
        Some(Judgement::of(expected, findings.collect(), Vec::new()))
    }
}
