//! `kind = "app-store-connect"`.

use super::{KindOfConnection, Reach};
use crate::grammar::plan::ValueKind;
use crate::kinds::settings::settings;
use crate::plan::Secret;

settings! {
    /// App Store Connect.
    pub struct AppStoreConnect = "app-store-connect" {
        /// The issuer id.
        issuer: String = must("issuer", ValueKind::Text),
        /// The id of the key.
        key_id: String = must("key-id", ValueKind::Text),
        /// The private key.
        key: Secret = must("key", ValueKind::Secret),
    }
}

impl KindOfConnection for AppStoreConnect {
    fn reach(&self) -> Reach<'_> {
        let address = format!("api.appstoreconnect.apple.com as {} with the key {}", self.issuer, self.key_id);
        Reach::Address(address, vec![&self.key])
    }
}
