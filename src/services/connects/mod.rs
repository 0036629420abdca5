//! Services of the plan that are asked whether they let tminus in, each in its own protocol. Nothing is changed there.

mod api_key;
mod asked;
mod http;
mod mongodb;
mod postgresql;
mod redis;
mod scram;
mod server_address;
mod web;
mod wire;

pub use api_key::open_api_key;
pub use asked::{ConnectAnswer, ConnectedService};
pub use http::open_http;
pub use mongodb::open_mongodb;
pub use postgresql::open_postgresql;
pub use redis::open_redis;
pub(crate) use web::{host_of, unasked};
