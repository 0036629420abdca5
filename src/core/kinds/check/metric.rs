//! `metric`: a metric of this plan keeps its limit.

use super::kind::{CheckTouch, KindOfCheck, PlanPart};
use crate::grammar::plan::{KeyDescription, Noun, TableCursor, ValueKind, Variant, must, variant};
use crate::kinds::family::Described;
use crate::names::MetricName;
use serde::{Deserialize, Serialize};

/// `metric = "NAME"`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetricCheck(pub MetricName);

static KEYS: [KeyDescription; 1] = [must("metric", ValueKind::Name(Noun::Metric), "The metric.")];

impl Described for MetricCheck {
    const GRAMMAR: Variant = variant("metric", "A metric keeps its limit.", &KEYS);

    fn read(check: TableCursor<'_>) -> Option<Self> {
        check.name("metric").map(Self)
    }
}

impl KindOfCheck for MetricCheck {
    fn touch(&self) -> CheckTouch<'_> {
        CheckTouch::Asks(format!("measures {}", self.0))
    }

    fn leans_on(&self) -> Option<PlanPart<'_>> {
        Some(PlanPart::Metric(&self.0))
    }
}
