//! `kind = "slack"`.

use super::{KindOfConnection, Reach};
use crate::grammar::plan::ValueKind;
use crate::kinds::settings::settings;
use crate::plan::Secret;

settings! {
    /// A Slack channel.
    pub struct SlackConnect = "slack" for [Telling] {
        /// The address of the incoming webhook, which is itself the credential.
        url: Secret = must("url", ValueKind::Secret),
    }
}

impl KindOfConnection for SlackConnect {
    fn reach(&self) -> Reach<'_> {
        Reach::Address("the address in it".to_owned(), vec![&self.url])
    }
}
