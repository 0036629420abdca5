//! `kind = "cloudwatch"`.

use super::{KindOfConnection, Reach};
use crate::grammar::plan::ValueKind;
use crate::kinds::settings::settings;

settings! {
    /// AWS CloudWatch.
    pub struct CloudWatchConnect = "cloudwatch" for [Metrics] {
        /// The region.
        region: String = must("region", ValueKind::Text),
        /// The profile of the AWS configuration.
        profile: Option<String> = may("profile", ValueKind::Text),
    }
}

impl KindOfConnection for CloudWatchConnect {
    fn reach(&self) -> Reach<'_> {
        let profile = self.profile.as_ref().map(|p| format!(" with the profile {p:?}")).unwrap_or_default();
        Reach::Address(format!("{}{profile}", self.region), Vec::new())
    }
}
