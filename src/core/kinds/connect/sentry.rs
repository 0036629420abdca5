//! `kind = "sentry"`.

use super::kind::or;
use super::{KindOfConnection, Reach};
use crate::grammar::plan::ValueKind;
use crate::kinds::settings::settings;
use crate::plan::Secret;

settings! {
    /// Sentry.
    pub struct SentryConnect = "sentry" for [Metrics] {
        /// Its address.
        url: Option<String> = may("url", ValueKind::Url).or("https://sentry.io"),
        /// The organization.
        org: String = must("org", ValueKind::Text),
        /// The project.
        project: String = must("project", ValueKind::Text),
        /// The token.
        token: Secret = must("token", ValueKind::Secret),
    }
}

impl KindOfConnection for SentryConnect {
    fn reach(&self) -> Reach<'_> {
        let address = format!("{} for {}/{}", or(self.url.as_ref(), "sentry.io"), self.org, self.project);
        Reach::Address(address, vec![&self.token])
    }

    fn counts_sessions(&self) -> bool {
        true
    }
}
