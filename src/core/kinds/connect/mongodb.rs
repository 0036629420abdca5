//! `kind = "mongodb"`.

use super::{KindOfConnection, Reach};
use crate::grammar::plan::{TableCursor, ValueKind, Variant, must, variant};
use crate::kinds::family::Described;
use crate::plan::Secret;
use serde::{Deserialize, Serialize};

/// A MongoDB database.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MongoDbConnect {
    /// `uri`.
    pub uri: Secret,
}

impl Described for MongoDbConnect {
    const GRAMMAR: Variant =
        variant("mongodb", "A MongoDB database.", &[must("uri", ValueKind::Secret, "The connection string.")]);

    fn read(table: TableCursor<'_>) -> Option<Self> {
        Some(Self { uri: table.secret("uri")? })
    }
}

impl KindOfConnection for MongoDbConnect {
    fn reach(&self) -> Reach<'_> {
        Reach::Address("the address in it".to_owned(), vec![&self.uri])
    }
}
