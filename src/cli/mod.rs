//! Subcommands and wiring: the one place that names concrete adapters.

pub mod init;
