//! `kind = "api-key"`.

use super::{KindOfConnection, Reach};
use crate::grammar::plan::ValueKind;
use crate::kinds::settings::settings;
use crate::plan::{EnvValue, Secret, Template};

settings! {
    /// A key of a service over HTTP: whether it is valid.
    pub struct ApiKeyConnect = "api-key" {
        /// The address that a valid key may read.
        url: String = must("url", ValueKind::Url),
        /// The headers that carry the key.
        header: Vec<(String, EnvValue)> = may("header", ValueKind::Settings(&[])),
        /// A bearer token, in place of a header.
        token: Option<Secret> = may("token", ValueKind::Secret),
        /// The statuses that say that the key is valid.
        ok: Vec<u32> = may("ok", ValueKind::List(&ValueKind::Integer(100, 599))).or("[200]"),
        /// Statuses that say that the key is valid with a narrow scope, each with the text that the answer holds then.
        limited: Vec<(String, Template)> = may("limited", ValueKind::Texts(&[])),
    }
}

impl ApiKeyConnect {
    /// Says whether a status says that the key is valid.
    pub fn is_ok(&self, status: u16) -> bool {
        let status = u32::from(status);
        if self.ok.is_empty() { status == 200 } else { self.ok.contains(&status) }
    }

    /// Returns the text that an answer of a status must hold where the key is valid with a narrow scope.
    pub fn limited_by(&self, status: u16) -> Option<String> {
        let status = status.to_string();
        let (_, text) = self.limited.iter().find(|(limited, _)| *limited == status)?;
        Some(text.to_string())
    }
}

impl KindOfConnection for ApiKeyConnect {
    fn reach(&self) -> Reach<'_> {
        let headers = self.header.iter().filter_map(|(_, value)| match value {
            EnvValue::Secret(secret) => Some(secret),
            EnvValue::Plain(_) => None,
        });
        Reach::Address(self.url.clone(), self.token.iter().chain(headers).collect())
    }
}
