//! tminus, the release cockpit for the terminal.
//!
//! Eleven rooms, one direction: keys become Actions, Actions become Commands, Commands become
//! Facts, Facts become pixels. `tests/architecture.rs` keeps the walls; CONTRIBUTING.md is the
//! guided tour.

pub mod adapters;
pub mod cli;
pub mod cockpit;
pub mod config;
pub mod domain;
pub mod engine;
pub mod journal;
pub mod logs;
pub mod ports;
pub mod sandbox;
pub mod session;
