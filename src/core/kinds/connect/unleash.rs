//! `kind = "unleash"`.

use super::{KindOfConnection, Reach};
use crate::grammar::plan::ValueKind;
use crate::kinds::settings::settings;
use crate::plan::Secret;

settings! {
    /// Unleash.
    pub struct UnleashConnect = "unleash" for [Flags] {
        /// Its address.
        url: String = must("url", ValueKind::Url),
        /// The token.
        token: Secret = must("token", ValueKind::Secret),
    }
}

impl KindOfConnection for UnleashConnect {
    fn reach(&self) -> Reach<'_> {
        Reach::Address(self.url.clone(), vec![&self.token])
    }
}
