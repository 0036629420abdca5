//! `kind = "redis"`.

use super::{KindOfConnection, Reach};
use crate::grammar::plan::ValueKind;
use crate::kinds::settings::settings;
use crate::plan::Secret;

settings! {
    /// A Redis or Valkey server.
    pub struct RedisConnect = "redis" {
        /// Its address with the credentials: `redis://USER:PASSWORD@HOST:PORT/DB`, or `rediss://…` over TLS.
        url: Secret = must("url", ValueKind::Secret),
    }
}

impl KindOfConnection for RedisConnect {
    fn reach(&self) -> Reach<'_> {
        Reach::Address("the address in it".to_owned(), vec![&self.url])
    }
}
