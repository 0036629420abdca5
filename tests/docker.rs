//! What the tests of Docker stand on: engines, registries, images and clients that are real, and end with the test.

pub mod client;
mod compose;
pub mod engine;
pub mod front;
pub mod image;
pub mod marked;
pub mod need;
pub mod recorder;
pub mod registry;
mod requests;
pub mod sluice;
pub mod sshd;
pub mod wait;

mod container;
mod demo;
mod logs;
mod looked;
mod proved;
mod ship;
mod ssh;
mod tags;
mod tls;
mod watch;
