//! `log`: a line of a log.

use super::kind::{CheckTouch, JudgedBy, KindOfCheck, PlanPart};
use crate::grammar::plan::{Noun, ValueKind};
use crate::judge::{JudgedFinding as ExpectationResult, Judgement, short};
use crate::kinds::settings::settings;
use crate::measurement::Reading;
use crate::names::LogName;
use crate::plan::ReleaseRules;
use crate::time::Span;

settings! {
    /// A line of a log.
    pub struct LogCheck = "log": "The source, and the text." {
        /// The source.
        source: LogName = must("source", ValueKind::Name(Noun::Log)),
        /// Text that a line holds; a line without a time stamp may be of an earlier start.
        has: String = must("has", ValueKind::Text),
        /// How long it waits at most after the delivery; without one it also looks so far back, else to where that began.
        within: Span = may("within", ValueKind::Span).or("60s"),
    }
}

impl KindOfCheck for LogCheck {
    fn touch(&self) -> CheckTouch<'_> {
        CheckTouch::Asks(format!("searches the log {}", self.source))
    }

    fn leans_on(&self) -> Option<PlanPart<'_>> {
        Some(PlanPart::Log(&self.source))
    }

    fn asks(&self, _title: &str, _rules: &ReleaseRules) -> Vec<String> {
        vec![format!("{:?} comes within {}", self.has, self.within)]
    }

    fn asks_nothing(&self, _rules: &ReleaseRules) -> Option<&'static str> {
        self.has.trim().is_empty().then_some("looks for an empty text, which every line contains")
    }

    fn quotes_output(&self) -> bool {
        true
    }

    fn grace(&self) -> Span {
        self.within
    }

    /// A line has the text. A log in which no line was looked at, or not every line, is no data.
    fn judge(&self, reading: &Reading, _by: &JudgedBy<'_>) -> Option<Judgement> {
        let Reading::Log { line, looked_at, doubt } = reading else { return None };
        let expected = vec![format!("a line of {} has {:?} within {}", self.source, self.has, self.within)];
        let finding = match (line.as_deref(), doubt.as_deref(), *looked_at) {
            (Some(line), _, _) => ExpectationResult::pass(format!("found: {}", short(line))),
            (None, Some(doubt), _) => ExpectationResult::no_data(doubt),
            (None, None, 0) => ExpectationResult::no_data(format!("{} has no lines from that time", self.source)),
            (None, None, count) => {
                ExpectationResult::fail(format!("not in the {count} lines of {} that were looked at", self.source))
            }
        };
        Some(Judgement::of(expected, vec![finding], Vec::new()))
    }
}
