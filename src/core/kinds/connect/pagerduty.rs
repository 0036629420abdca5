//! `kind = "pagerduty"`.

use super::{KindOfConnection, Reach};
use crate::grammar::plan::ValueKind;
use crate::kinds::settings::settings;
use crate::plan::Secret;

settings! {
    /// PagerDuty.
    pub struct PagerDutyConnect = "pagerduty" for [Telling] {
        /// The routing key.
        key: Secret = must("key", ValueKind::Secret),
    }
}

impl KindOfConnection for PagerDutyConnect {
    fn reach(&self) -> Reach<'_> {
        Reach::Address("events.pagerduty.com".to_owned(), vec![&self.key])
    }
}
