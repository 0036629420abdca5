//! The adapters against the real thing: real programs, real repositories, real requests on loopback.

mod command;
mod git;
pub mod http;
mod logs;
mod probe;
mod process;
mod secrets;
pub mod world;
