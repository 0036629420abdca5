//! `kind = "launchdarkly"`.

use super::kind::or;
use super::{KindOfConnection, Reach};
use crate::grammar::plan::ValueKind;
use crate::kinds::settings::settings;
use crate::plan::Secret;

settings! {
    /// LaunchDarkly.
    pub struct LaunchDarklyConnect = "launchdarkly" for [Flags] {
        /// Its address.
        url: Option<String> = may("url", ValueKind::Url).or("https://app.launchdarkly.com"),
        /// The token.
        token: Secret = must("token", ValueKind::Secret),
    }
}

impl KindOfConnection for LaunchDarklyConnect {
    fn reach(&self) -> Reach<'_> {
        Reach::Address(or(self.url.as_ref(), "app.launchdarkly.com"), vec![&self.token])
    }
}
