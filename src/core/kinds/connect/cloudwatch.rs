//! `kind = "cloudwatch"`.

use super::{KindOfConnection, Reach};
use crate::grammar::plan::{Cursor, Kind, ServiceUse, Variant, may, must, variant};
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
            must("region", Kind::Text, "The region."),
            may("profile", Kind::Text, "The profile of the AWS configuration."),
        ],
    )
    .used_for(&[ServiceUse::Metrics]);

    fn read(table: Cursor<'_>) -> Option<Self> {
        Some(Self { region: table.text("region")?, profile: table.text("profile") })
    }
}

impl KindOfConnection for CloudWatchConnect {
    fn reach(&self) -> Reach<'_> {
        let profile = self.profile.as_ref().map(|p| format!(" with the profile {p:?}")).unwrap_or_default();
        Reach::Address(format!("{}{profile}", self.region), Vec::new())
    }
}
