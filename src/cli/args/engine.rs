//! The commands about the engine that works on when every terminal is closed.

use super::global::{Timeout, span};
use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub struct WaitArgs {
    /// The action's id, or the environment that it holds, or was the last one in
    #[arg(value_name = "ENV|ACTION")]
    pub what: String,
    #[command(flatten)]
    pub timeout: Timeout,
}

#[derive(Debug, Args)]
pub struct AttachArgs {
    /// Only look: an observer cannot act
    #[arg(long)]
    pub observe: bool,
}

#[derive(Debug, Subcommand)]
pub enum EngineCmd {
    /// Be the project's engine until nothing is to be done, here in the foreground
    Run {
        /// How long to stay when nothing runs, no horizon is open and nobody is attached
        #[arg(long, value_name = "SPAN", default_value = "60s", value_parser = span)]
        grace: tminus_core::time::Span,
        /// Say on standard output how the start went, then leave the terminal alone
        #[arg(long, hide = true)]
        detached: bool,
    },
    /// End the engine at its next step boundary; the next one continues what was begun
    Stop,
    /// Say whether an engine runs, since when, with how many clients
    Inspect,
    /// Print a systemd unit that keeps the engine of this project running
    Unit,
}
