//! `kind = "mongodb"`.

use super::{KindOfConnection, Reach};
use crate::grammar::plan::ValueKind;
use crate::kinds::settings::settings;
use crate::plan::Secret;

settings! {
    /// A MongoDB database.
    pub struct MongoDbConnect = "mongodb" {
        /// The connection string.
        uri: Secret = must("uri", ValueKind::Secret),
    }
}

impl KindOfConnection for MongoDbConnect {
    fn reach(&self) -> Reach<'_> {
        Reach::Address("the address in it".to_owned(), vec![&self.uri])
    }
}
