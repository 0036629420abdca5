//! `kind = "postgresql"`.

use super::{KindOfConnection, Reach};
use crate::grammar::plan::ValueKind;
use crate::kinds::settings::settings;
use crate::plan::Secret;

settings! {
    /// A PostgreSQL database.
    pub struct PostgreSqlConnect = "postgresql" {
        /// Its address with the credentials: `postgresql://USER:PASSWORD@HOST:PORT/DB`, and `?sslmode=require` for TLS.
        url: Secret = must("url", ValueKind::Secret),
    }
}

impl KindOfConnection for PostgreSqlConnect {
    fn reach(&self) -> Reach<'_> {
        Reach::Address("the address in it".to_owned(), vec![&self.url])
    }
}
