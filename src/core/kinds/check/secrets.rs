//! `secrets`: no secret in the history.

use super::kind::{CheckTouch, KindOfCheck};
use crate::grammar::plan::{ValueKind, places};
use crate::kinds::settings::settings;
use crate::plan::{ReleaseRules, Template};

settings! {
    /// No secret in the history.
    pub struct SecretsCheck = "secrets": "Where to look." {
        /// Where it begins; the whole history when absent.
        since: Option<Template> = may("since", ValueKind::Template(places::RELEASE)),
    }
}

impl KindOfCheck for SecretsCheck {
    fn touch(&self) -> CheckTouch<'_> {
        CheckTouch::Nothing
    }

    fn asks(&self, _title: &str, _rules: &ReleaseRules) -> Vec<String> {
        Vec::from_iter(self.since.as_ref().map(|since| format!("since {since}")))
    }
}
