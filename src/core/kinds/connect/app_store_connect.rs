//! `kind = "app-store-connect"`.

use super::{KindOfConnection, Reach};
use crate::grammar::plan::{TableCursor, ValueKind, Variant, must, variant};
use crate::kinds::family::Described;
use crate::plan::Secret;
use serde::{Deserialize, Serialize};

/// App Store Connect.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AppStoreConnect {
    /// `issuer`.
    pub issuer: String,
    /// `key-id`.
    pub key_id: String,
    /// `key`: the private key.
    pub key: Secret,
}

impl Described for AppStoreConnect {
    const GRAMMAR: Variant = variant(
        "app-store-connect",
        "App Store Connect.",
        &[
            must("issuer", ValueKind::Text, "The issuer id."),
            must("key-id", ValueKind::Text, "The id of the key."),
            must("key", ValueKind::Secret, "The private key."),
        ],
    );

    fn read(table: TableCursor<'_>) -> Option<Self> {
        Some(Self { issuer: table.text("issuer")?, key_id: table.text("key-id")?, key: table.secret("key")? })
    }
}

impl KindOfConnection for AppStoreConnect {
    fn reach(&self) -> Reach<'_> {
        let address = format!("api.appstoreconnect.apple.com as {} with the key {}", self.issuer, self.key_id);
        Reach::Address(address, vec![&self.key])
    }
}
