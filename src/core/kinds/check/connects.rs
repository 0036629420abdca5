//! `connects`: a service answers.

use super::kind::{CheckTouch, JudgedBy, KindOfCheck, PlanPart, Renewal};
use crate::grammar::plan::{KeyDescription, Noun, TableCursor, ValueKind, Variant, must, variant};
use crate::judge::{JudgedFinding as ExpectationResult, Judgement};
use crate::kinds::family::Described;
use crate::measurement::Reading;
use crate::names::ConnectName;
use crate::time::Span;
use serde::{Deserialize, Serialize};

/// `connects = "NAME"`: this service lets tminus in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectsCheck(pub ConnectName);

static KEYS: [KeyDescription; 1] = [must("connects", ValueKind::Name(Noun::Connect(&[])), "The service.")];

impl Described for ConnectsCheck {
    const GRAMMAR: Variant = variant("connects", "A service answers.", &KEYS);

    fn read(check: TableCursor<'_>) -> Option<Self> {
        check.name("connects").map(Self)
    }
}

impl KindOfCheck for ConnectsCheck {
    fn touch(&self) -> CheckTouch<'_> {
        CheckTouch::Asks(format!("connects to {}", self.0))
    }

    fn leans_on(&self) -> Option<PlanPart<'_>> {
        Some(PlanPart::Service(&self.0))
    }

    fn renewal(&self) -> Renewal {
        Renewal::BeforeDeploy
    }

    fn usual_limit(&self) -> Span {
        Span::seconds(30)
    }

    /// What was read is what the service says, or why it refuses; one that gave no answer is no data.
    fn judge(&self, reading: &Reading, _by: &JudgedBy<'_>) -> Option<Judgement> {
        let answered: Result<String, String> = reading.as_own()?;
        let finding = answered.map_or_else(ExpectationResult::fail, ExpectationResult::pass);
        Some(Judgement::of(vec![format!("{} lets tminus in", self.0)], vec![finding], Vec::new()))
    }
}
