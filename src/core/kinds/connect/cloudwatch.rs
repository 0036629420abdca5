//! `kind = "cloudwatch"`.

use super::{KindOfConnection, Reach};
use crate::grammar::plan::{ServiceUse, TableCursor, ValueKind, Variant, may, must, variant};
use crate::kinds::family::Described;
use serde::{Deserialize, Serialize};

/// AWS CloudWatch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CloudWatchConnect {
    /// `region`.
    pub region: String,
    /// `profile` of the AWS configuration.
    pub profile: Option<String>,
}

impl Described for CloudWatchConnect {
    const GRAMMAR: Variant = variant(
        "cloudwatch",
        "AWS CloudWatch.",
        &[
            must("region", ValueKind::Text, "The region."),
            may("profile", ValueKind::Text, "The profile of the AWS configuration."),
        ],
    )
    .used_for(&[ServiceUse::Metrics]);

    fn read(table: TableCursor<'_>) -> Option<Self> {
        Some(Self { region: table.text("region")?, profile: table.text("profile") })
    }
}

impl KindOfConnection for CloudWatchConnect {
    fn reach(&self) -> Reach<'_> {
        let profile = self.profile.as_ref().map(|p| format!(" with the profile {p:?}")).unwrap_or_default();
        Reach::Address(format!("{}{profile}", self.region), Vec::new())
    }
}
