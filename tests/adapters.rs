//! The adapters against the real thing: real programs, real repositories, real requests on loopback.

mod act;
mod bump;
mod changelog;
mod command;
mod git;
mod git_guard;
mod git_log;
mod git_watch;
pub mod http;
mod logs;
mod merge_back;
mod probe;
mod process;
mod prometheus;
mod push;
mod secret_scan;
mod secrets;
mod version_file;
mod version_texts;
pub mod world;
