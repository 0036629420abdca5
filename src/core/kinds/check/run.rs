//! `run`: a command.

use super::kind::{CheckTouch, JudgedBy, KindOfCheck, Renewal};
use crate::grammar::plan::{KeyDescription, TableCursor, ValueKind, Variant, expect, may, must, places, variant};
use crate::judge::{CommandOutput, Judgement, judge_run};
use crate::kinds::family::Described;
use crate::measurement::Reading;
use crate::plan::{CommandLine, EnvValue};
use crate::time::Span;
use serde::{Deserialize, Serialize};

/// `run = ["…"]`, with `dir`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunCheck {
    /// The words.
    pub run: CommandLine,
    /// `dir`: where it runs, from the root of the repository.
    pub dir: Option<String>,
}

static KEYS: [KeyDescription; 3] = [
    must("run", ValueKind::Command(places::CHECK), "The command."),
    may("dir", ValueKind::Path, "Where it runs, from the root of the repository."),
    may("expect", ValueKind::Table(&expect::OF_RUN), "What must come back."),
];

impl Described for RunCheck {
    const GRAMMAR: Variant = variant("run", "A command.", &KEYS);

    fn read(check: TableCursor<'_>) -> Option<Self> {
        Some(Self { run: check.command("run")?, dir: check.text("dir") })
    }
}

impl KindOfCheck for RunCheck {
    fn touch(&self) -> CheckTouch<'_> {
        CheckTouch::Runs(&self.run, self.dir.as_deref())
    }

    fn looks_outside(&self, env: &[(String, EnvValue)]) -> bool {
        env.iter().any(|(_, setting)| matches!(setting, EnvValue::Secret(_)))
    }

    fn renewal(&self) -> Renewal {
        Renewal::WhereItRestedOutside
    }

    fn lies_in_checkout(&self) -> bool {
        true
    }

    fn quotes_output(&self) -> bool {
        true
    }

    fn usual_limit(&self) -> Span {
        Span::seconds(600)
    }

    fn grace(&self) -> Span {
        // A command stops itself, to say what it printed last.
        Span::seconds(60)
    }

    fn judge(&self, reading: &Reading, by: &JudgedBy<'_>) -> Option<Judgement> {
        let Reading::Process { exit, stdout, stderr, cut } = reading else { return None };
        Some(judge_run(by.expect, by.values, &CommandOutput { exit: *exit, text: stdout, stderr, cut: *cut }))
    }
}
