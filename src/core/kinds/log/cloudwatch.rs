//! `cloudwatch`: a log group.

use super::KindOfLog;
use crate::grammar::plan::{Noun, ValueKind};
use crate::kinds::settings::settings;
use crate::names::ConnectName;
use crate::touches::TouchKind;

settings! {
    /// A log group.
    pub struct CloudWatchOrigin = "cloudwatch": "Which group." {
        /// The service.
        connect: ConnectName = must("connect", ValueKind::Name(Noun::Connect(&["cloudwatch"]))),
        /// The group.
        group: String = must("group", ValueKind::Text),
        /// The filter pattern.
        filter: Option<String> = may("filter", ValueKind::Text),
    }
}

impl KindOfLog for CloudWatchOrigin {
    fn touch(&self) -> (TouchKind<'_>, String) {
        let filter = self.filter.as_ref().map(|f| format!(" where {f:?}")).unwrap_or_default();
        (TouchKind::Asks, format!("{:?}{filter} through {}", self.group, self.connect))
    }
}
