//! Subcommands and wiring: the one place that names concrete adapters.

mod args;
mod ask;
mod commands;
mod crash;
mod desk;
mod exit;
pub mod init;
mod interrupt;
mod json;
mod looks;
mod main;
mod manual;
mod person;
mod plain;
mod show;

pub use main::main;
