//! `with = "docker"` against a real engine and a real registry: what is lost, what is kept, and what a crash leaves.

mod contract;
mod crash;
mod ending;
mod engines;
mod hands;
pub mod plain;
mod switching;
mod world;
