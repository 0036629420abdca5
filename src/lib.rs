//! tminus, the release cockpit for the terminal: its command line. Everything else is in the crates beside it.

pub mod cli;
