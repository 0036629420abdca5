//! MongoDB: as much of its protocol as it takes to log in and to ping, by hand: the driver would add a quarter to tminus.

mod address;
mod bson;
mod login;
mod seeds;
mod service;
mod session;
#[cfg(test)]
mod tests;

pub use service::open_mongodb;
