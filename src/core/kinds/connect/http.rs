//! `kind = "http"`.

use super::{KindOfConnection, Reach};
use crate::grammar::plan::ValueKind;
use crate::kinds::settings::settings;
use crate::plan::Secret;

settings! {
    /// Any service that answers a request.
    pub struct HttpConnect = "http" for [Metrics, Telling, Flags] {
        /// Its address.
        url: String = must("url", ValueKind::Url),
        /// A bearer token.
        token: Option<Secret> = may("token", ValueKind::Secret),
    }
}

impl KindOfConnection for HttpConnect {
    fn reach(&self) -> Reach<'_> {
        Reach::Address(self.url.clone(), self.token.iter().collect())
    }
}
