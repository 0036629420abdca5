//! The adapters against the real thing: real programs, real repositories, real requests on loopback.

mod command;
mod git;
pub mod http;
mod logs;
mod probe;
mod process;
mod secrets;
mod version_file;
pub mod world;
