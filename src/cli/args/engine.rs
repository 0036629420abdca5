//! The commands about the engine that works on when every terminal is closed.

use super::global::{Timeout, span};
use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub struct WaitArgs {
    /// The action's id, or the environment of the last action
    #[arg(value_name = "ENV|ACTION")]
    pub what: String,
    #[command(flatten)]
    pub timeout: Timeout,
}

#[derive(Debug, Args)]
pub struct AttachArgs {
    /// Attach as an observer, without the right to act
    #[arg(long)]
    pub observe: bool,
}

#[derive(Debug, Subcommand)]
pub enum EngineCmd {
    /// Run the project's engine in the foreground, until there is nothing left to do
    Run {
        /// How long to stay while nothing runs, no horizon is open and nobody is attached
        #[arg(long, value_name = "SPAN", default_value = "60s", value_parser = span)]
        grace: tminus_core::time::Span,
        /// Report the start on standard output, then release the terminal
        #[arg(long, hide = true)]
        detached: bool,
    },
    /// End the engine at its next step boundary; the next one continues what was begun
    Stop,
    /// Show whether an engine runs, since when, and with how many clients
    Inspect,
    /// Print a systemd unit that keeps the engine of this project running
    Unit,
}
