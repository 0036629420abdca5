//! Subcommands and wiring: the one place that names concrete adapters.

mod appearance;
mod args;
mod ask;
mod client;
mod commands;
mod crash;
mod exit;
pub mod init;
mod interrupt;
mod json;
mod main;
mod manual;
mod person;
mod plain;
mod show;

pub use main::main;
